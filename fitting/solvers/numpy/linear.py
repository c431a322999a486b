"""Best areas and background for given positions and widths: non-negative least squares.

The linear half of variable projection (Golub and Pereyra, SIAM J. Numer. Anal. 10, 413 (1973)).
"""

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.numpy.cholesky import (
    BoolArray,
    factor_cholesky,
    mask_matrix,
    solve_cholesky,
    unit_diagonal,
)

_MULTIPLIER_TOLERANCE = 1e-11
_ROUNDS_PER_VARIABLE = 6


def best_coefficients(
    gram: FloatArray, moment: FloatArray, nonnegative: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Minimise ``a' gram a / 2 - moment' a`` with some of the coefficients kept at 0 or above.

    An active set is changed in blocks; where that does not settle, one variable at a time
    (Murty's rule, which ends for every positive definite matrix).

    Parameters
    ----------
    gram : shape (b, n, n)
    moment : shape (b, n)
    nonnegative : shape (n,)

    Returns
    -------
    coefficients : shape (b, n)
        Zero where a column is empty or repeats the others.
    free : shape (b, n)
        Whether each is held by nothing but the data.
    """
    scale = unit_diagonal(np.diagonal(gram, axis1=1, axis2=2))
    scaled = gram * scale[:, :, None] * scale[:, None, :]
    target = moment * scale
    free = scale > 0
    coefficients = np.zeros_like(target)
    size = target.shape[1]
    pending = np.arange(len(target))
    for round_ in range(_ROUNDS_PER_VARIABLE * size):
        found, held = _solve_free(scaled[pending], target[pending], free[pending])
        coefficients[pending], free[pending] = found, held
        wrong = _wrongly_placed(scaled[pending], target[pending], found, held, nonnegative)
        if round_ >= size:
            wrong = _last_only(wrong)
        free[pending] ^= wrong
        pending = pending[wrong.any(axis=1)]
        if not pending.size:
            break
    bounded = np.where(nonnegative, np.maximum(coefficients, 0.0), coefficients)
    return bounded * scale, free


def _solve_free(
    scaled: FloatArray, target: FloatArray, free: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Unbounded solution over the free coefficients; dependent columns are no longer free."""
    lower, dropped = factor_cholesky(mask_matrix(scaled, free))
    found = solve_cholesky(lower, dropped, np.where(free, target, 0.0))
    return found, free & ~dropped


def _wrongly_placed(
    scaled: FloatArray,
    target: FloatArray,
    found: FloatArray,
    free: BoolArray,
    nonnegative: BoolArray,
) -> BoolArray:
    """What must change sides: the negative ones leave, else the most promising one returns."""
    negative = free & nonnegative & (found < 0)
    slope = target - np.matmul(scaled, found[:, :, None])[:, :, 0]
    size = np.linalg.norm(target, axis=1, keepdims=True)
    gain = np.where(~free & nonnegative, slope - _MULTIPLIER_TOLERANCE * size, -np.inf)
    best = gain.argmax(axis=1)
    rows = np.arange(len(gain))
    returns = (gain[rows, best] > 0) & ~negative.any(axis=1)
    wrong = negative.copy()
    wrong[rows[returns], best[returns]] = True
    return wrong


def _last_only(wrong: BoolArray) -> BoolArray:
    """Keep the last mark of each row."""
    size = wrong.shape[1]
    last = size - 1 - wrong[:, ::-1].argmax(axis=1)
    return np.asarray(wrong & (np.arange(size) == last[:, None]))
