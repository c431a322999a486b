"""When the rows of a record were taken: from its words first, from its numbers last.

For every column the evidence has one order. What the file says (a heading with a unit of time is
elapsed time, a heading of a date or a text that is a date is one) goes before what columns beside
it say (dates tell the unit of elapsed time that has none), and that before the size of numbers; a
guess from numbers alone is told.

Elapsed time is finer than the dates beside it, and knows no daylight saving; the dates know of
pauses. Both are used: elapsed time from the first date on where they agree, dates where they do
not, and a clock that was set by whole hours is told.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.records.dates import DateOrder, Dates, parse_dates, parse_numeric_dates
from fitting.readers.records.elapsed import (
    continue_past_midnight,
    continue_restarts,
    is_clock_text,
    parse_durations,
)
from fitting.readers.records.quantities import RecordQuantity, split_heading
from fitting.readers.records.record_format import RecordTable, column_texts

_UNITS = (1.0, 60.0, 3600.0)
"""Seconds per unit in which programs write elapsed time without saying so."""
_TOLERANCE = 2.0
"""Dates have whole seconds, so that they may be this far (s) from elapsed time."""
_DRIFT = 2e-4
"""Part of the elapsed time by which two clocks may drift apart."""
_HOUR = 3600.0
_DAY = 86_400.0
_TIMES_OF_DAY = {
    "time", "zeit", "uhrzeit", "temps", "时间", "時間", "시간", "time of day", "clock time",
    "heure", "hora", "tempo", "время", "tiempo",
}  # fmt: skip
_SET_BACK = 60.0
"""Clocks that are set by a server jump by less (s)."""
_DECADES = 1e9
"""No measurement takes 30 years (s)."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordTimes:
    """Times of the rows (s), shape (n,), and what is known of their clock."""

    time: FloatArray
    has_clock: bool
    """Whether they are Unix times on the clock of the potentiostat."""
    notes: tuple[str, ...] = ()
    other: FloatArray | None = None
    """Times if day and month are read the other way round, where nothing decides."""
    order: DateOrder | None = None
    ahead: float = math.nan
    """Seconds by which that clock is ahead of UTC, where the record states it."""


def find_times(
    file: str,
    table: RecordTable,
    found: Mapping[str, RecordQuantity],
    order: DateOrder | None = None,
) -> RecordTimes:
    """The times of a table.

    Parameters
    ----------
    order
        Which of day and month stands first in dates, where the user says it.

    Raises
    ------
    UnreadableFileError
        If there are none, or elapsed time begins anew where nothing says why.
    """
    dates, dated = _find_dates(table, found, order or table.date_order)
    elapsed, notes = _find_elapsed(table, found, dated, has_dates=dates is not None)
    if dates is not None and dates.is_day_only:
        dates, elapsed = _with_time_of_day(dates, elapsed, table, found)
    if elapsed is None and dates is not None and dates.is_day_only:
        _refuse_days(file, dates.time)
    if elapsed is None and dates is None:
        raise UnreadableFileError(
            f"{file}: the times of the record cannot be read. Export it with elapsed time or dates."
        )
    if dates is not None:
        return _combine(file, elapsed, dates, _has_unit(table, found), notes)
    assert elapsed is not None
    has_clock = math.isfinite(table.start)
    steady, said = _continue_elapsed(file, table, found, elapsed)
    return RecordTimes(steady + (table.start if has_clock else 0.0), has_clock, (*notes, *said))


def _refuse_days(file: str, days: FloatArray) -> None:
    """Raise if rows share a day, and nothing says when on it they were taken."""
    known = days[np.isfinite(days)]
    if np.unique(known).size < known.size:
        raise UnreadableFileError(
            f"{file}: the dates of the record have no time of day, and no column beside them is "
            "named as one. Name it Time, or export elapsed time."
        )


def _find_dates(
    table: RecordTable, found: Mapping[str, RecordQuantity], order: DateOrder | None
) -> tuple[Dates | None, int | None]:
    """Dates and their column: texts under any heading of time, numbers under that of a date."""
    for name in ("stamp", "time"):
        if name in found:
            cells = column_texts(table, found[name].index)
            dates = parse_dates(cells, order)
            if dates is None and name == "stamp":
                dates = parse_numeric_dates(cells)
            if dates is not None:
                return dates, found[name].index
    return None, None


def _find_elapsed(
    table: RecordTable,
    found: Mapping[str, RecordQuantity],
    dated: int | None,
    *,
    has_dates: bool,
) -> tuple[FloatArray | None, list[str]]:
    """Elapsed time (s), and what had to be guessed of it."""
    for name in ("time", "stamp"):
        column = found.get(name)
        if column is None or column.index == dated:
            continue
        cells = column_texts(table, column.index)
        values = parse_durations(cells, column.factor)
        if np.isfinite(values).sum() * 2 <= len(values) or (has_dates and name == "stamp"):
            continue
        if is_clock_text(cells):
            return continue_past_midnight(values), []
        if has_dates or column.has_unit:
            return values, []
        return values, [_tell_guess(column, values)]
    return None, []


def _tell_guess(column: RecordQuantity, values: FloatArray) -> str:
    if np.nanmedian(values) > _DECADES:
        return (
            f"The column {column.heading!r} states no unit; as seconds its numbers are decades. "
            f"If they are Unix times, say so: --columns stamp={column.heading},voltage=..."
        )
    return f"The column {column.heading!r} states no unit; its numbers are taken as seconds."


def _has_unit(table: RecordTable, found: Mapping[str, RecordQuantity]) -> bool:
    """Whether the heading of elapsed time, or its clock texts, say its unit."""
    column = found.get("time")
    return column is None or column.has_unit or is_clock_text(column_texts(table, column.index))


def _with_time_of_day(
    dates: Dates,
    elapsed: FloatArray | None,
    table: RecordTable,
    found: Mapping[str, RecordQuantity],
) -> tuple[Dates | None, FloatArray | None]:
    """Days with the time of day that stands in a column of its own; days alone say too little."""
    column = found.get("time")
    if elapsed is None or column is None:
        return (dates, None) if elapsed is None else (None, elapsed)
    is_of_day = split_heading(column.heading)[0] in _TIMES_OF_DAY
    if not is_of_day or not is_clock_text(column_texts(table, column.index)):
        return None, elapsed
    of_day = np.mod(elapsed, _DAY)
    other = None if dates.other is None else dates.other + of_day
    return replace(dates, time=dates.time + of_day, other=other, is_day_only=False), None


def _continue_elapsed(
    file: str, table: RecordTable, found: Mapping[str, RecordQuantity], elapsed: FloatArray
) -> tuple[FloatArray, list[str]]:
    return continue_restarts(file, elapsed, dict(_iterate_marks(table, found)))


def _iterate_marks(
    table: RecordTable, found: Mapping[str, RecordQuantity]
) -> Iterator[tuple[str, list[str]]]:
    """What may change where elapsed time begins anew, with its cells."""
    if table.parts:
        yield "sheet or file", [str(part) for part in table.parts]
    for name in ("cycle", "technique", "step", "state"):
        if name in found:
            yield name, column_texts(table, found[name].index)


def _combine(
    file: str, elapsed: FloatArray | None, dates: Dates, has_unit: bool, notes: list[str]
) -> RecordTimes:
    """Times of elapsed time beside dates, or of dates alone."""

    def settle(time: FloatArray) -> tuple[FloatArray, list[str]]:
        if elapsed is None:
            return _without_set_back(file, time)
        return _combine_times(file, elapsed, time, has_unit)

    if dates.is_number and elapsed is not None and not _agree(elapsed, dates.time, has_unit):
        doubt = "The numbers under the heading of a date do not go with the elapsed time; they are "
        return RecordTimes(elapsed, False, (*notes, doubt + "not taken as dates."))
    time, said_of_time = settle(dates.time)
    other = None if dates.other is None else settle(dates.other)[0]
    said = (*notes, *([dates.note] if dates.note else []), *said_of_time)
    return RecordTimes(time, True, said, other, dates.order, dates.ahead)


def _agree(elapsed: FloatArray, dates: FloatArray, has_unit: bool) -> bool:
    """Whether two clocks run alike, but for pauses that only the dates know."""
    both = np.isfinite(elapsed) & np.isfinite(dates)
    if np.count_nonzero(both) < 2:
        return False
    unit = 1.0 if has_unit else _find_unit(elapsed[both], dates[both])
    ran, passed = np.ptp(elapsed[both]) * unit, np.ptp(dates[both])
    return bool(passed >= ran * (1 - _DRIFT) - _TOLERANCE and np.all(np.diff(dates[both]) >= 0))


def _combine_times(
    file: str, elapsed: FloatArray, dates: FloatArray, has_unit: bool
) -> tuple[FloatArray, list[str]]:
    """Unix times of elapsed time beside dates."""
    both = np.isfinite(elapsed) & np.isfinite(dates)
    if not both.any():
        return _without_set_back(file, dates)
    unit = 1.0 if has_unit else _find_unit(elapsed[both], dates[both])
    since = (elapsed - elapsed[both][0]) * unit
    first = dates[both][0]
    apart = (dates - first - since)[both]
    limit = _TOLERANCE + _DRIFT * float(np.ptp(since[both]))
    if np.max(np.abs(apart)) <= limit:
        return first + np.median(apart) + since, []
    jumps = np.diff(apart)
    jumps = jumps[np.abs(jumps) > limit]
    hours = np.round(jumps / _HOUR)
    if jumps.size and np.all((np.abs(hours) == 1) & (np.abs(jumps - hours * _HOUR) <= limit)):
        note = (
            "The clock of the potentiostat was set by an hour during the record (daylight saving); "
            "times go on as before it."
        )
        return first + since, [note]
    steady, said = _without_set_back(file, dates)
    return steady, ["The record has pauses; its times are those of its dates.", *said]


def _without_set_back(file: str, dates: FloatArray) -> tuple[FloatArray, list[str]]:
    """Dates that go on where their clock was set back by an hour (the end of daylight saving).

    Raises
    ------
    UnreadableFileError
        If they go back otherwise, so that rows of two times would be mixed.
    """
    known = np.flatnonzero(np.isfinite(dates))
    steps = np.diff(dates[known])
    back = np.flatnonzero(steps < 0)
    usual = float(np.median(np.abs(steps))) if steps.size else 0.0
    if back.size == 1 and -_HOUR <= steps[back[0]] <= -_HOUR + 3 * usual + _TOLERANCE:
        steady = dates.copy()
        steady[known[back[0] + 1] :] += _HOUR
        note = "The dates of the record go back by an hour once (daylight saving); times go on."
        return steady, [note]
    if back.size and steps.min() >= -_SET_BACK:
        steady = dates.copy()
        steady[known] = np.maximum.accumulate(dates[known])
        return steady, [f"The clock of the record was set back by up to {-steps.min():g} s."]
    # dates have no restarts: parts in another order may be sorted, parts that overlap may not
    return continue_restarts(file, dates, {})


def _find_unit(elapsed: FloatArray, dates: FloatArray) -> float:
    """Seconds per unit of the elapsed time, told by the dates."""
    span = float(np.ptp(elapsed))
    ratio = float(np.ptp(dates)) / span if span > 0 else 1.0
    near = [unit for unit in _UNITS if abs(ratio / unit - 1) < 0.1]
    return near[0] if near else 1.0
