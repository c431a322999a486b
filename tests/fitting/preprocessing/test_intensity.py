"""Spikes are found and lines are not; a common scale changes no ratio."""

import numpy as np
import pytest

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.series import SHIFT, check_series, history_of, make_series
from fitting.preprocessing.intensity import Normalise, RemoveSpikes, normalise_series, remove_spikes

SHIFTS = np.arange(100.0, 700.0)


def _series(counts):
    counts = np.atleast_2d(np.asarray(counts, dtype=float))
    return make_series(
        SHIFT,
        SHIFTS[: counts.shape[1]],
        counts,
        region="raman",
        sigma=np.sqrt(np.maximum(counts, 1.0)),
        noise="poisson",
    )


def _lorentzian(position, fwhm):
    return 1 / (1 + (2 * (SHIFTS - position) / fwhm) ** 2)


def _gaussian(position, fwhm):
    return np.exp(-4 * np.log(2) * ((SHIFTS - position) / fwhm) ** 2)


def _bands(fluorescence=1000.0):
    return (
        fluorescence * (1 + np.exp(-(SHIFTS - 100) / 200))
        + 800 * _lorentzian(203, 14)
        + 3000 * _lorentzian(428, 11)
        + 500 * _lorentzian(577, 12)
    )


@pytest.mark.parametrize("count", [1, 2, 3, 12])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_spikes_of_thirty_sigma_are_found_wherever_they_sit(count, width):
    rng = np.random.default_rng(width)
    found = 0
    for _ in range(30):
        truth = _bands() * np.linspace(0.8, 1.2, count)[:, None]
        counts = rng.poisson(truth).astype(float)
        row, column = rng.integers(count), rng.integers(10, SHIFTS.size - 10)
        counts[row, column : column + width] += rng.poisson(30 * np.sqrt(truth[row, column]), width)
        cleaned = remove_spikes(_series(counts), RemoveSpikes())
        unknown = np.isnan(cleaned["intensity"].values)
        found += unknown[row, column : column + width].all()
        unknown[row, column - 3 : column + width + 3] = False
        assert not unknown.any()
    assert found >= 27


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("shape", [_lorentzian, _gaussian])
@pytest.mark.parametrize("fwhm", [3.0, 4.0, 8.0, 15.0])
def test_lines_of_three_points_and_more_survive_at_any_height(count, shape, fwhm):
    rng = np.random.default_rng(7)
    for background in (20.0, 5000.0):
        for height in (1e2, 1e3, 1e4, 1e6):
            lines = sum(shape(130 + 45 * k + rng.random(), fwhm) for k in range(12))
            growing = np.linspace(0.2, 1.5, count)[:, None]
            counts = rng.poisson((background + height * lines) * growing).astype(float)
            cleaned = remove_spikes(_series(counts), RemoveSpikes())
            assert np.isfinite(cleaned["intensity"].values).all()


def test_a_line_that_is_in_one_spectrum_only_survives():
    rng = np.random.default_rng(3)
    truth = np.tile(_bands(), (9, 1))
    truth[4] += 2e4 * _lorentzian(320.3, 3.5)
    cleaned = remove_spikes(_series(rng.poisson(truth)), RemoveSpikes())
    assert np.isfinite(cleaned["intensity"].values).all()


def test_removed_points_are_unknown_and_no_value_is_invented():
    counts = np.full((4, 600), 400.0)
    counts[2, 300] = 9000.0
    cleaned = remove_spikes(_series(counts), RemoveSpikes())
    check_series(cleaned)
    np.testing.assert_array_equal(np.argwhere(np.isnan(cleaned["intensity"].values))[:, 0], 2)
    assert np.isinf(cleaned["sigma"].values[2, 300])
    known = np.isfinite(cleaned["intensity"].values)
    np.testing.assert_array_equal(cleaned["intensity"].values[known], counts[known])
    assert history_of(cleaned) == [
        "Removed cosmic spikes above a score of 8: 3 points in 1 of 4 spectra."
    ]


def test_neither_gaps_nor_dead_points_nor_the_tail_of_the_laser_make_a_spike():
    rng = np.random.default_rng(5)
    truth = np.tile(_bands() + 1e6 * np.exp(-(SHIFTS - 100) / 0.7), (3, 1))
    counts = rng.poisson(truth).astype(float)
    counts[1, 200:210] = np.nan
    counts[2, 350] = 0.0
    cleaned = remove_spikes(_series(counts), RemoveSpikes())
    assert np.isnan(cleaned["intensity"].values).sum() == 10


def test_scatter_beyond_sigma_raises_the_bar():
    rng = np.random.default_rng(6)
    noisy = 1000 + 300 * rng.standard_normal((1, 600))
    cleaned = remove_spikes(_series(noisy), RemoveSpikes())
    assert np.isfinite(cleaned["intensity"].values).all()


@pytest.mark.parametrize("settings", [{"threshold": 1.0}, {"max_width": 0}, {"max_width": 40}])
def test_settings_of_spikes_out_of_range_are_refused(settings):
    with pytest.raises(RecipeError, match="RemoveSpikes"):
        RemoveSpikes(**settings)


@pytest.mark.parametrize("kind", ["max", "area"])
def test_normalising_keeps_the_relative_error_of_every_point(kind):
    counts = np.vstack([_bands(), 3 * _bands()])
    series = _series(counts)
    scaled = normalise_series(series, Normalise(kind))
    np.testing.assert_allclose(
        scaled["sigma"] / scaled["intensity"], series["sigma"] / series["intensity"]
    )
    np.testing.assert_allclose(scaled["intensity"].values[0], scaled["intensity"].values[1])
    assert scaled.attrs["unit"] == "arbitrary"
    assert scaled.attrs["region"] == "raman"


def test_normalising_to_a_range_makes_its_highest_point_one():
    scaled = normalise_series(_series(_bands()), Normalise("max", low=420, high=440))
    within = scaled.sel(shift=slice(420, 440))
    assert float(within["intensity"].max()) == pytest.approx(1.0)
    assert float(scaled["intensity"].max()) >= 1.0


def test_normalising_to_area_makes_the_integral_one():
    scaled = normalise_series(_series(_bands()), Normalise("area"))
    assert np.trapezoid(scaled["intensity"].values[0], SHIFTS) == pytest.approx(1.0)


def test_a_spectrum_that_cannot_be_divided_by_is_named():
    with pytest.raises(SeriesError, match="spectrum 1 has a max of 0"):
        normalise_series(_series(np.vstack([np.ones(600), np.zeros(600)])), Normalise("max"))


def test_a_spectrum_without_points_stays_without():
    counts = np.vstack([_bands(), np.full(600, np.nan)])
    scaled = normalise_series(_series(counts), Normalise("area"))
    assert np.isnan(scaled["intensity"].values[1]).all()
