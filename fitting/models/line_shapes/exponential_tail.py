"""A sum of a Gaussian and a Lorentzian with an exponential tail towards higher binding energy.

``R(u) = P(u) + (1 - P(u)) exp(-u / l)`` for u > 0 and ``P(u)`` for u < 0, where ``P`` is the sum of
height 1, mixed by height, and ``l`` the length of the tail in half widths of the sum. Its area is
that of ``P`` and ``l - integral of P exp(-u / l)``, by the scaled complementary error function and
the sine and cosine integrals (NIST Digital Library of Mathematical Functions, 7.7.1 and 6.7.13).
"""

from dataclasses import replace

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, MIXING, FloatArray, LineShape
from fitting.models.line_shapes.numeric_line import RawLine, RawValues
from fitting.models.parameter_kind import ParameterKind

_BELL = float(np.sqrt(np.pi / LN2))
_LONGEST = 5.0


def _evaluate_raw(u: FloatArray, mixing: FloatArray, tail: FloatArray) -> RawValues:
    square = u * u
    bell, lorentz = np.exp(-LN2 * square), 1.0 / (1.0 + square)
    bell_u, lorentz_u = -2.0 * LN2 * u * bell, -2.0 * u * lorentz**2
    by_mixing, by_u_mixing = lorentz - bell, lorentz_u - bell_u
    peak, peak_u = bell + mixing * by_mixing, bell_u + mixing * by_u_mixing
    bell_uu = 2.0 * LN2 * bell * (2.0 * LN2 * square - 1.0)
    lorentz_uu = lorentz**3 * (6.0 * square - 2.0)
    peak_uu = bell_uu + mixing * (lorentz_uu - bell_uu)
    rate = 1.0 / tail
    decay = np.where(u > 0.0, np.exp(-rate * np.maximum(u, 0.0)), 0.0)
    rest = (1.0 - peak) * decay
    by_rate = -u * rest
    by_u_rate = -rest + u * decay * peak_u + rate * u * rest
    return RawValues(
        peak + rest,
        peak_u * (1.0 - decay) - rate * rest,
        peak_uu * (1.0 - decay) + 2.0 * rate * peak_u * decay + rate**2 * rest,
        (by_mixing * (1.0 - decay), -(rate**2) * by_rate),
        (by_u_mixing * (1.0 - decay) + rate * by_mixing * decay, -(rate**2) * by_u_rate),
    )


def _integrate_raw(
    mixing: FloatArray, tail: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    from scipy.special import erfcx, sici

    rate = 1.0 / tail
    x = rate / (2.0 * np.sqrt(LN2))
    scaled = erfcx(x)
    bell = 0.5 * _BELL * scaled
    bell_slope = 0.5 * _BELL * (2.0 * x * scaled - 2.0 / np.sqrt(np.pi)) * x / rate
    sine, cosine = sici(rate)
    lorentz = cosine * np.sin(rate) + (0.5 * np.pi - sine) * np.cos(rate)
    lorentz_slope = cosine * np.cos(rate) - (0.5 * np.pi - sine) * np.sin(rate)
    area = _BELL + mixing * (np.pi - _BELL) + tail - bell - mixing * (lorentz - bell)
    by_rate = -bell_slope - mixing * (lorentz_slope - bell_slope)
    by_mixing = np.pi - _BELL - (lorentz - bell)
    return area, (by_mixing, 1.0 - rate**2 * by_rate)


def _reach(mixing: FloatArray, tail: FloatArray) -> tuple[FloatArray, FloatArray]:
    return -2.0 + 0.0 * mixing, 3.0 + 2.0 * tail


_MIXING = replace(
    MIXING, meaning="the Lorentzian's part of the height without the tail, 0 Gaussian to 1"
)
_TAIL = ParameterKind(
    "tail",
    "length of the tail",
    "lengths of the tails",
    "decay length of the tail, in half widths of the line without it",
    start=0.5,
    low=0.02,
    high=_LONGEST,
    limits=(0.02, _LONGEST),
    symbol="l",
)
_LINE = RawLine(_evaluate_raw, _integrate_raw, _reach)
EXPONENTIAL_TAIL = LineShape(
    name="exponential-tail",
    label="Exponential tail",
    words="sums of a Gaussian and a Lorentzian with an exponential tail",
    formula="`P + (1 - P) exp(-u / l)` for u > 0, `P` for u < 0; `P` as `sgl-sum`, of height 1",
    source="N. Fairley, CasaXPS manual 2.3.15 (2009), tail modifier T",
    reduced=_LINE.reduced,
    reduced_derivatives=_LINE.reduced_derivatives,
    parameters=(_MIXING, _TAIL),
    elsewhere="CasaXPS SGL(100 m)T",
    cost=50.0,
)
