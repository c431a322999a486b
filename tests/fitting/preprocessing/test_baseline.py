"""Baselines against a known truth."""

import numpy as np
import pytest

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.series import BASELINE, ENERGY, SHIFT, history_of, make_series
from fitting.preprocessing.axis import CropAxis, crop_axis
from fitting.preprocessing.baseline import BASELINES, SubtractBaseline, subtract_baseline

STIFF_ENOUGH = {
    "arpls": SubtractBaseline("arpls"),
    "asls": SubtractBaseline("asls"),
    "airpls": SubtractBaseline("airpls", lam=1e7),
    "imodpoly": SubtractBaseline("imodpoly", order=3),
    "linear": SubtractBaseline("linear"),
}


def _shifts(step=1.0):
    return np.arange(100.0, 700.0, step)


def _fluorescence(shifts, *, is_straight=False):
    curve = 0.0 if is_straight else 1500.0 * np.exp(-(((shifts - 250) / 400) ** 2))
    return 4000.0 - 2.0 * (shifts - 100) + curve


def _bands(shifts):
    return sum(
        height * np.exp(-4 * np.log(2) * ((shifts - position) / fwhm) ** 2)
        for position, fwhm, height in ((203, 14, 900), (428, 11, 3000), (577, 12, 500))
    )


def _series(counts, shifts):
    counts = np.atleast_2d(np.asarray(counts, dtype=float))
    sigma = np.sqrt(np.maximum(counts, 1))
    return make_series(SHIFT, shifts, counts, region="raman", sigma=sigma, noise="poisson")


def test_every_method_there_is_is_tried_here():
    assert set(STIFF_ENOUGH) == set(BASELINES)


@pytest.mark.parametrize("method", BASELINES)
def test_a_known_fluorescence_is_found_within_its_noise(method):
    rng = np.random.default_rng(11)
    shifts = _shifts()
    truth = _fluorescence(shifts, is_straight=method == "linear")
    series = _series(rng.poisson(np.tile(truth + _bands(shifts), (5, 1))), shifts)
    flat = subtract_baseline(series, STIFF_ENOUGH[method])
    # asls with its weight of 1 % runs along the lower edge of the noise, not through its middle.
    allowed = 2.5 if method in ("asls", "airpls") else 1.0
    error = flat[BASELINE].values - truth
    assert np.sqrt(np.mean(error**2)) < allowed * np.sqrt(truth.mean())


def test_what_was_measured_can_be_had_back_and_sigma_is_as_it_was():
    shifts = _shifts()
    series = _series(np.random.default_rng(2).poisson(_fluorescence(shifts)), shifts)
    flat = subtract_baseline(subtract_baseline(series, SubtractBaseline()), SubtractBaseline())
    np.testing.assert_allclose(flat["intensity"] + flat[BASELINE], series["intensity"])
    np.testing.assert_array_equal(flat["sigma"], series["sigma"])
    assert BASELINE in crop_axis(flat, CropAxis(200, 300))
    assert history_of(flat)[0].startswith("Subtracted a baseline (arpls, lam 1e+06;")


def test_the_baseline_is_as_stiff_on_a_finer_grid():
    subtracted = []
    for step in (0.5, 2.0):
        shifts = _shifts(step)
        flat = subtract_baseline(
            _series(_fluorescence(shifts) + _bands(shifts), shifts), SubtractBaseline("asls")
        )
        subtracted.append(np.interp(_shifts(2.0), shifts, flat[BASELINE].values[0]))
    np.testing.assert_allclose(*subtracted, atol=15)


def test_gaps_are_bridged_for_the_baseline_and_stay_gaps():
    shifts = _shifts()
    counts = _fluorescence(shifts)
    broken = counts.copy()
    broken[300:306] = np.nan
    flat = subtract_baseline(_series([counts, broken], shifts), SubtractBaseline())
    np.testing.assert_array_equal(
        np.flatnonzero(np.isnan(flat["intensity"].values[1])), np.arange(300, 306)
    )
    np.testing.assert_allclose(flat[BASELINE].values[1], flat[BASELINE].values[0], atol=2)


def test_a_spectrum_without_points_does_not_stop_the_others():
    shifts = _shifts()
    counts = np.vstack([_fluorescence(shifts), np.full(shifts.size, np.nan)])
    flat = subtract_baseline(_series(counts, shifts), SubtractBaseline())
    assert np.isfinite(flat["intensity"].values[0]).all()
    assert np.isnan(flat["intensity"].values[1]).all()


def test_a_baseline_is_refused_for_xps_with_what_to_do_instead():
    series = make_series(
        ENERGY, np.arange(158, 172, 0.1), np.ones(140), region="S 2p", sigma=1.0, noise="given"
    )
    with pytest.raises(SeriesError, match="choose one there"):
        subtract_baseline(series, SubtractBaseline())


def test_too_few_points_are_refused():
    with pytest.raises(SeriesError, match="too few"):
        subtract_baseline(_series(np.ones(10), np.arange(10.0)), SubtractBaseline())


@pytest.mark.parametrize("settings", [{"method": "arlps"}, {"lam": 0.0}, {"p": 1.0}, {"order": -1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecipeError):
        SubtractBaseline(**settings)
