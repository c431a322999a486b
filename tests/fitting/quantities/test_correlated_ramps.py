"""Ramps through values with common errors: against generalised least squares and a minimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_ndtr

from fitting.quantities.correlated_ramps import fit_correlated_ramps
from fitting.quantities.onset import find_onset
from fitting.quantities.ramp_likelihood import Observations, fit_ramps, ramp_between

PLACES = np.linspace(2.0, 4.0, 21)
STARTS = np.array([2.0, 2.55, 3.1, 3.6])


def _observed(beyond: np.ndarray, *, columns: int = 2, lowest: float = -np.inf) -> Observations:
    rng = np.random.default_rng(7)
    common = rng.normal(0.0, 1.0, (PLACES.size, columns))
    value = 3.0 + 8.0 * np.maximum(PLACES - 3.0, 0.0)
    value = value + rng.normal(0.0, 0.5, PLACES.size) + common @ rng.normal(size=columns)
    sigma = np.linspace(0.4, 0.7, PLACES.size)
    return Observations(PLACES, value, sigma, beyond, lowest, np.inf, common)


def test_least_deviance_is_that_of_generalised_least_squares() -> None:
    observed = _observed(np.zeros(PLACES.size))
    ramps = ramp_between(PLACES, STARTS, np.inf)
    deviance, chi_square = fit_correlated_ramps(observed, ramps)
    covariance = np.diag(observed.sigma**2) + observed.common @ observed.common.T
    root = np.linalg.inv(np.linalg.cholesky(covariance))
    for index, ramp in enumerate(ramps):
        design = root @ np.stack([np.ones_like(ramp), ramp], axis=1)
        rest = np.linalg.lstsq(design, root @ observed.value, rcond=None)[1]
        assert deviance[index] == pytest.approx(float(rest[0]))
    assert np.array_equal(deviance, chi_square)


def test_without_common_errors_it_is_the_plain_fit() -> None:
    beyond = np.where(PLACES < 2.5, -1.0, 0.0)
    observed = _observed(beyond, columns=0, lowest=3.2)
    ramps = ramp_between(PLACES, STARTS, np.inf)
    plain, correlated = fit_ramps(observed, ramps), fit_correlated_ramps(observed, ramps)
    assert correlated[0] == pytest.approx(plain[0], rel=1e-6)
    assert correlated[1] == pytest.approx(plain[1], rel=1e-4)


@pytest.mark.parametrize("lowest", [-np.inf, 4.0])
def test_limits_and_a_bounded_constant_are_minimised_over(lowest: float) -> None:
    beyond = np.where(PLACES < 2.5, -1.0, 0.0)
    observed = _observed(beyond, lowest=lowest)
    ramps = ramp_between(PLACES, STARTS, np.inf)
    deviance, _ = fit_correlated_ramps(observed, ramps)

    def total(q: np.ndarray, ramp: np.ndarray) -> float:
        mean = q[0] + q[1] * ramp + observed.common @ q[2:]
        z = (mean - observed.value) / observed.sigma
        measured = beyond == 0
        return float(
            np.sum(z[measured] ** 2) - 2.0 * log_ndtr(-z[~measured]).sum() + np.sum(q[2:] ** 2)
        )

    bounds = [(lowest if np.isfinite(lowest) else None, None), *[(None, None)] * 3]
    for index, ramp in enumerate(ramps[1:], start=1):
        start = np.array([max(lowest, 3.0), 1.0, 0.0, 0.0])
        best = minimize(total, start, (ramp,), bounds=bounds, tol=1e-10)
        assert deviance[index] == pytest.approx(best.fun, rel=1e-4)


def test_error_that_all_values_share_does_not_blur_an_onset() -> None:
    rng = np.random.default_rng(3)
    own = rng.normal(0.0, 0.5, PLACES.size)
    value = 10.0 + 12.0 * np.maximum(PLACES - 2.9, 0.0) + own
    common = np.full((PLACES.size, 1), 4.0)
    alone = find_onset(PLACES, value, np.full(PLACES.size, 0.5))
    moved = find_onset(
        PLACES, value + 4.0 * 1.3, np.full(PLACES.size, np.hypot(0.5, 4.0)), common=common
    )
    assert alone is not None
    assert moved is not None
    assert moved.potential == pytest.approx(alone.potential, abs=0.02)
    assert moved.high95 - moved.low95 == pytest.approx(alone.high95 - alone.low95, rel=0.2)


def test_falling_branch_takes_its_common_errors_along() -> None:
    rng = np.random.default_rng(4)
    common = np.linspace(0.0, 3.0, PLACES.size)[:, None]
    value = 10.0 + 12.0 * np.maximum(3.2 - PLACES, 0.0) + rng.normal(0.0, 0.5, PLACES.size)
    stderr = np.hypot(0.5, common[:, 0])
    falling = find_onset(PLACES, value, stderr, common=common, is_falling=True)
    mirrored = find_onset(-PLACES, value, stderr, common=common)
    assert falling is not None
    assert mirrored is not None
    assert falling.potential == pytest.approx(-mirrored.potential)
    assert falling.low95 == pytest.approx(-mirrored.high95)
