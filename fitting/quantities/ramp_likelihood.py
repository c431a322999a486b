"""Likelihood of "constant plus slope times ramp" when some values only say "below" or "above".

A value that ended at its bound would have lain beyond it: it enters with the probability of that
instead of a square. For many ramps at once; minus twice the log-likelihood is called deviance.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from fitting.series import FloatArray

_NEWTON_STEPS = 9
_HALF_LOG_TWO_PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class Observations:
    """n values in the order of progress along a branch."""

    progress: FloatArray
    value: FloatArray
    sigma: FloatArray
    beyond: FloatArray
    """-1 where the value would have lain below ``value``, +1 above, 0 where it was measured."""
    lowest: float = -np.inf
    """The constant lies between this ..."""
    highest: float = np.inf
    """... and this."""


def ramp_between(progress: FloatArray, starts: FloatArray, end: float) -> FloatArray:
    """0 up to each start, rising linearly to 1 at ``end`` or the last point; shape (k, n)."""
    ramps = np.maximum(np.minimum(progress, end) - starts[:, None], 0.0)
    top = ramps.max(axis=1, keepdims=True)
    return np.asarray(ramps / np.where(top > 0, top, 1.0))


def fit_ramps(observed: Observations, ramps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least deviance, and the chi-square expected there, of every ramp.

    Newton's method on a convex function of two parameters; where everything was measured its
    first step is exact.

    Parameters
    ----------
    ramps : shape (k, n)

    Returns
    -------
    deviance, chi_square : shape (k,)
    """
    measured, bounded = _part(observed, ramps, 0), _part(observed, ramps, 1)
    level = np.zeros((len(ramps), 2))
    for _ in range(_NEWTON_STEPS if bounded.value.size else 1):
        gradient, curvature = measured.derivatives(level)
        if bounded.value.size:
            more_gradient, more_curvature = _bounded_derivatives(bounded, level)
            gradient, curvature = gradient + more_gradient, curvature + more_curvature
        level = _within(
            level, level - _newton_step(gradient, curvature), gradient, curvature, observed
        )
    deviance = chi_square = measured.chi_square(level)
    if bounded.value.size:
        z = _distance(bounded, level)
        deviance = deviance - 2.0 * log_ndtr(z).sum(axis=1)
        chi_square = chi_square + (1.0 - z * _hazard(z)).sum(axis=1)
    return deviance, chi_square


@dataclass(frozen=True, slots=True)
class _Part:
    """The measured, or the bounded, observations with the ramps at them."""

    value: FloatArray
    sigma: FloatArray
    beyond: FloatArray
    ramps: FloatArray

    def derivatives(self, level: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient (k, 2) and curvature (k, 3) of half the chi-square of measured values."""
        weight = 1.0 / self.sigma**2
        along, square = self.ramps @ weight, self.ramps**2 @ weight
        total = np.full(len(level), weight.sum())
        by_constant = level[:, 0] * total + level[:, 1] * along - weight @ self.value
        by_slope = level[:, 0] * along + level[:, 1] * square
        by_slope = by_slope - self.ramps @ (weight * self.value)
        return np.stack([by_constant, by_slope], axis=1), np.stack([total, along, square], axis=1)

    def chi_square(self, level: FloatArray) -> FloatArray:
        residual = (_mean(self, level) - self.value) / self.sigma
        return np.asarray(np.sum(residual**2, axis=1))


def _part(observed: Observations, ramps: FloatArray, bounded: int) -> _Part:
    chosen = (observed.beyond != 0) == bool(bounded)
    return _Part(
        observed.value[chosen], observed.sigma[chosen], observed.beyond[chosen], ramps[:, chosen]
    )


def _mean(part: _Part, level: FloatArray) -> FloatArray:
    return np.asarray(level[:, :1] + level[:, 1:] * part.ramps)


def _distance(part: _Part, level: FloatArray) -> FloatArray:
    """How far the mean lies beyond the bound, in standard deviations, shape (k, n)."""
    return np.asarray(part.beyond * (_mean(part, level) - part.value) / part.sigma)


def _bounded_derivatives(part: _Part, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    z = _distance(part, level)
    hazard = _hazard(z)
    slope = -part.beyond * hazard / part.sigma
    bend = hazard * (hazard + z) / part.sigma**2
    gradient = np.stack([slope.sum(axis=1), (slope * part.ramps).sum(axis=1)], axis=1)
    moments = [(bend * part.ramps**power).sum(axis=1) for power in (0, 1, 2)]
    return gradient, np.stack(moments, axis=1)


def _hazard(z: FloatArray) -> FloatArray:
    """Normal density over the normal distribution function."""
    return np.asarray(np.exp(-0.5 * z * z - _HALF_LOG_TWO_PI - log_ndtr(z)))


def _within(
    level: FloatArray,
    wanted: FloatArray,
    gradient: FloatArray,
    curvature: FloatArray,
    observed: Observations,
) -> FloatArray:
    """The step's end with the constant within its limits, and the slope that is best for it."""
    constant = np.clip(wanted[:, 0], observed.lowest, observed.highest)
    moved = constant != wanted[:, 0]
    along, square = curvature[:, 1], curvature[:, 2]
    pull = gradient[:, 1] + along * (constant - level[:, 0])
    slope = level[:, 1] - np.where(square > 0, pull / np.where(square > 0, square, 1.0), 0.0)
    return np.stack([constant, np.where(moved, slope, wanted[:, 1])], axis=1)


def _newton_step(gradient: FloatArray, curvature: FloatArray) -> FloatArray:
    """Solution of the two-by-two systems; the slope stays where the ramp says nothing."""
    total, along, square = curvature.T
    determinant = total * square - along**2
    is_flat = determinant <= 1e-12 * total * square
    by_slope = total * gradient[:, 1] - along * gradient[:, 0]
    slope = np.where(is_flat, 0.0, by_slope / np.where(is_flat, 1.0, determinant))
    return np.stack([(gradient[:, 0] - along * slope) / total, slope], axis=1)
