"""A record from a table of texts with headings: what all formats of records have in common."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.data.voltage_scale import scale_from_text
from fitting.readers.records.dates import DateOrder
from fitting.readers.records.numbers import parse_numbers
from fitting.readers.records.quantities import (
    RecordQuantity,
    electrode_in,
    find_quantities,
    is_unit,
)
from fitting.readers.records.record import PotentialRecord, make_record
from fitting.readers.records.record_format import RecordTable, column_texts
from fitting.readers.records.record_times import find_times

_UTC = re.compile(r"(?i:(?<![a-z])(?:utc|gmt)(?![a-z]))")
_DISCHARGE = ("D", "放电", "放電", "방전", "ENTL")
"""How the words for discharging begin, or what they hold."""


def record_from_table(
    file: str,
    format_name: str,
    table: RecordTable,
    named: Mapping[str, str] | None = None,
    order: DateOrder | None = None,
) -> PotentialRecord:
    """The record in a table.

    Parameters
    ----------
    named
        Heading by quantity (voltage, time, stamp, current, cycle, step, capacity), where the user
        says which column is what.
    order
        Which of day and month stands first in dates, where the user says it.

    Raises
    ------
    UnreadableFileError
        If there is no voltage or no time, or the numbers cannot be those of a cell.
    """
    table, named = _join_units(table, named or {})
    _check_width(file, table)
    found = find_quantities(table.headings, named)
    if "voltage" not in found or not {"time", "stamp"} & found.keys():
        missing = "voltage" if "voltage" not in found else "time"
        raise UnreadableFileError(
            f"{file}: no column of the record is named as a {missing} would be. Its columns are: "
            f"{', '.join(heading for heading in table.headings if heading)[:300]}."
        )
    table = _keep_one_channel(table, found)
    times = find_times(file, table, found, order)
    others: dict[str, FloatArray] = {
        name: _read_column(table, found[name])
        for name in ("current", "cycle", "step", "capacity")
        if name in found
    }
    if "current" in others and "state" in found:
        states = column_texts(table, found["state"].index)
        others["current"] = _sign_currents(others["current"], states)
    voltage = _read_column(table, found["voltage"])
    notes = (*table.warnings, *times.notes, *_tell_lost(table, found["voltage"], voltage))
    record = make_record(
        file,
        format_name,
        times.time,
        voltage,
        has_clock=times.has_clock,
        others=others,
        warnings=notes,
        other_time=times.other,
    )
    ahead = times.ahead
    if np.isnan(ahead) and times.has_clock and "stamp" in found:
        ahead = 0.0 if _UTC.search(found["stamp"].heading) else ahead
    record = replace(record, date_order=times.order, utc_ahead=ahead)
    return _against_electrode(record, electrode_in(found["voltage"].heading))


def _join_units(
    table: RecordTable, named: Mapping[str, str]
) -> tuple[RecordTable, Mapping[str, str]]:
    """The table with a row of units below its headings joined to them; names follow."""
    units = list(table.rows[0]) if table.rows else []
    filled = [cell for cell in units if cell.strip()]
    if not any(map(is_unit, filled)) or np.isfinite(parse_numbers(filled)).any():
        return table, named
    joined = [
        f"{heading} ({unit.strip(' []()')})" if unit.strip(" []()") else heading
        for heading, unit in zip_longest(table.headings, units, fillvalue="")
    ]
    moved = dict(zip(table.headings, joined, strict=False))
    return (
        replace(table, headings=joined, rows=table.rows[1:], parts=table.parts[1:]),
        {quantity: moved.get(heading, heading) for quantity, heading in named.items()},
    )


def _against_electrode(record: PotentialRecord, electrode: str) -> PotentialRecord:
    """The record on the scale that its heading states, or with the electrode that is not known."""
    if not electrode:
        return record
    scale = scale_from_text(electrode)
    if scale is not None:
        return replace(record, scale=scale)
    warning = (
        f"The voltages are stated against {electrode}, whose potential vs Li+/Li the program does "
        "not know."
    )
    return replace(record, electrode=electrode, warnings=(*record.warnings, warning))


def _check_width(file: str, table: RecordTable) -> None:
    """Refuse a table that decimal commas have cut into more cells than it has headings."""
    widths = [len(row) - (not row[-1].strip()) for row in table.rows if row]
    if widths and np.median(widths) > len(table.headings):
        raise UnreadableFileError(
            f"{file}: the rows of the record have more cells than there are headings. Where the "
            "decimal mark is a comma, export with semicolons or tabs between the columns."
        )


def _read_column(table: RecordTable, quantity: RecordQuantity) -> FloatArray:
    return parse_numbers(column_texts(table, quantity.index)) * quantity.factor


def _keep_one_channel(table: RecordTable, found: Mapping[str, RecordQuantity]) -> RecordTable:
    """The rows of the first channel, where the rows of several stand in one table."""
    if "channel" not in found:
        return table
    cells = column_texts(table, found["channel"].index)
    others = [name for name in dict.fromkeys(cells) if name not in ("", cells[0])]
    if not others or not cells[0]:
        return table
    is_kept = [cell == cells[0] for cell in cells]
    rows = [row for row, kept in zip(table.rows, is_kept, strict=True) if kept]
    parts = [part for part, kept in zip(table.parts, is_kept, strict=False) if kept]
    warning = f"Only channel {cells[0]} was read; the file also holds {', '.join(others[:5])}."
    return replace(table, rows=rows, parts=parts, warnings=(*table.warnings, warning))


def _tell_lost(table: RecordTable, quantity: RecordQuantity, voltage: FloatArray) -> list[str]:
    """What is said of rows whose voltage is a text that is no number."""
    cells = column_texts(table, quantity.index)
    lost = [cell for cell, value in zip(cells, voltage, strict=True) if cell and np.isnan(value)]
    if not lost:
        return []
    return [f"{len(lost)} rows have no number as their voltage, such as {lost[0][:30]!r}."]


def _sign_currents(current: FloatArray, states: Sequence[str]) -> FloatArray:
    """Currents that a program writes without sign, negative where the cell is discharged."""
    if np.nanmin(current, initial=0.0) < 0:
        return current
    is_discharge = np.array([_is_discharge(state) for state in states])
    return np.where(is_discharge, -current, current)


def _is_discharge(state: str) -> bool:
    text = state.strip().upper()
    return text.startswith(_DISCHARGE) or any(word in text for word in (*_DISCHARGE[1:], "DCHG"))
