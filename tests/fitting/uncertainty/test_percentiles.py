"""Percentiles of replicas: they hold the truth, answer a bias, and stay finite where they can."""

import numpy as np
from scipy.stats import binom, norm

from fitting.uncertainty.percentiles import percentile_block

ONE = np.array([0])


def test_percentiles_of_normal_replicas_hold_the_truth_in_95_of_100_cases() -> None:
    rng = np.random.default_rng(1)
    estimates = rng.normal(5.0, 0.5, 1000)
    blocks = [
        percentile_block(ONE, np.array([one]), rng.normal(one, 0.5, (400, 1))) for one in estimates
    ]
    held = sum(float(one.low95[0, 0]) <= 5.0 <= float(one.high95[0, 0]) for one in blocks)
    assert binom.ppf(0.001, 1000, 0.95) <= held <= binom.ppf(0.999, 1000, 0.95)


def test_percentiles_move_against_a_small_bias() -> None:
    """Replicas 0.1 deviations above the fit: the fit is as far above the truth."""
    replicas = norm.ppf((np.arange(9999) + 0.5) / 9999)[:, None] + 0.1
    block = percentile_block(ONE, np.array([0.0]), replicas)
    np.testing.assert_allclose(block.low95[0, 0], -1.96 - 0.1, atol=0.01)
    np.testing.assert_allclose(block.high95[0, 0], 1.96 - 0.1, atol=0.01)
    assert block.bias is not None
    np.testing.assert_allclose(block.bias[0, 0], 0.1, atol=1e-6)


def test_replicas_that_lean_on_a_bound_hardly_move_the_percentiles() -> None:
    replicas = np.abs(norm.ppf((np.arange(9999) + 0.5) / 9999))[:, None]
    block = percentile_block(ONE, np.array([0.0]), replicas)
    unmoved = norm.ppf(0.5 + 0.5 * norm.cdf(1.96 - 0.4))
    np.testing.assert_allclose(block.high95[0, 0], unmoved, atol=0.01)


def test_infinite_replicas_leave_the_end_below_them_finite() -> None:
    replicas = np.append(np.linspace(1.0, 2.0, 900), np.full(100, np.inf))[:, None]
    block = percentile_block(ONE, np.array([1.5]), replicas)
    assert np.isfinite(block.low95[0, 0])
    assert np.isinf(block.high95[0, 0])


def test_few_replicas_say_nothing() -> None:
    block = percentile_block(ONE, np.array([1.0]), np.ones((19, 1)))
    assert np.isnan(block.low95).all()
    assert np.isnan(block.high95).all()
