"""Least squares for many spectra at once: variable projection with a Newton step in a box.

The areas and the linear background are solved for exactly at every trial (G. H. Golub and
V. Pereyra, SIAM J. Numer. Anal. 10, 413 (1973); L. Kaufman, BIT 15, 49 (1975)); the step of the
other parameters comes from the full Hessian, second derivatives included (A. Ruhe and P. A. Wedin,
SIAM Rev. 22, 318 (1980)). Damping after D. W. Marquardt, J. Soc. Ind. Appl. Math. 11, 431 (1963).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.numpy.cholesky import (
    BoolArray,
    factor_cholesky,
    invert_cholesky,
    mask_matrix,
    unit_diagonal,
)
from fitting.solvers.numpy.evaluation import (
    Block,
    Condition,
    Derivatives,
    Evaluator,
    Trial,
    make_block,
    make_evaluator,
)
from fitting.solvers.numpy.mixing_transform import make_gentle, move_inside
from fitting.solvers.numpy.parameter_layout import make_plan
from fitting.solvers.numpy.second_order import has_second_order
from fitting.solvers.numpy.step import box_step
from fitting.solvers.rules import (
    DAMPING_AFTER_REJECTION,
    ENTANGLED_SHARE,
    FIRST_DAMPING,
    GAUSS_NEWTON_TOLERANCE,
    LAST_STEP,
    NEAR_BOUND,
    NEGLIGIBLE_GAIN,
    NEGLIGIBLE_REJECTED_GAIN,
    NEGLIGIBLE_STEP,
    NEWTON_TOLERANCE,
    PRESSED,
    ROUNDING,
    SETTLED_DAMPING,
    SHORTENING,
    SMALLEST_DAMPING,
)
from fitting.solvers.spectra import Solution, Spectra


@dataclass(slots=True)
class _State:
    """Where every spectrum of a block stands."""

    trial_free: FloatArray
    chi_square: FloatArray
    damping: FloatArray
    derivatives: Derivatives
    converged: BoolArray
    evaluations: NDArray[np.int_]
    newton_gain: FloatArray = field(init=False)
    """What the last step promised if it was accepted and Newton's, infinity if not."""
    pending: NDArray[np.int_] = field(init=False)

    def __post_init__(self) -> None:
        self.newton_gain = np.full(len(self.chi_square), np.inf)
        self.pending = np.flatnonzero(np.isfinite(self.chi_square))


@dataclass(frozen=True, slots=True)
class _Step:
    """A proposed step and what it promises."""

    target: FloatArray
    """Free parameters after it."""
    gain: FloatArray
    """Half of the predicted fall of chi-square."""
    tolerance: FloatArray
    is_newton: BoolArray


def solve_numpy(function: ModelFunction, spectra: Spectra, max_evaluations: int) -> Solution:
    """Fit spectra of one model together, in numpy."""
    return minimise_spectra(make_evaluator(make_plan(function)), spectra, max_evaluations)


def minimise_spectra(
    evaluator: Evaluator,
    spectra: Spectra,
    max_evaluations: int,
    condition: Condition | None = None,
) -> Solution:
    """Fit spectra of one model together with a plan made before, on conditions if there are any."""
    block = make_block(spectra, condition)
    with np.errstate(all="ignore"):
        trial = evaluator.trial(block, move_inside(evaluator.plan, spectra.start))
        state = _State(
            trial_free=trial.free,
            chi_square=trial.chi_square,
            damping=np.full(len(spectra.start), FIRST_DAMPING),
            derivatives=evaluator.derivatives(block, trial),
            converged=np.zeros(len(spectra.start), dtype=bool),
            evaluations=np.ones(len(spectra.start), dtype=int),
        )
        points = np.count_nonzero(spectra.weight, axis=1)
        freedom = np.maximum(points - evaluator.plan.free_count, 1)
        data_square = np.einsum("bm,bm->b", block.weighted, block.weighted)
        if not evaluator.plan.free_count:
            state.converged[:] = True
            state.pending = state.pending[:0]
        while state.pending.size and state.evaluations.max() < max_evaluations:
            _advance_trials(evaluator, block, state, freedom, data_square)
        return _make_solution(evaluator, block, state, freedom)


def _advance_trials(
    evaluator: Evaluator,
    block: Block,
    state: _State,
    freedom: NDArray[np.int_],
    data_square: FloatArray,
) -> None:
    """One trial for every spectrum that has not converged."""
    rows = state.pending
    proposed = _propose_step(evaluator, state, rows)
    free = state.trial_free[rows]
    part = block if rows.size == len(state.damping) else block.take(rows)
    trial = evaluator.trial(part, proposed.target)
    state.evaluations[rows] += 1

    before, after = state.chi_square[rows], trial.chi_square
    accepted = after <= before
    limit = 0.5 * proposed.tolerance**2 * before / freedom[rows]
    last, newton = state.newton_gain[rows], accepted & proposed.is_newton
    foretold = newton & (proposed.gain < SHORTENING * last) & np.isfinite(last)
    foretold &= proposed.gain**2 < limit * last
    settled = accepted & (state.damping[rows] <= SETTLED_DAMPING)
    settled &= (proposed.gain < limit) | foretold
    settled |= proposed.gain <= NEGLIGIBLE_GAIN * before
    settled |= ~accepted & (proposed.gain < NEGLIGIBLE_REJECTED_GAIN * before)
    settled |= accepted & (after <= ROUNDING * data_square[rows])
    settled |= np.all(np.abs(proposed.target - free) <= NEGLIGIBLE_STEP * np.abs(free), axis=1)

    ratio = 0.5 * (before - after) / np.where(proposed.gain > 0, proposed.gain, np.inf)
    state.damping[rows] = _next_damping(state.damping[rows], ratio, accepted)
    state.newton_gain[rows] = np.where(newton, proposed.gain, np.inf)
    state.trial_free[rows[accepted]] = trial.free[accepted]
    state.chi_square[rows[accepted]] = after[accepted]
    state.converged[rows] = settled
    goes_on = accepted & ~settled
    if goes_on.any():
        _refresh_derivatives(
            evaluator, part.take(goes_on), trial.take(goes_on), state, rows[goes_on]
        )
    state.pending = rows[~settled]


def _propose_step(evaluator: Evaluator, state: _State, rows: NDArray[np.int_]) -> _Step:
    """The Newton step; where that is of no use, the Gauss-Newton step."""
    every = rows.size == len(state.damping)
    at: slice | NDArray[np.int_] = slice(None) if every else rows
    d, gentle = state.derivatives, make_gentle(evaluator.plan, state.trial_free[rows])
    gradient = d.gradient[at] * gentle.slope
    simple = gentle.scaled(d.gauss_newton[at])
    newton = simple - gentle.scaled(d.second_order[at])
    if evaluator.plan.is_steep.any():
        diagonal = np.arange(gradient.shape[1])
        newton[:, diagonal, diagonal] -= gentle.bent(d.gradient[at])
    curvature = np.diagonal(simple, axis1=1, axis2=2)
    damping = np.where(evaluator.plan.is_linear, 0.0, state.damping[rows, None])

    step, useful = box_step(newton, gradient, damping, curvature, gentle.room)
    gain = _predict_gain(newton, gradient, step)
    useful &= gain > 0
    newton_like = useful & _is_exact(evaluator)
    tolerance = np.where(newton_like, NEWTON_TOLERANCE, GAUSS_NEWTON_TOLERANCE)
    again = np.flatnonzero(~useful)
    if again.size:
        low, high = gentle.room[0][again], gentle.room[1][again]
        other, _ = box_step(
            simple[again], gradient[again], damping[again], curvature[again], (low, high)
        )
        step[again] = other
        gain[again] = _predict_gain(simple[again], gradient[again], other)
    return _Step(gentle.back(step), gain, tolerance, newton_like)


def _is_exact(evaluator: Evaluator) -> bool:
    """Whether all second derivatives are known."""
    return evaluator.is_second_order_known and all(
        has_second_order(peak.shape) for peak in evaluator.plan.peaks
    )


def _predict_gain(hessian: FloatArray, gradient: FloatArray, step: FloatArray) -> FloatArray:
    bent = np.matmul(hessian, step[:, :, None])[:, :, 0]
    return np.asarray(np.einsum("bf,bf->b", gradient - 0.5 * bent, step))


def _next_damping(damping: FloatArray, ratio: FloatArray, accepted: BoolArray) -> FloatArray:
    """Trust the step more where it kept its promise, less where it did not."""
    trusted = np.where(ratio > 0.75, np.maximum(0.2 * damping, SMALLEST_DAMPING), damping)
    doubted = np.where(ratio < 0.25, 2.0 * damping, trusted)
    return np.where(accepted, doubted, np.maximum(4.0 * damping, DAMPING_AFTER_REJECTION))


def _refresh_derivatives(
    evaluator: Evaluator, block: Block, trial: Trial, state: _State, rows: NDArray[np.int_]
) -> None:
    """Put the derivatives at the accepted trials in place of the old ones."""
    found = evaluator.derivatives(block, trial)
    state.derivatives.gradient[rows] = found.gradient
    state.derivatives.gauss_newton[rows] = found.gauss_newton
    state.derivatives.second_order[rows] = found.second_order


def _make_solution(
    evaluator: Evaluator, block: Block, state: _State, freedom: NDArray[np.int_]
) -> Solution:
    affine = evaluator.plan.affine
    state.derivatives = evaluator.derivatives(block, evaluator.trial(block, state.trial_free))
    _take_last_step(evaluator, state, freedom)
    free, chi_square, normal = state.trial_free, state.chi_square, state.derivatives.gauss_newton
    curvature = np.diagonal(normal, axis1=1, axis2=2)
    alive = curvature > 0
    pull = state.derivatives.gradient
    felt = PRESSED * np.sqrt(chi_square[:, None] * curvature)
    noise = np.sqrt(chi_square / freedom)[:, None]
    near = np.where(evaluator.plan.is_steep, NEAR_BOUND * noise / np.sqrt(curvature), 0.0)
    at_bound = (free <= affine.lower + near) & (pull < -felt)
    at_bound |= (free >= affine.upper - near) & (pull > felt)
    covariance, entangled = free_covariance(normal, ~alive | at_bound)
    return Solution(
        free=free,
        chi_square=chi_square,
        covariance=covariance * (chi_square / freedom)[:, None, None],
        at_bound=at_bound,
        undetermined=np.asarray(~alive),
        entangled=entangled,
        converged=state.converged,
        evaluations=state.evaluations,
    )


def _take_last_step(evaluator: Evaluator, state: _State, freedom: NDArray[np.int_]) -> None:
    """A short Newton step needs no evaluation: what it promises is what it brings."""
    rows = np.flatnonzero(state.converged)
    if not rows.size or not evaluator.plan.free_count:
        return
    state.damping[:] = 0.0
    step = _propose_step(evaluator, state, rows)
    limit = 0.5 * LAST_STEP * NEWTON_TOLERANCE**2 * state.chi_square[rows] / freedom[rows]
    short = step.is_newton & (step.gain < limit)
    state.trial_free[rows[short]] = step.target[short]
    state.chi_square[rows[short]] -= 2.0 * step.gain[short]


def free_covariance(normal: FloatArray, held: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Inverse of J J' over what is not held, zero elsewhere; and what cannot be told apart.

    What cannot be told apart counts as held.
    """
    scale = unit_diagonal(np.diagonal(normal, axis1=1, axis2=2))
    scaled = normal * scale[:, :, None] * scale[:, None, :]
    finite = np.asarray(np.isfinite(scaled).all(axis=(1, 2)))
    scaled = np.where(finite[:, None, None], scaled, 0.0)
    free = np.asarray(~held & (scale > 0))
    lower, dropped = factor_cholesky(mask_matrix(scaled, free))
    entangled = np.zeros(held.shape, dtype=bool)
    for row in np.flatnonzero(dropped.any(axis=1)):
        entangled[row] = dropped[row] | _find_repeated(
            scaled[row], lower[row], free[row] & ~dropped[row], dropped[row]
        )
        kept = free[row] & ~entangled[row]
        lower[row], dropped[row] = _first_factored(
            factor_cholesky(mask_matrix(scaled[row, None], kept[None]))
        )
        free[row] = kept
    inverse = invert_cholesky(lower, ~free)
    return inverse * scale[:, :, None] * scale[:, None, :], entangled


def _find_repeated(
    scaled: FloatArray, lower: FloatArray, kept: BoolArray, dropped: BoolArray
) -> BoolArray:
    """Which of the columns kept the dropped ones are made of."""
    right = np.where(kept[:, None], scaled[:, dropped], 0.0)
    made_of = np.linalg.solve(lower @ lower.T, right)
    return np.asarray(kept & (np.abs(made_of) > ENTANGLED_SHARE).any(axis=1))


def _first_factored(factored: tuple[FloatArray, BoolArray]) -> tuple[FloatArray, BoolArray]:
    return factored[0][0], factored[1][0]
