"""CasaXPS' SGL: a Gaussian and a Lorentzian of one width, their heights mixed.

``(1 - m) exp(-ln 2 z^2) + m / (1 + z^2)`` over its area. It is the pseudo-Voigt line whose area is
to the part ``q = m pi / (m pi + (1 - m) sqrt(pi / ln 2))`` in the Lorentzian. Both components
SGL(30) of a fit that CasaXPS exported as curves have 0.300 of the height, and 0.387 of the area.
"""

from dataclasses import replace

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, MIXING, FloatArray, LineShape
from fitting.models.line_shapes.pseudo_voigt import PSEUDO_VOIGT

_BELL = float(np.sqrt(np.pi / LN2))
"""Area of a Gaussian of height 1 and half width 1."""


def area_fraction(mixing: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The Lorentzian's part of the area for its part of the height, and two derivatives."""
    mixing = np.asarray(mixing, dtype=float)
    whole = _BELL + mixing * (np.pi - _BELL)
    slope = np.pi * _BELL / whole**2
    return np.pi * mixing / whole, slope, -2.0 * slope * (np.pi - _BELL) / whole


def _evaluate(z: FloatArray, mixing: FloatArray) -> FloatArray:
    return PSEUDO_VOIGT.reduced(z, area_fraction(mixing)[0])


def _differentiate(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    fraction, slope, _ = area_fraction(mixing)
    value, by_z, by_fraction = PSEUDO_VOIGT.reduced_derivatives(z, fraction)
    return value, by_z, slope * by_fraction


def _second_derivatives(
    z: FloatArray, known: tuple[FloatArray, ...], mixing: FloatArray
) -> tuple[FloatArray | None, ...]:
    fraction, slope, bend = area_fraction(mixing)
    value, by_z, by_mixing = known
    by_fraction = by_mixing / slope
    assert PSEUDO_VOIGT.reduced_second_derivatives is not None
    by_zz, mixed, _ = PSEUDO_VOIGT.reduced_second_derivatives(
        z, (value, by_z, by_fraction), fraction
    )
    assert mixed is not None
    return by_zz, slope * mixed, bend * by_fraction


_MIXING = replace(MIXING, meaning="the Lorentzian's part of the height, 0 Gaussian to 1 Lorentzian")
SGL_SUM = LineShape(
    name="sgl-sum",
    label="Gauss + Lorentz",
    words="sums of a Gaussian and a Lorentzian of one width, mixed by height",
    formula="`(1 - m) exp(-ln 2 z²) + m / (1 + z²)` over its area",
    source="N. Fairley, CasaXPS manual 2.3.15 (2009)",
    reduced=_evaluate,
    reduced_derivatives=_differentiate,
    reduced_second_derivatives=_second_derivatives,
    parameters=(_MIXING,),
    elsewhere="CasaXPS SGL(100 m)",
    note="The same family of curves as `pseudo-voigt`, which mixes areas: `mixing` 0.300 here is "
    "0.387 there.",
)
