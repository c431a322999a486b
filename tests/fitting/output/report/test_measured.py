"""Printed numbers against the numbers they are printed from."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.output.report.measured import MeasuredValue, digits_of


@pytest.mark.parametrize(
    ("value", "stderr", "printed"),
    [
        (12.3456, 0.4321, ("12.35", "0.43")),
        (12.3456, 0.0999, ("12.35", "0.10")),
        (98765.4, 1234.0, ("98800", "1200")),
        (-0.0004, 0.021, ("0.000", "0.021")),
        (3.0, math.nan, ("3", "")),
        (0.123456, math.nan, ("0.1235", "")),
    ],
)
def test_a_number_is_rounded_to_two_digits_of_its_error(value, stderr, printed):
    digits = digits_of(MeasuredValue(value, stderr))
    assert (digits.value, digits.error) == printed


@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-6, 1e6),
)
def test_rounding_changes_a_number_by_at_most_a_twentieth_of_its_error(value, stderr):
    digits = digits_of(MeasuredValue(value, stderr))
    assert abs(float(digits.value) - value) <= 0.0501 * stderr
    assert float(digits.error) == pytest.approx(stderr, rel=0.0501)


def test_what_is_not_supported_is_printed_as_its_limit_only():
    digits = digits_of(MeasuredValue(0.2, 0.3, limit=0.8123))
    assert (digits.value, digits.error, digits.is_limit) == ("0.81", "", True)


def test_an_unknown_number_prints_as_nothing():
    assert digits_of(MeasuredValue(math.nan, 0.1)).value == ""
