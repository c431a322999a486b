"""One axis for spectra of any grids: positions side by side, none of them interpolated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.grids import BoolArray, IndexArray, split_grids
from fitting.data.series import FloatArray, axis_of, source_names

_STEP_TOLERANCE = 0.01
"""Two grids have one step if they stay together within this part of the step."""
_SAME_POSITION = 1e-3
"""Positions of unlike grids that differ by less than this part of the finest step are one."""

MOST_GRIDS = 32
"""Of one series: a spectrum is evaluated at the points of all of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a grid of m positions lies on a common axis of M."""

    columns: IndexArray
    """Of each of its positions, shape (m,)."""
    offset: float
    """What its positions exceed those of the axis by: less than a step."""
    own: BoolArray
    """Which positions of the axis are of its grid or of one that continues it, shape (M,)."""


def find_common_axis(grids: Sequence[FloatArray]) -> tuple[FloatArray, list[Place]]:
    """The axis that holds all grids, and the place of each on it.

    Grids of one even step are put onto one, whatever their ranges; a constant difference of less
    than a step is left for the offset of the axis. Unlike grids stand side by side.
    """
    families = _find_families(grids)
    extended = [_extend_grid([grids[index] for index in family]) for family in families]
    axis, columns = _merge_positions([grid for grid, _ in extended])
    places: dict[int, Place] = {}
    for family, (_, placed), where in zip(families, extended, columns, strict=True):
        own = np.zeros(axis.size, dtype=bool)
        own[where] = True
        for index, (start, offset) in zip(family, placed, strict=True):
            places[index] = Place(where[start : start + grids[index].size], offset, own)
    return axis, [places[index] for index in range(len(grids))]


def is_of_one_grid(grid: FloatArray, longest: FloatArray) -> bool:
    """Whether a grid is another, or has its even step; the second is no shorter."""
    if _is_same_grid(grid, longest):
        return True
    step = float(np.median(np.diff(longest)))
    return _is_uniform(longest, step) and _is_uniform(grid, step)


class GridCount:
    """Counts the unlike grids of a series that is to be: their points are all on one axis."""

    def __init__(self, series: xr.Dataset | None = None) -> None:
        self._known: list[FloatArray] = []
        if series is not None:
            self._known = [part[axis_of(part)].values for part in split_grids(series)]

    def add(self, series: xr.Dataset) -> None:
        """Count the grids of one more series.

        Raises
        ------
        SeriesError
            If there are more than ``MOST_GRIDS`` now; then none of them is counted.
        """
        fresh: list[FloatArray] = []
        for part in split_grids(series):
            grid = part[axis_of(part)].values
            if not any(_are_of_one_grid(grid, other) for other in (*self._known, *fresh)):
                fresh.append(grid)
        if len(self._known) + len(fresh) > MOST_GRIDS:
            raise SeriesError(
                f"{', '.join(source_names(series))}: {series.attrs['region']} has {MOST_GRIDS} "
                "different grids already, and fits of more take too long. Analyse fewer files at "
                "once, or bring them onto one grid (command line: --resample STEP)."
            )
        self._known += fresh


def _are_of_one_grid(grid: FloatArray, other: FloatArray) -> bool:
    return is_of_one_grid(*sorted((grid, other), key=len))


def _find_families(grids: Sequence[FloatArray]) -> list[list[int]]:
    """Indices of grids that can be one, the longest of each first."""
    families: list[list[int]] = []
    for index in sorted(range(len(grids)), key=lambda one: -grids[one].size):
        for family in families:
            if is_of_one_grid(grids[index], grids[family[0]]):
                family.append(index)
                break
        else:
            families.append([index])
    return families


def _extend_grid(grids: Sequence[FloatArray]) -> tuple[FloatArray, list[tuple[int, float]]]:
    """The first grid made as long as all, and for each the index of its start and its offset."""
    reference = grids[0]
    if all(_is_same_grid(grid, reference) for grid in grids):
        return reference, [(0, 0.0)] * len(grids)
    step = float(np.median(np.diff(reference)))
    shifts = [(grid[0] - reference[0]) / step for grid in grids]
    starts = [round(shift) for shift in shifts]
    low = min(starts)
    high = max(start + grid.size for start, grid in zip(starts, grids, strict=True))
    return reference[0] + step * np.arange(low, high), [
        (start - low, (shift - start) * step) for start, shift in zip(starts, shifts, strict=True)
    ]


def _merge_positions(grids: Sequence[FloatArray]) -> tuple[FloatArray, list[IndexArray]]:
    """All positions in order, and where those of each grid are among them."""
    if len(grids) == 1:
        return grids[0], [np.arange(grids[0].size)]
    every = np.concatenate(grids)
    order = np.argsort(every, kind="stable")
    finest = min(float(np.min(np.diff(grid))) for grid in grids)
    is_new = np.diff(every[order], prepend=-np.inf) > _SAME_POSITION * finest
    places = np.empty(every.size, dtype=int)
    places[order] = np.cumsum(is_new) - 1
    stops = np.cumsum([grid.size for grid in grids])[:-1]
    return every[order][is_new], np.split(places, stops)


def _is_same_grid(grid: FloatArray, reference: FloatArray) -> bool:
    if grid.size != reference.size:
        return False
    tolerance = _STEP_TOLERANCE * float(np.min(np.diff(reference)))
    return bool(np.all(np.abs(grid - reference) <= tolerance))


def _is_uniform(grid: FloatArray, step: float) -> bool:
    ideal = grid[0] + step * np.arange(grid.size)
    return bool(np.all(np.abs(grid - ideal) <= 2 * _STEP_TOLERANCE * step))
