"""CasaXPS' LF: as LA, with tails that are damped so that they end.

The exponent of either side grows with the distance, ``e (1 + (u / w)^2)``. That form was found from
two components LF(0.54, 10, 80, 100, 6) that CasaXPS exported as curves; see the decision on what
could be told of it.
"""

import numpy as np

from fitting.models.line_shapes.broadened import BROADENING, COST, make_broadened
from fitting.models.line_shapes.la import FARTHEST, exponent_kind
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.numeric_line import RawValues
from fitting.models.parameter_kind import ParameterKind

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(240)
_END = 14.0
"""In units of the damping: beyond, nothing is left of a core."""


def _evaluate_core(
    v: FloatArray, alpha: FloatArray, beta: FloatArray, damping: FloatArray
) -> RawValues:
    square = 1.0 + v * v
    log, rate = np.log(square), 2.0 * v / square
    is_high = v >= 0.0
    exponent = np.where(is_high, alpha, beta)
    growth, growth_rate = 1.0 + (v / damping) ** 2, 2.0 * v / damping**2
    unit = growth * log
    unit_rate = growth_rate * log + growth * rate
    unit_bend = 2.0 / damping**2 * log + 2.0 * growth_rate * rate
    unit_bend += growth * 2.0 * (1.0 - v * v) / square**2
    value = np.exp(-exponent * unit)
    slope = exponent * unit_rate
    by_damping = 2.0 * exponent * log * v * v / damping**3
    by_u_damping = 2.0 * exponent / damping**3 * (2.0 * v * log + v * v * rate)
    by_exponent, by_u_exponent = -unit * value, (slope * unit - unit_rate) * value
    sides = (is_high, ~is_high)
    return RawValues(
        value,
        -slope * value,
        (slope * slope - exponent * unit_bend) * value,
        (*(np.where(side, by_exponent, 0.0) for side in sides), by_damping * value),
        (
            *(np.where(side, by_u_exponent, 0.0) for side in sides),
            (by_u_damping - slope * by_damping) * value,
        ),
    )


def _integrate_core(
    alpha: FloatArray, beta: FloatArray, damping: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    """By Gauss and Legendre's rule over ``y``, ``u = sinh(y)``, on either side."""
    alpha, beta, damping = (np.asarray(one)[..., None] for one in (alpha, beta, damping))
    end = np.arcsinh(_END * damping)
    y = 0.5 * end * (1.0 + _NODES)
    weights = 0.5 * end * _NODE_WEIGHTS * np.cosh(y)
    total: FloatArray = np.zeros(np.broadcast_shapes(alpha.shape, beta.shape, y.shape)[:-1])
    slopes = [np.zeros_like(total) for _ in range(3)]
    for side in (1.0, -1.0):
        core = _evaluate_core(side * np.sinh(y), alpha, beta, damping)
        total = total + np.sum(weights * core.value, axis=-1)
        for index, by_one in enumerate(core.by_shape):
            slopes[index] = slopes[index] + np.sum(weights * by_one, axis=-1)
    return total, tuple(slopes)


_DAMPING = ParameterKind(
    "damping",
    "damping distance",
    "damping distances",
    "distance, in half widths of the Lorentzian, at which the exponents have doubled",
    start=40.0,
    low=5.0,
    high=500.0,
    varies=False,
    limits=(5.0, 500.0),
    symbol="w",
)
LF_LINE = make_broadened(_evaluate_core, _integrate_core, FARTHEST)
LF = LineShape(
    name="lf",
    label="LF, damped LA",
    words="asymmetric Lorentzian lines with damped tails, convolved with a Gaussian (LF)",
    formula="as `la` with the exponents α and β times `1 + (u / w)²`",
    source="form found from curves that CasaXPS exported",
    reduced=LF_LINE.reduced,
    reduced_derivatives=LF_LINE.reduced_derivatives,
    parameters=(
        exponent_kind("alpha", "higher", 0.3, "α"),
        exponent_kind("beta", "lower", 0.3, "β"),
        _DAMPING,
        BROADENING,
    ),
    elsewhere="CasaXPS LF(α, β, w, n, m)",
    note="Held against the two components LF(0.54, 10, 80, 100, 6) of an exported fit of Fe 2p: "
    "with α and β as named, the curves are met to 3e-4 and 5e-4 of their maxima (root mean square) "
    "with a Lorentzian of 0.472 ± 0.002 and a Gaussian of 0.817 ± 0.001 of the width that CasaXPS "
    "states, and exponents that have doubled 39.5 ± 0.5 of its half widths away, about w / 2. "
    "Freed, α comes out as 0.55 ± 0.01; how the widths follow from n = 100 and m = 6, two curves "
    "of one setting cannot tell. CasaXPS states the position and a nominal width of the undamped "
    "core: its 709.05 and 3.86 eV are 710.0 and 4.6 eV of the line.",
    cost=4.0 * COST,
)
