"""Ties resolved: all parameters of a model as an affine function of the free ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fitting.data.errors import ModelError
from fitting.data.series import FloatArray
from fitting.models.model import Model, Tie, parameter_names
from fitting.models.parameter_kinds import kinds_of_model


@dataclass(frozen=True, slots=True)
class AffineParameters:
    """``all = matrix @ free + constant``; the covariance follows as ``matrix @ cov @ matrix.T``."""

    names: tuple[str, ...]
    """Full names of all p parameters."""
    free: tuple[str, ...]
    """Full names of the f free ones."""
    matrix: FloatArray
    """Shape (p, f)."""
    constant: FloatArray
    """Shape (p,)."""
    start: FloatArray
    """Start values of the free parameters, shape (f,)."""
    lower: FloatArray
    """Lower bounds of the free parameters, shape (f,)."""
    upper: FloatArray
    """Upper bounds of the free parameters, shape (f,)."""

    def expand(self, free: FloatArray) -> FloatArray:
        """All parameters, shape (..., p), from free ones of shape (..., f)."""
        return np.asarray(free @ self.matrix.T + self.constant)

    def expand_covariance(self, covariance: FloatArray) -> FloatArray:
        """Covariance of all parameters, shape (..., p, p), from that of the free ones."""
        return np.asarray(self.matrix @ covariance @ self.matrix.T)


def resolve_ties(model: Model) -> AffineParameters:
    """Resolve the ties of a model.

    The bounds of a tied parameter are passed on to the free parameter it follows, so that they
    hold for both. So do the limits beyond which a line shape has no meaning, such as a width of 0.

    Raises
    ------
    ModelError
        If bounds passed on leave nothing to vary in.
    """
    names = parameter_names(model)
    parameters = dict(model.parameters())
    bounds = _bounds_of_parameters(model)
    ties = {tie.target: tie for tie in model.ties}
    free = tuple(name for name in names if parameters[name].vary and name not in ties)
    column = {name: index for index, name in enumerate(free)}
    matrix = np.zeros((len(names), len(free)))
    constant = np.zeros(len(names))
    lower = np.array([bounds[name][0] for name in free], dtype=float)
    upper = np.array([bounds[name][1] for name in free], dtype=float)
    for row, name in enumerate(names):
        root, factor, offset = follow_ties(name, ties)
        if root not in column:
            constant[row] = factor * parameters[root].value + offset
            continue
        index = column[root]
        matrix[row, index], constant[row] = factor, offset
        if factor != 0:
            ends = sorted((bound - offset) / factor for bound in bounds[name])
            lower[index], upper[index] = max(lower[index], ends[0]), min(upper[index], ends[1])
    if np.any(lower > upper):
        stuck = ", ".join(np.array(free)[lower > upper])
        raise ModelError(f"The bounds of {stuck} and of what is tied to it exclude each other.")
    start = np.array([parameters[name].value for name in free], dtype=float)
    return AffineParameters(
        names, free, matrix, constant, np.clip(start, lower, upper), lower, upper
    )


def _bounds_of_parameters(model: Model) -> Mapping[str, tuple[float, float]]:
    """Bounds of every parameter, within the limits of what it stands for."""
    kinds = kinds_of_model(model)
    bounds: dict[str, tuple[float, float]] = {}
    for name, parameter in model.parameters():
        low, high = kinds[name].limits
        bounds[name] = max(parameter.min, low), min(parameter.max, high)
    return bounds


def follow_ties(name: str, ties: dict[str, Tie]) -> tuple[str, float, float]:
    """The parameter at the end of a chain of ties, and ``name = factor * it + offset``."""
    factor, offset = 1.0, 0.0
    while name in ties:
        tie = ties[name]
        factor, offset = factor * tie.factor, factor * tie.offset + offset
        name = tie.source
    return name, factor, offset
