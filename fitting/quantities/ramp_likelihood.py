"""Likelihood of "constant plus slope times ramp" when some values only say "below" or "above".

A value that ended at its bound would have lain beyond it: it enters with the probability of that
instead of a square. For many ramps at once; minus twice the log-likelihood is called deviance.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_ndtr

from fitting.data.series import FloatArray

NEWTON_STEPS = 9
NEGLIGIBLE_FALL = 1e-6
"""A step that lowers the deviance by about this is the last: the next falls by its square."""
_HALF_LOG_TWO_PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class Observations:
    """n values in the order of progress along a branch."""

    progress: FloatArray
    value: FloatArray
    sigma: FloatArray
    """Standard deviation of what each value has of its own."""
    beyond: FloatArray
    """-1 where the value would have lain below ``value``, +1 above, 0 where it was measured."""
    lowest: float = -np.inf
    """The constant lies between this ..."""
    highest: float = np.inf
    """... and this."""
    common: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    """What the errors have in common beside ``sigma``: ``common @ common.T`` is the covariance of
    it, shape (n, r); nothing if empty."""


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
    measured, bounded = part_of(observed, ramps, 0), part_of(observed, ramps, 1)
    level = np.zeros((len(ramps), 2))
    for _ in range(NEWTON_STEPS if bounded.value.size else 1):
        gradient, curvature = measured.derivatives(level)
        if bounded.value.size:
            more_gradient, more_curvature = _bounded_derivatives(bounded, level)
            gradient, curvature = gradient + more_gradient, curvature + more_curvature
        moved = _limit_step(
            level, level - _newton_step(gradient, curvature), gradient, curvature, observed
        )
        step, level = moved - level, moved
        if _predict_fall(step, curvature).max(initial=0.0) < NEGLIGIBLE_FALL:
            break
    deviance = chi_square = measured.chi_square(level)
    if bounded.value.size:
        z = _distance_beyond_bound(bounded, level)
        deviance = deviance - 2.0 * log_probability(z).sum(axis=1)
        chi_square = chi_square + expected_square(z).sum(axis=1)
    return deviance, chi_square


@dataclass(frozen=True, slots=True)
class RampPart:
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
        """Of measured values, at levels of shape (k, 2); shape (k,)."""
        residual = (_mean_at_level(self, level) - self.value) / self.sigma
        return np.asarray(np.sum(residual**2, axis=1))


def part_of(observed: Observations, ramps: FloatArray, bounded: int) -> RampPart:
    """The measured (0) or the bounded (1) of the observations."""
    chosen = (observed.beyond != 0) == bool(bounded)
    return RampPart(
        observed.value[chosen], observed.sigma[chosen], observed.beyond[chosen], ramps[:, chosen]
    )


def normal_hazard(z: FloatArray) -> FloatArray:
    """Normal density over the normal distribution function."""
    return np.asarray(np.exp(-0.5 * z * z - _HALF_LOG_TWO_PI - log_ndtr(z)))


def log_probability(z: FloatArray) -> FloatArray:
    """Logarithm of the probability that a value lies beyond a bound that its mean is z beyond."""
    return np.asarray(log_ndtr(z))


def expected_square(z: FloatArray) -> FloatArray:
    """Expected square of a standard normal value that is known to lie beyond that bound."""
    return np.asarray(1.0 - z * normal_hazard(z))


def _mean_at_level(part: RampPart, level: FloatArray) -> FloatArray:
    return np.asarray(level[:, :1] + level[:, 1:] * part.ramps)


def _distance_beyond_bound(part: RampPart, level: FloatArray) -> FloatArray:
    """How far the mean lies beyond the bound, in standard deviations, shape (k, n)."""
    return np.asarray(part.beyond * (_mean_at_level(part, level) - part.value) / part.sigma)


def _bounded_derivatives(part: RampPart, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    z = _distance_beyond_bound(part, level)
    rate = normal_hazard(z)
    slope = -part.beyond * rate / part.sigma
    bend = rate * (rate + z) / part.sigma**2
    gradient = np.stack([slope.sum(axis=1), (slope * part.ramps).sum(axis=1)], axis=1)
    moments = [(bend * part.ramps**power).sum(axis=1) for power in (0, 1, 2)]
    return gradient, np.stack(moments, axis=1)


def _limit_step(
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


def _predict_fall(step: FloatArray, curvature: FloatArray) -> FloatArray:
    """What steps of shape (k, 2) lower the deviance by, about; shape (k,)."""
    total, along, square = curvature.T
    one, two = step.T
    return np.asarray(total * one**2 + 2.0 * along * one * two + square * two**2)


def _newton_step(gradient: FloatArray, curvature: FloatArray) -> FloatArray:
    """Solution of the two-by-two systems; the slope stays where the ramp says nothing."""
    total, along, square = curvature.T
    determinant = total * square - along**2
    is_flat = determinant <= 1e-12 * total * square
    by_slope = total * gradient[:, 1] - along * gradient[:, 0]
    slope = np.where(is_flat, 0.0, by_slope / np.where(is_flat, 1.0, determinant))
    return np.stack([(gradient[:, 0] - along * slope) / total, slope], axis=1)
