"""What a cell did, as curves on the axis of a trend: beside the species, on the same axis.

Along the time these are voltage and current; along the voltage the differential capacity, or the
current of a voltammogram, one curve for every charge and discharge.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.differential_capacity import differential_capacity, half_cycles
from fitting.readers.records.record import PotentialRecord

VOLTAGE, CURRENT, CAPACITY, VOLTAMMOGRAM = "voltage", "current", "dq_dv", "voltammogram"
CELL_QUANTITIES: Mapping[str, tuple[str, ...]] = {
    "time": (VOLTAGE, CURRENT),
    "voltage": (CAPACITY, VOLTAMMOGRAM),
}
"""What can be shown along each coordinate."""
LABELS: Mapping[str, str] = {
    VOLTAGE: "Voltage",
    CURRENT: "Current",
    CAPACITY: "dQ/dV",
    VOLTAMMOGRAM: "Voltammogram",
}
_MILLI = 1e3


@dataclass(frozen=True, slots=True)
class LaidRecord:
    """A record and where the times of a region begin on its clock."""

    attached: AttachedRecord
    time_zero: float
    """Clock of the record at the region's ``time = 0`` (s); nan if it is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class CellCurve:
    """One curve; arrays of shape (m,), in the order in which they are drawn."""

    x: FloatArray
    """s since the region's first spectrum, or V vs Li+/Li."""
    y: FloatArray
    unit: str
    branch: str = ""
    """charge, discharge, or empty."""
    cycle: float = float("nan")
    note: str = ""
    """What was done to it, such as how it was smoothed."""


def cell_quantities(laid: LaidRecord, along: str) -> list[str]:
    """What this record can show along a coordinate."""
    known = CELL_QUANTITIES.get(along, ())
    if along == "time" and not np.isfinite(laid.time_zero):
        return []
    has_current = bool(np.isfinite(laid.attached.record.current).any())
    return [name for name in known if name == VOLTAGE or has_current]


def cell_curves(laid: LaidRecord, along: str, quantity: str) -> list[CellCurve]:
    """The curves of one quantity; none where the record cannot tell it along this coordinate."""
    if quantity not in cell_quantities(laid, along):
        return []
    record = laid.attached.record
    if quantity == CAPACITY:
        return _collect_capacities(record)
    if quantity == VOLTAMMOGRAM:
        return _collect_voltammograms(record)
    x = record.time - laid.time_zero
    if quantity == VOLTAGE:
        y, unit = record.voltage_vs_lithium, "V vs Li+/Li"
    else:
        y, unit = record.current * _MILLI, "mA"
    return [CellCurve(*_with_gaps(x, y, laid.attached.clock.longest_gap), unit)]


def _collect_capacities(record: PotentialRecord) -> list[CellCurve]:
    return [
        CellCurve(
            half.voltage,
            half.value * _MILLI,
            "mA h/V",
            half.branch,
            half.cycle,
            f"smoothed, Gaussian of {half.smoothing * _MILLI:g} mV",
        )
        for half in differential_capacity(record)
    ]


def _collect_voltammograms(record: PotentialRecord) -> list[CellCurve]:
    voltage, current = record.voltage_vs_lithium, record.current * _MILLI
    curves = []
    for first, stop, sign in half_cycles(record.current):
        rows = slice(first, stop)
        cycle = record.cycle[rows]
        number = float(np.median(cycle)) if np.isfinite(cycle).all() else float("nan")
        branch = "charge" if sign > 0 else "discharge"
        curves.append(CellCurve(voltage[rows], current[rows], "mA", branch, number))
    return curves


def _with_gaps(x: FloatArray, y: FloatArray, longest: float) -> tuple[FloatArray, FloatArray]:
    """The curve with a nan inside every gap, so that no line is drawn across it."""
    gaps = np.flatnonzero(np.diff(x) > longest) + 1
    middle = 0.5 * (x[gaps - 1] + x[gaps])
    return np.insert(x, gaps, middle), np.insert(y, gaps, np.nan)
