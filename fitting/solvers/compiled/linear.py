"""Non-negative least squares of one spectrum: see ``fitting.solvers.numpy.linear``."""

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import factor_cholesky, solve_cholesky
from fitting.solvers.compiled.arrays import StepSpace
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit

_TOLERANCE = 1e-11
_ROUNDS_PER_VARIABLE = 6


@jit
def best_coefficients(
    gram: FloatArray, nonnegative: NDArray[np.bool_], coefficients: FloatArray, space: StepSpace
) -> None:
    """Minimise ``a' gram a / 2 - moment' a``, some of the coefficients kept at 0 or above.

    Of ``gram`` the lower triangle is read; its row after the last coefficient is the moment.
    """
    size = nonnegative.size
    scale, target, is_free = space.scale, space.slope, space.held
    total = 0.0
    for i in range(size):
        is_free[i] = gram[i, i] > 0
        scale[i] = 1.0 / np.sqrt(gram[i, i]) if gram[i, i] > 0 else 0.0
        target[i] = gram[size, i] * scale[i]
        total += target[i] * target[i]
    for i in range(size):
        for j in range(i + 1):
            value = gram[i, j] * scale[i] * scale[j]
            space.matrix[i, j] = value
            space.matrix[j, i] = value
    tolerance = _TOLERANCE * np.sqrt(total)
    for rounds in range(_ROUNDS_PER_VARIABLE * size):
        _solve_free(size, space)
        if not _change_sides(nonnegative, tolerance, rounds, space):
            break
    for i in range(size):
        bounded = max(space.found[i], 0.0) if nonnegative[i] else space.found[i]
        coefficients[i] = bounded * scale[i]


@jit
def _solve_free(size: int, space: StepSpace) -> None:
    """Unbounded solution over what is free (here ``held`` says so); dependent columns leave."""
    is_free, found, work = space.held, space.found, space.work
    for i in range(size):
        found[i] = space.slope[i] if is_free[i] else 0.0
        for j in range(i):
            work[i, j] = space.matrix[i, j] if is_free[i] and is_free[j] else 0.0
        work[i, i] = 1.0
    factor_cholesky(work, size, space.dropped)
    solve_cholesky(work, size, space.dropped, found)
    for i in range(size):
        if space.dropped[i]:
            is_free[i] = False


@jit
def _change_sides(  # noqa: C901
    nonnegative: NDArray[np.bool_], tolerance: float, rounds: int, space: StepSpace
) -> bool:
    """The negative ones leave, else the most promising returns; one at a time if it drags on."""
    size, is_free, found = nonnegative.size, space.held, space.found
    last, best, gain, negative = -1, -1, 0.0, 0
    for i in range(size):
        if not nonnegative[i]:
            continue
        if is_free[i] and found[i] < 0:
            negative += 1
            last = i
        elif not is_free[i]:
            slope = space.slope[i] - tolerance
            for j in range(size):
                slope -= space.matrix[i, j] * found[j]
            if slope > gain:
                gain, best = slope, i
    if negative and rounds >= size:
        is_free[last] = False
    elif negative:
        for i in range(size):
            if nonnegative[i] and is_free[i] and found[i] < 0:
                is_free[i] = False
    elif best >= 0:
        is_free[best] = True
    return negative > 0 or best >= 0
