"""Thresholds of intervals against published values."""

import numpy as np
import pytest

from fitting.quantities.intervals import fieller_interval, student_t, unified_threshold


def test_unified_threshold_goes_from_one_sided_to_two_sided() -> None:
    at_bound, near, far = unified_threshold(np.array([0.0, 1.0, 5.0]))
    assert at_bound == pytest.approx(1.644854**2, rel=1e-5)
    assert far == pytest.approx(1.959964**2, rel=1e-6)
    assert at_bound < near < far


def test_unified_interval_of_a_measured_zero_is_that_of_feldman_and_cousins() -> None:
    """Table X of Phys. Rev. D 57, 3873: x = 0, 95 %: 0 to 1.96; x = -1: to 1.10; x = 1: to 2.96."""
    values = np.linspace(0.0, 4.0, 4001)
    for measured, upper in ((0.0, 1.96), (-1.0, 1.10), (1.0, 2.96)):
        best = max(measured, 0.0)
        rise = (values - measured) ** 2 - (best - measured) ** 2
        held = values[rise <= unified_threshold(values)]
        assert held.min() == pytest.approx(0.0, abs=2e-3)
        assert held.max() == pytest.approx(upper, abs=0.02)


def test_student_t_of_many_degrees_is_normal() -> None:
    assert student_t(np.array([1e9]))[0] == pytest.approx(1.959964, rel=1e-6)
    assert np.isnan(student_t(np.array([0.0]))[0])


def test_interval_does_not_depend_on_the_unit_of_the_areas() -> None:
    value = np.array([[3.0, 5.0], [0.4, 2.0]])
    covariance = np.array([[[0.04, 0.01], [0.01, 0.09]], [[0.09, 0.0], [0.0, 0.04]]])
    quantile = np.array([1.96, 1.96])
    plain = fieller_interval(value, covariance, quantile, is_nonnegative=True)
    huge = fieller_interval(1e60 * value, 1e120 * covariance, quantile, is_nonnegative=True)
    for one, other in zip(huge, plain, strict=True):
        assert one == pytest.approx(other)
