"""Least squares of a circuit to many spectra at once (Levenberg and Marquardt, within bounds).

Residuals are weighted by the modulus, the usual error of an impedance analyser. Each spectrum has a
damping of its own; one that has converged is no longer evaluated. Damping as in Marquardt, J. SIAM
1963, 11, 431, by the diagonal of the normal matrix. Parameters may be shared by all spectra: their
steps come from the sum of what the spectra leave of the normal matrix (Schur complement).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.impedance.circuit_function import CircuitFunction
from fitting.impedance.series import ComplexArray

BoolArray = NDArray[np.bool_]

_FIRST_DAMPING, _LEAST_DAMPING, _LARGEST_DAMPING = 1e-2, 1e-9, 1e9
_LONGEST_STEP = 2.0
"""Of a logarithm in one step: a factor of seven."""
_TOLERANCE = 1e-10
"""Relative change of the sum of squares."""
_SPAN = 1e-12
_TINY = np.finfo(float).tiny


@dataclass(frozen=True, slots=True, eq=False)
class SweepArrays:
    """Measured spectra as arrays; padded points have no weight."""

    log_omega: FloatArray
    """Logarithm of the angular frequency (rad/s), shape (n, m)."""
    impedance: ComplexArray
    weight: FloatArray
    """1 over the error that is assumed (1/Ohm), 0 where there is no point."""

    def take(self, rows: NDArray[np.intp]) -> "SweepArrays":
        """These spectra."""
        return SweepArrays(self.log_omega[rows], self.impedance[rows], self.weight[rows])

    @property
    def counts(self) -> FloatArray:
        """Numbers measured of each spectrum: two of every point."""
        return np.asarray(2.0 * np.count_nonzero(self.weight, axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where a fit ended."""

    theta: FloatArray
    """Fitted parameters, shape (n, p)."""
    cost: FloatArray
    """Weighted sum of squares, shape (n,)."""
    normal: FloatArray
    """Normal matrix, shape (n, p, p)."""
    is_at_bound: BoolArray
    """Which parameters are at a bound, shape (n, p)."""
    has_converged: BoolArray


def weigh_sweeps(frequency: FloatArray, impedance: ComplexArray) -> SweepArrays:
    """Arrays of spectra padded with nan, weighted by the modulus."""
    is_point = np.isfinite(frequency) & np.isfinite(impedance)
    log_omega = np.log(2 * np.pi * np.where(is_point, frequency, 1.0))
    modulus = np.abs(np.where(is_point, impedance, 1.0))
    weight = np.where(is_point, 1 / np.maximum(modulus, _TINY), 0.0)
    return SweepArrays(log_omega, np.where(is_point, impedance, 1.0 + 0j), weight)


def parameter_bounds(function: CircuitFunction) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bounds of the fitted parameters, shape (p,)."""
    return (
        np.array([_to_scale(one.is_logarithmic, one.lower) for one in function.parameters]),
        np.array([_to_scale(one.is_logarithmic, one.upper) for one in function.parameters]),
    )


def minimise_squares(
    function: CircuitFunction,
    data: SweepArrays,
    starts: FloatArray,
    *,
    is_fixed: BoolArray | None = None,
    is_shared: BoolArray | None = None,
    most_steps: int = 100,
) -> Minimum:
    """Fit every spectrum from its start.

    Parameters
    ----------
    starts : shape (n, p)
    is_fixed : shape (p,)
        Parameters that keep their start.
    is_shared : shape (p,)
        Parameters that are the same in all spectra; they start at the median.
    """
    lower, upper = parameter_bounds(function)
    fixed = np.zeros(lower.size, dtype=bool) if is_fixed is None else is_fixed
    theta = np.clip(starts, lower, upper)
    if is_shared is not None and is_shared.any():
        theta[:, is_shared] = np.median(theta[:, is_shared], axis=0)
    problem = _Problem(function, data, lower, upper, fixed, is_shared)
    return _iterate(problem, theta, most_steps)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    function: CircuitFunction
    data: SweepArrays
    lower: FloatArray
    upper: FloatArray
    is_fixed: BoolArray
    is_shared: BoolArray | None

    def evaluate(
        self, theta: FloatArray, rows: NDArray[np.intp]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Cost, gradient and normal matrix of these spectra."""
        data = self.data.take(rows)
        with np.errstate(all="ignore"):
            impedance, derivatives = self.function.respond(theta, data.log_omega)
            residual = (impedance - data.impedance) * data.weight
            slopes = derivatives * data.weight[:, None, :]
            flat = residual.view(float)
            jacobian = np.ascontiguousarray(slopes).view(float)
            cost = np.einsum("nm,nm->n", flat, flat)
            gradient = np.matmul(jacobian, flat[:, :, None])[:, :, 0]
            normal = np.matmul(jacobian, jacobian.transpose(0, 2, 1))
        is_sound = np.isfinite(cost) & np.isfinite(normal).all(axis=(1, 2))
        cost = np.where(is_sound, cost, np.inf)
        return cost, np.nan_to_num(gradient), np.nan_to_num(normal)


def _iterate(problem: _Problem, theta: FloatArray, most_steps: int) -> Minimum:
    count = len(theta)
    everything = np.arange(count)
    cost, gradient, normal = problem.evaluate(theta, everything)
    damping = np.full(count, _FIRST_DAMPING)
    is_done = np.zeros(count, dtype=bool)
    for _ in range(most_steps):
        rows = everything if problem.is_shared is not None else np.flatnonzero(~is_done)
        if is_done.all():
            break
        held = _hold_at_bounds(problem, theta[rows], gradient[rows])
        step = _find_step(problem, gradient[rows], normal[rows], damping[rows], held)
        trial = np.clip(theta[rows] + step, problem.lower, problem.upper)
        found = problem.evaluate(trial, rows)
        is_better = _judge(problem, found[0], cost[rows])
        gain = (cost[rows] - found[0]) / np.maximum(cost[rows], _TINY)
        taken = rows[is_better]
        theta[taken] = trial[is_better]
        cost[taken], gradient[taken], normal[taken] = (one[is_better] for one in found)
        damping[rows] = np.clip(
            np.where(is_better, damping[rows] / 9, damping[rows] * 6),
            _LEAST_DAMPING,
            _LARGEST_DAMPING,
        )
        is_still = (np.abs(step).max(axis=1) < _SPAN) | (damping[rows] >= _LARGEST_DAMPING)
        is_done[rows] = is_done[rows] | is_still | (is_better & (gain < _TOLERANCE))
        if problem.is_shared is not None:
            is_done[:] = is_still.all() or bool(is_better.all() and gain.max() < _TOLERANCE)
    return Minimum(theta, cost, normal, _is_at_bound(problem, theta), is_done)


def _hold_at_bounds(problem: _Problem, theta: FloatArray, gradient: FloatArray) -> BoolArray:
    """Parameters that are fixed, or at a bound beyond which the sum of squares would fall."""
    outward = ((theta <= problem.lower) & (gradient > 0)) | (
        (theta >= problem.upper) & (gradient < 0)
    )
    return np.asarray(outward | problem.is_fixed)


def _find_step(
    problem: _Problem,
    gradient: FloatArray,
    normal: FloatArray,
    damping: FloatArray,
    held: BoolArray,
) -> FloatArray:
    matrix = np.where(held[:, :, None] | held[:, None, :], 0.0, normal)
    diagonal = np.einsum("npp->np", matrix)
    scale = np.maximum(diagonal, 1e-12 * diagonal.max(axis=1, keepdims=True)) + _TINY
    # a held parameter gets a row of its own, which gives no step
    matrix[:, range(held.shape[1]), range(held.shape[1])] += damping[:, None] * scale + held
    free_gradient = np.where(held, 0.0, gradient)
    if problem.is_shared is None:
        step = -np.linalg.solve(matrix, free_gradient[:, :, None])[:, :, 0]
    else:
        step = _find_shared_step(matrix, free_gradient, problem.is_shared)
    return np.asarray(np.clip(step, -_LONGEST_STEP, _LONGEST_STEP))


def _find_shared_step(matrix: FloatArray, gradient: FloatArray, shared: BoolArray) -> FloatArray:
    own = ~shared
    blocks, borders = matrix[:, own][:, :, own], matrix[:, own][:, :, shared]
    solved = np.linalg.solve(
        blocks, np.concatenate([borders, gradient[:, own][:, :, None]], axis=2)
    )
    across, apart = solved[:, :, :-1], solved[:, :, -1]
    left = matrix[:, shared][:, :, shared] - np.matmul(borders.transpose(0, 2, 1), across)
    right = gradient[:, shared] - np.einsum("nos,no->ns", borders, apart)
    common = -np.linalg.solve(left.sum(axis=0), right.sum(axis=0))
    step = np.empty(gradient.shape)
    step[:, shared] = common
    step[:, own] = -(apart + across @ common)
    return step


def _judge(problem: _Problem, found: FloatArray, cost: FloatArray) -> BoolArray:
    if problem.is_shared is None:
        return np.asarray(found < cost)
    return np.full(cost.size, bool(found.sum() < cost.sum()))


def _is_at_bound(problem: _Problem, theta: FloatArray) -> BoolArray:
    room = 1e-6 * (problem.upper - problem.lower)
    return np.asarray((theta <= problem.lower + room) | (theta >= problem.upper - room))


def _to_scale(is_logarithmic: bool, value: float) -> float:
    return float(np.log(value)) if is_logarithmic else value
