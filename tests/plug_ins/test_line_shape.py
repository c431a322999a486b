"""A line shape that comes with a package of one file is at home everywhere."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.model.model_panel import ModelPanel
from fitting.commands.main import run_command
from fitting.data.errors import ModelError
from fitting.models.edits import with_line_shape
from fitting.models.from_library import model_from_library
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import parameter_names
from fitting.pipeline.propose import propose_recipe
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import read_recipes
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

ROOT = Path(__file__).parents[2]
GRID = np.arange(157.0, 173.0, 0.1)
LIBRARY = """\
name = "my sulfur"
technique = "xps"
region = "S 2p"
unit = "eV"
window = [155.0, 175.0]

[position_rule]
margin = 0.2
minimum_half_width = 0.3

[core_level]
separation = 1.18
area_ratio = 0.5
separation_source = "me"
area_ratio_source = "me"

[sources.me]
citation = "Measured here."

[[species]]
id = "PS4"
name = "thiophosphate"
position = [{ source = "me", value = 161.3 }]

[[model]]
name = "secants"
default = true
species = ["PS4"]
line_shape = "secant"
background = "shirley"
crop = [157.0, 173.0]
fwhm = { start = 1.2, min = 0.6, max = 2.2 }
secant_part = { start = 0.5, min = 0.0, max = 1.0 }
"""


@pytest.fixture
def spectrum(secant: str, tmp_path: Path) -> Path:
    """Counts of one doublet with 0.7 of its area in the secant."""
    model = with_line_shape(model_from_library("argyrodite S 2p"), secant)
    values = {f"{peak.name}.area": 0.0 for peak in model.peaks}
    values |= {"PS4.area": 2e5, f"PS4.{secant}_part": 0.7, "background.offset": 500.0}
    values |= {name: 0.7 for name in parameter_names(model) if name.endswith("_part")}
    series = simulate_series(model, values, GRID, np.random.default_rng(1), region="S 2p")
    folder = tmp_path / "spectra"
    folder.mkdir()
    rows = zip(GRID, series["intensity"].values[0], strict=True)
    text = "\n".join(f"{x:.2f}\t{y:.0f}" for x, y in rows)
    (folder / "LPSC_S2p_2.5V.txt").write_text(f"Binding energy (eV)\tcounts\n{text}\n")
    return folder


def test_it_is_fitted_and_written_like_any_other(spectrum: Path, tmp_path: Path) -> None:
    library, out = tmp_path / "mine.toml", tmp_path / "out"
    library.write_text(LIBRARY)
    words = [str(spectrum), "--out", str(out), "--library", str(library), "--quiet", "--quick"]
    assert run_command(["fit", *words, "--charge-reference", "none"]) == 0
    book = read_recipes(out / "recipe.json")
    assert book.recipes["S 2p"].model.peaks[0].line_shape == "secant"
    fitted = json.loads((out / "recipe.json").read_text())
    assert "secant_part" in json.dumps(fitted)
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "drawn as sums of a Gaussian and a hyperbolic secant" in report


def test_it_is_offered_in_the_window(
    secant: str, qtbot: QtBot, empty_settings: Path, spectrum: Path
) -> None:
    model = model_from_library("argyrodite S 2p")
    series = simulate_series(
        model, {"PS4.area": 1e4}, GRID, np.random.default_rng(1), region="S 2p"
    )
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    document = Document()
    document.open(Project({"S 2p": Analysis(series, recipe)}), None)
    panel = ModelPanel(document)
    qtbot.addWidget(panel)
    texts = [panel.line_shapes.itemText(row) for row in range(panel.line_shapes.count())]
    assert "Secant sum" in texts
    panel.line_shapes.chosen.emit(secant)
    analysis = document.analysis
    assert analysis is not None
    peak = analysis.recipe.model.peaks[0]
    assert peak.line_shape == secant
    assert peak.parameters["secant_part"].value == 0.4


def test_its_page_is_written(secant: str) -> None:
    pages: Callable[[], dict[str, str]] = runpy.run_path(str(ROOT / "docs/make_reference.py"))[
        "pages"
    ]
    page = pages()["line-shapes.md"]
    assert "| `secant` | `(1 - p) gaussian + p sech` | `secant_part` p |" in page
    assert "our laboratory, 2026" in page


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("import numpy as np", "import no_such_package", "No module named 'no_such_package'"),
        ("RATE, LN2 =", "1 / 0\nRATE, LN2 =", "ZeroDivisionError"),
        ("SECANT = LineShape(", "SECANT = 1\nOTHER = LineShape(", "is no LineShape"),
        ('"secant",\n', '"voigt",\n', "there is a 'voigt' already"),
        ("-2 * LN2 * z", "2 * LN2 * z", "slope by z is not that of its values"),
        ("by_z, secant - bell", "by_z, bell", "slope by secant_part is not that of its values"),
        ("by_z, secant - bell", "by_z", "1 slopes for z and 1 shape parameters"),
        ("RATE / np.pi / np.cosh", "1 / np.cosh", "its area is"),
        ("RATE, LN2 = np.arccosh(2.0)", "RATE, LN2 = 1.0", "full width at half maximum"),
    ],
)
def test_a_broken_one_is_a_sentence_and_stops_nothing(
    install: Callable[..., None], right: str, wrong: str, said: str
) -> None:
    install("line_shape", "thioscope.line_shapes", "SECANT", right, wrong)
    assert "secant" not in LINE_SHAPES
    assert "voigt" in LINE_SHAPES
    [fault] = LINE_SHAPES.faults
    assert said in fault
    assert "'line_shape'" in fault
    with pytest.raises(ModelError, match="line_shape"):
        with_line_shape(model_from_library("argyrodite S 2p"), "secant")
