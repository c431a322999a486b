"""Onsets on simulated branches: coverage, false alarms, ends of the series, species at zero."""

import numpy as np
import pytest
from scipy.stats import norm

from fitting.quantities.onset import METHOD_BEFORE, METHOD_PLATEAU, find_onset
from fitting.quantities.ramp_likelihood import Observations, fit_ramps, ramp_between


def branch(
    rng: np.random.Generator, onset: float, *, points: int = 16, slope: float = 20.0, noise=1.0
):
    """Potential, value and error of a species that appears; below zero the area ends at zero."""
    potential = np.sort(rng.uniform(2.5, 4.3, points))
    sigma = noise * rng.uniform(0.7, 1.4, points)
    value = slope * np.maximum(potential - onset, 0.0) + sigma * rng.standard_normal(points)
    at_zero = value <= 0
    return potential, np.where(at_zero, 0.0, value), np.where(at_zero, np.nan, sigma)


def holds(onset, truth: float) -> bool:
    return not (onset.low95 > truth or onset.high95 < truth)


def test_95_percent_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(11)
    inside, found = 0, 0
    for _ in range(250):
        truth = rng.uniform(2.9, 3.7)
        onset = find_onset(*branch(rng, truth))
        if onset is not None:
            found += 1
            inside += holds(onset, truth)
    assert found > 240
    assert inside / found >= 0.92


def test_a_constant_seldom_has_an_onset() -> None:
    rng = np.random.default_rng(5)
    alarms = sum(find_onset(*branch(rng, 9.0, points=12)) is not None for _ in range(150))
    assert alarms <= 0.03 * 150


def test_interval_agrees_with_a_bootstrap() -> None:
    rng = np.random.default_rng(3)
    potential = np.linspace(2.5, 4.3, 25)
    truth = 3.2
    expected = 10.0 + 15.0 * np.maximum(potential - truth, 0.0)
    stderr = np.full(25, 0.8)
    draws = expected + 0.8 * rng.standard_normal((150, 25))
    onsets = [find_onset(potential, draw, stderr) for draw in draws]
    places = np.array([onset.potential for onset in onsets if onset is not None])
    stated = np.median([onset.high95 - onset.low95 for onset in onsets if onset is not None])
    assert places.mean() == pytest.approx(truth, abs=4 * places.std() / np.sqrt(places.size))
    assert stated == pytest.approx(2 * 1.96 * places.std(), rel=0.3)


def test_species_appears_or_fades_along_its_branch() -> None:
    rng = np.random.default_rng(8)
    potential, value, stderr = branch(rng, 3.3, points=30, noise=0.3)
    rising = find_onset(potential, value, stderr)
    fading = find_onset(potential, 100.0 - value, stderr, bounds=(0.0, 100.0))
    assert (rising.direction, fading.direction) == ("appears", "fades")
    assert rising.potential == pytest.approx(fading.potential, abs=1e-6)
    assert rising.potential == pytest.approx(3.3, abs=0.1)


def test_discharge_is_read_from_high_to_low_potential() -> None:
    rng = np.random.default_rng(8)
    potential, value, stderr = branch(rng, 3.3, points=30, noise=0.3)
    falling = find_onset(-potential, value, stderr, is_falling=True)
    assert falling.direction == "appears"
    assert falling.potential == pytest.approx(-3.3, abs=0.1)
    assert falling.low95 < falling.potential < falling.high95


def test_plateau_does_not_move_the_onset() -> None:
    rng = np.random.default_rng(2)
    potential = np.linspace(2.5, 4.3, 40)
    value = 20.0 * np.clip(potential - 3.0, 0.0, 0.3) + 0.3 * rng.standard_normal(40)
    onset = find_onset(potential, value, np.full(40, 0.3))
    assert onset.method == METHOD_PLATEAU
    assert holds(onset, 3.0)
    assert onset.potential == pytest.approx(3.0, abs=0.08)


def test_change_from_the_start_on_has_no_onset_in_the_series() -> None:
    rng = np.random.default_rng(4)
    potential = np.linspace(2.5, 4.3, 20)
    value = 10.0 * (potential - 2.0) + 0.3 * rng.standard_normal(20)
    onset = find_onset(potential, value, np.full(20, 0.3))
    assert np.isnan(onset.low95)
    assert np.isfinite(onset.high95)
    assert onset.high95 < 3.2
    assert onset.method == METHOD_BEFORE or onset.potential < 3.0


def test_understated_errors_widen_the_interval_rather_than_narrow_it() -> None:
    rng = np.random.default_rng(6)
    potential, value, stderr = branch(rng, 3.3, points=30, noise=0.5)
    honest = find_onset(potential, value, stderr)
    understated = find_onset(potential, value, stderr / 100)
    assert understated.low95 == pytest.approx(honest.low95, abs=0.03)
    assert understated.high95 == pytest.approx(honest.high95, abs=0.03)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_spectra_have_no_onset(count: int) -> None:
    potential = np.linspace(2.5, 4.3, count)
    assert find_onset(potential, potential**3, np.full(count, 0.01)) is None


def test_constant_share_without_errors_has_no_onset() -> None:
    potential = np.linspace(2.5, 4.3, 20)
    assert find_onset(potential, np.full(20, 100.0), np.zeros(20), bounds=(0, 100)) is None
    assert find_onset(potential, np.zeros(20), np.full(20, np.nan)) is None


def test_unknown_values_are_left_out() -> None:
    rng = np.random.default_rng(8)
    potential, value, stderr = branch(rng, 3.3, points=30, noise=0.3)
    holes = np.append(potential, [np.nan, 3.0]), np.append(value, [1.0, np.nan])
    onset = find_onset(*holes, np.append(stderr, [1.0, 1.0]))
    assert onset == find_onset(potential, value, stderr)


def test_values_at_a_bound_weigh_as_what_they_say() -> None:
    """Against a brute-force search of the likelihood."""
    rng = np.random.default_rng(9)
    x = np.linspace(0.0, 1.0, 12)
    ramp = ramp_between(x, np.array([0.4]), np.inf)
    value = 3.0 * ramp[0] + 0.7 * rng.standard_normal(12)
    beyond = np.where(value < 0, -1.0, 0.0)
    value = np.maximum(value, 0.0)
    observed = Observations(x, value, np.full(12, 0.7), beyond)
    deviance, _ = fit_ramps(observed, ramp)
    level, slope = np.meshgrid(np.linspace(-2, 2, 401), np.linspace(0, 6, 601), indexing="ij")
    mean = level[..., None] + slope[..., None] * ramp[0]
    terms = np.where(
        beyond == 0, ((value - mean) / 0.7) ** 2, -2 * norm.logcdf((value - mean) / 0.7)
    )
    assert deviance[0] == pytest.approx(terms.sum(axis=-1).min(), abs=1e-3)
    assert deviance[0] <= terms.sum(axis=-1).min()
