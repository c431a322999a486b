"""Numbers as the tables write them, and as people type them."""

import math

_DIGITS = 6
_ERROR_DIGITS = 2
_MANY = 100.0


def number_text(number: float) -> str:
    """A number in few digits; empty if it is not known."""
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    return f"{number:.{_DIGITS}g}"


def value_text(value: float, stderr: float) -> str:
    """A value to the digits that its standard error leaves."""
    decimals = _count_decimals(stderr)
    return number_text(value) if decimals is None else _format_plain(value, decimals)


def stderr_text(stderr: float) -> str:
    """A standard error to two digits; empty if there is none."""
    decimals = _count_decimals(stderr)
    return "" if decimals is None else _format_plain(stderr, decimals)


def estimate_text(value: float, stderr: float) -> str:
    """A value with its standard error, if there is one, in little room."""
    error = stderr_text(stderr)
    return (
        f"{value_text(value, stderr)}\u2009±\u2009{error}" if error else value_text(value, stderr)
    )


def limit_text(limit: float) -> str:
    """That something is below a limit, which is known to two digits."""
    digits = f"{limit:#.2g}".rstrip(".") if limit < _MANY else f"{limit:.0f}"
    return f"<\u2009{digits}"


def parse_number(text: str) -> float:
    """The number that was typed, with a decimal dot or comma.

    Raises
    ------
    ValueError
        If it is none.
    """
    plain = text.strip().replace("−", "-").replace("∞", "inf").replace(",", ".")
    number = float(plain)
    if math.isnan(number):
        raise ValueError(f"{text!r} is no number.")
    return number


def _format_plain(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}" if abs(number) < 10**7 else f"{number:.{_DIGITS}g}"


def _count_decimals(stderr: float) -> int | None:
    """Decimals that show two digits of a standard error."""
    if not math.isfinite(stderr) or stderr <= 0:
        return None
    return max(0, _ERROR_DIGITS - 1 - math.floor(math.log10(stderr)))
