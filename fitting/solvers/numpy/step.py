"""The next step of the fit: a damped Newton step that stays within the bounds.

Damping after Marquardt, J. Soc. Ind. Appl. Math. 11, 431 (1963), scaled as by More, Lecture Notes
in Mathematics 630, 105 (1978).
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

_ROUNDS_PER_VARIABLE = 4
_MULTIPLIER_TOLERANCE = 1e-12


def box_step(
    hessian: FloatArray,
    gradient: FloatArray,
    damping: FloatArray,
    curvature: FloatArray,
    room: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, BoolArray]:
    """Minimise ``d' (hessian + damping) d / 2 - gradient' d`` with ``room[0] <= d <= room[1]``.

    Parameters
    ----------
    hessian : shape (b, n, n)
    gradient : shape (b, n)
        Downhill.
    damping : shape (b, n)
        In units of ``curvature``, added to the diagonal.
    curvature : shape (b, n)
        Diagonal of the Gauss-Newton matrix: the scale. A variable without curvature stays.
    room
        What is left to the lower (at most 0) and to the upper bound (at least 0), shape (b, n).

    Returns
    -------
    step : shape (b, n)
    is_definite : shape (b,)
        False where the matrix is not positive definite; the step is then of no use.
    """
    scale = unit_diagonal(curvature)
    alive = np.asarray(scale > 0)
    root = np.where(alive, np.sqrt(np.maximum(curvature, 0.0)), 1.0)
    scaled = hessian * scale[:, :, None] * scale[:, None, :]
    diagonal = np.arange(gradient.shape[1])
    scaled[:, diagonal, diagonal] += np.where(alive, damping, 1.0)
    slope = gradient * scale
    low, high = np.where(alive, room[0] * root, 0.0), np.where(alive, room[1] * root, 0.0)
    outward = np.asarray(((low >= 0) & (slope < 0)) | ((high <= 0) & (slope > 0)))
    held = np.asarray(~alive | outward)
    step, is_definite = _minimise_in_box(scaled, slope, low, high, held)
    return step * scale, is_definite


def _minimise_in_box(
    matrix: FloatArray, slope: FloatArray, low: FloatArray, high: FloatArray, held: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Primal active set: clamp what leaves the box, release what pushes inward."""
    step = np.zeros_like(slope)
    is_definite = np.full(len(slope), True)
    pending = np.arange(len(slope))
    for _ in range(_ROUNDS_PER_VARIABLE * slope.shape[1]):
        part, clamp = matrix[pending], held[pending]
        trial, definite = _solve_unclamped(part, slope[pending], step[pending], clamp)
        is_definite[pending] = definite
        outside = np.asarray(~clamp & ((trial < low[pending]) | (trial > high[pending])))
        step[pending] = np.clip(trial, low[pending], high[pending])
        pull = slope[pending] - np.matmul(part, step[pending][:, :, None])[:, :, 0]
        released = _worst_held(pull, step[pending], low[pending], high[pending], clamp)
        leaves = np.asarray(outside.any(axis=1))
        released &= ~leaves[:, None]
        held[pending] = (clamp | outside) & ~released
        pending = pending[definite & (leaves | released.any(axis=1))]
        if not pending.size:
            break
    return step, is_definite


def _solve_unclamped(
    matrix: FloatArray, slope: FloatArray, step: FloatArray, clamp: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """The unbounded minimum over what is not clamped, and whether there is one."""
    fixed = np.where(clamp, step, 0.0)
    target = slope - np.matmul(matrix, fixed[:, :, None])[:, :, 0]
    lower, dropped = factor_cholesky(mask_matrix(matrix, ~clamp))
    solution = solve_cholesky(lower, dropped, np.where(clamp, 0.0, target))
    return np.where(clamp, fixed, solution), np.asarray(~dropped.any(axis=1))


def _worst_held(
    pull: FloatArray, step: FloatArray, low: FloatArray, high: FloatArray, clamp: BoolArray
) -> BoolArray:
    """The clamped variable that is pulled back into the box hardest."""
    inward = np.where(step <= low, pull, -np.inf)
    inward = np.maximum(inward, np.where(step >= high, -pull, -np.inf))
    inward = np.where(clamp & (low < high), inward - _MULTIPLIER_TOLERANCE, -np.inf)
    worst = inward.argmax(axis=1)
    rows = np.arange(len(step))
    mark = np.zeros(clamp.shape, dtype=bool)
    mark[rows, worst] = inward[rows, worst] > 0
    return mark
