"""Measured spectra as components from the command line: file, region, number of the spectrum."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.__main__ import main
from fitting.models.from_library import model_from_species
from fitting.models.function import compile_model
from fitting.saving.project_file import open_project

GRID = np.round(np.arange(158.0, 172.01, 0.1), 3)
WORDS = ("--region", "S 2p", "--charge-reference", "none", "--species", "PS4,polysulfide")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("spectra")
    _write(made / "pristine.txt", [0.0])
    _write(made / "cycled.txt", [0.3])
    _write(made / "two.txt", [0.0, 0.3])
    return made


def test_a_component_stands_for_its_species_and_says_where_it_is_from(
    folder: Path, tmp_path: Path
) -> None:
    component = f"PS4={folder / 'pristine.txt'}"
    words = ("--quick", "--quiet", "--component", component)
    assert main(["fit", str(folder / "cycled.txt"), "--out", str(tmp_path), *WORDS, *words]) == 0
    species = pd.read_csv(tmp_path / "species.csv").set_index("species")
    row = species.loc["polysulfide"]
    assert abs(row["fraction_percent"] - 30.0) < 3.0 * row["fraction_stderr"]
    assert "pristine.txt" in (tmp_path / "report.html").read_text(encoding="utf-8")
    recipe = json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8"))
    shapes = [peak["line_shape"] for peak in recipe["regions"]["S 2p"]["model"]["peaks"]]
    assert shapes.count("measured") == 1
    again = open_project(tmp_path / "project.thio").analyses["S 2p"]
    assert again.is_current


def test_model_errors_of_a_measured_component_are_found(folder: Path, tmp_path: Path) -> None:
    words = ("--quiet", "--component", f"PS4={folder / 'pristine.txt'}")
    assert main(["fit", str(folder / "cycled.txt"), "--out", str(tmp_path), *WORDS, *words]) == 0
    row = pd.read_csv(tmp_path / "species.csv").set_index("species").loc["polysulfide"]
    assert row["fraction_low95"] < 30.0 < row["fraction_high95"]
    assert row["fraction_model"] > 0.0


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ("PS4", "names no component"),
        ("PS4={folder}/pristine.txt:P 2p", "has no region 'P 2p'"),
        ("PS4={folder}/two.txt", "Name one of them by its number"),
        ("PS4={folder}/two.txt:S 2p:2", "Name one of them by its number"),
    ],
)
def test_what_a_file_does_not_have_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], component: str, said: str
) -> None:
    words = ("--component", component.format(folder=folder))
    out = tmp_path / "out"
    assert main(["fit", str(folder / "cycled.txt"), "--out", str(out), *WORDS, *words]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def _write(path: Path, shares: list[float]) -> None:
    """Counts of mixtures, as columns of text."""
    model = model_from_species("S 2p", ("PS4", "polysulfide"))
    function = compile_model(model, GRID)
    names = list(function.affine.names)
    rng = np.random.default_rng(len(path.name))
    columns = []
    for share in shares:
        values = function.affine.expand(function.affine.start)[None].copy()
        for name, value in {
            "PS4.area": 3e4 * (1.0 - share),
            "polysulfide.area": 3e4 * share,
            "background.offset": 2e3,
        }.items():
            values[0, names.index(name)] = value
        columns.append(rng.poisson(function.value(values)[0]))
    rows = (f"{x:.2f}\t" + "\t".join(map(str, row)) for x, *row in zip(GRID, *columns, strict=True))
    heading = "\t".join(["Binding energy (eV)", *(f"scan{n}" for n in range(len(shares)))])
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
