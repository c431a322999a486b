"""Which onset is stated: a change point where one fits, else the first change and its steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.quantities.first_change import find_first_change, find_steps, order_trend
from fitting.quantities.onset_choice import Limited, choose_onset

POTENTIAL = np.linspace(2.5, 4.3, 16)


def choose(value, *, potential=POTENTIAL, common=None, stderr=0.6, is_falling=False):
    sigma = np.full(value.size, stderr)
    limited = Limited(value, np.zeros(value.size), (0.0, 100.0))
    shared = np.zeros((value.size, 0)) if common is None else common
    return choose_onset(potential, value, sigma, shared, limited, is_falling=is_falling)


def noisy(expected, seed):
    return expected + 0.6 * np.random.default_rng(seed).standard_normal(expected.size)


@pytest.mark.parametrize("seed", range(5))
def test_two_steps_are_no_change_point_and_both_are_listed(seed: int) -> None:
    found = choose(noisy(5.0 + 8.0 * (POTENTIAL > 2.8) + 19.0 * (POTENTIAL > 3.6), seed))
    assert found.lack_of_fit < 0.05
    assert found.stated.method.startswith("steps")
    assert found.stated.low95 < 2.8 < found.stated.high95
    assert found.steps == pytest.approx([2.8, 3.6], abs=0.07)


def test_discharge_lists_its_steps_from_high_to_low_potential() -> None:
    expected = 5.0 + 8.0 * (POTENTIAL < 3.9) + 19.0 * (POTENTIAL < 3.1)
    found = choose(noisy(expected, 1), is_falling=True)
    assert found.steps == pytest.approx([3.9, 3.1], abs=0.07)
    assert found.stated.low95 < 3.9 < found.stated.high95


@pytest.mark.parametrize("seed", range(3))
def test_a_corner_that_fits_is_stated_as_one(seed: int) -> None:
    found = choose(noisy(5.0 + 15.0 * np.maximum(POTENTIAL - 3.2, 0.0), seed))
    assert found.lack_of_fit > 0.05
    assert found.stated.method.startswith("change point")
    assert found.steps == ()
    assert found.first_change.high95 > 3.2


def test_a_constant_has_no_onset() -> None:
    assert all(choose(noisy(np.full(16, 5.0), seed)) is None for seed in range(8))


def test_first_change_of_a_constant_is_as_rare_as_stated() -> None:
    rng = np.random.default_rng(3)
    trends = (
        order_trend(POTENTIAL, rng.standard_normal(16), np.ones(16), np.zeros((16, 0)))
        for _ in range(200)
    )
    assert sum(find_first_change(trend) is not None for trend in trends) <= 0.05 * 200


def test_a_rise_that_the_model_error_explains_is_none() -> None:
    expected = 5.0 + 10.0 * (POTENTIAL > 3.2)
    common = np.where(POTENTIAL > 3.2, 8.0, 0.1)[:, None]
    sigma = np.hypot(0.6, common[:, 0])
    trend = order_trend(POTENTIAL, noisy(expected, 2), sigma, common)
    assert find_first_change(trend) is None


@given(
    exponents=st.lists(st.floats(-12.0, 12.0), min_size=16, max_size=16),
    seed=st.integers(0, 1000),
)
def test_steps_are_sought_whatever_the_errors_are_beside_one_another(
    exponents: list[float], seed: int
) -> None:
    value = noisy(5.0 + 20.0 * (POTENTIAL > 3.4), seed)
    trend = order_trend(POTENTIAL, value, 10.0 ** np.array(exponents), np.zeros((16, 0)))
    # a warning is an error here: no level may divide by a weight that was lost in a sum
    assert np.all(np.isfinite(find_steps(trend)))
