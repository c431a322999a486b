"""The minimiser for one spectrum after the other: see ``fitting.solvers.numpy.minimise``."""

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arrays import (
    KernelPlan,
    KernelResult,
    SearchSpace,
    StepSpace,
    Workspace,
)
from fitting.solvers.compiled.covariance import fill_covariance
from fitting.solvers.compiled.derivatives import fill_derivatives
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit
from fitting.solvers.compiled.model import expand_free, try_values
from fitting.solvers.compiled.step import box_step
from fitting.solvers.rules import (
    DAMPING_AFTER_REJECTION,
    FIRST_DAMPING,
    GAUSS_NEWTON_TOLERANCE,
    LAST_STEP,
    NEGLIGIBLE_GAIN,
    NEGLIGIBLE_REJECTED_GAIN,
    NEGLIGIBLE_STEP,
    NEWTON_TOLERANCE,
    ROUNDING,
    SETTLED_DAMPING,
    SHORTENING,
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
    for row in range(len(intensity)):
        points, square = 0, 0.0
        for n in range(intensity.shape[1]):
            value = intensity[row, n] * weight[row, n]
            space.weighted[n] = value
            square += value * value
            points += weight[row, n] > 0
        freedom = max(points - plan.lower.size, 1)
        for i in range(plan.lower.size):
            result.free[row, i] = start[row, i]
        converged, evaluations, chi_square = _minimise_spectrum(
            plan, space, weight[row], offsets[row], result.free[row], freedom, square,
            most_evaluations,
        )  # fmt: skip
        result.converged[row], result.evaluations[row] = converged, evaluations
        fill_derivatives(plan, space, weight[row], offsets[row])
        if converged:
            chi_square -= _last_step(plan, space, result.free[row], chi_square / freedom)
        result.chi_square[row] = chi_square
        fill_covariance(plan, space, row, chi_square, freedom, result)


@jit
def _minimise_spectrum(
    plan: KernelPlan,
    space: Workspace,
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
    search, size = space.search, free.size
    amount, last = FIRST_DAMPING, np.inf
    chi_square = try_values(plan, space, weight, offset, free)
    if not np.isfinite(chi_square) or size == 0:
        return size == 0, 1, chi_square
    fill_derivatives(plan, space, weight, offset)
    for evaluations in range(2, most_evaluations + 1):
        _look_around(plan, space, free, amount)
        gain, is_newton = _propose_step(search, space.step)
        _take_step(plan, free, search.step, search.target)
        after = try_values(plan, space, weight, offset, search.target)
        accepted = after <= chi_square
        settled = _is_settled(
            gain, last, chi_square / freedom, is_newton, accepted, amount <= SETTLED_DAMPING
        )
        settled = settled or _gains_nothing(gain, chi_square, accepted)
        settled = settled or (accepted and after <= ROUNDING * square)
        settled = settled or _is_negligible(search.step, free)
        ratio = 0.5 * (chi_square - after) / gain if gain > 0 else 0.0
        amount = _next_damping(amount, ratio, accepted)
        last = gain if accepted and is_newton else np.inf
        if accepted:
            for i in range(size):
                free[i] = search.target[i]
            chi_square = after
        if settled:
            if not accepted:
                chi_square = try_values(plan, space, weight, offset, free)
            return True, evaluations, chi_square
        if accepted:
            fill_derivatives(plan, space, weight, offset)
    chi_square = try_values(plan, space, weight, offset, free)
    return False, most_evaluations, chi_square


@jit
def _look_around(plan: KernelPlan, space: Workspace, free: FloatArray, amount: float) -> None:
    """How far the step may go, and how it is damped."""
    search = space.search
    for i in range(free.size):
        search.low[i], search.high[i] = plan.lower[i] - free[i], plan.upper[i] - free[i]
        search.curvature[i] = search.normal[i, i]
        search.damping[i] = amount if i >= plan.nonnegative.size else 0.0
    expand_free(plan, free, space.parameters)
    for index in range(len(plan.reach)):
        i, fwhm = plan.reach[index, 0], plan.reach[index, 1]
        limit = plan.reach_part[index] * (space.parameters[fwhm] if fwhm >= 0 else 1.0)
        search.low[i] = max(search.low[i], -limit)
        search.high[i] = min(search.high[i], limit)


@jit
def _last_step(plan: KernelPlan, space: Workspace, free: FloatArray, noise: float) -> float:
    """Take the Newton step if it is short; the fall of chi-square that it promises."""
    _look_around(plan, space, free, 0.0)
    gain, is_newton = _propose_step(space.search, space.step)
    limit = 0.5 * LAST_STEP * NEWTON_TOLERANCE * NEWTON_TOLERANCE * noise
    if not is_newton or not gain < limit:
        return 0.0
    _take_step(plan, free, space.search.step, free)
    return 2.0 * gain


@jit
def _take_step(plan: KernelPlan, free: FloatArray, step: FloatArray, target: FloatArray) -> None:
    """``free`` plus the step, within the bounds, into ``target``."""
    for i in range(free.size):
        target[i] = min(max(free[i] + step[i], plan.lower[i]), plan.upper[i])


@jit
def _is_settled(
    gain: float, last: float, noise: float, is_newton: bool, accepted: bool, is_free: bool
) -> bool:
    """Whether the step was short, or it and the last one foretell that the next will be."""
    tolerance = NEWTON_TOLERANCE if is_newton else GAUSS_NEWTON_TOLERANCE
    limit = 0.5 * tolerance * tolerance * noise
    foretold = is_newton and np.isfinite(last) and gain < SHORTENING * last
    foretold = foretold and gain * gain < limit * last
    return accepted and is_free and (gain < limit or foretold)


@jit
def _gains_nothing(gain: float, chi_square: float, accepted: bool) -> bool:
    negligible = NEGLIGIBLE_GAIN if accepted else max(NEGLIGIBLE_GAIN, NEGLIGIBLE_REJECTED_GAIN)
    return gain <= negligible * chi_square


@jit
def _propose_step(search: SearchSpace, space: StepSpace) -> tuple[float, bool]:
    """The Newton step, or else that of Gauss and Newton; its gain, and whether it is Newton's."""
    size = search.gradient.size
    for i in range(size):
        for j in range(i + 1):
            search.hessian[i, j] = search.normal[i, j] - search.second[i, j]
    if box_step(search.hessian, search, space):
        gain = _predict_gain(search.hessian, search.gradient, search.step)
        if gain > 0:
            return gain, True
    for i in range(size):
        search.step[i] = 0.0
    box_step(search.normal, search, space)
    return _predict_gain(search.normal, search.gradient, search.step), False


@jit
def _predict_gain(hessian: FloatArray, gradient: FloatArray, step: FloatArray) -> float:
    """Half of the predicted fall of chi-square, from the lower triangle."""
    gain = 0.0
    for i in range(step.size):
        bent = 0.5 * hessian[i, i] * step[i]
        for j in range(i):
            bent += hessian[i, j] * step[j]
        gain += (gradient[i] - bent) * step[i]
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
