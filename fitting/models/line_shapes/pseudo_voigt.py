"""The pseudo-Voigt line: a Gaussian and a Lorentzian of one width, their areas mixed.

``g(z) = (1 - m) gaussian(z) + m lorentzian(z)``. CasaXPS' SGL mixes heights, which is another
number: see ``sgl_sum``.
"""

from dataclasses import replace

import numpy as np

from fitting.models.line_shapes.gaussian import (
    differentiate_gaussian,
    evaluate_gaussian,
    gaussian_curvature,
)
from fitting.models.line_shapes.line_shape import LN2, MIXING, FloatArray, LineShape
from fitting.models.line_shapes.lorentzian import (
    differentiate_lorentzian,
    evaluate_lorentzian,
    lorentzian_curvature,
)


def _evaluate(z: FloatArray, mixing: FloatArray) -> FloatArray:
    bell = evaluate_gaussian(z)
    return bell + mixing * (evaluate_lorentzian(z) - bell)


def _differentiate(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    bell, bell_slope = differentiate_gaussian(z)
    tail, tail_slope = differentiate_lorentzian(z)
    by_mixing = tail - bell
    return bell + mixing * by_mixing, bell_slope + mixing * (tail_slope - bell_slope), by_mixing


def _second_derivatives(
    z: FloatArray, known: tuple[FloatArray, ...], mixing: FloatArray
) -> tuple[FloatArray | None, ...]:
    """The two parts follow from value and slope by mixing."""
    value, _, by_mixing = known
    square = z * z
    bell = value - mixing * by_mixing
    tail = bell + by_mixing
    bell_zz = gaussian_curvature(square, bell)
    by_zz = bell_zz + mixing * (lorentzian_curvature(square, tail) - bell_zz)
    return by_zz, 2.0 * z * (LN2 * bell - np.pi * tail * tail), None


_MIXING = replace(MIXING, meaning="the Lorentzian's part of the area, 0 Gaussian to 1 Lorentzian")
PSEUDO_VOIGT = LineShape(
    name="pseudo-voigt",
    label="pseudo-Voigt",
    words="pseudo-Voigt lines (weighted sum of a Gaussian and a Lorentzian of one width)",
    formula="`(1 - m) gaussian + m lorentzian`, both of the whole line's width and unit area",
    source="G. K. Wertheim et al., Rev. Sci. Instrum. 45 (1974) 1369",
    reduced=_evaluate,
    reduced_derivatives=_differentiate,
    reduced_second_derivatives=_second_derivatives,
    parameters=(
        replace(MIXING, meaning="the Lorentzian's part of the area, 0 Gaussian to 1 Lorentzian"),
    ),
    is_linear_in_shape=True,
    compiled="pseudo-voigt",
)
