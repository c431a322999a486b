"""Sums over the points of many spectra, in pieces too small for numpy's BLAS to use threads for.

Its threads wait for one another in a busy loop: on a machine that has other work to do, products
of this size then take up to thirty times as long.
"""

import numpy as np

from fitting.data.series import FloatArray

_LARGEST = 200_000
"""Multiplications in one piece: OpenBLAS takes threads above 262,144."""


def compute_gram(rows: FloatArray) -> FloatArray:
    """``rows @ rows'`` of each spectrum, shape (b, n, n), for rows of shape (b, n, m)."""
    count, size, points = rows.shape
    block = max(_LARGEST // max(size * size, 1), 1)
    total = np.zeros((count, size, size))
    for start in range(0, points, block):
        part = rows[:, :, start : start + block]
        # A copy: for a matrix and its own transpose numpy takes a routine with other limits.
        total += np.matmul(part, part.copy().transpose(0, 2, 1))
    return total


def project_rows(rows: FloatArray, curve: FloatArray) -> FloatArray:
    """Each row times the curve, summed: shape (b, n), for (b, n, m) and (b, m)."""
    return np.asarray(np.einsum("bnm,bm->bn", rows, curve))


def combine_rows(coefficients: FloatArray, rows: FloatArray) -> FloatArray:
    """Sum of the rows with coefficients of shape (b, n): shape (b, m)."""
    return np.asarray(np.einsum("bn,bnm->bm", coefficients, rows))


def multiply_rows(left: FloatArray, rows: FloatArray) -> FloatArray:
    """``left @ rows'``, shape (n, k), for (n, m) and (k, m), in square pieces."""
    if left.size * len(rows) <= _LARGEST:
        return np.asarray(left @ rows.T)
    side = max(int(np.sqrt(_LARGEST / max(left.shape[1], 1))), 1)
    one, other = _stack_rows(left, side), _stack_rows(rows, side)
    pieces = np.matmul(one[:, None], other.transpose(0, 2, 1))
    whole = pieces.swapaxes(1, 2).reshape(one.shape[0] * one.shape[1], -1)
    return np.asarray(whole[: len(left), : len(rows)])


def _stack_rows(rows: FloatArray, side: int) -> FloatArray:
    """Rows in stacks of at most so many, shape (a, side, m); the last is filled up with zeros."""
    side = max(min(side, len(rows)), 1)
    count = -(-len(rows) // side)
    filled = np.zeros((count * side, rows.shape[1]))
    filled[: len(rows)] = rows
    return filled.reshape(count, side, rows.shape[1])
