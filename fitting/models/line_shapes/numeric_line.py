"""Lines whose maximum and width have no closed form, brought into the reduced form of all others.

A raw line ``R(u, *shape)`` stands in coordinates of its own. Its maximum ``u_0`` and the two places
where it has fallen to a half are found by Newton's method within brackets, and how they move with
the shape follows from the equations that define them: ``R_u(u_0) = 0`` gives ``u_0' = -R_us /
R_uu``, and so on. With ``c`` half of the full width and ``A`` the area, ``g(z) = c R(u_0 + c z) /
A``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fitting.models.line_shapes.line_shape import FloatArray

_STEPS = 60
"""Of Newton's method, or halvings where it would leave its bracket."""
_SETTLED = 4e-16


class RawValues(NamedTuple):
    """A raw line and its derivatives at some places."""

    value: FloatArray
    by_u: FloatArray
    by_uu: FloatArray
    by_shape: tuple[FloatArray, ...]
    by_u_shape: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line with one maximum, in coordinates of its own."""

    evaluate: Callable[..., RawValues]
    """``evaluate(u, *shape)``."""
    area: Callable[..., tuple[FloatArray, tuple[FloatArray, ...]]]
    """``area(*shape)`` and its derivatives."""
    reach: Callable[..., tuple[FloatArray, FloatArray]]
    """``reach(*shape)``: between these places lie the maximum and both half maxima."""

    def find_frame(self, *shape: float) -> tuple[float, float]:
        """Place of the maximum and half of the full width, in the line's own coordinates."""
        frame = _find_frame(self, tuple(np.array([one]) for one in shape))
        return float(frame.top[0]), float(frame.half_width[0])

    def reduced(self, z: FloatArray, *shape: FloatArray) -> FloatArray:
        """The line in reduced form."""
        return self.reduced_derivatives(z, *shape)[0]

    def reduced_derivatives(self, z: FloatArray, *shape: FloatArray) -> tuple[FloatArray, ...]:
        """The line in reduced form, and its derivatives by z and by each shape parameter."""
        given = tuple(np.asarray(one, dtype=float) for one in shape)
        frame = _find_frame(self, given)
        area, area_slopes = self.area(*given)
        scale = frame.half_width / area
        line = self.evaluate(frame.top + frame.half_width * z, *given)
        value = scale * line.value
        slopes = zip(line.by_shape, frame.top_slopes, frame.width_slopes, area_slopes, strict=True)
        by_shape = (
            scale * (by_one + line.by_u * (top + width * z))
            + value * (width / frame.half_width - area_slope / area)
            for by_one, top, width, area_slope in slopes
        )
        return value, scale * frame.half_width * line.by_u, *by_shape


class _Frame(NamedTuple):
    """Place of the maximum and half of the full width, with their slopes by the shape."""

    top: FloatArray
    half_width: FloatArray
    top_slopes: tuple[FloatArray, ...]
    width_slopes: tuple[FloatArray, ...]


def _find_frame(raw: RawLine, shape: tuple[FloatArray, ...]) -> _Frame:
    low, high = np.broadcast_arrays(*raw.reach(*shape), *shape)[:2]
    top = _find_root(lambda u: _slope_and_bend(raw, u, shape), low, high)
    at_top = raw.evaluate(top, *shape)
    half = 0.5 * at_top.value

    def rise(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        line = raw.evaluate(u, *shape)
        return line.value - half, line.by_u

    left, right = _find_root(rise, top, low), _find_root(rise, top, high)
    at_left, at_right = raw.evaluate(left, *shape), raw.evaluate(right, *shape)
    top_slopes, width_slopes = [], []
    for index in range(len(shape)):
        top_slopes.append(-at_top.by_u_shape[index] / at_top.by_uu)
        half_slope = 0.5 * at_top.by_shape[index]
        moved = [(half_slope - at.by_shape[index]) / at.by_u for at in (at_left, at_right)]
        width_slopes.append(0.5 * (moved[1] - moved[0]))
    return _Frame(top, 0.5 * (right - left), tuple(top_slopes), tuple(width_slopes))


def _slope_and_bend(
    raw: RawLine, u: FloatArray, shape: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray]:
    line = raw.evaluate(u, *shape)
    return line.by_u, line.by_uu


def _find_root(
    function: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    positive: FloatArray,
    negative: FloatArray,
) -> FloatArray:
    """Where a function is zero between a place where it is positive and one where it is not."""
    positive, negative = positive.copy(), negative.copy()
    root = 0.5 * (positive + negative)
    for _ in range(_STEPS):
        value, slope = function(root)
        positive = np.where(value > 0.0, root, positive)
        negative = np.where(value > 0.0, negative, root)
        with np.errstate(divide="ignore", invalid="ignore"):
            improved = root - value / slope
        inside = (improved - positive) * (improved - negative) < 0.0
        improved = np.where(inside, improved, 0.5 * (positive + negative))
        moved = np.abs(improved - root)
        root = improved
        if np.all(moved <= _SETTLED * (1.0 + np.abs(root))):
            break
    return root
