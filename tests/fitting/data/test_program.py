"""The version is one number, and stands in everything that is written."""

import io
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fitting.commands.main import run_command
from fitting.data.program import program_version
from fitting.models.from_library import model_from_library
from fitting.output.export import export_project
from fitting.output.figures import write_spectrum_figure
from fitting.output.python_script import python_script
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    model = model_from_library("argyrodite S 2p", background="linear")
    series = simulate_series(
        model,
        {**{f"{peak.name}.area": np.full(3, 2000.0) for peak in model.peaks}},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        voltage=np.array([2.5, 3.0, 3.5]),
        sources={"a.txt": "0" * 64},
    )
    analysis = Analysis(series, Recipe(model))
    return with_fit(analysis, fit_analysis(analysis))


def test_the_number_is_that_of_the_project_s_description() -> None:
    file = Path(__file__).parents[3] / "pyproject.toml"
    number = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"]
    assert version("thioscope") == number, "install the checkout again"
    assert program_version() == f"Thioscope {number}"


def test_every_file_of_an_export_but_plain_tables_says_which_program_wrote_it(
    analysis: Analysis, tmp_path: Path
) -> None:
    written = list(export_project(Project({"S 2p": analysis}), tmp_path))
    without = [path.name for path in written if not _says_program(path)]
    assert {Path(name).suffix for name in without} == {".csv"}
    assert {path.suffix for path in written} >= {".svg", ".png", ".xlsx", ".thio", ".json", ".tex"}


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_figure_of_one_spectrum_says_which_program_drew_it(
    analysis: Analysis, tmp_path: Path, kind: str
) -> None:
    assert write_spectrum_figure(analysis, 0, tmp_path / f"a.{kind}")
    assert _says_program(tmp_path / f"a.{kind}")


def test_the_script_of_a_fit_says_which_program_it_repeats(
    analysis: Analysis, tmp_path: Path
) -> None:
    script = python_script(Project({"S 2p": analysis}), tmp_path / "a.thio")
    assert program_version() in script.splitlines()[0]


def test_the_command_line_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == program_version().lower().split()


def _says_program(path: Path) -> bool:
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read("docProps/core.xml")
    if path.suffix == ".png":
        with Image.open(path) as picture:
            return picture.info.get("Software") == program_version()
    return program_version().encode() in data
