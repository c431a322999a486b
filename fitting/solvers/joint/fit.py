"""The joint fit: some parameters are common to all spectra, the others belong to each."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.joint.arrowhead_matrix import Arrow, Sides, arrow_covariance, arrow_step
from fitting.solvers.joint.columns import has_common_columns, make_common_columns
from fitting.solvers.joint.equations import AnyModel, Equations, JointModel
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import Evaluator, make_evaluator
from fitting.solvers.numpy.mixing_transform import make_gentle, move_inside
from fitting.solvers.numpy.parameter_layout import Plan, make_plan
from fitting.solvers.numpy.second_order import has_second_order
from fitting.solvers.rules import (
    DAMPING_AFTER_REJECTION,
    FIRST_DAMPING,
    GAUSS_NEWTON_TOLERANCE,
    NEAR_BOUND,
    NEGLIGIBLE_GAIN,
    NEGLIGIBLE_REJECTED_GAIN,
    NEWTON_TOLERANCE,
    PRESSED,
    SETTLED_DAMPING,
    SMALLEST_DAMPING,
)
from fitting.solvers.spectra import Solution, Spectra


def solve_jointly(
    function: ModelFunction, spectra: Spectra, shared: BoolArray, max_evaluations: int
) -> Solution:
    """Fit all spectra together; see ``iterate_jointly``."""
    steps = iterate_jointly(function, spectra, shared, max_evaluations)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            solution: Solution = end.value
            return solution


def iterate_jointly(
    function: ModelFunction, spectra: Spectra, shared: BoolArray, max_evaluations: int
) -> Generator[None, None, Solution]:
    """Fit all spectra together; yields several times a second, to be stopped there.

    Parameters
    ----------
    shared : shape (f,)
        Free parameters with one value for all spectra. What the model is linear in may be shared
        as well.

    Returns
    -------
    Solution
        The shared parameters are the same in every row; each covariance holds those of one
        spectrum and the shared ones, with what either adds to the other.
    """
    plan = _make_layout(function, shared)
    evaluator = make_evaluator(plan)
    model = _joint_model(evaluator, spectra, shared)
    start = move_inside(plan, spectra.start).copy()
    start[:, shared] = start[:, shared].mean(axis=0)
    freedom = freedom_of(spectra, shared)
    with np.errstate(all="ignore"):
        now = yield from model.equations(start)
        damping, evaluations = FIRST_DAMPING, 1
        converged = not np.isfinite(now.chi_square.sum())
        while not converged and evaluations < max_evaluations:
            target, gain, tolerance = _propose_step(evaluator, now, shared, damping)
            found = yield from model.equations(target)
            evaluations += 1
            before, after = float(now.chi_square.sum()), float(found.chi_square.sum())
            accepted = after <= before
            converged = accepted and damping <= SETTLED_DAMPING
            converged = converged and gain < 0.5 * tolerance**2 * before / freedom
            converged |= gain <= NEGLIGIBLE_GAIN * before
            converged |= not accepted and gain < NEGLIGIBLE_REJECTED_GAIN * before
            ratio = 0.5 * (before - after) / gain if gain > 0 else 0.0
            damping = _next_damping(damping, ratio, accepted)
            now = found if accepted else now
        return _make_solution(plan, now, shared, (freedom, converged, evaluations))


def model_of(function: ModelFunction, spectra: Spectra, shared: BoolArray) -> JointModel:
    """The joint model of spectra, to be evaluated."""
    return _joint_model(make_evaluator(_make_layout(function, shared)), spectra, shared)


def dense_matrices(arrow: Arrow, shared: BoolArray) -> FloatArray:
    """One matrix for each spectrum, shape (b, f, f)."""
    own, common = np.flatnonzero(~shared), np.flatnonzero(shared)
    whole = np.empty((len(arrow.local), shared.size, shared.size))
    whole[:, own[:, None], own] = arrow.local
    whole[:, own[:, None], common] = arrow.border
    whole[:, common[:, None], own] = arrow.border.transpose(0, 2, 1)
    whole[:, common[:, None], common] = arrow.shared
    return whole


def freedom_of(spectra: Spectra, shared: BoolArray) -> int:
    """Points of all spectra together minus their parameters."""
    own = int((~shared).sum()) * len(spectra.start)
    return max(int(np.count_nonzero(spectra.weight)) - own - int(shared.sum()), 1)


def _make_layout(function: ModelFunction, shared: BoolArray) -> Plan:
    """The plan; what is shared is not solved for spectrum by spectrum."""
    plan = make_plan(function)
    is_linear = plan.is_linear & ~shared
    return replace(plan, is_linear=is_linear, nonnegative=(plan.affine.lower == 0.0)[is_linear])


def _joint_model(evaluator: Evaluator, spectra: Spectra, shared: BoolArray) -> JointModel:
    if has_common_columns(evaluator, spectra, shared):
        return make_common_columns(evaluator, spectra, shared)
    return AnyModel(evaluator, spectra, shared)


def _propose_step(
    evaluator: Evaluator, now: Equations, shared: BoolArray, damping: float
) -> tuple[FloatArray, float, float]:
    """Where to go, half of the fall of chi-square it promises, and how short is converged.

    The step is Newton's, or else that of Gauss and Newton.
    """
    plan = evaluator.plan
    gentle = make_gentle(plan, now.free)
    room = _split_sides(gentle.room[0], shared), _split_sides(gentle.room[1], shared)
    gradient, simple, second = now.gradient, now.gauss_newton, now.second_order
    if plan.is_steep.any():
        slope = _split_sides(gentle.slope, shared)
        gradient = Sides(gradient.own * slope.own, gradient.shared * slope.shared)
        simple, second = simple.scaled(slope), second.scaled(slope)
    curvature = simple.diagonal()
    added = Sides(
        np.where(plan.is_linear[~shared], 0.0, damping * curvature.own),
        damping * curvature.shared,
    )
    newton = _subtract_arrows(simple, second)
    is_exact = evaluator.is_second_order_known and all(
        has_second_order(peak.shape) for peak in plan.peaks
    )
    for matrix, tolerance in (
        (newton, NEWTON_TOLERANCE if is_exact else GAUSS_NEWTON_TOLERANCE),
        (simple, GAUSS_NEWTON_TOLERANCE),
    ):
        step = arrow_step(matrix.with_diagonal(added), gradient, curvature.shared, room)
        if step is None:
            continue
        bent = matrix.bent(step)
        gain = gradient.dot(step) - 0.5 * bent.dot(step)
        if gain > 0:
            return gentle.back(_join_sides(step, shared)), gain, tolerance
    return now.free, 0.0, GAUSS_NEWTON_TOLERANCE


def _split_sides(values: FloatArray, shared: BoolArray) -> Sides:
    """Values of shape (b, f), of which the shared ones are the same in all rows."""
    return Sides(values[:, ~shared], values[0, shared])


def _join_sides(sides: Sides, shared: BoolArray) -> FloatArray:
    values = np.empty((len(sides.own), shared.size))
    values[:, ~shared], values[:, shared] = sides.own, sides.shared
    return values


def _subtract_arrows(one: Arrow, other: Arrow) -> Arrow:
    return Arrow(one.local - other.local, one.border - other.border, one.shared - other.shared)


def _next_damping(damping: float, ratio: float, accepted: bool) -> float:
    if not accepted:
        return max(4.0 * damping, DAMPING_AFTER_REJECTION)
    if ratio > 0.75:
        return max(0.2 * damping, SMALLEST_DAMPING)
    return 2.0 * damping if ratio < 0.25 else damping


def _make_solution(
    plan: Plan, now: Equations, shared: BoolArray, ending: tuple[int, bool, int]
) -> Solution:
    freedom, converged, evaluations = ending
    total, count = now.chi_square.sum(), len(now.free)
    curvature = _join_sides(now.gauss_newton.diagonal(), shared)
    gradient = _join_sides(now.gradient, shared)
    felt = PRESSED * np.sqrt(total * curvature)
    noise = np.sqrt(total / freedom)
    near = np.where(plan.is_steep, NEAR_BOUND * noise / np.sqrt(curvature), 0.0)
    at_bound = (now.free <= plan.affine.lower + near) & (gradient < -felt)
    at_bound |= (now.free >= plan.affine.upper - near) & (gradient > felt)
    undetermined = np.asarray(curvature <= 0)
    held = at_bound | undetermined
    covariance, own, common = arrow_covariance(
        now.gauss_newton, (held[:, ~shared], held[0, shared])
    )
    entangled = np.empty_like(held)
    entangled[:, ~shared], entangled[:, shared] = own, common
    return Solution(
        free=now.free,
        covariance=dense_matrices(covariance, shared) * total / freedom,
        chi_square=now.chi_square,
        at_bound=at_bound,
        undetermined=undetermined,
        entangled=entangled,
        converged=np.full(count, converged and bool(np.isfinite(total))),
        evaluations=np.full(count, evaluations),
    )
