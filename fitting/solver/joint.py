"""The joint fit: some parameters are common to all spectra, the others belong to each.

The normal equations have the shape of an arrow: a block for each spectrum, bordered by the shared
parameters. Each block is eliminated by itself (Schur complement), so that the work grows with the
number of spectra and not with its cube (B. Triggs et al., in Vision Algorithms: Theory and
Practice, Springer 2000, p. 298, section 6.1).
"""

from dataclasses import dataclass, replace

import numpy as np

from fitting.model_function import ModelFunction
from fitting.series import FloatArray
from fitting.solver.cholesky import BoolArray, factor, invert, masked, unit_diagonal
from fitting.solver.evaluation import (
    Block,
    Derivatives,
    Evaluator,
    Trial,
    make_block,
    make_evaluator,
)
from fitting.solver.plan import Plan, make_plan
from fitting.solver.rules import (
    DAMPING_AFTER_REJECTION,
    FIRST_DAMPING,
    GAUSS_NEWTON_TOLERANCE,
    NEGLIGIBLE_GAIN,
    NEGLIGIBLE_REJECTED_GAIN,
    PRESSED,
    SETTLED_DAMPING,
    SMALLEST_DAMPING,
)
from fitting.solver.spectra import Solution, Spectra
from fitting.solver.step import box_step

_ROUNDS = 8
"""Rounds in which local parameters that leave their bounds are put on them."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Normal equations with one block of l local parameters per spectrum and s shared ones."""

    local: FloatArray
    """Shape (b, l, l)."""
    border: FloatArray
    """Local by shared, shape (b, l, s)."""
    shared: FloatArray
    """Sum over the spectra, shape (s, s)."""


def eliminate(arrow: Arrow, held: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Schur complement of the local blocks; what is held, shape (b, l), counts as fixed.

    Returns
    -------
    reduced : shape (s, s)
        Normal matrix of the shared parameters alone.
    inverse : shape (b, l, l)
        Of each local block; zero where held.
    slope : shape (b, l, s)
        How the local parameters follow the shared ones: ``inverse @ border``.
    """
    scale = unit_diagonal(np.diagonal(arrow.local, axis1=1, axis2=2))
    scaled = arrow.local * scale[:, :, None] * scale[:, None, :]
    free = np.asarray(~held & (scale > 0))
    lower, dropped = factor(masked(scaled, free))
    inverse = invert(lower, dropped | ~free) * scale[:, :, None] * scale[:, None, :]
    slope = np.matmul(inverse, arrow.border)
    reduced = arrow.shared - np.einsum("bls,blt->st", arrow.border, slope)
    return reduced, inverse, slope


def solve_jointly(
    function: ModelFunction,
    spectra: Spectra,
    shared: BoolArray,
    max_evaluations: int,
) -> Solution:
    """Fit all spectra together.

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
    evaluator, block = make_evaluator(_plan(function, shared)), make_block(spectra)
    start = spectra.start.copy()
    start[:, shared] = start[:, shared].mean(axis=0)
    with np.errstate(all="ignore"):
        trial = evaluator.trial(block, start)
        free, chi_square = trial.free, float(trial.chi_square.sum())
        d = evaluator.derivatives(block, trial)
        freedom = _freedom(spectra, shared)
        damping, converged, evaluations = FIRST_DAMPING, not np.isfinite(chi_square), 1
        while not converged and evaluations < max_evaluations:
            step, gain = _step(evaluator, d, free, shared, damping)
            affine = evaluator.plan.affine
            trial = evaluator.trial(block, np.clip(free + step, affine.lower, affine.upper))
            evaluations += 1
            after = float(trial.chi_square.sum())
            accepted = after <= chi_square
            limit = 0.5 * GAUSS_NEWTON_TOLERANCE**2 * chi_square / freedom
            converged = accepted and damping <= SETTLED_DAMPING and gain < limit
            converged |= gain <= NEGLIGIBLE_GAIN * chi_square
            converged |= not accepted and gain < NEGLIGIBLE_REJECTED_GAIN * chi_square
            ratio = 0.5 * (chi_square - after) / gain if gain > 0 else 0.0
            damping = _next_damping(damping, ratio, accepted)
            if accepted:
                free, chi_square = trial.free, after
                d = evaluator.derivatives(block, trial)
        trial = evaluator.trial(block, free)
        return _solution(evaluator, block, trial, shared, (freedom, converged, evaluations))


def _plan(function: ModelFunction, shared: BoolArray) -> Plan:
    """The plan; what is shared is not solved for spectrum by spectrum."""
    plan = make_plan(function)
    is_linear = plan.is_linear & ~shared
    return replace(plan, is_linear=is_linear, nonnegative=(plan.affine.lower == 0.0)[is_linear])


def _freedom(spectra: Spectra, shared: BoolArray) -> int:
    own = int((~shared).sum()) * len(spectra.start)
    return max(int(np.count_nonzero(spectra.weight)) - own - int(shared.sum()), 1)


def _arrow(matrix: FloatArray, shared: BoolArray) -> Arrow:
    """Normal matrices of the spectra, shape (b, f, f), as one arrow."""
    own = ~shared
    return Arrow(
        local=matrix[:, own][:, :, own],
        border=matrix[:, own][:, :, shared],
        shared=matrix[:, shared][:, :, shared].sum(axis=0),
    )


def _step(
    evaluator: Evaluator, d: Derivatives, free: FloatArray, shared: BoolArray, damping: float
) -> tuple[FloatArray, float]:
    """The Newton step, or else that of Gauss and Newton; and half of the predicted fall."""
    for matrix in (d.gauss_newton - d.second_order, d.gauss_newton):
        step = _step_by(matrix, evaluator, d, free, shared, damping)
        if step is None:
            continue
        bent = np.einsum("bij,bj->bi", matrix, step)
        gain = float(np.sum((d.gradient - 0.5 * bent) * step))
        if gain > 0:
            return step, gain
    return np.zeros_like(free), 0.0


def _step_by(
    matrix: FloatArray,
    evaluator: Evaluator,
    d: Derivatives,
    free: FloatArray,
    shared: BoolArray,
    damping: float,
) -> FloatArray | None:
    """The damped step by one matrix, within the bounds; None where it is not definite."""
    plan, own = evaluator.plan, ~shared
    affine = plan.affine
    damped = matrix.copy()
    diagonal = np.arange(own.size)
    curvature = np.diagonal(d.gauss_newton, axis1=1, axis2=2)
    damped[:, diagonal, diagonal] += np.where(plan.is_linear, 0.0, damping * curvature)
    gradient = d.gradient
    low, high = affine.lower - free, affine.upper - free
    held = np.asarray(((low >= 0) & (gradient < 0)) | ((high <= 0) & (gradient > 0)))[:, own]
    arrow = _arrow(damped, shared)
    if not _is_definite(arrow.local, held):
        return None
    step = np.zeros_like(free)
    for _ in range(_ROUNDS):
        reduced, inverse, slope = eliminate(arrow, held)
        pull = gradient[:, own] - np.einsum("blm,bm->bl", arrow.local, step[:, own] * held)
        total = gradient[:, shared].sum(axis=0)
        total = total - np.einsum("bls,bl->s", arrow.border, step[:, own] * held)
        total = total - np.einsum("bls,bl->s", slope, pull)
        room = (low[:1, shared], high[:1, shared])
        scale = curvature[:, shared].sum(axis=0)[None]
        common, definite = box_step(reduced[None], total[None], np.zeros_like(scale), scale, room)
        if not definite[0]:
            return None
        step[:, shared] = common
        moved = np.einsum("blm,bm->bl", inverse, pull) - slope @ common[0]
        moved = np.where(held, step[:, own], moved)
        step[:, own] = np.clip(moved, low[:, own], high[:, own])
        outside = np.asarray(~held & (moved != step[:, own]))
        if not outside.any():
            break
        held = held | outside
    return step


def _is_definite(local: FloatArray, held: BoolArray) -> bool:
    diagonal = np.diagonal(local, axis1=1, axis2=2)
    scale = unit_diagonal(np.maximum(diagonal, 0.0))
    free = np.asarray(~held & (diagonal != 0))
    _, dropped = factor(masked(local * scale[:, :, None] * scale[:, None, :], free))
    return not dropped.any()


def _next_damping(damping: float, ratio: float, accepted: bool) -> float:
    if not accepted:
        return max(4.0 * damping, DAMPING_AFTER_REJECTION)
    if ratio > 0.75:
        return max(0.2 * damping, SMALLEST_DAMPING)
    return 2.0 * damping if ratio < 0.25 else damping


def _solution(
    evaluator: Evaluator,
    block: Block,
    trial: Trial,
    shared: BoolArray,
    ending: tuple[int, bool, int],
) -> Solution:
    freedom, converged, evaluations = ending
    d = evaluator.derivatives(block, trial)
    curvature = np.diagonal(d.gauss_newton, axis1=1, axis2=2).copy()
    gradient = d.gradient.copy()
    curvature[:, shared] = curvature[:, shared].sum(axis=0)
    gradient[:, shared] = gradient[:, shared].sum(axis=0)
    affine = evaluator.plan.affine
    total = trial.chi_square.sum()
    felt = PRESSED * np.sqrt(total * curvature)
    at_bound = (trial.free <= affine.lower) & (gradient < -felt)
    at_bound |= (trial.free >= affine.upper) & (gradient > felt)
    undetermined = np.asarray(curvature <= 0)
    covariance, entangled = _covariance(d.gauss_newton, shared, at_bound | undetermined)
    count = len(trial.free)
    return Solution(
        free=trial.free,
        covariance=covariance * total / freedom,
        chi_square=trial.chi_square,
        at_bound=at_bound,
        undetermined=undetermined,
        entangled=entangled,
        converged=np.full(count, converged and bool(np.isfinite(total))),
        evaluations=np.full(count, evaluations),
    )


def _covariance(
    normal: FloatArray, shared: BoolArray, held: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Of each spectrum's own and the shared parameters; and which shared ones are entangled."""
    own = ~shared
    reduced, inverse, slope = eliminate(_arrow(normal, shared), held[:, own])
    scale = unit_diagonal(np.diagonal(reduced))
    free = np.asarray(~held[0, shared] & (scale > 0))
    lower, dropped = factor(masked((reduced * np.outer(scale, scale))[None], free[None]))
    common = invert(lower, dropped | ~free)[0] * np.outer(scale, scale)
    covariance = np.zeros_like(normal)
    across = -np.matmul(slope, common)
    covariance[np.ix_(np.arange(len(normal)), own, own)] = inverse - np.matmul(
        across, slope.transpose(0, 2, 1)
    )
    covariance[np.ix_(np.arange(len(normal)), own, shared)] = across
    covariance[np.ix_(np.arange(len(normal)), shared, own)] = across.transpose(0, 2, 1)
    covariance[np.ix_(np.arange(len(normal)), shared, shared)] = common
    entangled = np.zeros(held.shape, dtype=bool)
    entangled[:, shared] = dropped[0] & free
    return covariance, entangled
