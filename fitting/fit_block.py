"""Spectra on their way into a solver, and its solution as a block of results."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitting.fit_status import status_of
from fitting.model_function import ModelFunction
from fitting.result import FittedBlock, Status
from fitting.series import FloatArray
from fitting.solver.spectra import Solution

IndexArray = NDArray[np.int_]


def start_values(function: ModelFunction, count: int, starts: FloatArray | None) -> FloatArray:
    """Free parameters to start from, within their bounds, shape (n, f)."""
    affine = function.affine
    start = np.tile(affine.start, (count, 1))
    if starts is not None:
        given = starts[:, [affine.names.index(name) for name in affine.free]]
        start = np.where(np.isfinite(given), given, start)
    return np.clip(start, affine.lower, affine.upper)


def unfitted_block(size: int, points: IndexArray, reasons: Sequence[str]) -> FittedBlock:
    count = len(reasons)
    return FittedBlock(
        spectra=np.arange(count),
        value=np.full((count, size), np.nan),
        covariance=np.full((count, size, size), np.nan),
        chi_square=np.full(count, np.nan),
        points=points,
        status=np.full(count, int(Status.FAILED)),
        message=tuple(reasons),
        without_error=np.zeros((count, size), dtype=bool),
    )


def filled_block(
    block: FittedBlock, rows: IndexArray, function: ModelFunction, solution: Solution
) -> FittedBlock:
    """The block with solved spectra in some of its rows."""
    affine = function.affine
    endings = [status_of(function, solution, index) for index in range(rows.size)]
    status = np.array([ending[0] for ending in endings])
    value, covariance, chi_square = (
        block.value.copy(),
        block.covariance.copy(),
        block.chi_square.copy(),
    )
    value[rows] = affine.expand(solution.free)
    chi_square[rows] = solution.chi_square
    is_usable = status != Status.FAILED
    covariance[rows[is_usable]] = affine.expand_covariance(solution.covariance[is_usable])
    flagged = solution.at_bound | solution.undetermined
    without_error = np.zeros(block.value.shape, dtype=bool)
    without_error[rows] = (flagged[:, None, :] & (affine.matrix != 0)).any(axis=2)
    messages = dict(zip(rows.tolist(), (ending[1] for ending in endings), strict=True))
    statuses = block.status.copy()
    statuses[rows] = status
    return replace(
        block,
        value=value,
        covariance=covariance,
        chi_square=chi_square,
        status=statuses,
        message=tuple(messages.get(row, text) for row, text in enumerate(block.message)),
        without_error=without_error,
    )
