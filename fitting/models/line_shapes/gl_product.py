"""The product of a Gaussian and a Lorentzian, CasaXPS' GL(100 mixing), in reduced form.

``exp(-(1 - mixing) ln 2 t^2) / (1 + mixing t^2)``, where ``t`` is the distance from the maximum
over half of a nominal width. At half maximum ``t = h(mixing)``, which is 1 for the pure forms and
down to 0.956 between them; here ``z = t / h`` counts true half widths. CasaXPS, too, reports the
true width: GL(30) fits stored in its files are met to 1e-3 with it and missed by 4 % without.

The area over ``t`` is ``pi / sqrt(mixing) exp(u^2) erfc(u)``, ``u^2 = ln 2 (1 - mixing) / mixing``.
Its slope by ``mixing`` has no limit at 1, where the Gaussian stops to cut the Lorentzian's tails;
the slope just below stands for it.

Source of the product form: N. Fairley, CasaXPS manual 2.3.15 (2009), "Line shapes used in
CasaXPS"; the area follows from NIST Digital Library of Mathematical Functions, 7.7.1.
"""

from dataclasses import replace

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, MIXING, FloatArray, LineShape

_SMALL_MIXING = 1e-3
"""Below it, the area is taken from its asymptotic series."""
_LARGEST_MIXING = 1.0 - 1e-6
"""Above it, the slope of the area is that at this mixing."""
_HALF_WIDTH_STEPS = 3
"""Newton steps that reach rounding from the pure forms' half width, 1."""


def _evaluate(z: FloatArray, mixing: FloatArray) -> FloatArray:
    """Gaussian times Lorentzian; ``mixing`` is 0 for the Gaussian and 1 for the Lorentzian."""
    half_width, _ = _nominal_half_width(mixing)
    area, _ = _integrate_product(mixing)
    return half_width / area * _evaluate_product(half_width * z, mixing)


def _differentiate(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    """The product form and its derivatives by z and mixing."""
    half_width, half_width_slope = _nominal_half_width(mixing)
    area, area_slope = _integrate_product(mixing)
    t = half_width * z
    value = half_width / area * _evaluate_product(t, mixing)
    lorentzian = 1.0 / (1.0 + mixing * t * t)
    log_by_t = -2.0 * t * (LN2 * (1.0 - mixing) + mixing * lorentzian)
    log_by_mixing = (
        half_width_slope * (1.0 / half_width + z * log_by_t)
        - area_slope / area
        + t * t * (LN2 - lorentzian)
    )
    return value, value * half_width * log_by_t, value * log_by_mixing


def _second_derivatives(
    z: FloatArray,
    known: tuple[FloatArray, ...],  # noqa: ARG001
    mixing: FloatArray,
) -> tuple[FloatArray, ...]:
    """The second derivatives by z, by z and mixing, and by mixing."""
    half_width, slope = _nominal_half_width(mixing)
    bend = _half_width_bend(mixing, half_width, slope)
    area, area_slope = _integrate_product(mixing)
    t, t_slope, t_bend = half_width * z, slope * z, bend * z
    lorentzian = 1.0 / (1.0 + mixing * t * t)
    rate = LN2 * (1.0 - mixing) + mixing * lorentzian
    inner = mixing * t * lorentzian
    by_t, by_tt = -2.0 * t * rate, 4.0 * inner * inner - 2.0 * rate
    by_t_mixing = 2.0 * t * (LN2 - lorentzian + t * inner * lorentzian)
    by_mixing = slope / half_width - area_slope / area + t * t * (LN2 - lorentzian) + by_t * t_slope
    log_bend = bend / half_width - (slope / half_width) ** 2 - _log_area_bend(mixing)
    log_bend = log_bend + (t * t * lorentzian) ** 2 + 2.0 * by_t_mixing * t_slope
    log_bend += by_tt * t_slope * t_slope + by_t * t_bend
    value = half_width / area * _evaluate_product(t, mixing)
    by_z = half_width * by_t
    mixed = slope * by_t + half_width * (by_t_mixing + by_tt * t_slope)
    return (
        value * (half_width * half_width * by_tt + by_z * by_z),
        value * (mixed + by_z * by_mixing),
        value * (log_bend + by_mixing * by_mixing),
    )


def _half_width_bend(mixing: FloatArray, half_width: FloatArray, slope: FloatArray) -> FloatArray:
    """Second derivative of the half width by mixing, from the equation that defines it."""
    square = half_width * half_width
    square_slope = 2.0 * half_width * slope
    lorentzian = 1.0 / (1.0 + mixing * square)
    inner = square * lorentzian
    by_square = LN2 * (1.0 - mixing) + mixing * lorentzian
    cross = lorentzian - LN2 - mixing * lorentzian * inner
    twice = (mixing * lorentzian) ** 2
    bend = inner**2 - 2.0 * cross * square_slope + twice * square_slope**2
    return np.asarray((bend / by_square - 2.0 * slope * slope) / (2.0 * half_width))


def _log_area_bend(mixing: FloatArray) -> FloatArray:
    """Second derivative of the logarithm of the area; that at the ends of its range beyond them."""
    from scipy.special import erfcx

    inside = np.clip(np.asarray(mixing, dtype=float), _SMALL_MIXING, _LARGEST_MIXING)
    u = np.sqrt(LN2 * (1.0 / inside - 1.0))
    u_slope = -LN2 / (2.0 * u * inside**2)
    u_bend = 0.5 * LN2 * (u_slope / (u * inside) ** 2 + 2.0 / (u * inside**3))
    tail = 2.0 / (np.sqrt(np.pi) * erfcx(u))
    by_u = 2.0 * u - tail
    return np.asarray(0.5 / inside**2 + (2.0 + tail * by_u) * u_slope**2 + by_u * u_bend)


def _evaluate_product(t: FloatArray, mixing: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-LN2 * (1.0 - mixing) * t * t) / (1.0 + mixing * t * t))


def _nominal_half_width(mixing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where the product has fallen to a half, in nominal half widths, and its slope by mixing."""
    mixing = np.asarray(mixing, dtype=float)
    rate = LN2 * (1.0 - mixing)
    square = np.ones_like(mixing)
    for _ in range(_HALF_WIDTH_STEPS):
        excess = rate * square + np.log1p(mixing * square) - LN2
        square = square - excess / (rate + mixing / (1.0 + mixing * square))
    lorentzian = 1.0 / (1.0 + mixing * square)
    half_width = np.sqrt(square)
    slope = 0.5 * half_width * (LN2 - lorentzian) / (rate + mixing * lorentzian)
    return half_width, slope


def _integrate_product(mixing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Area of the product over t, and its slope by mixing."""
    from scipy.special import erfcx

    mixing = np.asarray(mixing, dtype=float)
    few, few_slope = _area_of_small_mixing(np.minimum(mixing, _SMALL_MIXING))
    much = np.maximum(mixing, _SMALL_MIXING)
    area = np.pi / np.sqrt(much) * erfcx(np.sqrt(LN2 * (1.0 / much - 1.0)))
    below = np.minimum(much, _LARGEST_MIXING)
    u = np.sqrt(LN2 * (1.0 / below - 1.0))
    scaled = erfcx(u)
    slope = (
        -np.pi
        / np.sqrt(below)
        * (scaled / (2.0 * below) + LN2 / below**2 * (scaled - 1.0 / (np.sqrt(np.pi) * u)))
    )
    is_small = mixing < _SMALL_MIXING
    return np.where(is_small, few, area), np.where(is_small, few_slope, slope)


def _area_of_small_mixing(mixing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Area from ``sqrt(pi / a) (1 - e + 3 e^2 - 15 e^3 + ...)``, ``e = mixing / (2 a)``."""
    rate = LN2 * (1.0 - mixing)
    ratio = mixing / (2.0 * rate)
    coefficients = (10395.0, -945.0, 105.0, -15.0, 3.0, -1.0, 1.0)
    series = np.polyval(coefficients, ratio)
    series_slope = np.polyval(np.polyder(coefficients), ratio)
    area = np.sqrt(np.pi / rate) * series
    ratio_slope = (1.0 + mixing / (1.0 - mixing)) / (2.0 * rate)
    slope = np.sqrt(np.pi / rate) * (series / (2.0 * (1.0 - mixing)) + series_slope * ratio_slope)
    return area, slope


_MIXING = replace(MIXING, meaning="Lorentzian fraction of the product, 0 Gaussian to 1 Lorentzian")
GL_PRODUCT = LineShape(
    name="gl-product",
    label="Gauss × Lorentz",
    words="products of a Gaussian and a Lorentzian",
    formula="`exp(-(1 - m) ln 2 t²) / (1 + m t²)` over its area, `t = h(m) z`",
    source="N. Fairley, CasaXPS manual 2.3.15 (2009)",
    reduced=_evaluate,
    reduced_derivatives=_differentiate,
    reduced_second_derivatives=_second_derivatives,
    parameters=(
        replace(MIXING, meaning="Lorentzian fraction of the product, 0 Gaussian to 1 Lorentzian"),
    ),
    elsewhere="CasaXPS GL(100 m)",
    note="The nominal width of the product is up to 4 % wider than its true one. `fwhm` is the "
    "true one, as CasaXPS reports it.",
    is_steep=True,
)
