"""Covariance of one spectrum's free parameters: see ``fitting.solvers.numpy.minimise``."""

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import factor_cholesky, solve_cholesky
from fitting.solvers.compiled.arrays import (
    BoolArray,
    KernelPlan,
    KernelResult,
    SearchSpace,
    StepSpace,
    Workspace,
)
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit
from fitting.solvers.rules import ENTANGLED_SHARE, PRESSED


@jit
def fill_covariance(
    plan: KernelPlan,
    space: Workspace,
    row: int,
    chi_square: float,
    freedom: int,
    result: KernelResult,
) -> None:
    """Inverse of the Gauss-Newton matrix over what the data determine; zero elsewhere."""
    search, step = space.search, space.step
    entangled = result.entangled[row]
    _mark_held(plan, search, step, row, PRESSED * np.sqrt(chi_square), result)
    if not _factor_unheld(search.normal, step):
        _mark_entangled(search.normal, step, entangled)
        for i in range(entangled.size):
            step.held[i] = step.held[i] or entangled[i]
        _factor_unheld(search.normal, step)
    _invert_factor(step.work, step.dropped, search.hessian)
    _fill_covariance(
        search.hessian, step.scale, step.held, chi_square / freedom, result.covariance[row]
    )


@jit
def _mark_held(
    plan: KernelPlan,
    search: SearchSpace,
    step: StepSpace,
    row: int,
    felt: float,
    result: KernelResult,
) -> None:
    """Hold what is pressed against a bound, and what the data say nothing of."""
    for i in range(step.scale.size):
        curvature, free = search.normal[i, i], result.free[row, i]
        known = curvature > 0 and np.isfinite(curvature)
        step.scale[i] = 1.0 / np.sqrt(curvature) if known else 0.0
        pull = search.gradient[i] * step.scale[i]
        pressed = (free <= plan.lower[i] and pull < -felt) or (
            free >= plan.upper[i] and pull > felt
        )
        result.at_bound[row, i] = pressed
        result.undetermined[row, i] = not known
        result.entangled[row, i] = False
        step.held[i] = pressed or not known


@jit
def _factor_unheld(normal: FloatArray, step: StepSpace) -> bool:
    scale, held, work = step.scale, step.held, step.work
    for i in range(scale.size):
        for j in range(i):
            both = not held[i] and not held[j]
            work[i, j] = normal[i, j] * scale[i] * scale[j] if both else 0.0
        work[i, i] = 1.0
    return factor_cholesky(work, scale.size, step.dropped)


@jit
def _mark_entangled(normal: FloatArray, step: StepSpace, entangled: BoolArray) -> None:
    """Mark the dropped columns, and those that they are made of."""
    scale, right = step.scale, step.right
    for column in range(scale.size):
        if not step.dropped[column]:
            continue
        entangled[column] = True
        for i in range(scale.size):
            kept = not step.held[i] and not step.dropped[i]
            value = normal[max(i, column), min(i, column)]
            right[i] = value * scale[i] * scale[column] if kept else 0.0
        solve_cholesky(step.work, scale.size, step.dropped, right)
        for i in range(scale.size):
            if abs(right[i]) > ENTANGLED_SHARE:
                entangled[i] = True


@jit
def _invert_factor(  # noqa: C901
    lower: FloatArray, dropped: BoolArray, inverse: FloatArray
) -> None:
    """Inverse of a matrix from its factor, which is inverted in place; its lower triangle."""
    size = dropped.size
    for i in range(size):
        inverse_pivot = 0.0 if dropped[i] else 1.0 / lower[i, i]
        for j in range(i):
            inverse[0, j] = 0.0
        for k in range(i):
            amount = lower[i, k]
            for j in range(k + 1):
                inverse[0, j] -= amount * lower[k, j]
        for j in range(i):
            lower[i, j] = inverse[0, j] * inverse_pivot
        lower[i, i] = inverse_pivot
    for i in range(size):
        for j in range(i + 1):
            inverse[i, j] = 0.0
    for k in range(size):
        for i in range(k + 1):
            amount = lower[k, i]
            for j in range(i + 1):
                inverse[i, j] += amount * lower[k, j]


@jit
def _fill_covariance(
    inverse: FloatArray,
    scale: FloatArray,
    held: BoolArray,
    noise: float,
    covariance: FloatArray,
) -> None:
    for i in range(scale.size):
        for j in range(i + 1):
            keep = not (held[i] or held[j])
            value = inverse[i, j] * scale[i] * scale[j] * noise if keep else 0.0
            covariance[i, j] = value
            covariance[j, i] = value
