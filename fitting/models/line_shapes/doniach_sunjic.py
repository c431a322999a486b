"""The Doniach-Sunjic line of a metal, its tail towards higher binding energy, in reduced form.

``I(u) = cos(pi a / 2 - (1 - a) arctan u) / (1 + u^2)^((1 - a) / 2)`` with the asymmetry ``a`` and
the distance ``u`` from the unscreened line in its Lorentzian half widths (S. Doniach and
M. Sunjic, J. Phys. C 3 (1970) 285). With ``u = tan theta`` the maximum lies at
``theta_0 = pi a / (2 (2 - a))``. As for every other line shape, ``z`` counts from the maximum in
half of the full width at half maximum: ``u = u_0 + c z``; ``c(a)`` is found by Newton's method.

The tail falls as ``u^(a - 1)``: its area is infinite. The antiderivative
``Re[exp(i pi a / 2) (i / a) (1 - i u)^a]`` gives, between ``-U`` and ``U``,
``2 cos(pi a / 2) sin(a arctan U) (1 + U^2)^(a / 2) / a``. The line is normalised so that it has
as much area there, for ``U = 20``, as a Lorentzian of unit area: 96.8 %. So the area is continuous
at ``a = 0``, and comparable between lines of one asymmetry only.
"""

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, FloatArray, LineShape
from fitting.models.parameter_kind import ParameterKind

WINDOW = 20.0
"""Half of the window of the normalisation, in Lorentzian half widths."""
_SMALL_ASYMMETRY = 1e-4
_STEP = 1e-5
"""For second derivatives of what depends on the asymmetry alone."""
_NEWTON_STEPS = 7
"""Enough to reach rounding for every asymmetry up to its bound."""


def _evaluate(z: FloatArray, asymmetry: FloatArray) -> FloatArray:
    """Doniach-Sunjic line; ``asymmetry`` is 0 for the Lorentzian."""
    return _differentiate(z, asymmetry)[0]


def _differentiate(z: FloatArray, asymmetry: FloatArray) -> tuple[FloatArray, ...]:
    """The Doniach-Sunjic line and its derivatives by z and asymmetry."""
    asymmetry = np.asarray(asymmetry, dtype=float)
    (shift, half_width, scale), slopes = _of_asymmetry(asymmetry)
    shift_slope, half_width_slope, scale_slope = slopes
    u = shift + half_width * z
    angle = np.arctan(u)
    cosine = 1.0 / np.sqrt(1.0 + u * u)
    phase = 0.5 * np.pi * asymmetry - (1.0 - asymmetry) * angle
    power = cosine ** (1.0 - asymmetry)
    value = scale * np.cos(phase) * power
    by_u = scale * (1.0 - asymmetry) * np.sin(phase - angle) * power * cosine
    at_fixed_u = -scale * np.sin(phase) * (0.5 * np.pi + angle) * power - value * np.log(cosine)
    by_asymmetry = (
        at_fixed_u + by_u * (shift_slope + half_width_slope * z) + value * scale_slope / scale
    )
    return value, half_width * by_u, by_asymmetry


def _second_derivatives(
    z: FloatArray,
    known: tuple[FloatArray, ...],  # noqa: ARG001
    asymmetry: FloatArray,
) -> tuple[FloatArray, ...]:
    """The second derivatives by z, by z and asymmetry, and by asymmetry.

    The line is the real part of ``scale exp(i pi a / 2) (1 + i u)^(a - 1)``.
    """
    asymmetry = np.asarray(asymmetry, dtype=float)
    (shift, width, scale), (shift_1, width_1, scale_1) = _of_asymmetry(asymmetry)
    _, after = _of_asymmetry(asymmetry + _STEP)
    _, before = _of_asymmetry(asymmetry - _STEP)
    shift_2, width_2, scale_2 = (
        (high - low) / (2.0 * _STEP) for high, low in zip(after, before, strict=True)
    )
    root = 1.0 + 1j * (shift + width * z)
    line = np.exp(0.5j * np.pi * asymmetry) * root ** (asymmetry - 1.0)
    turn = 0.5j * np.pi + np.log(root)
    by_u = 1j * (asymmetry - 1.0) * line / root
    by_uu = 1j * (asymmetry - 2.0) * by_u / root
    by_u_a = by_u * turn + 1j * line / root
    by_a, by_aa = line * turn, line * turn * turn
    u_slope, u_bend = shift_1 + width_1 * z, shift_2 + width_2 * z
    along = by_a + by_u * u_slope
    bend = by_aa + 2.0 * by_u_a * u_slope + by_uu * u_slope * u_slope + by_u * u_bend
    mixed = (scale_1 * width + scale * width_1) * by_u
    mixed = mixed + scale * width * (by_u_a + by_uu * u_slope)
    return (
        scale * width * width * by_uu.real,
        mixed.real,
        (scale_2 * line + 2.0 * scale_1 * along + scale * bend).real,
    )


def _of_asymmetry(
    asymmetry: FloatArray,
) -> tuple[tuple[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]:
    """Place of the maximum, half width and scale of the line, and their slopes."""
    middle = np.pi * asymmetry / (2.0 * (2.0 - asymmetry))
    shift = np.tan(middle)
    shift_slope = (1.0 + shift * shift) * np.pi / (2.0 - asymmetry) ** 2
    half_width, half_width_slope = _half_width(asymmetry, middle)
    log_norm_slope, norm = window_area(asymmetry)
    scale = half_width * (2.0 / np.pi) * np.arctan(WINDOW) / norm
    scale_slope = scale * (half_width_slope / half_width - log_norm_slope)
    return (shift, half_width, scale), (shift_slope, half_width_slope, scale_slope)


def _half_width(asymmetry: FloatArray, middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Half of the full width at half maximum, in Lorentzian half widths, and its slope.

    The logarithm of the line is concave in the angle, so that Newton's method converges on either
    side of the maximum; halving the way to the end of the range keeps it there.
    """
    side = np.array([1.0, -1.0]).reshape(2, *(1,) * middle.ndim)
    top = (2.0 - asymmetry) * np.log(np.cos(middle))
    angle = 0.5 * middle + side * np.pi / 4.0
    for _ in range(_NEWTON_STEPS):
        height, slope, _ = _log_line(asymmetry, angle)
        halfway = 0.5 * (angle + side * 0.5 * np.pi)
        improved = angle - (height - top + LN2) / slope
        angle = side * np.minimum(side * improved, side * halfway)
    _, slope, by_asymmetry = _log_line(asymmetry, angle)
    _, _, top_slope = _log_line(asymmetry, middle)
    u = np.tan(angle)
    u_slope = (1.0 + u * u) * (top_slope - by_asymmetry) / slope
    return 0.5 * (u[0] - u[1]), 0.5 * (u_slope[0] - u_slope[1])


def _log_line(
    asymmetry: FloatArray, angle: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Logarithm of the line and its derivatives by the angle and the asymmetry."""
    phase = 0.5 * np.pi * asymmetry - (1.0 - asymmetry) * angle
    log_cosine, tangent = np.log(np.cos(angle)), np.tan(phase)
    return (
        (1.0 - asymmetry) * log_cosine + np.log(np.cos(phase)),
        (1.0 - asymmetry) * (tangent - np.tan(angle)),
        -log_cosine - tangent * (0.5 * np.pi + angle),
    )


def window_area(asymmetry: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of the logarithm of the core's area in the window, and that area."""
    end = np.arctan(WINDOW)
    span = np.log1p(WINDOW**2)
    turn = asymmetry * end
    area = (2.0 * end * np.sinc(turn / np.pi) * np.exp(0.5 * asymmetry * span)) * np.cos(
        0.5 * np.pi * asymmetry
    )
    apart = np.where(asymmetry < _SMALL_ASYMMETRY, _SMALL_ASYMMETRY, asymmetry)
    sine_slope = np.where(
        asymmetry < _SMALL_ASYMMETRY,
        -asymmetry * end * end / 3.0,
        end / np.tan(apart * end) - 1.0 / apart,
    )
    slope = 0.5 * span - 0.5 * np.pi * np.tan(0.5 * np.pi * asymmetry) + sine_slope
    return slope, area


ASYMMETRY = ParameterKind(
    "asymmetry",
    "asymmetry",
    "asymmetries",
    "asymmetry, 0 for a symmetric line",
    start=0.1,
    low=0.0,
    high=0.5,
    limits=(0.0, 0.5),
    symbol="a",
)
DONIACH_SUNJIC = LineShape(
    name="doniach-sunjic",
    label="Doniach–Šunjić",
    words="Doniach-Šunjić lines",
    formula="`cos(π a / 2 - (1 - a) arctan u) / (1 + u²)^((1 - a) / 2)`, `u = u₀(a) + c(a) z`",
    source="S. Doniach and M. Šunjić, J. Phys. C 3 (1970) 285",
    reduced=_evaluate,
    reduced_derivatives=_differentiate,
    reduced_second_derivatives=_second_derivatives,
    parameters=(ASYMMETRY,),
    elsewhere="CasaXPS DS(a, 0)",
    note="A Doniach-Šunjić line has no finite area: it is normalised between ±20 Lorentzian half "
    "widths, and areas compare between lines of one asymmetry only.",
    has_unit_area=False,
    cost=5.0,
)
