"""Least squares within bounds for any function, by lmfit over the free parameters.

lmfit's ``least_squares`` (trust region reflective) is taken and not its ``leastsq``: that hides
bounds behind a sine, whose slope vanishes at the bound. Measured on simulated S 2p and Raman
spectra with areas at zero: 20 to 60 evaluations against 1,900, and the lower minimum more often.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lmfit
import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray

BoolArray = NDArray[np.bool_]

_SNAP = 1e-2
"""A parameter this part of its standard deviation from a bound it is pressed to is at it."""
_ROUND = 40
"""Evaluations between two looks at the bounds."""
_SINGULAR = 1e-12
"""Eigenvalues below it, of a matrix with a unit diagonal, leave a combination undetermined."""
_TAKES_PART = 1e-2
"""A parameter belongs to such a combination with at least this part of its square."""


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Minimise the sum of squares of ``residual`` within bounds."""

    residual: Callable[[FloatArray], FloatArray]
    """Shape (n,), of the free parameters, shape (f,)."""
    jacobian: Callable[[FloatArray], FloatArray]
    """Derivatives of the residual, shape (n, f)."""
    lower: FloatArray
    """Shape (f,)."""
    upper: FloatArray
    """Shape (f,)."""


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where a minimisation ended."""

    free: FloatArray
    """Shape (f,)."""
    at_bound: BoolArray
    """Which parameters the residual presses against a bound, shape (f,)."""
    converged: bool
    evaluations: int


def minimise_function(
    problem: LeastSquares,
    start: FloatArray,
    *,
    max_evaluations: int = 2000,
    tolerance: float = 1e-12,
) -> Minimum:
    """Minimise from a start; what ends at a bound is put exactly there.

    The method keeps inside the bounds and comes near active ones only slowly. So after some
    evaluations the parameters pressed against a bound are held there, the others are minimised,
    and so on until both agree.

    Parameters
    ----------
    tolerance
        Relative change of the sum of squares, and of the parameters, at which to stop.
    """
    free = np.clip(start, problem.lower, problem.upper)
    held = np.zeros(free.size, dtype=bool)
    evaluations, converged = 0, False
    is_bounded = bool(np.isfinite(problem.lower).any() or np.isfinite(problem.upper).any())
    while not converged and evaluations < max_evaluations:
        left = max_evaluations - evaluations
        budget = min(left, _ROUND) if is_bounded else left
        free, used, converged = _descend_free(problem, free, held, budget, tolerance)
        evaluations += used
        pressed = _find_pressed(problem, free)
        free = _on_bounds(problem, free, pressed)
        converged = converged and np.array_equal(pressed, held)
        held = pressed
    return Minimum(free, held, converged, evaluations)


def covariance_of(
    jacobian: FloatArray, chi_square: float, held: BoolArray
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Covariance scaled by the reduced chi-square, and of which parameters there is none.

    Parameters
    ----------
    jacobian : shape (n, f)
        Of the scaled residual.
    held : shape (f,)
        Parameters at a bound: the covariance is that of a fit that holds them fixed.

    Returns
    -------
    covariance : shape (f, f)
        Zero in the rows and columns of what is held, undetermined or entangled.
    undetermined, entangled : shape (f,)
        Parameters the residual does not depend on, and those it depends on in combination only.
    """
    points, size = jacobian.shape
    length = np.linalg.norm(jacobian, axis=0)
    undetermined = (length == 0) & ~held
    open_ = (length > 0) & ~held
    entangled = np.zeros(size, dtype=bool)
    scaled = jacobian[:, open_] / length[open_]
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    part = (vectors[:, values < _SINGULAR] ** 2).sum(axis=1)
    entangled[open_] = part > _TAKES_PART
    open_ &= ~entangled
    covariance = np.zeros((size, size))
    scaled = jacobian[:, open_] / length[open_]
    inverse = np.linalg.inv(scaled.T @ scaled) / np.outer(length[open_], length[open_])
    covariance[np.ix_(open_, open_)] = inverse * chi_square / max(points - size, 1)
    return covariance, undetermined, entangled


def _descend_free(
    problem: LeastSquares, start: FloatArray, held: BoolArray, evaluations: int, tolerance: float
) -> tuple[FloatArray, int, bool]:
    """Minimise over what is not held: where it ended, evaluations, whether it converged."""
    moving = np.flatnonzero(~held & (problem.lower < problem.upper))
    if not moving.size:
        return start, 1, True
    parameters = lmfit.Parameters()
    for index in moving:
        parameters.add(
            f"p{index}", start[index], min=problem.lower[index], max=problem.upper[index]
        )

    def free_of(given: lmfit.Parameters) -> FloatArray:
        free = start.copy()
        free[moving] = [parameter.value for parameter in given.values()]
        return free

    minimizer = lmfit.Minimizer(
        lambda given: problem.residual(free_of(given)),
        parameters,
        nan_policy="propagate",
        calc_covar=False,
    )
    # A trial may overflow, and is rejected; lmfit takes roots of what may be negative for its own
    # error estimate, which is not used.
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = minimizer.least_squares(
            max_nfev=evaluations,
            jac=lambda given: problem.jacobian(free_of(given))[:, moving],
            x_scale="jac",
            ftol=tolerance,
            xtol=tolerance,
            gtol=tolerance,
        )
    return free_of(found.params), int(found.nfev), bool(found.success and not found.aborted)


def _find_pressed(problem: LeastSquares, free: FloatArray) -> BoolArray:
    """Which parameters are at a bound, or as good as, with the best value of each beyond it."""
    residual, jacobian = problem.residual(free), problem.jacobian(free)
    length = np.linalg.norm(jacobian, axis=0)
    unit = np.where(length > 0, length, np.inf)
    downhill = -(jacobian.T @ residual) / unit**2
    near = _SNAP * np.linalg.norm(residual) / np.sqrt(max(residual.size - free.size, 1)) / unit
    above, below = free - problem.lower, problem.upper - free
    return np.asarray(
        ((above <= near) & (downhill < 0) & (downhill <= -above))
        | ((below <= near) & (downhill > 0) & (downhill >= below))
    )


def _on_bounds(problem: LeastSquares, free: FloatArray, pressed: BoolArray) -> FloatArray:
    is_low = free - problem.lower < problem.upper - free
    return np.where(pressed, np.where(is_low, problem.lower, problem.upper), free)
