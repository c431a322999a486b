"""Non-negative least squares of one spectrum: see ``fitting.solver.linear``."""

import numpy as np
from numpy.typing import NDArray

from fitting.series import FloatArray
from fitting.solver.kernel.arithmetic import factor, solve
from fitting.solver.kernel.jit import jit

_TOLERANCE = 1e-11
_ROUNDS_PER_VARIABLE = 6


@jit
def best_coefficients(
    gram: FloatArray,
    moment: FloatArray,
    nonnegative: NDArray[np.bool_],
    coefficients: FloatArray,
    work: FloatArray,
) -> None:
    """Minimise ``a' gram a / 2 - moment' a``, some of the coefficients kept at 0 or above.

    ``work`` has at least as many rows and columns as there are coefficients.
    """
    size = nonnegative.size
    scale, target, found = np.zeros(size), np.zeros(size), np.zeros(size)
    free, dropped = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    total = 0.0
    for i in range(size):
        if gram[i, i] > 0:
            scale[i] = 1.0 / np.sqrt(gram[i, i])
            free[i] = True
        target[i] = moment[i] * scale[i]
        total += target[i] * target[i]
    tolerance = _TOLERANCE * np.sqrt(total)
    for rounds in range(_ROUNDS_PER_VARIABLE * size):
        _solve_free(gram, scale, target, free, found, dropped, work)
        if not _change_sides(gram, scale, target, free, found, nonnegative, tolerance, rounds):
            break
    for i in range(size):
        bounded = max(found[i], 0.0) if nonnegative[i] else found[i]
        coefficients[i] = bounded * scale[i]


@jit
def _solve_free(
    gram: FloatArray,
    scale: FloatArray,
    target: FloatArray,
    free: NDArray[np.bool_],
    found: FloatArray,
    dropped: NDArray[np.bool_],
    work: FloatArray,
) -> None:
    size = free.size
    for i in range(size):
        found[i] = target[i] if free[i] else 0.0
        for j in range(i):
            both = free[i] and free[j]
            work[i, j] = gram[i, j] * scale[i] * scale[j] if both else 0.0
        work[i, i] = 1.0
    factor(work, size, dropped)
    solve(work, size, dropped, found)
    for i in range(size):
        if dropped[i]:
            free[i] = False


@jit
def _change_sides(  # noqa: C901
    gram: FloatArray,
    scale: FloatArray,
    target: FloatArray,
    free: NDArray[np.bool_],
    found: FloatArray,
    nonnegative: NDArray[np.bool_],
    tolerance: float,
    rounds: int,
) -> bool:
    """The negative ones leave, else the most promising returns; one at a time if it drags on."""
    size = free.size
    last, best, gain, negative = -1, -1, 0.0, 0
    for i in range(size):
        if not nonnegative[i]:
            continue
        if free[i] and found[i] < 0:
            negative += 1
            last = i
        elif not free[i]:
            slope = target[i] - tolerance
            for j in range(size):
                slope -= gram[i, j] * scale[i] * scale[j] * found[j]
            if slope > gain:
                gain, best = slope, i
    if negative and rounds >= size:
        free[last] = False
    elif negative:
        for i in range(size):
            if nonnegative[i] and free[i] and found[i] < 0:
                free[i] = False
    elif best >= 0:
        free[best] = True
    return negative > 0 or best >= 0
