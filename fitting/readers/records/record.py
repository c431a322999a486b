"""A potentiostat record: potential and current along time, whatever program wrote it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.readers.records.dates import DateOrder

LARGEST_VOLTAGE = 20.0
"""No cell and no reference electrode has more (V): larger numbers are read wrongly."""
_SMALLEST_VOLTAGE = 1e-4
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True, eq=False)
class PotentialRecord:
    """One record, sorted by time; arrays have one element per row, nan where not known."""

    file: str
    format: str
    time: FloatArray
    """Unix time on the clock of the potentiostat (s); from 0 if ``has_clock`` is false."""
    voltage: FloatArray
    """V, against the electrode of ``scale``."""
    current: FloatArray
    """A; positive while charging."""
    cycle: FloatArray
    step: FloatArray
    capacity: FloatArray
    """A h."""
    has_clock: bool
    """Whether the file states a date and time of day."""
    scale: VoltageScale = LITHIUM
    warnings: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    """How its dates were read, where day and month can be confused."""
    other_time: FloatArray | None = None
    """Times of the rows in the other order of day and month, where nothing in the record decides
    between the two."""
    utc_ahead: float = math.nan
    """Seconds by which its clock is ahead of UTC, where the record states its time zone."""

    electrode: str = ""
    """What its heading says that voltages are against, where its potential is not known."""

    @property
    def voltage_vs_lithium(self) -> FloatArray:
        """V vs Li+/Li."""
        return self.voltage + self.scale.offset


def make_record(
    file: str,
    format_name: str,
    time: FloatArray,
    voltage: FloatArray,
    *,
    has_clock: bool,
    others: Mapping[str, FloatArray],
    warnings: tuple[str, ...] = (),
    other_time: FloatArray | None = None,
) -> PotentialRecord:
    """Check a record and sort it by time; rows without time or voltage go.

    Parameters
    ----------
    time, voltage : shape (n,)
        s, V.
    others : each of shape (n,)
        Any of current, cycle, step, capacity.
    other_time : shape (n,)
        Times (s) in the other order of day and month, where nothing decides.

    Raises
    ------
    UnreadableFileError
        If too little is left, or the voltages cannot be volts of a cell.
    """
    known = np.isfinite(time) & np.isfinite(voltage)
    if np.count_nonzero(known) < _FEWEST_ROWS:
        raise UnreadableFileError(
            f"{file}: fewer than {_FEWEST_ROWS} rows of the record have a time and a voltage. "
            "Export it again with both."
        )
    _check_voltage(file, voltage[known])
    is_late = bool(np.any(np.diff(time[known]) < 0))
    note = ("Rows of the record were not in the order of time; they were sorted.",)
    order = np.flatnonzero(known)[np.argsort(time[known], kind="stable")]

    def sorted_column(name: str) -> FloatArray:
        return np.asarray(others.get(name, np.full(time.size, np.nan))[order])

    return PotentialRecord(
        file=file,
        format=format_name,
        time=time[order],
        voltage=voltage[order],
        current=sorted_column("current"),
        cycle=sorted_column("cycle"),
        step=sorted_column("step"),
        capacity=sorted_column("capacity"),
        has_clock=has_clock,
        warnings=warnings + (note if is_late else ()),
        other_time=None if other_time is None else other_time[order],
    )


def swap_dates(record: PotentialRecord) -> PotentialRecord:
    """The record with day and month of its dates read the other way round."""
    if record.other_time is None:
        return record
    order = np.argsort(record.other_time, kind="stable")
    columns = {
        name: getattr(record, name)[order]
        for name in ("voltage", "current", "cycle", "step", "capacity")
    }
    return replace(
        record,
        time=record.other_time[order],
        other_time=record.time[order],
        date_order="day first" if record.date_order == "month first" else "month first",
        **columns,
    )


def _check_voltage(file: str, voltage: FloatArray) -> None:
    typical = float(np.median(np.abs(voltage)))
    largest = float(np.max(np.abs(voltage)))
    if typical > LARGEST_VOLTAGE or largest > 100 * LARGEST_VOLTAGE:
        raise UnreadableFileError(
            f"{file}: the voltages of the record lie around {typical:.4g} V, which no cell has. "
            "Check the decimal mark and the unit of the column, and export it again."
        )
    if largest < _SMALLEST_VOLTAGE:
        raise UnreadableFileError(
            f"{file}: all voltages of the record are below {_SMALLEST_VOLTAGE:g} V. Check that the "
            "right column was exported."
        )
