"""Starts from the neighbours on both sides: minima that a start from the library misses."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from fitting.data.result import is_fitted
from fitting.fits.each import fit_all_spectra, fit_series
from fitting.fits.options import FitOptions
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.simulation.series import simulate_series

GRID = np.linspace(0.0, 40.0, 201)
LIBRARY = FitOptions(weights="data")
NEIGHBOURS = replace(LIBRARY, seed_from="neighbours")


def _band(name: str, position: float) -> Peak:
    return Peak(
        name,
        name,
        "gaussian",
        {
            "area": Parameter(100.0, 0.0),
            "position": Parameter(position, 1.0, 39.0),
            "fwhm": Parameter(2.0, 1.0, 6.0),
        },
    )


MODEL = Model((_band("one", 12.0),), Background("none", {}))
"""One band for data with two: from the library it finds the near one, which is the lower minimum
only where that is the stronger one."""


def _two_bands() -> xr.Dataset:
    two = Model((_band("one", 12.0), _band("far", 30.0)), Background("none", {}))
    area = np.linspace(3000.0, 1500.0, 12)
    truth = {"one.area": area, "far.area": area[::-1] * np.where(np.arange(12) > 5, 2.0, 0.1)}
    return simulate_series(two, truth, GRID, np.random.default_rng(4), region="x")


def _with_good_start(series: xr.Dataset, spectrum: int) -> np.ndarray:
    starts = np.full((series.sizes["spectrum"], 3), np.nan)
    starts[spectrum, 1] = 30.0
    return starts


@pytest.mark.parametrize("good", [6, 8, 11])
def test_a_lower_minimum_is_handed_on_in_both_directions(good: int) -> None:
    series = _two_bands()
    starts = _with_good_start(series, good)
    alone = fit_all_spectra(series, MODEL, LIBRARY, starts=starts)
    assert (alone["value"].values[6:, 1] > 25.0).sum() == 1
    result = fit_all_spectra(series, MODEL, NEIGHBOURS, starts=starts)
    assert is_fitted(result).all()
    assert (result["value"].values[6:, 1] > 25.0).all()
    assert (result["value"].values[:6, 1] < 15.0).all()


def test_no_spectrum_ends_higher_than_from_the_library() -> None:
    series = _two_bands()
    starts = _with_good_start(series, 9)
    alone = fit_all_spectra(series, MODEL, LIBRARY, starts=starts)
    result = fit_all_spectra(series, MODEL, NEIGHBOURS, starts=starts)
    assert (result["chi_square"].values <= alone["chi_square"].values * (1.0 + 1e-9)).all()
    kept = result["value"].values[:6]
    np.testing.assert_array_equal(kept, alone["value"].values[:6])


def test_all_spectra_are_there_before_any_is_tried_again() -> None:
    series = _two_bands()
    starts = _with_good_start(series, 9)
    blocks = list(fit_series(series, MODEL, replace(NEIGHBOURS, block_size=5), starts=starts))
    sizes = [block.spectra.size for block in blocks]
    assert sizes[:3] == [5, 5, 2]
    assert sizes[-1] > 0
    assert 0 in sizes[3:-1]


def test_the_order_of_fitting_does_not_matter() -> None:
    series = _two_bands()
    starts = _with_good_start(series, 7)
    result = fit_all_spectra(series, MODEL, NEIGHBOURS, starts=starts)
    back = fit_all_spectra(series, MODEL, NEIGHBOURS, starts=starts, spectra=np.arange(12)[::-1])
    np.testing.assert_allclose(result["value"].values, back["value"].values, rtol=1e-6)


def test_spectra_that_cannot_be_fitted_hand_nothing_on() -> None:
    series = _two_bands()
    series["intensity"].values[8] = 0.0
    result = fit_all_spectra(series, MODEL, NEIGHBOURS, starts=_with_good_start(series, 7))
    assert is_fitted(result).tolist() == [True] * 8 + [False] + [True] * 3
    assert result["value"].values[7, 1] > 25.0
    assert result["value"].values[9, 1] < 15.0
