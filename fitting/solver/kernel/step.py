"""The damped step in the box for one spectrum: see ``fitting.solver.step``."""

import numpy as np
from numpy.typing import NDArray

from fitting.series import FloatArray
from fitting.solver.kernel.arithmetic import factor, solve
from fitting.solver.kernel.jit import jit

_TOLERANCE = 1e-12
_ROUNDS_PER_VARIABLE = 4
_FREE, _HELD = 0, 1


@jit
def box_step(  # noqa: C901
    hessian: FloatArray,
    gradient: FloatArray,
    damping: FloatArray,
    curvature: FloatArray,
    low: FloatArray,
    high: FloatArray,
    step: FloatArray,
    work: FloatArray,
) -> bool:
    """Minimise ``d' (hessian + damping) d / 2 - gradient' d`` with ``low <= d <= high``.

    False where the matrix is not positive definite.
    """
    size = gradient.size
    scale, slope = np.zeros(size), np.zeros(size)
    bottom, top, found = np.zeros(size), np.zeros(size), np.zeros(size)
    held, dropped = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    matrix = np.empty((size, size))
    for i in range(size):
        if curvature[i] > 0:
            root = np.sqrt(curvature[i])
            scale[i] = 1.0 / root
            slope[i], bottom[i], top[i] = gradient[i] * scale[i], low[i] * root, high[i] * root
        outward = (bottom[i] >= 0 and slope[i] < 0) or (top[i] <= 0 and slope[i] > 0)
        if outward or scale[i] == 0:
            held[i] = _HELD
    for i in range(size):
        for j in range(size):
            matrix[i, j] = hessian[i, j] * scale[i] * scale[j]
        matrix[i, i] += damping[i] if scale[i] > 0 else 1.0
    for _ in range(_ROUNDS_PER_VARIABLE * size):
        if not _solve_unheld(matrix, slope, held, found, dropped, work):
            return False
        if not _clamp(found, bottom, top, held) and not _release(
            matrix, slope, found, bottom, top, held
        ):
            break
    for i in range(size):
        step[i] = found[i] * scale[i]
    return True


@jit
def _solve_unheld(  # noqa: C901
    matrix: FloatArray,
    slope: FloatArray,
    held: NDArray[np.int_],
    found: FloatArray,
    dropped: NDArray[np.bool_],
    work: FloatArray,
) -> bool:
    """Minimum over what is not held; it stands in ``found`` afterwards."""
    size = slope.size
    index, right = np.empty(size, dtype=np.int64), np.empty(size)
    count = 0
    for i in range(size):
        if held[i] == _FREE:
            index[count] = i
            count += 1
    for a in range(count):
        i = index[a]
        value = slope[i]
        for j in range(size):
            if held[j] != _FREE:
                value -= matrix[i, j] * found[j]
        right[a] = value
        for b in range(a + 1):
            work[a, b] = matrix[i, index[b]]
    if not factor(work, count, dropped):
        return False
    solve(work, count, dropped, right)
    for a in range(count):
        found[index[a]] = right[a]
    return True


@jit
def _clamp(found: FloatArray, bottom: FloatArray, top: FloatArray, held: NDArray[np.int_]) -> bool:
    """Put what left the box on its bound, and hold it there."""
    any_outside = False
    for i in range(found.size):
        if held[i] == _FREE and not bottom[i] <= found[i] <= top[i]:
            any_outside = True
            held[i] = _HELD
            found[i] = bottom[i] if found[i] < bottom[i] else top[i]
    return any_outside


@jit
def _release(
    matrix: FloatArray,
    slope: FloatArray,
    found: FloatArray,
    bottom: FloatArray,
    top: FloatArray,
    held: NDArray[np.int_],
) -> bool:
    """Let go of what is pulled back into the box hardest."""
    size = found.size
    worst, hardest = -1, _TOLERANCE
    for i in range(size):
        if held[i] == _FREE or not bottom[i] < top[i]:
            continue
        pull = slope[i]
        for j in range(size):
            pull -= matrix[i, j] * found[j]
        if found[i] <= bottom[i] and pull > hardest:
            worst, hardest = i, pull
        if found[i] >= top[i] and -pull > hardest:
            worst, hardest = i, -pull
    if worst >= 0:
        held[worst] = _FREE
    return worst >= 0
