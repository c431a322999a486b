"""A number with its error as it is printed: two significant digits of the error, no more."""

import math
from dataclasses import dataclass

_DIGITS = 2
"""Significant digits of an error. One would round 0.14 to 0.1, off by a third."""
_DIGITS_ALONE = 4
"""Significant digits of a number whose error is not known."""


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """A number with what is known of its error; every field but the first may be nan."""

    value: float
    stderr: float = math.nan
    """One standard error."""
    low95: float = math.nan
    high95: float = math.nan
    systematic: float = math.nan
    """An error that is not statistical."""
    limit: float = math.nan
    """Set where the value is not supported: it lies below this with 95 % confidence."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The parts of a printed number, still without any markup; empty where not known."""

    value: str = ""
    error: str = ""
    systematic: str = ""
    is_limit: bool = False


def digits_of(number: MeasuredValue) -> Digits:
    """The number as digits, all of them rounded to the last digit of the statistical error."""
    if math.isfinite(number.limit):
        return Digits(_format_alone(number.limit, 2), is_limit=True)
    if not math.isfinite(number.value):
        return Digits()
    error = number.stderr
    if not (math.isfinite(error) and error > 0):
        error = (number.high95 - number.low95) / 4
    if not (math.isfinite(error) and error > 0):
        return Digits(_format_alone(number.value, _DIGITS_ALONE))
    places = _DIGITS - 1 - _rounded_exponent(error)
    return Digits(
        _format_fixed(number.value, places),
        _format_fixed(number.stderr, places),
        _format_fixed(number.systematic, places),
    )


def _rounded_exponent(error: float) -> int:
    """Power of ten of the first digit after rounding, so that 0.0999 counts as 0.10."""
    return int(f"{error:.{_DIGITS - 1}e}".partition("e")[2])


def _format_fixed(number: float, places: int) -> str:
    if not math.isfinite(number):
        return ""
    text = f"{round(number, places):.{max(places, 0)}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _format_alone(number: float, digits: int) -> str:
    """The shortest text with so many significant digits, never in powers of ten."""
    if number == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(number)))
    text = _format_fixed(number, places)
    return text.rstrip("0").rstrip(".") if "." in text else text
