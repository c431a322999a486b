"""Data, fit, components and residual leave the program as columns."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from fitting.fits.each import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.output.curves import curve_headings, find_curves, write_curves
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.preprocessing.axis import CropAxis
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series

_OPTIONS = FitOptions(family=())


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    full = model_from_library("argyrodite S 2p", background="linear")
    model = Model(full.peaks[:2], full.background, ())
    series = simulate_series(
        model,
        {
            "PS4.area": np.array([4000.0, 3000.0]),
            f"{model.peaks[1].name}.area": np.array([800.0, 1500.0]),
            "background.offset": 300.0,
        },
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        voltage=np.array([4.0, 3.0]),
        branch="charge",
        sample="LPSC",
        axis_offset=np.array([0.0, 0.3]),
        sources={"a.txt": "0" * 64},
    )
    one = Analysis(series, Recipe(model, (CropAxis(158.0, 171.0),), _OPTIONS))
    return with_fit(one, fit_analysis(one))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_point_that_was_fitted_is_a_row_and_the_parts_add_up(
    analysis: Analysis, tmp_path: Path
) -> None:
    files = list(write_curves(Project({"S 2p": analysis}), tmp_path))
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "curves/S_2p.csv",
        "curves/curves.xlsx",
    ]
    rows = _rows(files[0])
    assert list(rows[0]) == curve_headings(analysis)
    table = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]
             if name not in ("sample", "branch", "cycle", "time_s")}  # fmt: skip
    measured = np.isfinite(prepared_series(analysis)["intensity"].values)
    assert len(rows) == measured.sum()
    # by number: the spectrum of the lower voltage comes first
    assert rows[0]["voltage_V"] == "3"
    parts = sum(table[f"component_{peak.name}"] for peak in analysis.model.peaks)
    np.testing.assert_allclose(table["background"] + parts, table["fit"], rtol=1e-7)
    np.testing.assert_allclose(table["intensity"] - table["fit"], table["residual"], atol=1e-4)
    shifted = table["energy_eV"][table["spectrum"] == 0]
    assert shifted.min() >= 158.0
    assert shifted[0] == pytest.approx(158.0, abs=0.2)


def test_the_scatter_of_simulated_fits_is_what_the_error_of_the_curve_says(
    analysis: Analysis,
) -> None:
    curves = find_curves(analysis, prepared_series(analysis), 0)
    seen = np.isfinite(curves.intensity)
    pulls = (curves.residual / curves.sigma)[seen]
    assert np.std(pulls) == pytest.approx(1.0, abs=0.2)
    # of p parameters that m points determine, the curve takes the share p / m of the noise
    share = np.mean((curves.stderr / curves.sigma)[seen] ** 2)
    free = analysis.result.attrs["free_parameters"] if analysis.result is not None else 0
    assert share == pytest.approx(free / seen.sum(), rel=0.35)


def test_the_workbook_has_a_sheet_for_every_region_with_the_same_rows(
    analysis: Analysis, tmp_path: Path
) -> None:
    table, workbook = write_curves(Project({"S 2p": analysis}), tmp_path)
    cells = list(openpyxl.load_workbook(workbook)["1 S 2p"].iter_rows(values_only=True))
    assert list(cells[0]) == curve_headings(analysis)
    assert len(cells) - 1 == len(_rows(table))


def test_what_is_not_fitted_leaves_its_data_alone(analysis: Analysis, tmp_path: Path) -> None:
    assert analysis.result is not None
    bare = Analysis(analysis.series, analysis.recipe)
    curves = find_curves(bare, prepared_series(bare), 1)
    assert np.isfinite(curves.intensity).any()
    assert np.isnan(curves.total).all()
    assert list(write_curves(Project({"S 2p": bare}), tmp_path)) == []
