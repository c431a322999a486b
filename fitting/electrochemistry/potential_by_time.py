"""The potential during an exposure, from a potentiostat record by the clock.

Between its rows a record is a straight line. The potential of a spectrum is its mean over the
exposure, integrated exactly; rows with one time stamp are a step. Nothing is extrapolated: outside
the record, and across its gaps, a spectrum has no potential.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import FloatArray, get_column
from fitting.electrochemistry.time_zone import zone_seconds
from fitting.readers.records.record import PotentialRecord

BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.intp]

_QUARTER_HOUR = 900.0
_MOST_QUARTERS = 56
"""Clocks differ by at most 14 h because of time zones."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How the clock of the spectra is related to that of the record, and what is demanded."""

    offset: float = 0.0
    """Added to the times of the spectra (s)."""
    drift: float = 0.0
    """Seconds that the clock of the spectra loses per second, counted from the first spectrum."""
    zone: str = ""
    """Time zone of the record, such as "Europe/Berlin" or "+02:00", where the spectra state UTC;
    empty if both clocks show the same time of day."""
    series_start: float | None = None
    """Time of ``time = 0`` on the clock of the record, where the spectra state no time of day."""
    series_step: float | None = None
    """From the start of one spectrum to that of the next (s), where the stated times are nominal;
    they are counted from the first spectrum on."""
    record_start: float | None = None
    """Time of the first row of the record on its own clock (s), where it states no date."""
    date_order: str = ""
    """"day first" or "month first", where the dates of the record can be read both ways; empty to
    find out."""
    longest_gap: float = 900.0
    """Rows of the record further apart than this (s) have a gap between them."""
    largest_change: float = 0.02
    """A potential that moves more than this (V) in one exposure is flagged."""


DEFAULT_CLOCK = Clock()


@dataclass(frozen=True, slots=True, eq=False)
class ExposurePotential:
    """Potentials (V) of exposures, shape (n,) each; nan where the record does not tell."""

    mean: FloatArray
    start: FloatArray
    end: FloatArray
    change: FloatArray
    """Highest minus lowest potential in the exposure."""
    is_outside: BoolArray
    """The exposure is not wholly within the record."""
    is_gap: BoolArray
    """The record has a gap in the exposure."""


def exposure_potential(
    record: PotentialRecord, started: FloatArray, exposure: FloatArray, longest_gap: float
) -> ExposurePotential:
    """Mean potential of exposures, and the potential at their start and end.

    Parameters
    ----------
    started, exposure : shape (n,)
        On the clock of the record (s). An exposure of 0 or nan is an instant.
    """
    duration = np.where(exposure > 0, exposure, 0.0)
    ended = started + duration
    time, voltage = record.time, record.voltage_vs_lithium
    is_known = np.isfinite(started)
    is_inside = is_known & (started >= time[0]) & (ended <= time[-1])
    first = np.where(is_inside, started, time[0])
    last = np.where(is_inside, ended, time[0])
    is_gap = is_inside & _crosses_gap(time, first, last, longest_gap)
    is_told = is_inside & ~is_gap
    start = _potential_from(time, voltage, first)
    is_instant = last <= first
    end = np.where(is_instant, start, _potential_until(time, voltage, last))
    integral = _integrate_potential(time, voltage, last) - _integrate_potential(
        time, voltage, first
    )
    mean = np.where(is_instant, start, integral / np.where(is_instant, 1.0, last - first))
    change = _measure_change(time, voltage, first, last, start, end)
    return ExposurePotential(
        mean=np.where(is_told, mean, np.nan),
        start=np.where(is_told, start, np.nan),
        end=np.where(is_told, end, np.nan),
        change=np.where(is_told, change, np.nan),
        is_outside=is_known & ~is_inside,
        is_gap=is_gap,
    )


def starts_on_record(series: xr.Dataset, clock: Clock, first: float | None = None) -> FloatArray:
    """Starts of the exposures on the clock of the record (s); nan where nothing is stated.

    Parameters
    ----------
    first
        Stated start of the first spectrum of all series, from which drift is counted; that of
        this series if left out.

    Raises
    ------
    VoltageError
        If there is no time zone of that name.
    """
    started = stated_starts(series, clock)
    if not np.isfinite(started).any():
        return started
    own_first = float(np.nanmin(started))
    first = own_first if first is None else first
    if clock.series_step is not None:
        place = np.argsort(np.argsort(started)).astype(float)
        started = np.where(np.isfinite(started), own_first + clock.series_step * place, np.nan)
    ahead = zone_seconds(clock.zone, first)
    return np.asarray(started + ahead + clock.offset + clock.drift * (started - first))


def first_start(series: Sequence[xr.Dataset], clock: Clock) -> float | None:
    """Stated start of the first spectrum of all series (s); ``None`` if none states any."""
    stated = [stated_starts(one, clock) for one in series]
    known = [float(np.nanmin(times)) for times in stated if np.isfinite(times).any()]
    return min(known, default=None)


def stated_starts(series: xr.Dataset, clock: Clock) -> FloatArray:
    """Starts of the exposures as the files state them (s); nan where they do not."""
    started = np.asarray(get_column(series, "started"), dtype=float)
    if clock.series_start is not None:
        since = np.asarray(get_column(series, "time"), dtype=float)
        # the start is that on the clock of the record, so that its zone is in it
        start = clock.series_start - zone_seconds(clock.zone, clock.series_start)
        started = np.where(np.isfinite(started), started, start + since)
    return started


def find_branches(record: PotentialRecord, started: FloatArray, exposure: FloatArray) -> list[str]:
    """ "charge" or "discharge" where the current has one sign all through an exposure."""
    ended = started + np.where(exposure > 0, exposure, 0.0)
    is_inside = (started >= record.time[0]) & (ended <= record.time[-1])
    first = np.searchsorted(record.time, np.nan_to_num(started), side="right") - 1
    stop = np.searchsorted(record.time, np.nan_to_num(ended), side="left")
    return [
        _branch_of_current(record.current[max(low, 0) : max(high, low + 1)]) if inside else ""
        for low, high, inside in zip(first, stop, is_inside, strict=True)
    ]


def find_cycles(record: PotentialRecord, started: FloatArray) -> FloatArray:
    """Cycle number of the record at the start of each exposure; nan outside."""
    row = np.searchsorted(record.time, np.nan_to_num(started), side="right") - 1
    is_inside = np.isfinite(started) & (row >= 0) & (started <= record.time[-1])
    return np.where(is_inside, record.cycle[np.maximum(row, 0)], np.nan)


def zone_hint(record: PotentialRecord, started: FloatArray) -> float | None:
    """The smallest shift by quarter-hours (s) that lays all exposures into the record.

    ``None`` if no shift does, or none is needed: a clock in another time zone, not another day.
    """
    known = started[np.isfinite(started)]
    if not known.size:
        return None
    low = (record.time[0] - known.min()) / _QUARTER_HOUR
    high = (record.time[-1] - known.max()) / _QUARTER_HOUR
    quarters = np.arange(np.ceil(max(low, -_MOST_QUARTERS)), min(high, _MOST_QUARTERS) + 1e-9)
    if not quarters.size or np.any(quarters == 0):
        return None
    return float(quarters[np.argmin(np.abs(quarters))] * _QUARTER_HOUR)


def time_problems(
    names: Sequence[str], record: PotentialRecord, potential: ExposurePotential, clock: Clock
) -> list[str]:
    """Sentences for spectra without a potential, and for potentials that moved."""
    problems = []
    for mask, reason in (
        (potential.is_outside, "lie outside the record"),
        (potential.is_gap, f"lie in a gap of the record (more than {clock.longest_gap:g} s)"),
    ):
        if mask.any():
            problems.append(
                f"{record.file}: {np.count_nonzero(mask)} of {mask.size} spectra {reason} and have "
                f"no potential ({_name_some(names, mask)})."
            )
    moved = np.nan_to_num(potential.change) > clock.largest_change
    if moved.any():
        problems.append(
            f"{record.file}: the potential moved by up to {np.nanmax(potential.change):.3f} V "
            f"during the exposure of {np.count_nonzero(moved)} spectra "
            f"({_name_some(names, moved)})."
        )
    return problems


def _branch_of_current(current: FloatArray) -> str:
    if np.all(current > 0):
        return "charge"
    return "discharge" if np.all(current < 0) else ""


def _name_some(names: Sequence[str], mask: BoolArray) -> str:
    picked = list(dict.fromkeys(name for name, is_set in zip(names, mask, strict=True) if is_set))
    return ", ".join(picked[:3]) + (" ..." if len(picked) > 3 else "")


def _find_row(time: FloatArray, moments: FloatArray) -> IndexArray:
    """The last row at or before each moment, but not the last of all."""
    return np.clip(np.searchsorted(time, moments, side="right") - 1, 0, time.size - 2)


def _potential_from(time: FloatArray, voltage: FloatArray, moments: FloatArray) -> FloatArray:
    """The potential from each moment on."""
    row = _find_row(time, moments)
    return np.asarray(
        voltage[row] + _slope_between_rows(time, voltage)[row] * (moments - time[row])
    )


def _potential_until(time: FloatArray, voltage: FloatArray, moments: FloatArray) -> FloatArray:
    """The potential up to each moment: a step just then belongs to what follows."""
    row = np.clip(np.searchsorted(time, moments, side="left") - 1, 0, time.size - 2)
    return np.asarray(
        voltage[row] + _slope_between_rows(time, voltage)[row] * (moments - time[row])
    )


def _slope_between_rows(time: FloatArray, voltage: FloatArray) -> FloatArray:
    """V/s between rows; 0 across a step."""
    interval = np.diff(time)
    return np.diff(voltage) / np.where(interval > 0, interval, np.inf)


def _integrate_potential(time: FloatArray, voltage: FloatArray, moments: FloatArray) -> FloatArray:
    """Integral of the potential from the first row to each moment (V s)."""
    row = _find_row(time, moments)
    # potentials against their first keep the sum over days precise
    relative = voltage - voltage[0]
    pieces = 0.5 * (relative[1:] + relative[:-1]) * np.diff(time)
    before = np.concatenate([[0.0], np.cumsum(pieces)])
    since = moments - time[row]
    inside = relative[row] * since + 0.5 * _slope_between_rows(time, voltage)[row] * since**2
    return np.asarray(before[row] + inside + voltage[0] * (moments - time[0]))


def _crosses_gap(
    time: FloatArray, first: FloatArray, last: FloatArray, longest_gap: float
) -> BoolArray:
    gaps = np.concatenate([[0], np.cumsum(np.diff(time) > longest_gap)])
    stop = np.clip(np.searchsorted(time, last, side="left"), 1, time.size - 1)
    start = np.minimum(_find_row(time, first), stop - 1)
    return np.asarray(gaps[stop] - gaps[start] > 0)


def _measure_change(
    time: FloatArray,
    voltage: FloatArray,
    first: FloatArray,
    last: FloatArray,
    start: FloatArray,
    end: FloatArray,
) -> FloatArray:
    """Highest minus lowest potential in each exposure."""
    change = np.abs(end - start)
    low = np.searchsorted(time, first, side="right")
    high = np.searchsorted(time, last, side="left")
    for index in np.flatnonzero(high > low):
        values = [*voltage[low[index] : high[index]], start[index], end[index]]
        change[index] = max(values) - min(values)
    return change
