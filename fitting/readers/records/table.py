"""A record from a table of texts with headings: what all formats of records have in common.

Elapsed time is finer than the dates beside it, and knows no daylight saving; the dates know of
pauses. Both are used: elapsed time from the first date on where they agree, dates where they do
not, and a clock that was set by whole hours is told.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.records.quantities import Quantity, find_quantities
from fitting.readers.records.record import PotentialRecord, make_record
from fitting.readers.records.times import parse_durations, parse_numbers, parse_stamps

_UNITS = (1.0, 60.0, 3600.0)
"""Seconds per unit in which programs write elapsed time without saying so."""
_TOLERANCE = 2.0
"""Dates have whole seconds, so that they may be this far (s) from elapsed time."""
_DRIFT = 2e-4
"""Part of the elapsed time by which two clocks may drift apart."""
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Headings and cells of a record."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    start: float = math.nan
    """Unix time at which the elapsed time is 0 (s), where the header states it."""
    warnings: tuple[str, ...] = field(default=())


def record_from_table(
    file: str, format_name: str, table: RecordTable, named: Mapping[str, str] | None = None
) -> PotentialRecord:
    """The record in a table.

    Parameters
    ----------
    named
        Heading by quantity (voltage, time, stamp, current, cycle, step, capacity), where the user
        says which column is what.

    Raises
    ------
    UnreadableFileError
        If there is no voltage or no time, or the numbers cannot be those of a cell.
    """
    _check_width(file, table)
    found = find_quantities(table.headings, named)
    if "voltage" not in found or not {"time", "stamp"} & found.keys():
        missing = "voltage" if "voltage" not in found else "time"
        raise UnreadableFileError(
            f"{file}: no column of the record is named as a {missing} would be. Its columns are: "
            f"{', '.join(heading for heading in table.headings if heading)[:300]}."
        )
    time, has_clock, notes = _find_times(file, table, found)
    others: dict[str, FloatArray] = {
        name: parse_numbers(_cells_of_quantity(table, found[name])) * found[name].factor
        for name in ("current", "cycle", "step", "capacity")
        if name in found
    }
    if "current" in others and "state" in found:
        others["current"] = _sign_currents(
            others["current"], _cells_of_quantity(table, found["state"])
        )
    return make_record(
        file,
        format_name,
        time,
        parse_numbers(_cells_of_quantity(table, found["voltage"])) * found["voltage"].factor,
        has_clock=has_clock,
        others=others,
        warnings=(*table.warnings, *notes),
    )


def _check_width(file: str, table: RecordTable) -> None:
    """Refuse a table that decimal commas have cut into more cells than it has headings."""
    widths = [len(row) - (not row[-1].strip()) for row in table.rows if row]
    if widths and np.median(widths) > len(table.headings):
        raise UnreadableFileError(
            f"{file}: the rows of the record have more cells than there are headings. Where the "
            "decimal mark is a comma, export with semicolons or tabs between the columns."
        )


def _cells_of_quantity(table: RecordTable, quantity: Quantity) -> list[str]:
    index = quantity.index
    return [row[index].strip() if index < len(row) else "" for row in table.rows]


def _find_times(
    file: str, table: RecordTable, found: Mapping[str, Quantity]
) -> tuple[FloatArray, bool, list[str]]:
    """Times (s), whether they are Unix times, and what there is to say of them."""
    elapsed = _find_elapsed(table, found)
    dates, note = _find_dates(table, found)
    notes = [note] if note else []
    if elapsed is None and dates is None:
        raise UnreadableFileError(
            f"{file}: the times of the record cannot be read. Export it with elapsed time or dates."
        )
    if dates is None:
        has_clock = math.isfinite(table.start)
        return np.asarray(elapsed) + (table.start if has_clock else 0.0), has_clock, notes
    if elapsed is None:
        steady, set_back = _without_set_back(dates)
        return steady, True, notes + set_back
    combined, combined_notes = _combine_times(elapsed, dates)
    return combined, True, notes + combined_notes


def _find_elapsed(table: RecordTable, found: Mapping[str, Quantity]) -> FloatArray | None:
    if "time" not in found:
        return None
    values = parse_durations(_cells_of_quantity(table, found["time"]), found["time"].factor)
    return values if np.isfinite(values).sum() > len(values) / 2 else None


def _find_dates(table: RecordTable, found: Mapping[str, Quantity]) -> tuple[FloatArray | None, str]:
    """Unix times of the column of dates; EC-Lab may write dates into the column of times."""
    for name in ("stamp", "time"):
        if name in found:
            values, note = parse_stamps(_cells_of_quantity(table, found[name]))
            if np.isfinite(values).sum() > len(values) / 2:
                return values, note
    return None, ""


def _combine_times(elapsed: FloatArray, dates: FloatArray) -> tuple[FloatArray, list[str]]:
    """Unix times of elapsed time beside dates."""
    both = np.isfinite(elapsed) & np.isfinite(dates)
    since = (elapsed - elapsed[both][0]) * _find_unit(elapsed[both], dates[both])
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
    return dates, ["The record has pauses; its times are those of its dates."]


def _without_set_back(dates: FloatArray) -> tuple[FloatArray, list[str]]:
    """Dates that go on where their clock was set back by an hour (the end of daylight saving)."""
    known = np.flatnonzero(np.isfinite(dates))
    steps = np.diff(dates[known])
    back = np.flatnonzero(steps < 0)
    usual = float(np.median(np.abs(steps))) if steps.size else 0.0
    if back.size != 1 or not -_HOUR <= steps[back[0]] <= -_HOUR + 3 * usual + _TOLERANCE:
        return dates, []
    steady = dates.copy()
    steady[known[back[0] + 1] :] += _HOUR
    note = "The dates of the record go back by an hour once (daylight saving); times go on."
    return steady, [note]


def _find_unit(elapsed: FloatArray, dates: FloatArray) -> float:
    """Seconds per unit of the elapsed time, told by the dates."""
    span = float(np.ptp(elapsed))
    ratio = float(np.ptp(dates)) / span if span > 0 else 1.0
    near = [unit for unit in _UNITS if abs(ratio / unit - 1) < 0.1]
    return near[0] if near else 1.0


def _sign_currents(current: FloatArray, states: Sequence[str]) -> FloatArray:
    """Currents that a program writes without sign, negative where the cell is discharged."""
    if np.nanmin(current, initial=0.0) < 0:
        return current
    is_discharge = np.array([state[:1].upper() == "D" for state in states])
    return np.where(is_discharge, -current, current)
