"""The minimiser for one spectrum after the other: see ``fitting.solver.minimise``."""

import numpy as np

from fitting.series import FloatArray
from fitting.solver.kernel.arithmetic import factor, solve
from fitting.solver.kernel.arrays import BoolArray, KernelPlan, KernelResult, Workspace
from fitting.solver.kernel.jit import jit
from fitting.solver.kernel.model import derivatives, trial
from fitting.solver.kernel.step import box_step
from fitting.solver.rules import (
    DAMPING_AFTER_REJECTION,
    ENTANGLED_SHARE,
    FIRST_DAMPING,
    GAUSS_NEWTON_TOLERANCE,
    NEGLIGIBLE_GAIN,
    NEGLIGIBLE_REJECTED_GAIN,
    NEGLIGIBLE_STEP,
    NEWTON_TOLERANCE,
    PRESSED,
    ROUNDING,
    SETTLED_DAMPING,
    SMALLEST_DAMPING,
)


@jit
def fit_spectra(
    plan: KernelPlan,
    space: Workspace,
    intensity: FloatArray,
    weight: FloatArray,
    offsets: FloatArray,
    start: FloatArray,
    most_evaluations: int,
    result: KernelResult,
) -> None:
    """Fit the spectra of a chunk and fill in the result."""
    weighted = np.empty(intensity.shape[1])
    for row in range(len(intensity)):
        points, square = 0, 0.0
        for n in range(weighted.size):
            weighted[n] = intensity[row, n] * weight[row, n]
            square += weighted[n] * weighted[n]
            points += weight[row, n] > 0
        freedom = max(points - plan.lower.size, 1)
        result.free[row] = start[row]
        converged, evaluations, chi_square = _minimise(
            plan, space, weighted, weight[row], offsets[row], result.free[row],
            freedom, square, most_evaluations,
        )  # fmt: skip
        result.converged[row], result.evaluations[row] = converged, evaluations
        result.chi_square[row] = chi_square
        derivatives(plan, space, weight[row], offsets[row])
        _fill_covariance(
            plan, space, result.free[row], result.at_bound[row], result.undetermined[row],
            result.entangled[row], result.covariance[row], chi_square, freedom,
        )  # fmt: skip


@jit
def _minimise(  # noqa: C901
    plan: KernelPlan,
    space: Workspace,
    weighted: FloatArray,
    weight: FloatArray,
    offset: float,
    free: FloatArray,
    freedom: int,
    square: float,
    most_evaluations: int,
) -> tuple[bool, int, float]:
    """Improve ``free`` in place: whether it converged, evaluations and chi-square.

    The workspace holds the trial at ``free`` afterwards.
    """
    size = free.size
    step, target, damping = np.zeros(size), np.zeros(size), np.zeros(size)
    low, high, curvature = np.zeros(size), np.zeros(size), np.zeros(size)
    amount = FIRST_DAMPING
    chi_square = trial(plan, space, weighted, weight, offset, free)
    if not np.isfinite(chi_square) or size == 0:
        return size == 0, 1, chi_square
    derivatives(plan, space, weight, offset)
    gradient = space.gradient.copy()
    for evaluations in range(2, most_evaluations + 1):
        for i in range(size):
            low[i], high[i] = plan.lower[i] - free[i], plan.upper[i] - free[i]
            curvature[i] = space.normal[i, i]
            damping[i] = amount if i >= plan.nonnegative.size else 0.0
        gain, tolerance = _propose(space, gradient, damping, curvature, low, high, step)
        for i in range(size):
            target[i] = min(max(free[i] + step[i], plan.lower[i]), plan.upper[i])
        after = trial(plan, space, weighted, weight, offset, target)
        accepted = after <= chi_square
        limit = 0.5 * tolerance * tolerance * chi_square / freedom
        settled = accepted and amount <= SETTLED_DAMPING and gain < limit
        settled = settled or gain <= NEGLIGIBLE_GAIN * chi_square
        settled = settled or (not accepted and gain < NEGLIGIBLE_REJECTED_GAIN * chi_square)
        settled = settled or (accepted and after <= ROUNDING * square)
        settled = settled or _is_negligible(step, free)
        ratio = 0.5 * (chi_square - after) / gain if gain > 0 else 0.0
        amount = _next_damping(amount, ratio, accepted)
        if accepted:
            free[:] = target
            chi_square = after
        if settled:
            if not accepted:
                chi_square = trial(plan, space, weighted, weight, offset, free)
            return True, evaluations, chi_square
        if accepted:
            derivatives(plan, space, weight, offset)
            gradient[:] = space.gradient
    chi_square = trial(plan, space, weighted, weight, offset, free)
    return False, most_evaluations, chi_square


@jit
def _propose(
    space: Workspace,
    gradient: FloatArray,
    damping: FloatArray,
    curvature: FloatArray,
    low: FloatArray,
    high: FloatArray,
    step: FloatArray,
) -> tuple[float, float]:
    """The Newton step, or else that of Gauss and Newton; its gain, and how short is converged."""
    size = gradient.size
    for i in range(size):
        for j in range(size):
            space.hessian[i, j] = space.normal[i, j] - space.second[i, j]
    if box_step(space.hessian, gradient, damping, curvature, low, high, step, space.work):
        gain = _gain(space.hessian, gradient, step)
        if gain > 0:
            return gain, NEWTON_TOLERANCE
    step[:] = 0.0
    box_step(space.normal, gradient, damping, curvature, low, high, step, space.work)
    return _gain(space.normal, gradient, step), GAUSS_NEWTON_TOLERANCE


@jit
def _gain(hessian: FloatArray, gradient: FloatArray, step: FloatArray) -> float:
    gain = 0.0
    for i in range(step.size):
        bent = 0.0
        for j in range(step.size):
            bent += hessian[i, j] * step[j]
        gain += (gradient[i] - 0.5 * bent) * step[i]
    return gain


@jit
def _is_negligible(step: FloatArray, free: FloatArray) -> bool:
    negligible = True
    for i in range(step.size):
        negligible = negligible and abs(step[i]) <= NEGLIGIBLE_STEP * abs(free[i])
    return negligible


@jit
def _next_damping(amount: float, ratio: float, accepted: bool) -> float:
    if not accepted:
        return max(4.0 * amount, DAMPING_AFTER_REJECTION)
    if ratio > 0.75:
        return max(0.2 * amount, SMALLEST_DAMPING)
    return 2.0 * amount if ratio < 0.25 else amount


@jit
def _fill_covariance(
    plan: KernelPlan,
    space: Workspace,
    free: FloatArray,
    at_bound: BoolArray,
    undetermined: BoolArray,
    entangled: BoolArray,
    covariance: FloatArray,
    chi_square: float,
    freedom: int,
) -> None:
    """Inverse of the Gauss-Newton matrix over what the data determine; zero elsewhere."""
    size = free.size
    scale, right = np.zeros(size), np.zeros(size)
    dropped, held = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    normal, work = space.normal, space.work
    for i in range(size):
        if normal[i, i] > 0 and np.isfinite(normal[i, i]):
            scale[i] = 1.0 / np.sqrt(normal[i, i])
        pull = space.gradient[i] * scale[i]
        felt = PRESSED * np.sqrt(chi_square)
        at_bound[i] = (free[i] <= plan.lower[i] and pull < -felt) or (
            free[i] >= plan.upper[i] and pull > felt
        )
        undetermined[i] = scale[i] == 0
        held[i] = at_bound[i] or undetermined[i]
        entangled[i] = False
    if not _factor_unheld(normal, scale, held, dropped, work):
        _mark_entangled(normal, scale, held, dropped, work, entangled, right)
        for i in range(size):
            held[i] = held[i] or entangled[i]
        _factor_unheld(normal, scale, held, dropped, work)
    for i in range(size):
        right[:] = 0.0
        right[i] = 1.0
        solve(work, size, dropped, right)
        for j in range(size):
            keep = not (held[i] or held[j])
            covariance[i, j] = (
                right[j] * scale[i] * scale[j] * chi_square / freedom if keep else 0.0
            )


@jit
def _factor_unheld(
    normal: FloatArray, scale: FloatArray, held: BoolArray, dropped: BoolArray, work: FloatArray
) -> bool:
    size = scale.size
    for i in range(size):
        for j in range(i):
            both = not held[i] and not held[j]
            work[i, j] = normal[i, j] * scale[i] * scale[j] if both else 0.0
        work[i, i] = 1.0
    return factor(work, size, dropped)


@jit
def _mark_entangled(
    normal: FloatArray,
    scale: FloatArray,
    held: BoolArray,
    dropped: BoolArray,
    work: FloatArray,
    entangled: BoolArray,
    right: FloatArray,
) -> None:
    """Mark the dropped columns, and those that they are made of."""
    size = scale.size
    for column in range(size):
        if not dropped[column]:
            continue
        entangled[column] = True
        for i in range(size):
            kept = not held[i] and not dropped[i]
            right[i] = normal[i, column] * scale[i] * scale[column] if kept else 0.0
        solve(work, size, dropped, right)
        for i in range(size):
            if abs(right[i]) > ENTANGLED_SHARE:
                entangled[i] = True
