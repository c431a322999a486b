"""Errors of what depends on a width or position that ended at a bound.

Held where it ended, such a parameter would pass for known: shares of simulated Raman bands that
have one had intervals that held the truth in 70 % of cases. It is no better known than its bounds
say, which is taken for a measurement with the deviation of a uniform distribution between them.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.numpy.evaluation import make_block, make_evaluator
from fitting.solvers.numpy.minimise import free_covariance
from fitting.solvers.numpy.parameter_layout import make_plan
from fitting.solvers.numpy.products import compute_gram
from fitting.solvers.spectra import Solution, Spectra

_UNIFORM = 12.0**-0.5
"""Standard deviation of a uniform distribution of width 1."""


def with_shapes_released(function: ModelFunction, spectra: Spectra, solution: Solution) -> Solution:
    """The solution with errors as if what is at a bound could vary between its bounds.

    The parameter itself has no error still, and areas and other linear parameters at a bound stay
    held. Where the data cannot tell the parameter from others, nothing is changed.
    """
    affine = function.affine
    reach = _UNIFORM * (affine.upper - affine.lower)
    shapes = solution.at_bound & ~function.linear_free & np.isfinite(reach)
    rows = np.flatnonzero(shapes.any(axis=1) & np.isfinite(solution.covariance).all(axis=(1, 2)))
    if not rows.size:
        return solution
    noise = solution.chi_square[rows] / _degrees_of_freedom(spectra, rows, affine.start.size)
    known = np.where(shapes[rows], noise[:, None] / np.where(shapes[rows], reach, 1.0) ** 2, 0.0)
    normal = _normal_matrix(function, spectra, solution.free, rows)
    normal += known[:, :, None] * np.eye(reach.size)
    held = (solution.at_bound & ~shapes) | solution.undetermined | solution.entangled
    covariance, entangled = free_covariance(normal, held[rows])
    covariance *= ~(shapes[rows, :, None] | shapes[rows, None, :]) * noise[:, None, None]
    is_told_apart = ~entangled.any(axis=1)
    changed = solution.covariance.copy()
    changed[rows[is_told_apart]] = covariance[is_told_apart]
    return replace(solution, covariance=changed)


def _degrees_of_freedom(
    spectra: Spectra, rows: NDArray[np.int_], free_count: int
) -> NDArray[np.int_]:
    points = np.count_nonzero(spectra.weight[rows], axis=1)
    return np.asarray(np.maximum(points - free_count, 1))


def _normal_matrix(
    function: ModelFunction, spectra: Spectra, free: FloatArray, rows: NDArray[np.int_]
) -> FloatArray:
    """Normal matrix of some of the spectra at their minimum, shape (r, f, f)."""
    evaluator = make_evaluator(make_plan(function))
    some = Spectra(spectra.intensity[rows], spectra.weight[rows], spectra.offsets[rows], free[rows])
    block = make_block(some)
    return compute_gram(evaluator.jacobian(block, evaluator.trial(block, some.start)))
