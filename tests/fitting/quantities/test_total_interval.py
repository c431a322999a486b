"""The statistical and the model error of a value, put together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.quantities.quantify import Estimate
from fitting.quantities.total_interval import widen_by_model

NORMAL_95 = 1.959963984540054
_numbers = st.floats(0.0, 1e6)


def _one(value: float, low: float, high: float) -> Estimate:
    return Estimate(*(np.array([part]) for part in (value, 1.0, low, high)))


def test_two_normal_errors_add_in_quadrature() -> None:
    statistical = _one(50.0, 50.0 - 3 * NORMAL_95, 50.0 + 3 * NORMAL_95)
    total = widen_by_model(statistical, np.array([4.0]))
    assert total.low95[0] == pytest.approx(50.0 - 5 * NORMAL_95)
    assert total.high95[0] == pytest.approx(50.0 + 5 * NORMAL_95)
    assert total.stderr[0] == 1.0


def test_drawn_values_lie_in_the_total_interval_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    errors = rng.normal(0.0, 2.0, 20000) + rng.normal(0.0, 1.5, 20000)
    reach = 2.0 * NORMAL_95
    found = Estimate(errors, np.full(20000, 2.0), errors - reach, errors + reach)
    total = widen_by_model(found, np.full(20000, 1.5))
    held = (total.low95 <= 0) & (total.high95 >= 0)
    assert abs(held.mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 20000)


def test_a_model_error_that_is_not_known_changes_nothing() -> None:
    statistical = _one(5.0, 4.0, np.inf)
    total = widen_by_model(statistical, np.array([np.nan]), floor=0.0, ceiling=100.0)
    assert (total.low95[0], total.high95[0]) == (4.0, np.inf)


def test_what_has_no_statistical_interval_has_no_total_one() -> None:
    total = widen_by_model(_one(0.0, np.nan, np.nan), np.array([2.0]), floor=0.0)
    assert np.isnan(total.low95[0])
    assert np.isnan(total.high95[0])


@given(_numbers, _numbers, _numbers, _numbers)
def test_the_total_interval_holds_the_statistical_one(
    value: float, below: float, above: float, model: float
) -> None:
    low, high = max(value - below, 0.0), value + above
    total = widen_by_model(_one(value, low, high), np.array([model]), floor=0.0)
    slack = 1e-9 * (1.0 + value + above)
    assert 0.0 <= total.low95[0] <= low + slack
    assert total.high95[0] >= high - slack
