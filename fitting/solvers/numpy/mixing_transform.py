"""The mixing of the Gaussian-Lorentzian product, which would be caught by its bounds.

Near mixing 1 the product changes as ``sqrt(1 - q)``: in ``q`` a step there shrinks to nothing,
however far the minimum; in ``u = sqrt(1 - q)`` it does not. At mixing 0 its slope is zero (width
and area kept, it changes as ``q^2``): from there no step leads away. So steps are taken in ``u``,
and stop short of either bound, as those of an interior method do.
"""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.numpy.parameter_layout import Plan

_SMALLEST = 1e-3
"""The slope of the model at mixing 1 is that at 1 minus the square of this."""
_APPROACH = 0.8
"""A step goes at most this part of the way to a bound."""
_INSIDE = 0.02
"""A start is at least this part of the range away from a bound."""


@dataclass(frozen=True, slots=True)
class Gentle:
    """Coordinates for one step of b spectra."""

    free: FloatArray
    """Free parameters, with u in the place of q, shape (b, f)."""
    slope: FloatArray
    """Derivative of the free parameters by them, shape (b, f)."""
    room: tuple[FloatArray, FloatArray]
    """What is left to the lower and the upper bound."""
    plan: Plan

    def scaled(self, matrix: FloatArray) -> FloatArray:
        """A matrix of second derivatives, shape (b, f, f), in these coordinates."""
        return np.asarray(matrix * self.slope[:, :, None] * self.slope[:, None, :])

    def bent(self, gradient: FloatArray) -> FloatArray:
        """What the change of coordinates adds to the second-order term's diagonal, shape (b, f).

        The second derivative of ``q = 1 - u^2`` is -2.
        """
        return np.where(self.plan.is_steep, -2.0 * gradient, 0.0)

    def back(self, step: FloatArray) -> FloatArray:
        """The free parameters after a step, within their bounds."""
        moved = self.free + step
        steep = self.plan.is_steep
        moved[:, steep] = 1.0 - moved[:, steep] ** 2
        return np.clip(moved, self.plan.affine.lower, self.plan.affine.upper)


def make_gentle(plan: Plan, free: FloatArray) -> Gentle:
    """Coordinates in which a step from ``free`` can be trusted."""
    lower, upper, steep = plan.affine.lower, plan.affine.upper, plan.is_steep
    reach = plan.reach.of(plan.affine.expand(free), free.shape[1])
    low, high = np.maximum(lower - free, -reach), np.minimum(upper - free, reach)
    slope = np.ones_like(free)
    if not steep.any():
        return Gentle(free, slope, (low, high), plan)
    gentle = free.copy()
    gentle[:, steep] = np.sqrt(np.maximum(1.0 - free[:, steep], 0.0))
    slope[:, steep] = -2.0 * np.maximum(gentle[:, steep], _SMALLEST)
    nearest, farthest = np.sqrt(1.0 - upper[steep]), np.sqrt(1.0 - lower[steep])
    low[:, steep] = _APPROACH * (nearest - gentle[:, steep])
    high[:, steep] = _APPROACH * (farthest - gentle[:, steep])
    return Gentle(gentle, slope, (low, high), plan)


def move_inside(plan: Plan, start: FloatArray) -> FloatArray:
    """Start values, shape (b, f), from which the bounds do not hold back a step."""
    lower, upper, steep = plan.affine.lower, plan.affine.upper, plan.is_steep
    if not steep.any():
        return start
    gap = _INSIDE * (upper[steep] - lower[steep])
    begin = start.copy()
    begin[:, steep] = np.clip(start[:, steep], lower[steep] + gap, upper[steep] - gap)
    return begin
