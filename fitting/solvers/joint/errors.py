"""Errors of what spectra have in common, when each has areas of its own that are uncertain.

An area that is too large by chance makes its spectrum seem to say more of the shared positions and
widths than it does, and one that is too small does not make up for it: information grows with the
square. The number of such areas grows with that of the spectra, so that the excess does not average
out (J. Neyman and E. L. Scott, Econometrica 16, 1 (1948)). J J' then is the scatter of the slope of
chi-square, but no longer its curvature, which is the true Hessian: the areas' noise in it has
no mean. The covariance is the one between two of the other (H. White, Econometrica 50, 1 (1982)).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.joint.arrowhead_matrix import Arrow
from fitting.solvers.joint.equations import Equations
from fitting.solvers.joint.fit import dense_matrices, freedom_of, model_of
from fitting.solvers.numpy.cholesky import unit_diagonal
from fitting.solvers.numpy.minimise import free_covariance
from fitting.solvers.rules import SMALLEST_PIVOT
from fitting.solvers.spectra import BoolArray, Solution, Spectra

_LEAST_CURVATURE = 0.25
"""Of what J J' says: with less left, nothing is known but that the error is large."""


def with_own_noise(
    function: ModelFunction, spectra: Spectra, shared: BoolArray, solution: Solution
) -> Generator[None, None, Solution]:
    """The solution of a joint fit with errors that know of the noise in what is not shared.

    ``spectra`` have the weights that the fit ended with. No error of a shared parameter becomes
    smaller.
    """
    held = solution.at_bound | solution.undetermined | solution.entangled
    if not np.isfinite(solution.covariance).all() or not (~held[0, shared]).any():
        return solution
    with np.errstate(all="ignore"):
        now = yield from model_of(function, spectra, shared).equations(solution.free)
    covariance = _blocks_of_covariance(now, (held[:, ~shared], held[0, shared]))
    noise = solution.chi_square.sum() / freedom_of(spectra, shared)
    return replace(solution, covariance=dense_matrices(covariance, shared) * noise)


def common_directions(
    scatter: FloatArray, curvature: FloatArray, held: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Directions of the shared parameters in which the scatter is 1 and the curvature a part of it.

    The curvature is taken for no more than the scatter, and for no less than a part of it. What is
    held takes no part.

    Parameters
    ----------
    scatter, curvature : shape (s, s)
        J J' and the true Hessian, what each spectrum has of its own eliminated.
    held : shape (s,)

    Returns
    -------
    directions : shape (s, k)
    parts : shape (k,)
    """
    free = np.ix_(~held, ~held)
    scale = unit_diagonal(np.diagonal(scatter)[None])[0, ~held]
    sizes, axes = np.linalg.eigh(scatter[free] * np.outer(scale, scale))
    root = scale[:, None] * axes / np.sqrt(np.maximum(sizes, SMALLEST_PIVOT))
    left, turns = np.linalg.eigh(root.T @ curvature[free] @ root)
    directions = np.zeros((held.size, left.size))
    directions[~held] = root @ turns
    return directions, np.asarray(np.clip(left, _LEAST_CURVATURE, 1.0))


def taken_up(inverse: FloatArray, border: FloatArray) -> FloatArray:
    """What own parameters take up of the information on the shared ones, shape (b, s, s).

    Parameters
    ----------
    inverse : shape (b, o, o)
        Of the normal matrix of each spectrum's own parameters.
    border : shape (b, o, s)
    """
    return np.asarray(np.matmul(border.transpose(0, 2, 1), np.matmul(inverse, border)))


def _blocks_of_covariance(now: Equations, held: tuple[BoolArray, BoolArray]) -> Arrow:
    """The blocks of each spectrum with itself and with the shared parameters."""
    simple, second = now.gauss_newton, now.second_order
    inverse, _ = free_covariance(simple.local, held[0])
    scatter = simple.shared - taken_up(inverse, simple.border).sum(axis=0)
    border = simple.border - second.border
    curvature = simple.shared - second.shared - taken_up(inverse, border).sum(axis=0)
    directions, parts = common_directions(scatter, curvature, held[1])
    shared = (directions / parts**2) @ directions.T
    slope = np.matmul(inverse, border)
    with_shared = -slope @ shared
    return Arrow(inverse - np.matmul(with_shared, slope.transpose(0, 2, 1)), with_shared, shared)
