"""The damped step in the box for one spectrum: see ``fitting.solvers.numpy.step``."""

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import factor_cholesky, solve_cholesky
from fitting.solvers.compiled.arrays import SearchSpace, StepSpace
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit

_TOLERANCE = 1e-12
_ROUNDS_PER_VARIABLE = 4


@jit
def box_step(hessian: FloatArray, search: SearchSpace, space: StepSpace) -> bool:
    """Minimise ``d' (hessian + damping) d / 2 - gradient' d`` with ``low <= d <= high``.

    Of ``hessian`` the lower triangle is read; damping is in units of the curvature. The step stands
    in ``search.step``. False where the matrix is not positive definite.
    """
    size = search.gradient.size
    _scale_problem(hessian, search, space)
    for _ in range(_ROUNDS_PER_VARIABLE * size):
        if not _solve_unheld(space):
            return False
        if not _clamp_to_box(space) and not _release_hardest(space):
            break
    for i in range(size):
        search.step[i] = space.found[i] * space.scale[i]
    return True


@jit
def _scale_problem(hessian: FloatArray, search: SearchSpace, space: StepSpace) -> None:
    """Bring the problem to a unit curvature; hold what is pressed outward, or has no curvature."""
    scale, matrix = space.scale, space.matrix
    for i in range(search.gradient.size):
        alive = search.curvature[i] > 0
        root = search.curvature[i] ** 0.5 if alive else 0.0
        scale[i] = 1.0 / root if alive else 0.0
        space.slope[i] = search.gradient[i] * scale[i]
        space.bottom[i], space.top[i] = search.low[i], search.high[i]
        # No root of an infinite bound: nothing times infinity is nan.
        if alive:
            space.bottom[i] *= root
            space.top[i] *= root
        outward = (space.bottom[i] >= 0 and space.slope[i] < 0) or (
            space.top[i] <= 0 and space.slope[i] > 0
        )
        space.held[i] = outward or not alive
        space.found[i] = 0.0
        for j in range(i):
            value = hessian[i, j] * scale[i] * scale[j]
            matrix[i, j] = value
            matrix[j, i] = value
        damping = search.damping[i] if alive else 1.0
        matrix[i, i] = hessian[i, i] * scale[i] * scale[i] + damping


@jit
def _solve_unheld(space: StepSpace) -> bool:
    """Minimum over what is not held; it stands in ``found`` afterwards."""
    size, unheld, matrix, found = space.found.size, space.unheld, space.matrix, space.found
    count = 0
    for i in range(size):
        if not space.held[i]:
            unheld[count] = i
            found[i] = 0.0
            count += 1
    for a in range(count):
        i = unheld[a]
        value = space.slope[i]
        for j in range(size):
            value -= matrix[i, j] * found[j]
        space.right[a] = value
        for b in range(a + 1):
            space.work[a, b] = matrix[i, unheld[b]]
    if not factor_cholesky(space.work, count, space.dropped):
        return False
    solve_cholesky(space.work, count, space.dropped, space.right)
    for a in range(count):
        found[unheld[a]] = space.right[a]
    return True


@jit
def _clamp_to_box(space: StepSpace) -> bool:
    """Put what left the box on its bound, and hold it there."""
    found, bottom, top = space.found, space.bottom, space.top
    any_outside = False
    for i in range(found.size):
        if not space.held[i] and not bottom[i] <= found[i] <= top[i]:
            any_outside = True
            space.held[i] = True
            found[i] = bottom[i] if found[i] < bottom[i] else top[i]
    return any_outside


@jit
def _release_hardest(space: StepSpace) -> bool:
    """Let go of what is pulled back into the box hardest."""
    found, bottom, top = space.found, space.bottom, space.top
    worst, hardest = -1, _TOLERANCE
    for i in range(found.size):
        if not space.held[i] or not bottom[i] < top[i]:
            continue
        pull = space.slope[i]
        for j in range(found.size):
            pull -= space.matrix[i, j] * found[j]
        if found[i] <= bottom[i] and pull > hardest:
            worst, hardest = i, pull
        if found[i] >= top[i] and -pull > hardest:
            worst, hardest = i, -pull
    if worst >= 0:
        space.held[worst] = False
    return worst >= 0
