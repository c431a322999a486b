"""Axes that go over positions more than once: averaged, merged or taken apart, never refused.

A position twice in a row is averaged. Windows of one spectrum that overlap by less than half are
merged; sweeps over one range are spectra of their own, and so are windows that do not meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from fitting.data.series import FloatArray

_FEWEST_POINTS = 5
_SWEEPS_OVERLAP = 0.5
"""Part of the shorter range beyond which two runs are sweeps over the same range."""
_SAME_LEVEL = (0.05, 5.0)
"""Windows that differ by more than this part, and this many errors, are not one spectrum."""


@dataclass(frozen=True, slots=True)
class SpectrumPart:
    """Points that make spectra on an axis that rises or falls."""

    axis: FloatArray
    """Shape (m,)."""
    values: FloatArray
    """Means of the points at each position, shape (m, columns)."""
    repeats: FloatArray
    """How many points were averaged, shape (m,)."""
    label: str = ""
    notes: tuple[str, ...] = field(default=())


def split_positions(axis: FloatArray, values: FloatArray) -> list[SpectrumPart] | None:
    """The parts of a table, ``None`` if its first column is no axis.

    Parameters
    ----------
    axis : shape (m,)
        As written.
    values : shape (m, columns)
    """
    runs = _find_runs(axis)
    if any(np.unique(axis[run]).size * 2 < len(run) for run in runs):
        return None
    if any(np.unique(axis[run]).size < _FEWEST_POINTS for run in runs):
        return None
    if len(runs) == 1:
        part = _average(axis, values)
        return [SpectrumPart(*part, notes=_describe_averages(part[0], part[2]))]
    overlaps = [_overlap(axis[one], axis[other]) for one, other in pairwise(runs)]
    if all(0 <= overlap <= _SWEEPS_OVERLAP for overlap in overlaps):
        return _merge_windows(axis, values, runs)
    if all(overlap > _SWEEPS_OVERLAP for overlap in overlaps):
        note = (
            f"The axis goes over its range {len(runs)} times: the sweeps are spectra of their own."
        )
        return _take_apart(axis, values, runs, "sweep", note)
    if all(overlap < 0 for overlap in overlaps):
        note = f"The axis has {len(runs)} windows that do not meet: they are spectra of their own."
        return _take_apart(axis, values, runs, "window", note)
    return None


def _find_runs(axis: FloatArray) -> list[list[int]]:
    """The indices of every stretch that keeps its direction; equal positions keep it too."""
    runs: list[list[int]] = [[0]]
    direction = 0.0
    for index, step in enumerate(np.sign(np.diff(axis)), start=1):
        if step and direction and step != direction:
            runs.append([index])
            direction = 0.0
            continue
        direction = direction or float(step)
        runs[-1].append(index)
    return runs


def _overlap(one: FloatArray, other: FloatArray) -> float:
    """Common part of two ranges over the shorter; below 0 if they are further than a step apart."""
    common = min(one.max(), other.max()) - max(one.min(), other.min())
    shorter = min(np.ptp(one), np.ptp(other))
    step = float(np.median(np.abs(np.diff(one))))
    return max(float(common), 0.0) / float(shorter) if common > -1.5 * step else -1.0


def _average(axis: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Positions, means and numbers of the points at each, in the direction of the axis."""
    positions, place, counts = np.unique(axis, return_inverse=True, return_counts=True)
    means = np.full((positions.size, values.shape[1]), np.nan)
    for column in range(values.shape[1]):
        is_measured = np.isfinite(values[:, column])
        sums = np.bincount(place[is_measured], values[is_measured, column], positions.size)
        known = np.bincount(place[is_measured], minlength=positions.size)
        means[known > 0, column] = sums[known > 0] / known[known > 0]
    if axis[-1] < axis[0]:
        positions, means, counts = positions[::-1], means[::-1], counts[::-1]
    return positions, means, counts.astype(float)


def _merge_windows(
    axis: FloatArray, values: FloatArray, runs: Sequence[list[int]]
) -> list[SpectrumPart]:
    for one, other in pairwise(runs):
        difference = _difference_of_levels(axis, values[:, 0], one, other)
        if difference is not None:
            note = (
                f"Two windows of the axis differ by {difference:.0%} where they overlap, so they "
                "are not one spectrum: they are spectra of their own."
            )
            return _take_apart(axis, values, runs, "window", note)
    part = _average(axis, values)
    span = ", ".join(f"{axis[run].min():g} to {axis[run].max():g}" for run in runs)
    note = f"{len(runs)} windows that overlap are merged into one spectrum ({span})."
    return [SpectrumPart(*part, notes=(note, *_describe_averages(part[0], part[2])))]


def _difference_of_levels(
    axis: FloatArray, counts: FloatArray, one: list[int], other: list[int]
) -> float | None:
    """How much two windows differ in their overlap, as a part; ``None`` if within their noise."""
    low = max(axis[one].min(), axis[other].min())
    high = min(axis[one].max(), axis[other].max())
    means, errors = [], []
    for run in (one, other):
        inside = counts[run][(axis[run] >= low) & (axis[run] <= high)]
        inside = inside[np.isfinite(inside)]
        if inside.size < 3:
            return None
        means.append(float(inside.mean()))
        noise = float(np.std(np.diff(inside))) / np.sqrt(2)
        errors.append(noise / np.sqrt(inside.size))
    part, sure = _SAME_LEVEL
    difference = abs(means[0] - means[1])
    level = max(abs(means[0]), abs(means[1]), 1e-300)
    if difference > part * level and difference > sure * float(np.hypot(*errors)):
        return difference / level
    return None


def _take_apart(
    axis: FloatArray, values: FloatArray, runs: Sequence[list[int]], word: str, note: str
) -> list[SpectrumPart]:
    return [
        SpectrumPart(*_average(axis[run], values[run]), label=f"{word} {number}", notes=(note,))
        for number, run in enumerate(runs, start=1)
    ]


def _describe_averages(positions: FloatArray, counts: FloatArray) -> tuple[str, ...]:
    repeated = positions[counts > 1]
    if not repeated.size:
        return ()
    shown = ", ".join(f"{position:g}" for position in repeated[:6])
    more = f" and {repeated.size - 6} more" if repeated.size > 6 else ""
    noun = "position stands" if repeated.size == 1 else "positions stand"
    return (f"{repeated.size} {noun} more than once and were averaged: {shown}{more}.",)
