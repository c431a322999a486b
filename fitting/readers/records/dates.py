"""Dates in records, as programs write them: which of day and month comes first, and the time zone.

What decides the order of day and month, strongest first: the user, the format, a number above 12,
steps that are even in one order only, and the times of the spectra, which are not known here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.records.numbers import parse_number, parse_numbers

DateOrder = Literal["day first", "month first"]

_CLOCK = (
    r"(?P<hours>\d{1,2})[:.](?P<minutes>\d\d)(?:[:.](?P<seconds>\d\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+\-−]\d\d?(?::?\d\d)?)?"
)
_NUMERIC = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[-/.年])(?P<second>\d{1,2})[-/.月](?P<third>\d{1,4})日?"
    rf"(?:[ T,_]+{_CLOCK})?"
)
_COMPACT = re.compile(
    r"(?P<first>(?:19|20)\d\d)(?P<mark>)(?P<second>0[1-9]|1[0-2])(?P<third>[0-3]\d)[T_ ]?"
    r"(?P<hours>[0-2]\d)(?P<minutes>[0-5]\d)(?P<seconds>[0-5]\d(?:[.,]\d+)?)(?P<half>(?!))?"
    r"(?P<zone>Z|[+\-−]\d\d(?::?\d\d)?)?"
)
_NAMED = re.compile(
    r"(?:[A-Za-z]{2,9},?\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-. /]+(?P<month>[A-Za-z]{3,9})|"
    r"(?P<month2>[A-Za-z]{3,9})\.?[-. /]+(?P<day2>\d{1,2}))[-.,/ ]+(?P<year>\d{4})"
    rf"(?:[ T,]+{_CLOCK})?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt",
         "nov", "dec dez"), start=1)
    for name in names.split()
}  # fmt: skip
_DAY = 86_400.0
_EXCEL_EPOCH = 25_569.0
"""Days from the epoch of Excel to that of Unix."""
_YEARS = (631_152_000.0, 4_102_444_800.0)
"""Unix times of 1990 and 2100."""
_UNIX_UNITS = (1.0, 1e-3, 1e-6, 1e-9)
_MUCH_LARGER = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """Dates of the rows of a record, shape (n,)."""

    time: FloatArray
    """Unix time on the clock on the wall (s)."""
    order: DateOrder | None = None
    """How days and months were read; ``None`` where they cannot be confused."""
    other: FloatArray | None = None
    """Times in the other order, where nothing decides between them."""
    ahead: float = np.nan
    """Seconds by which the clock is ahead of UTC, where the dates state a zone."""
    is_number: bool = False
    """Whether they are plain numbers, days of Excel or Unix times."""
    is_day_only: bool = False
    """Whether they have no time of day."""
    note: str = ""
    """What was concluded, and from what."""


def parse_dates(cells: Sequence[str], order: DateOrder | None = None) -> Dates | None:
    """The dates in a column, ``None`` if most cells are none.

    Parameters
    ----------
    order
        Which of day and month stands first, where the user or the format says it.
    """
    known: dict[str, re.Match[str] | None] = {cell: _match_date(cell) for cell in set(cells)}
    matches = [known[cell] for cell in cells]
    found = [match for match in matches if match]
    if len(found) * 2 <= len(cells):
        return None
    dated = {
        cell: (_read_moment(match, "month first"), _read_moment(match, "day first"))
        for cell, match in known.items()
        if match
    }
    missing = (np.nan, np.nan)
    month_first, day_first = np.array([dated.get(cell, missing) for cell in cells]).T
    zones = np.array([_read_zone(match) if match else np.nan for match in matches])
    ahead = float(zones[np.isfinite(zones)][0]) if np.isfinite(zones).any() else np.nan
    if np.isfinite(ahead):
        # one wall clock all through: that of the first row, which daylight saving does not move
        month_first, day_first = (one - zones + ahead for one in (month_first, day_first))
    read = _choose_order(month_first, day_first, order)
    # workbooks write days as their midnights
    is_day_only = all(match["hours"] is None or _is_midnight(match) for match in found)
    return replace(
        read, ahead=ahead, is_day_only=is_day_only, note=read.note.format(example=found[0][0])
    )


def parse_numeric_dates(cells: Sequence[str]) -> Dates | None:
    """Days of Excel or Unix times, where all numbers are such of the years 1990 to 2100."""
    values = parse_numbers(cells)
    known = values[np.isfinite(values)]
    if known.size * 2 <= values.size:
        return None
    candidates = [(values * unit, 0.0) for unit in _UNIX_UNITS]
    usual_step = float(np.median(np.abs(np.diff(known)))) if known.size > 1 else 0.0
    if usual_step < 1:
        # rows are not a day apart
        candidates.append(((values - _EXCEL_EPOCH) * _DAY, np.nan))
    for time, ahead in candidates:
        seen = time[np.isfinite(time)]
        if seen.min() >= _YEARS[0] and seen.max() <= _YEARS[1]:
            return Dates(time, ahead=ahead, is_number=True)
    return None


def parse_start(text: str, order: DateOrder) -> float:
    """Unix time of one date in a header (s); nan if it is none."""
    match = _match_date(text)
    if match is None:
        return np.nan
    other: DateOrder = "day first" if order == "month first" else "month first"
    moment = _read_moment(match, order, is_strict=True)
    return moment if np.isfinite(moment) else _read_moment(match, other)


def _is_midnight(match: re.Match[str]) -> bool:
    parts = (match["hours"], match["minutes"], match["seconds"] or "0")
    return not match["half"] and all(parse_number(part) == 0 for part in parts)


def _match_date(cell: str) -> re.Match[str] | None:
    text = cell.strip().strip('"')
    return _NUMERIC.fullmatch(text) or _COMPACT.fullmatch(text) or _NAMED.fullmatch(text)


def _read_moment(match: re.Match[str], order: DateOrder, *, is_strict: bool = False) -> float:
    """Unix time on the clock on the wall; nan if there is no such date."""
    groups = match.groupdict()
    if groups.get("year"):
        name = (groups["month"] or groups["month2"])[:3].lower()
        year, month, day = (
            int(groups["year"]),
            _MONTHS.get(name, 0),
            int(groups["day"] or groups["day2"]),
        )
    else:
        year, month, day = _order_numbers(match, order, is_strict=is_strict)
    try:
        midnight = datetime(year + 2000 if year < 100 else year, month, day, tzinfo=UTC)
    except ValueError:
        return np.nan
    if match["hours"] is None:
        return midnight.timestamp()
    hours = int(match["hours"])
    if match["half"]:
        hours = hours % 12 + (12 if match["half"][0] in "Pp" else 0)
    clock = hours * 3600 + int(match["minutes"]) * 60 + parse_number(match["seconds"] or "0")
    return midnight.timestamp() + clock


def _order_numbers(
    match: re.Match[str], order: DateOrder, *, is_strict: bool
) -> tuple[int, int, int]:
    """Year, month and day; dates with points have the day first, but where a header is known."""
    first, second, third = (int(match[name]) for name in ("first", "second", "third"))
    if len(match["first"]) == 4 or match["mark"] == "年":
        return first, second, third
    if order == "month first" and (match["mark"] != "." or is_strict):
        return third, first, second
    return third, second, first


def _read_zone(match: re.Match[str]) -> float:
    """Seconds ahead of UTC; nan where no zone is stated."""
    text = match["zone"]
    if not text:
        return np.nan
    offset = re.search(r"([+\-−])(\d\d?)(?::?(\d\d))?$", text)
    if offset is None:
        return 0.0
    seconds = 3600.0 * int(offset[2]) + 60.0 * int(offset[3] or 0)
    return seconds if offset[1] == "+" else -seconds


def _choose_order(month_first: FloatArray, day_first: FloatArray, asked: DateOrder | None) -> Dates:
    """The order of day and month that stands, and the other one where it may be as well."""
    if np.array_equal(month_first, day_first, equal_nan=True):
        return Dates(month_first)
    by_order: dict[DateOrder, FloatArray] = {"month first": month_first, "day first": day_first}
    if asked is not None:
        return Dates(by_order[asked], asked)
    counts = {order: int(np.isfinite(time).sum()) for order, time in by_order.items()}
    best: DateOrder = max(counts, key=lambda order: counts[order])
    other: DateOrder = "day first" if best == "month first" else "month first"
    if counts[best] > counts[other]:
        return Dates(by_order[best], best)
    for order, rest in ((best, other), (other, best)):
        if _is_more_even(by_order[order], by_order[rest]):
            note = f"Dates such as {{example}} are read {order}: only so are their steps even."
            return Dates(by_order[order], order, note=note)
    note = (
        "Dates such as {example} can be read day first and month first, and nothing in the record "
        "decides: say --day-first or --month-first."
    )
    return Dates(by_order[best], best, by_order[other], note=note)


def _is_more_even(time: FloatArray, other: FloatArray) -> bool:
    """Whether times go on in steps where in the other order they leap by weeks."""
    steps, others = (np.diff(one[np.isfinite(one)]) for one in (time, other))
    if not steps.size or steps.min() < -3700:
        return False
    leap = float(np.abs(others).max())
    return bool(leap > _DAY and leap > _MUCH_LARGER * float(np.abs(steps).max()))
