"""CasaXPS' LA: a Lorentzian with an exponent on either side, convolved with a Gaussian.

The core is ``(1 + u^2)^-alpha`` towards higher binding energy and ``(1 + u^2)^-beta`` towards
lower, ``u`` in half widths of the Lorentzian. Its area is ``sqrt(pi) / 2 Gamma(e - 1/2) /
Gamma(e)`` on the side of exponent ``e`` (NIST Digital Library of Mathematical Functions, 5.12.3).
"""

import numpy as np

from fitting.models.line_shapes.broadened import BROADENING, COST, make_broadened
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.numeric_line import RawValues
from fitting.models.parameter_kind import ParameterKind

FARTHEST = 3.0
"""Half widths within which the widest core falls to a half."""


def _evaluate_core(v: FloatArray, alpha: FloatArray, beta: FloatArray) -> RawValues:
    square = 1.0 + v * v
    log = np.log(square)
    is_high = v >= 0.0
    exponent = np.where(is_high, alpha, beta)
    value = np.exp(-exponent * log)
    rate = 2.0 * v / square
    by_u = -exponent * rate * value
    by_uu = value * ((exponent * rate) ** 2 - 2.0 * exponent * (1.0 - v * v) / square**2)
    by_exponent, by_u_exponent = -log * value, -log * by_u - rate * value
    sides = (is_high, ~is_high)
    return RawValues(
        value,
        by_u,
        by_uu,
        tuple(np.where(side, by_exponent, 0.0) for side in sides),
        tuple(np.where(side, by_u_exponent, 0.0) for side in sides),
    )


def _integrate_core(
    alpha: FloatArray, beta: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    from scipy.special import gammaln, psi

    parts = [
        0.5 * np.sqrt(np.pi) * np.exp(gammaln(exponent - 0.5) - gammaln(exponent))
        for exponent in (alpha, beta)
    ]
    slopes = [
        part * (psi(exponent - 0.5) - psi(exponent))
        for part, exponent in zip(parts, (alpha, beta), strict=True)
    ]
    return parts[0] + parts[1], tuple(slopes)


def exponent_kind(name: str, side: str, least: float, symbol: str) -> ParameterKind:
    """The exponent of one side."""
    return ParameterKind(
        name,
        f"exponent towards {side} binding energy",
        f"exponents towards {side} binding energy",
        f"exponent of the Lorentzian towards {side} binding energy; the smaller, the longer "
        "the tail",
        start=1.2 if name == "alpha" else 2.0,
        low=least,
        high=12.0,
        limits=(least, 12.0),
        symbol=symbol,
    )


_LINE = make_broadened(_evaluate_core, _integrate_core, FARTHEST)
LA = LineShape(
    name="la",
    label="LA, asymmetric",
    words="asymmetric Lorentzian lines convolved with a Gaussian (LA)",
    formula="`(1 + u²)^-α` for u > 0, `(1 + u²)^-β` for u < 0, convolved with a Gaussian",
    source="CasaXPS manual, line shape LA; the unit of its m found from public fits",
    reduced=_LINE.reduced,
    reduced_derivatives=_LINE.reduced_derivatives,
    parameters=(
        exponent_kind("alpha", "higher", 0.55, "α"),
        exponent_kind("beta", "lower", 0.55, "β"),
        BROADENING,
    ),
    elsewhere="CasaXPS LA(α, β, m)",
    note="`broadening` is the Gaussian's width over that of the Lorentzian. CasaXPS' m is 150 ± 25 "
    "times that: three stored fits of public files come out as stored at 140, 156 and 175.",
    cost=COST,
)
