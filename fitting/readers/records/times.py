"""Times in records: elapsed time as numbers or clock texts, and dates as programs write them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from fitting.data.series import FloatArray

_DURATION = re.compile(
    r"(?:(?P<days>\d+)\s*d\w*[\s,]+)?(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+(?:[.,]\d*)?)"
)
_DATE = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[-/.])(?P<second>\d{1,2})[-/.](?P<third>\d{1,4})"
    r"[ T,]+(?P<hours>\d{1,2}):(?P<minutes>\d\d)(?::(?P<seconds>\d\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp][Mm])?"
)
_EXCEL_EPOCH = 25_569.0
"""Days from the epoch of Excel to that of Unix."""
_EXCEL_DAYS = (30_000.0, 80_000.0)
_UNIX_SECONDS = (6e8, 4e9)


def parse_durations(cells: Sequence[str], factor: float) -> FloatArray:
    """Seconds of plain numbers (times ``factor``) or of clock texts such as "0d 03:17:42.38"."""
    return np.array([_parse_duration(cell, factor) for cell in cells])


def parse_numbers(cells: Sequence[str]) -> FloatArray:
    """The cells as numbers, with a decimal point or comma; nan where there is none."""
    return np.array([parse_number(cell) for cell in cells])


def parse_number(cell: str) -> float:
    """One number, with a decimal point or comma; nan if it is none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return np.nan


def parse_stamps(
    cells: Sequence[str], *, month_first: bool | None = None
) -> tuple[FloatArray, str]:
    """Unix times of dates, on a clock without time zone, and a warning if they are ambiguous.

    Parameters
    ----------
    month_first
        Whether 03/02/2021 is in March; ``None`` to find out.
    """
    plain = parse_numbers(cells)
    typical = np.nanmedian(plain) if np.isfinite(plain).any() else np.nan
    if _UNIX_SECONDS[0] < typical < _UNIX_SECONDS[1]:
        return plain, ""
    if _EXCEL_DAYS[0] < typical < _EXCEL_DAYS[1]:
        return (plain - _EXCEL_EPOCH) * 86400, ""
    matches = [_DATE.fullmatch(cell.strip()) for cell in cells]
    warning = ""
    if month_first is None:
        month_first, is_open = _month_first([match for match in matches if match])
        example = next((cell for cell, match in zip(cells, matches, strict=True) if match), "")
        warning = f"Dates such as {example} are read as month/day." if is_open else ""
    known: dict[str, float] = {}
    for cell, match in zip(cells, matches, strict=True):
        if cell not in known:
            known[cell] = _unix_time(match, month_first) if match else np.nan
    return np.array([known[cell] for cell in cells]), warning


def _parse_duration(cell: str, factor: float) -> float:
    match = _DURATION.fullmatch(cell.strip())
    if match is None:
        return parse_number(cell) * factor
    hours = int(match["days"] or 0) * 24 + int(match["hours"])
    return hours * 3600 + int(match["minutes"]) * 60 + parse_number(match["seconds"])


def _month_first(matches: Sequence[re.Match[str]]) -> tuple[bool, bool]:
    """Whether the month stands first in dates with slashes, and whether that is open."""
    slashed = [match for match in matches if match["mark"] == "/" and len(match["first"]) < 4]
    if any(int(match["first"]) > 12 for match in slashed):
        return False, False
    return True, bool(slashed) and all(int(match["second"]) <= 12 for match in slashed)


def _unix_time(match: re.Match[str], month_first: bool) -> float:
    first, second, third = (int(match[name]) for name in ("first", "second", "third"))
    if len(match["first"]) == 4:
        year, month, day = first, second, third
    elif match["mark"] == "/" and month_first:
        year, month, day = third, first, second
    else:
        year, month, day = third, second, first
    hours = int(match["hours"])
    if match["half"]:
        hours = hours % 12 + (12 if match["half"].lower() == "pm" else 0)
    try:
        midnight = datetime(year + 2000 if year < 100 else year, month, day, tzinfo=UTC)
    except ValueError:
        return np.nan
    clock = hours * 3600 + int(match["minutes"]) * 60 + parse_number(match["seconds"] or "0")
    return midnight.timestamp() + clock
