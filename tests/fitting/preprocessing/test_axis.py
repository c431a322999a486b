"""Cropping and resampling, against series of known content."""

import numpy as np
import pytest

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.grids import GRID
from fitting.data.joining.join import join_series
from fitting.data.series import (
    ENERGY,
    axis_values,
    check_series,
    history_of,
    make_series,
)
from fitting.preprocessing.axis import CropAxis, Resample, crop_axis, resample_series


def _series(positions, intensity, **coordinates):
    counts = np.asarray(intensity, dtype=float)
    return make_series(
        ENERGY,
        positions,
        counts,
        region="S 2p",
        sigma=np.sqrt(np.maximum(counts, 1)),
        noise="poisson",
        **coordinates,
    )


def test_crop_keeps_the_points_of_the_range_and_says_so():
    series = _series(np.arange(155, 175, 0.1), np.full(200, 100.0))
    kept = crop_axis(series, CropAxis(158, 172))
    assert kept.sizes[ENERGY] == 141
    np.testing.assert_allclose(kept[ENERGY].values[[0, -1]], [158, 172])
    assert history_of(kept) == ["Kept 158 to 172 eV (141 points)."]
    assert series.sizes[ENERGY] == 200


def test_crop_cuts_each_spectrum_on_its_own_corrected_axis():
    grid = np.arange(155, 175, 0.5)
    series = _series(grid, np.full((2, grid.size), 50.0), axis_offset=[0.0, -2.0])
    kept = crop_axis(series, CropAxis(160, 165))
    check_series(kept)
    seen = np.isfinite(kept["intensity"].values)
    for positions, measured, sigma in zip(
        axis_values(kept), seen, kept["sigma"].values, strict=True
    ):
        assert (positions[measured].min(), positions[measured].max()) == (160, 165)
        assert np.isinf(sigma[~measured]).all()


def test_crop_outside_of_the_data_is_refused_with_the_range_there_is():
    series = _series(np.arange(155, 175, 0.5), np.full(40, 50.0))
    with pytest.raises(SeriesError, match=r"no two points lie between 280 and 290 eV.*155 to 174"):
        crop_axis(series, CropAxis(280, 290))


def test_crop_refuses_a_range_the_wrong_way_round():
    with pytest.raises(RecipeError, match="less than"):
        CropAxis(172, 158)


def test_resampling_keeps_a_straight_line_and_propagates_sigma():
    grid = np.arange(100.0, 110.0)
    series = _series(grid, 10 * grid)
    moved = resample_series(series, Resample(0.25))
    np.testing.assert_allclose(moved["intensity"].values[0], 10 * moved[ENERGY].values)
    between = moved.sel(energy=100.5)
    expected = np.hypot(0.5 * np.sqrt(1000), 0.5 * np.sqrt(1010))
    assert float(between["sigma"][0]) == pytest.approx(expected)
    assert float(moved["sigma"].sel(energy=103)[0]) == pytest.approx(np.sqrt(1030))
    assert "no longer independent" in history_of(moved)[0]


def test_resampling_brings_unlike_grids_onto_one():
    coarse = _series(np.arange(155, 175, 0.2), np.full(100, 9.0), sample="a")
    fine = _series(np.arange(158.05, 172, 0.15), np.full(93, 9.0), sample="b")
    moved = resample_series(join_series([coarse, fine]), Resample(0.5))
    check_series(moved)
    assert GRID not in moved
    seen = [moved[ENERGY].values[row] for row in np.isfinite(moved["intensity"].values)]
    assert sorted((one[0], one[-1]) for one in seen) == [(155.0, 174.5), (158.5, 171.5)]
    np.testing.assert_allclose(moved["intensity"].values[np.isfinite(moved["intensity"])], 9.0)


def test_a_gap_stays_a_gap_when_resampled():
    counts = np.full(20, 40.0)
    counts[10] = np.nan
    moved = resample_series(_series(np.arange(20.0), counts), Resample(0.5))
    unknown = np.isnan(moved["intensity"].values[0])
    assert set(moved[ENERGY].values[unknown]) == {9.5, 10.0, 10.5}
    assert np.isinf(moved["sigma"].values[0][unknown]).all()


def test_a_step_longer_than_the_range_is_refused():
    with pytest.raises(SeriesError, match="smaller"):
        resample_series(_series(np.arange(100.0, 110.0), np.ones(10)), Resample(50))
    with pytest.raises(RecipeError, match="more than 0"):
        Resample(0)
