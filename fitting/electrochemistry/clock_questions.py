"""What the times of spectra and record leave open, as questions with a proposed answer.

Two clocks of which one is in another time zone differ by whole quarter-hours; times that some
programs write for a series are nominal, equal steps that were planned and not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray, get_column, source_names
from fitting.electrochemistry.potential_by_time import (
    Clock,
    starts_on_record,
    stated_starts,
    zone_hint,
)
from fitting.electrochemistry.record_clock import settle_record
from fitting.readers.records.record import PotentialRecord, swap_dates

_MOST_NAMES = 2
_DAY = 86_400.0
_OTHER_ZONE = 14 * 3600.0
"""Clocks differ by at most so much (s) because of time zones."""
_FEWEST = 4
"""Spectra from which on equal steps are noticed."""
_EQUAL = 1e-4
"""Part of a step by which measured times differ at least: 6 ms in a minute."""


@dataclass(frozen=True, slots=True)
class ClockQuestion:
    """Something that only the analyst can know."""

    kind: Literal["time zone", "nominal times", "date order", "no overlap"]
    sentence: str
    option: str
    """What answers it on the command line."""
    proposal: Clock
    """The clock if the answer is yes."""


def clock_questions(
    series: Sequence[xr.Dataset], record: PotentialRecord, clock: Clock
) -> list[ClockQuestion]:
    """What should be asked before potentials by this clock are relied on."""
    settled = settle_record(record, series, clock)
    if settled.is_open:
        return _date_questions(record, clock)
    return [
        *_zone_questions(series, settled.record, clock),
        *_overlap_questions(series, settled.record, clock),
        *_nominal_questions(series, clock),
    ]


def has_nominal_times(started: FloatArray) -> bool:
    """Whether times are so even that nobody has measured them, shape (n,).

    Times in whole seconds are measured ones as long as their steps vary.
    """
    known = np.sort(started[np.isfinite(started)])
    if known.size < _FEWEST:
        return False
    steps = np.diff(known)
    step = float(np.median(steps))
    return bool(step > 0 and np.max(np.abs(steps - step)) <= _EQUAL * step)


def _date_questions(record: PotentialRecord, clock: Clock) -> list[ClockQuestion]:
    """Which of day and month stands first: one question for each answer."""
    questions = []
    for one in (record, swap_dates(record)):
        order = str(one.date_order)
        begins = datetime.fromtimestamp(float(one.time[0]), UTC)
        questions.append(
            ClockQuestion(
                "date order",
                f"{record.file}: its dates can be read both ways. Read {order} it begins on "
                f"{begins.day} {begins:%B %Y}.",
                "--" + order.replace(" ", "-"),
                replace(clock, date_order=order),
            )
        )
    return questions


def _zone_questions(
    series: Sequence[xr.Dataset], record: PotentialRecord, clock: Clock
) -> list[ClockQuestion]:
    started = [starts_on_record(one, clock) for one in series]
    known = [times[np.isfinite(times)] for times in started]
    all_of_them = np.concatenate(known) if known else np.empty(0)
    shift = zone_hint(record, all_of_them)
    if shift is None:
        return []
    offset = clock.offset + shift
    return [
        ClockQuestion(
            "time zone",
            f"{record.file}: with the clock of the spectra set {shift / 3600:+g} h they lie within "
            "the record. Check the time zones, and give this offset if one of them is wrong.",
            f"--clock-offset {offset:g}",
            replace(clock, offset=offset),
        )
    ]


def _overlap_questions(
    series: Sequence[xr.Dataset], record: PotentialRecord, clock: Clock
) -> list[ClockQuestion]:
    """Whether spectra and record are of one run, where not even a time zone parts them."""
    started = [starts_on_record(one, clock) for one in series]
    known = np.concatenate([one[np.isfinite(one)] for one in started]) if started else np.empty(0)
    if not record.has_clock or not known.size or clock.series_start is not None:
        return []
    low, high = record.time[0] - _OTHER_ZONE, record.time[-1] + _OTHER_ZONE
    if ((known >= low) & (known <= high)).any():
        return []
    apart = float(record.time[0] - known.min())
    way = "before" if apart > 0 else "after"
    offset = clock.offset + apart
    return [
        ClockQuestion(
            "no overlap",
            f"{record.file}: none of the spectra lies within the record; the first was begun "
            f"{abs(apart) / _DAY:.1f} days {way} it. Is it the record of this cell? If a clock was "
            "set wrong, the first spectrum may be put at the beginning of the record.",
            f"--clock-offset {offset:g}",
            replace(clock, offset=offset),
        )
    ]


def _nominal_questions(series: Sequence[xr.Dataset], clock: Clock) -> list[ClockQuestion]:
    if clock.series_step is not None:
        return []
    questions = []
    for one in series:
        times = stated_starts(one, clock)
        if not has_nominal_times(times):
            continue
        step = float(np.median(np.diff(np.sort(times[np.isfinite(times)]))))
        exposure = np.asarray(get_column(one, "exposure"), dtype=float)
        longest = float(np.nanmax(exposure)) if np.isfinite(exposure).any() else 0.0
        shorter = (
            f" They are closer together ({step:.6g} s) than an exposure is long "
            f"({longest:.6g} s), so they cannot be right."
            if longest > step
            else ""
        )
        questions.append(
            ClockQuestion(
                "nominal times",
                f"{_files_of(one)}: the times of the spectra are exactly {step:.6g} "
                "s apart: planned, it seems, and not measured. Over many spectra such times run "
                f"away from the clock.{shorter} Give the true time from one spectrum to the next, "
                "or confirm this one.",
                f"--series-step {step:.9g}",
                replace(clock, series_step=step),
            )
        )
    return questions


def _files_of(series: xr.Dataset) -> str:
    """The files of a series; a question is no place for dozens of names."""
    names = source_names(series)
    rest = len(names) - _MOST_NAMES
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown} and {rest} more" if rest > 0 else shown
