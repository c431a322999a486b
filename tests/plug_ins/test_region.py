"""A region that no library of the program has comes with a library of the user's: no code."""

import csv
from pathlib import Path

import numpy as np
import pytest

from fitting.commands.main import run_command
from fitting.data.regions import windows_of
from fitting.models.from_library import model_from_library
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

GRID = np.arange(614.0, 638.0, 0.1)
LIBRARY = """\
name = "my iodine"
technique = "xps"
region = "I 3d"
unit = "eV"
window = [612.0, 640.0]

[position_rule]
margin = 0.2
minimum_half_width = 0.3

[core_level]
separation = 11.5
area_ratio = 0.6667
separation_source = "me"
area_ratio_source = "me"

[sources.me]
citation = "Measured here."

[[species]]
id = "LiI"
name = "lithium iodide"
position = [{ source = "me", value = 619.2 }]

[[model]]
name = "iodide"
default = true
species = ["LiI"]
line_shape = "pseudo-voigt"
background = "shirley"
crop = [614.0, 637.0]
fwhm = { start = 1.4, min = 0.6, max = 2.6 }
mixing = { start = 0.3, min = 0.0, max = 1.0 }
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "iodine.toml"
    path.write_text(LIBRARY)
    return path


@pytest.fixture(params=["LPSI_3.6V.txt", "LPSI_3.6V_I3d.txt"])
def spectrum(request: pytest.FixtureRequest, library: Path, tmp_path: Path) -> Path:
    """Bare numbers, whose region the name tells or nothing but the range."""
    model = model_from_library("iodide", catalogue([library]))
    truth = {"LiI.area": 20_000.0, "background.offset": 900.0}
    series = simulate_series(model, truth, GRID, np.random.default_rng(2), region="I 3d")
    rows = zip(GRID, series["intensity"].values[0], strict=True)
    path = tmp_path / "spectra" / str(request.param)
    path.parent.mkdir()
    path.write_text("\n".join(f"{x:.2f}\t{y:.0f}" for x, y in rows))
    return path


def test_it_is_fitted_by_its_library_alone(spectrum: Path, library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [
        str(spectrum.parent),
        "--out",
        str(out),
        "--library",
        str(library),
        "--quiet",
        "--quick",
    ]
    assert run_command(["fit", *words]) == 0
    with (out / "species.csv").open(encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["region"], row["species"]) == ("I 3d", "LiI")
    assert abs(float(row["area"]) - 20_000.0) < 4.0 * float(row["area_stderr"])


def test_it_is_read_as_a_region_with_the_library_in_use(spectrum: Path, library: Path) -> None:
    [series] = read_spectra(spectrum, ReadOptions(windows=windows_of(catalogue([library]))))
    assert series.attrs["region"] == "I 3d"
