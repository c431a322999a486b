"""Differential capacity dQ/dV along the voltage, half cycle by half cycle.

The charge that passes between two rows of a record is spread evenly over the voltages between
them, and collected in bins: no charge is lost or counted twice, whichever way the noise of the
voltage goes. What is collected is smoothed with a Gaussian, whose width is part of the result.
"""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.records.record import PotentialRecord

_REACH = 4.0
"""Standard deviations to which the Gaussian is taken."""
_FEWEST_ROWS = 4
_LONGEST_GAP = 3600.0
"""Rows further apart (s) tell nothing of the charge between them."""


@dataclass(frozen=True, slots=True, eq=False)
class DifferentialCapacity:
    """One half cycle; arrays of shape (m,)."""

    branch: str
    """charge or discharge."""
    cycle: float
    """Of the record; nan where it has none."""
    voltage: FloatArray
    """V vs Li+/Li, ascending: the middles of the bins."""
    value: FloatArray
    """A h/V; positive while charging, negative while discharging."""
    smoothing: float
    """Standard deviation of the Gaussian (V)."""


def differential_capacity(
    record: PotentialRecord, step: float = 0.005, smoothing: float = 0.01
) -> list[DifferentialCapacity]:
    """dQ/dV of every charge and discharge in a record, in the order of time.

    Parameters
    ----------
    step
        Width of the bins (V).
    smoothing
        Standard deviation of the Gaussian (V); 0 for none.
    """
    if not np.isfinite(record.current).any():
        return []
    voltage = record.voltage_vs_lithium
    low = np.floor(voltage.min() / step) * step
    edges = low + step * np.arange(int(np.ceil((voltage.max() - low) / step)) + 2)
    found = []
    for first, stop, sign in half_cycles(record.current):
        if stop - first < _FEWEST_ROWS:
            continue
        rows = slice(first, stop)
        charge = _integrate_charge(record.time[rows], record.current[rows])
        value = _smooth_over_neighbours(
            _collect_charge(voltage[rows], charge, edges) / step, smoothing / step
        )
        passed = np.flatnonzero(value)
        if not passed.size:
            continue
        bins = slice(int(passed[0]), int(passed[-1]) + 1)
        cycle = record.cycle[rows]
        found.append(
            DifferentialCapacity(
                branch="charge" if sign > 0 else "discharge",
                cycle=float(np.median(cycle)) if np.isfinite(cycle).all() else float("nan"),
                voltage=0.5 * (edges[1:] + edges[:-1])[bins],
                value=value[bins],
                smoothing=smoothing,
            )
        )
    return found


def half_cycles(current: FloatArray) -> list[tuple[int, int, int]]:
    """First row, row after the last, and sign of each stretch of one direction.

    Rests and unknown currents belong to no stretch, and do not end one.
    """
    signs = np.sign(np.nan_to_num(current)).astype(int)
    moving = np.flatnonzero(signs)
    if not moving.size:
        return []
    turns = np.flatnonzero(np.diff(signs[moving])) + 1
    parts = np.split(moving, turns)
    return [(int(part[0]), int(part[-1]) + 1, int(signs[part[0]])) for part in parts]


def _integrate_charge(time: FloatArray, current: FloatArray) -> FloatArray:
    """Charge between rows (A h), shape (n - 1,)."""
    interval = np.diff(time)
    mean = 0.5 * (np.nan_to_num(current[1:]) + np.nan_to_num(current[:-1]))
    return np.where(interval <= _LONGEST_GAP, mean * interval, 0.0) / 3600.0


def _collect_charge(voltage: FloatArray, charge: FloatArray, edges: FloatArray) -> FloatArray:
    """Charge in each bin (A h): that of a pair of rows is spread evenly between their voltages."""
    low = np.minimum(voltage[1:], voltage[:-1])
    high = np.maximum(voltage[1:], voltage[:-1])
    first = np.searchsorted(edges, low, side="right") - 1
    last = np.searchsorted(edges, high, side="left") - 1
    within = np.maximum(last, first) == first
    collected = np.zeros(edges.size - 1)
    np.add.at(collected, first[within], charge[within])
    for index in np.flatnonzero(~within):
        bins = np.arange(first[index], last[index] + 1)
        covered = np.minimum(edges[bins + 1], high[index]) - np.maximum(edges[bins], low[index])
        collected[bins] += charge[index] * covered / (high[index] - low[index])
    return collected


def _smooth_over_neighbours(value: FloatArray, deviation: float) -> FloatArray:
    """Weighted means over neighbours; what would reach over an end stays inside."""
    if deviation <= 0:
        return value
    reach = int(np.ceil(_REACH * deviation))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    padded = np.pad(value, reach, mode="symmetric")
    return np.convolve(padded, weights / weights.sum(), mode="valid")
