"""Sums and factors: the inner loops of the kernel."""

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit
from fitting.solvers.rules import SMALLEST_PIVOT

TILE = 4
"""Rows that are multiplied at once: 16 sums, which the registers hold."""


@jit
def compute_gram(rows: FloatArray, known: int, size: int, product: FloatArray) -> None:
    """Lower triangle of ``rows rows'``, in 4 x 4 tiles.

    For the first ``size`` rows, of which the product of the first ``known`` is there already; both
    are multiples of ``TILE``.
    """
    points = rows.shape[1]
    for i in range(known, size, TILE):
        for j in range(0, i + 1, TILE):
            s00 = s01 = s02 = s03 = 0.0
            s10 = s11 = s12 = s13 = 0.0
            s20 = s21 = s22 = s23 = 0.0
            s30 = s31 = s32 = s33 = 0.0
            for n in range(points):
                a0, a1, a2, a3 = rows[i, n], rows[i + 1, n], rows[i + 2, n], rows[i + 3, n]
                b0, b1, b2, b3 = rows[j, n], rows[j + 1, n], rows[j + 2, n], rows[j + 3, n]
                s00 += a0 * b0
                s01 += a0 * b1
                s02 += a0 * b2
                s03 += a0 * b3
                s10 += a1 * b0
                s11 += a1 * b1
                s12 += a1 * b2
                s13 += a1 * b3
                s20 += a2 * b0
                s21 += a2 * b1
                s22 += a2 * b2
                s23 += a2 * b3
                s30 += a3 * b0
                s31 += a3 * b1
                s32 += a3 * b2
                s33 += a3 * b3
            product[i, j : j + 4] = (s00, s01, s02, s03)
            product[i + 1, j : j + 4] = (s10, s11, s12, s13)
            product[i + 2, j : j + 4] = (s20, s21, s22, s23)
            product[i + 3, j : j + 4] = (s30, s31, s32, s33)


@jit
def factor_cholesky(matrix: FloatArray, size: int, dropped: NDArray[np.bool_]) -> bool:
    """Cholesky factor in place of the lower triangle; True if no column was dropped.

    A column with too small a pivot is replaced by that of the unit matrix.
    """
    whole = True
    for j in range(size):
        pivot = matrix[j, j]
        for k in range(j):
            pivot -= matrix[j, k] * matrix[j, k]
        dropped[j] = not pivot > SMALLEST_PIVOT
        if dropped[j]:
            whole = False
            matrix[j, :j] = 0.0
            matrix[j, j] = 1.0
            matrix[j + 1 : size, j] = 0.0
            continue
        root = np.sqrt(pivot)
        matrix[j, j] = root
        for i in range(j + 1, size):
            value = matrix[i, j]
            for k in range(j):
                value -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = value / root
    return whole


@jit
def solve_cholesky(
    lower: FloatArray, size: int, dropped: NDArray[np.bool_], right: FloatArray
) -> None:
    """Solve in place of ``right``; zero where a column was dropped."""
    for j in range(size):
        if dropped[j]:
            right[j] = 0.0
            continue
        value = right[j]
        for k in range(j):
            value -= lower[j, k] * right[k]
        right[j] = value / lower[j, j]
    for j in range(size - 1, -1, -1):
        right[j] /= lower[j, j]
        value = right[j]
        for k in range(j):
            right[k] -= lower[j, k] * value
