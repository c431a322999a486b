"""Elapsed time in records: numbers with a unit or clock texts, and what to do where it restarts."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.records.numbers import parse_number, parse_numbers

IndexArray = NDArray[np.intp]

_CLOCK_TEXT = re.compile(
    r"(?:(?P<days>\d+)(?:\s*d\w*[\s,]+|[.\-])\s*)?"
    r"(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+(?:[.,]\d*)?)"
)
_DAY = 86_400.0
_AROUND_MIDNIGHT = 3600.0
_SHORTEST = 1e-3
"""Clocks of potentiostats jitter by less (s)."""


def parse_durations(cells: Sequence[str], factor: float) -> FloatArray:
    """Seconds of plain numbers (times ``factor``) or of clock texts such as "0d 03:17:42.38"."""
    if not any(":" in cell for cell in cells):
        return parse_numbers(cells) * factor
    return np.array([_parse_duration(cell, factor) for cell in cells])


def is_clock_text(cells: Sequence[str]) -> bool:
    """Whether most cells are hours, minutes and seconds."""
    return sum(_CLOCK_TEXT.fullmatch(cell.strip()) is not None for cell in cells) * 2 > len(cells)


def continue_past_midnight(elapsed: FloatArray) -> FloatArray:
    """Times of day that go on after midnight."""
    known = np.flatnonzero(np.isfinite(elapsed))
    values = elapsed[known]
    falls = np.diff(values) < -(_DAY - _AROUND_MIDNIGHT)
    if not falls.any() or values.max() > _DAY:
        return elapsed
    steady = elapsed.copy()
    steady[known[1:]] += _DAY * np.cumsum(falls)
    return steady


def continue_restarts(
    file: str, elapsed: FloatArray, marks: Mapping[str, Sequence[str]]
) -> tuple[FloatArray, list[str]]:
    """Elapsed time that goes on where it begins anew, and what there is to say of it.

    Parameters
    ----------
    elapsed : shape (n,)
        s.
    marks
        What may change where time begins anew, such as the cycle: its cells by its name.

    Raises
    ------
    UnreadableFileError
        If time begins anew where nothing else does: rows of two measurements may be mixed.
    """
    known = np.flatnonzero(np.isfinite(elapsed))
    values = elapsed[known]
    falls = _find_falls(values)
    if not falls.size:
        return elapsed, []
    is_reversed = falls.size == values.size - 1
    if is_reversed or not _overlap(values, falls):
        return elapsed, []  # whoever makes the record sorts it, and says so
    changed: set[str] = set()
    for fall in falls:
        change = _find_change(marks, int(known[fall]), int(known[fall + 1]))
        if change is None:
            raise UnreadableFileError(
                f"{file}: the times of the record go back by {values[fall] - values[fall + 1]:.6g} "
                f"s at row {known[fall + 1] + 1}, but neither cycle, step, technique nor sheet "
                "changes there. Its rows may be of more than one measurement. Export each on its "
                "own, or with dates."
            )
        changed.add(change)
    steady = elapsed.copy()
    steady[known] = _lay_end_to_end(values, falls)
    where = " or ".join(sorted(changed))
    return steady, [
        f"The elapsed time begins anew {falls.size} times, where the {where} changes; it is "
        "continued there. Pauses in between are not known."
    ]


def _parse_duration(cell: str, factor: float) -> float:
    match = _CLOCK_TEXT.fullmatch(cell.strip())
    if match is None:
        return parse_number(cell) * factor
    hours = int(match["days"] or 0) * 24 + int(match["hours"])
    return hours * 3600 + int(match["minutes"]) * 60 + parse_number(match["seconds"])


def _find_falls(values: FloatArray) -> IndexArray:
    """Rows after which time goes back by more than a usual step."""
    steps = np.diff(values)
    forward = steps[steps > 0]
    usual = float(np.median(forward)) if forward.size else 0.0
    back = np.flatnonzero(steps < -_SHORTEST)
    if not back.size:
        return back
    # a few rows that changed places within a step are no restart
    is_jitter = [
        -steps[row] < usual and bool((values[row + 1 : row + 4] >= values[row]).any())
        for row in back
    ]
    return np.asarray(back[~np.array(is_jitter)])


def _overlap(values: FloatArray, falls: IndexArray) -> bool:
    """Whether the parts between the falls cover the same times."""
    parts = sorted((part.min(), part.max()) for part in np.split(values, falls + 1))
    return any(later[0] < earlier[1] for earlier, later in pairwise(parts))


def _find_change(marks: Mapping[str, Sequence[str]], before: int, after: int) -> str | None:
    return next((name for name, cells in marks.items() if cells[before] != cells[after]), None)


def _lay_end_to_end(values: FloatArray, falls: IndexArray) -> FloatArray:
    """Each part begun where the one before it ends; its own times count from there."""
    parts = np.split(values, falls + 1)
    laid, end = [parts[0]], float(parts[0][-1])
    for part in parts[1:]:
        laid.append(part + end)
        end = float(laid[-1][-1])
    return np.concatenate(laid)
