"""Cholesky factors of many small symmetric matrices at once, which say where they break down."""

import numpy as np
from numpy.typing import NDArray

from fitting.series import FloatArray
from fitting.solver.rules import SMALLEST_PIVOT

BoolArray = NDArray[np.bool_]


def factor(matrix: FloatArray) -> tuple[FloatArray, BoolArray]:
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


def solve(lower: FloatArray, dropped: BoolArray, right: FloatArray) -> FloatArray:
    """Solutions for one right side each, shape (b, n); zero where a column was dropped."""
    size = right.shape[1]
    solution = np.where(dropped, 0.0, right)
    for j in range(size):
        if j:
            known = np.matmul(lower[:, j, None, :j], solution[:, :j, None])[:, 0, 0]
            solution[:, j] -= np.where(dropped[:, j], 0.0, known)
        solution[:, j] /= lower[:, j, j]
    for j in range(size - 1, -1, -1):
        if j < size - 1:
            known = np.matmul(lower[:, j + 1 :, j][:, None, :], solution[:, j + 1 :, None])
            solution[:, j] -= known[:, 0, 0]
        solution[:, j] /= lower[:, j, j]
    return solution


def invert(lower: FloatArray, dropped: BoolArray) -> FloatArray:
    """Inverses, shape (b, n, n); rows and columns that were dropped are zero."""
    inverse_factor = np.linalg.inv(lower)
    inverse = np.matmul(inverse_factor.transpose(0, 2, 1), inverse_factor)
    keep = ~dropped
    return np.where(keep[:, :, None] & keep[:, None, :], inverse, 0.0)


def masked(matrix: FloatArray, free: BoolArray) -> FloatArray:
    """The matrices with the rows and columns of what is not free taken from the unit matrix."""
    both = free[:, :, None] & free[:, None, :]
    return np.where(both, matrix, np.eye(matrix.shape[1]))


def unit_diagonal(diagonal: FloatArray) -> FloatArray:
    """Factors that scale rows and columns to a unit diagonal; zero where there is nothing."""
    alive = diagonal > 0
    return np.where(alive, 1.0 / np.sqrt(np.where(alive, diagonal, 1.0)), 0.0)
