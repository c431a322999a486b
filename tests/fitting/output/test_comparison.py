"""Spectra put together keep their numbers: moved, scaled or subtracted, and nothing made up."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.series import ENERGY, make_series
from fitting.output.comparison import compare_spectra


def _series(counts: np.ndarray, offsets: np.ndarray) -> xr.Dataset:
    series = make_series(
        ENERGY,
        np.linspace(157.0, 172.0, counts.shape[1]),
        counts,
        region="S 2p",
        sigma=1.0,
        noise="estimated",
        sources={"a.txt": "0"},
    )
    return series.assign_coords(axis_offset=("spectrum", offsets))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1000))
def test_waterfall_and_difference_are_taken_back_to_what_was_measured(
    count: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.uniform(1.0, 1000.0, (count, 31))
    series = _series(counts, np.zeros(count))
    steps = {
        float(np.round(np.ptp(one.y - counts[one.spectrum]), 6))
        for one in compare_spectra(series, range(count), "waterfall")
    }
    assert steps == {0.0}
    for one in compare_spectra(series, range(count), "difference"):
        np.testing.assert_allclose(one.y + counts[0], counts[one.spectrum])
    for one in compare_spectra(series, range(count), is_normalised=True):
        assert one.y.max() == pytest.approx(1.0)


def test_differences_are_taken_at_the_same_energy_and_only_where_both_were_measured() -> None:
    x = np.linspace(157.0, 172.0, 301)
    peak = 100.0 * np.exp(-((x - 162.0) ** 2))
    shifted = 100.0 * np.exp(-((x + 0.5 - 162.0) ** 2))
    series = _series(np.stack([peak, shifted]), np.array([0.0, 0.5]))
    (difference,) = compare_spectra(series, [0, 1], "difference")
    assert difference.x.max() <= 172.0
    assert np.abs(difference.y).max() < 0.1


def test_points_that_were_not_measured_are_left_out() -> None:
    counts = np.full((2, 11), 5.0)
    counts[1, 3:6] = np.nan
    curves = compare_spectra(_series(counts, np.zeros(2)), [1, 0])
    assert [one.x.size for one in curves] == [8, 11]
