"""The double Lorentzian: another width on either side of the maximum, convolved with a Gaussian.

The core is ``1 / (1 + (u / r)^2)`` towards higher binding energy and ``1 / (1 + u^2)`` towards
lower. Its area is ``pi (1 + r) / 2``.
"""

import numpy as np

from fitting.models.line_shapes.broadened import BROADENING, COST, make_broadened
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.numeric_line import RawValues
from fitting.models.parameter_kind import ParameterKind

_LARGEST = 8.0


def _evaluate_core(v: FloatArray, ratio: FloatArray) -> RawValues:
    is_high = v >= 0.0
    width = np.where(is_high, ratio, 1.0)
    t = v / width
    value = 1.0 / (1.0 + t * t)
    by_t = -2.0 * t * value**2
    by_tt = value**3 * (6.0 * t * t - 2.0)
    by_ratio = np.where(is_high, -t / width * by_t, 0.0)
    by_u_ratio = np.where(is_high, -(by_t + t * by_tt) / width**2, 0.0)
    return RawValues(value, by_t / width, by_tt / width**2, (by_ratio,), (by_u_ratio,))


def _integrate_core(ratio: FloatArray) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    return 0.5 * np.pi * (1.0 + ratio), (np.full_like(ratio, 0.5 * np.pi),)


_RATIO = ParameterKind(
    "width_ratio",
    "ratio of the widths",
    "ratios of the widths",
    "Lorentzian width towards higher over that towards lower binding energy",
    start=1.5,
    low=0.2,
    high=_LARGEST,
    limits=(0.2, _LARGEST),
    symbol="r",
)
_LINE = make_broadened(_evaluate_core, _integrate_core, _LARGEST + 1.0)
DOUBLE_LORENTZIAN = LineShape(
    name="double-lorentzian",
    label="Double Lorentzian",
    words="double Lorentzian lines convolved with a Gaussian",
    formula="`1 / (1 + (u / r)²)` for u > 0, `1 / (1 + u²)` for u < 0, convolved with a Gaussian",
    source="A. Herrera-Gomez, A double Lorentzian shape for asymmetric photoelectron peaks, "
    "CINVESTAV internal report (2011)",
    reduced=_LINE.reduced,
    reduced_derivatives=_LINE.reduced_derivatives,
    parameters=(_RATIO, BROADENING),
    elsewhere="AAnalyzer double Lorentzian",
    cost=COST,
)
