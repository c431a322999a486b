"""Starts for peaks that stand almost in one place.

Such peaks can be put together in more than one way. Measured on two Raman bands 5 apart and 14
wide, one of which vanishes: a narrow line within a wide one is the lower minimum that other starts
miss most often.
"""

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction

BoolArray = NDArray[np.bool_]

_NEAR = 0.5
"""Peaks closer than this part of their mean width can be put together in more than one way."""
_NARROW, _WIDE = 0.6, 2.0
_APART = 0.4
"""They are drawn together to this part of their distance."""


def near_pairs(function: ModelFunction, free: FloatArray) -> BoolArray:
    """Which two peaks stand almost in one place, at least one free to move; shape (b, k, k)."""
    position, width = _places_of_peaks(function, free)
    moves = np.asarray(
        function.affine.matrix[[peak.position for peak in function.peaks]].any(axis=1)
    )
    apart = np.abs(position[:, :, None] - position[:, None, :])
    near = apart < 0.5 * _NEAR * (width[:, :, None] + width[:, None, :])
    near &= (moves[:, None] | moves[None, :]) & ~np.eye(moves.size, dtype=bool)
    return near


def nested_starts(
    function: ModelFunction, start: FloatArray, near: BoolArray, rest: FloatArray
) -> list[FloatArray]:
    """Near peaks of the start drawn together, by turns narrow and wide, and the reverse.

    Parameters
    ----------
    start : shape (r, f)
    near : shape (r, k, k)
        Which pairs of peaks to put together.
    rest : shape (r, f)
        What all other peaks are taken from.
    """
    position, width = _places_of_peaks(function, start)
    together = near | np.eye(position.shape[1], dtype=bool)
    centre = np.einsum("rkj,rj->rk", together, position) / together.sum(axis=2)
    drawn = centre + _APART * (position - centre)
    odd = _every_other(position, np.asarray(near.any(axis=2)))
    return [
        _with_peaks(function, start, near, (rest, drawn, width * np.where(wide, _WIDE, _NARROW)))
        for wide in (odd, ~odd)
    ]


def _places_of_peaks(function: ModelFunction, free: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Position and width of every peak, shape (b, k)."""
    parameters = function.affine.expand(free)
    rows = np.array([(peak.position, peak.fwhm) for peak in function.peaks], dtype=int)
    return parameters[:, rows[:, 0]], parameters[:, rows[:, 1]]


def _every_other(position: FloatArray, chosen: BoolArray) -> BoolArray:
    """Of the chosen peaks, in the order of their positions, the second, fourth, ..."""
    order = np.argsort(position, axis=1)
    count = np.cumsum(np.take_along_axis(chosen, order, axis=1), axis=1)
    odd = np.zeros(chosen.shape, dtype=bool)
    np.put_along_axis(odd, order, count % 2 == 0, axis=1)
    return odd


def _with_peaks(
    function: ModelFunction,
    start: FloatArray,
    near: BoolArray,
    values: tuple[FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """Free parameters with the near peaks at given positions and widths, their shapes as first."""
    rest, position, width = values
    matrix, constant = function.affine.matrix, function.affine.constant
    chosen, free = np.asarray(near.any(axis=2)), rest.copy()
    shared = np.count_nonzero(matrix[[peak.fwhm for peak in function.peaks]], axis=0) > 1
    for index, peak in enumerate(function.peaks):
        rows = chosen[:, index]
        for row, value in ((peak.position, position), (peak.fwhm, width)):
            for column in np.flatnonzero(matrix[row] * ~shared):
                found = (value[rows, index] - constant[row]) / matrix[row, column]
                free[rows, column] = found
        for column in np.flatnonzero(matrix[list(peak.shape)].any(axis=0)):
            free[rows, column] = start[rows, column]
    return np.clip(free, function.affine.lower, function.affine.upper)
