"""Spectra of one series that were measured on unlike grids: which positions are whose.

The axis of such a series holds the positions of all its grids side by side, and a spectrum is not
measured (nan at infinite sigma) where another was. Nothing is interpolated. The variable ``GRID``
tells the positions of each spectrum's own grid; a series of one grid does not have it.
"""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import SPECTRUM, axis_of

GRID = "is_on_grid"
"""Variable with the dimensions of the intensity."""

BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.int_]


def own_points(series: xr.Dataset) -> BoolArray:
    """Which positions of the axis belong to the grid of each spectrum, shape (n, m)."""
    if GRID in series:
        return np.asarray(series[GRID].values, dtype=bool)
    return np.ones(series["intensity"].shape, dtype=bool)


def iterate_grids(series: xr.Dataset, fewest: int = 1) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Spectra of one grid and the positions of that grid, as indices; no spectrum comes twice.

    What looks at neighbouring points works on these, so that it sees a grid as it was measured.

    Parameters
    ----------
    fewest
        Grids of fewer points do not come: where the axis was cut, little or nothing of a grid may
        be left.
    """
    own = own_points(series)
    if own.all():
        if own.shape[1] >= fewest:
            yield np.arange(own.shape[0]), np.arange(own.shape[1])
        return
    together: dict[bytes, list[int]] = {}
    for row, points in enumerate(own):
        together.setdefault(points.tobytes(), []).append(row)
    for rows in together.values():
        columns = np.flatnonzero(own[rows[0]])
        if columns.size >= fewest:
            yield np.array(rows), columns


def split_grids(series: xr.Dataset) -> Iterator[xr.Dataset]:
    """The spectra of every grid as a series of their own, on that grid."""
    if GRID not in series:
        yield series
        return
    axis = axis_of(series)
    for rows, columns in iterate_grids(series):
        yield series.isel({SPECTRUM: rows, axis: columns}).drop_vars(GRID)
