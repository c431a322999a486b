"""Cholesky factors of many small symmetric matrices at once, which say where they break down."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs

from fitting.data.series import FloatArray
from fitting.solvers.rules import SMALLEST_PIVOT

BoolArray = NDArray[np.bool_]


def factor_cholesky(matrix: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Lower Cholesky factors, and which columns were dropped.

    A column whose pivot is too small (it depends on the ones before it, or the matrix is not
    positive definite) is replaced by that of the unit matrix, so that its variable solves to zero.

    Parameters
    ----------
    matrix : shape (b, n, n)
        Symmetric, with a diagonal of about one.

    Returns
    -------
    factors : shape (b, n, n)
    dropped : shape (b, n)
    """
    lower = np.zeros_like(matrix)
    whole = [_factor_whole(one, into) for one, into in zip(matrix, lower, strict=True)]
    dropped = np.zeros(matrix.shape[:2], dtype=bool)
    broken = np.flatnonzero(~np.array(whole, dtype=bool))
    if broken.size:
        lower[broken], dropped[broken] = _factor_by_columns(matrix[broken])
    return lower, dropped


def solve_cholesky(lower: FloatArray, dropped: BoolArray, right: FloatArray) -> FloatArray:
    """Solutions for one right side each, shape (b, n); zero where a column was dropped."""
    solution = np.where(dropped, 0.0, right)
    for one, into in zip(lower, solution, strict=True):
        if into.size:
            # Transposed, as the routine takes columns: the upper factor.
            into[:] = dpotrs(one.T, into, lower=False)[0]
    return solution


def invert_cholesky(lower: FloatArray, dropped: BoolArray) -> FloatArray:
    """Inverses, shape (b, n, n); rows and columns that were dropped are zero."""
    inverse_factor = np.linalg.inv(lower)
    inverse = np.matmul(inverse_factor.transpose(0, 2, 1), inverse_factor)
    keep = ~dropped
    return np.where(keep[:, :, None] & keep[:, None, :], inverse, 0.0)


def mask_matrix(matrix: FloatArray, free: BoolArray) -> FloatArray:
    """The matrices with the rows and columns of what is not free taken from the unit matrix."""
    both = free[:, :, None] & free[:, None, :]
    return np.where(both, matrix, np.eye(matrix.shape[1]))


def unit_diagonal(diagonal: FloatArray) -> FloatArray:
    """Factors that scale rows and columns to a unit diagonal; zero where there is nothing."""
    alive = diagonal > 0
    return np.where(alive, 1.0 / np.sqrt(np.where(alive, diagonal, 1.0)), 0.0)


def _factor_whole(matrix: FloatArray, lower: FloatArray) -> bool:
    """Fill in the factor of one matrix; False if a pivot is too small."""
    if not matrix.size:
        return True
    factor_, broken = dpotrf(matrix, lower=True, clean=True)
    lower[:] = factor_
    return not broken and bool(np.diagonal(factor_).min() ** 2 > SMALLEST_PIVOT)


def _factor_by_columns(matrix: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Factors of matrices that break down, and the columns that were dropped."""
    count, size, _ = matrix.shape
    lower = np.zeros_like(matrix)
    dropped = np.zeros((count, size), dtype=bool)
    for j in range(size):
        known = lower[:, j, :j]
        column = matrix[:, j:, j]
        if j:
            column = column - np.matmul(lower[:, j:, :j], known[:, :, None])[:, :, 0]
        bad = ~(column[:, 0] > SMALLEST_PIVOT)
        root = np.sqrt(np.where(bad, 1.0, column[:, 0]))
        lower[:, j:, j] = np.where(bad[:, None], 0.0, column / root[:, None])
        lower[:, j, j] = root
        if bad.any():
            lower[bad, j, :j] = 0.0
            dropped[:, j] = bad
    return lower, dropped
