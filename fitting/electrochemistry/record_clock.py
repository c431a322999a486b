"""A record as its times are to be understood: the order of day and month in its dates, its start.

What decides the order, strongest first: the user (``Clock.date_order``), the record itself (see
``readers.records.dates``), and the times of the spectra. Where nothing does, it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray
from fitting.electrochemistry.potential_by_time import Clock, first_start, starts_on_record
from fitting.readers.records.record import PotentialRecord, swap_dates

_OTHER_ZONE = 14 * 3600.0
"""Clocks differ by at most so much (s) because of time zones; days and months by far more."""


@dataclass(frozen=True, slots=True, eq=False)
class SettledRecord:
    """A record, and whether its dates still can be read both ways."""

    record: PotentialRecord
    is_open: bool = False
    note: str = ""
    """What was concluded, and from what."""


def settle_record(
    record: PotentialRecord, series: Sequence[xr.Dataset], clock: Clock
) -> SettledRecord:
    """The record with its dates in the order that the user, or else the spectra, say."""
    if not record.has_clock and clock.record_start is not None:
        shifted = record.time - record.time[0] + clock.record_start
        return SettledRecord(replace(record, time=shifted, has_clock=True))
    if record.other_time is None:
        return SettledRecord(record)
    if clock.date_order:
        is_right = clock.date_order == record.date_order
        return SettledRecord(_without_other(record if is_right else swap_dates(record)))
    first = first_start(series, clock)
    starts = [starts_on_record(one, clock, first) for one in series]
    known = np.concatenate([one[np.isfinite(one)] for one in starts]) if starts else np.empty(0)
    both = (record, swap_dates(record))
    inside = [_count_near(one, known) for one in both]
    if (inside[0] > 0) == (inside[1] > 0):
        return SettledRecord(record, is_open=True)
    chosen = both[0] if inside[0] else both[1]
    note = (
        f"{record.file}: its dates are read {chosen.date_order}, because only so do the spectra "
        "lie within it."
    )
    return SettledRecord(_without_other(chosen), note=note)


def _without_other(record: PotentialRecord) -> PotentialRecord:
    kept = tuple(text for text in record.warnings if "--day-first" not in text)
    return replace(record, other_time=None, warnings=kept)


def _count_near(record: PotentialRecord, starts: FloatArray) -> int:
    low, high = record.time[0] - _OTHER_ZONE, record.time[-1] + _OTHER_ZONE
    return int(np.count_nonzero((starts >= low) & (starts <= high)))
