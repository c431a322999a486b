"""Gaussian, Lorentzian and their sum, the pseudo-Voigt line, in reduced form.

``gaussian = sqrt(ln 2 / pi) exp(-ln 2 z^2)``, ``lorentzian = 1 / (pi (1 + z^2))``, and
``pseudo_voigt = (1 - mixing) gaussian + mixing lorentzian``, both of the width of the whole line:
what CasaXPS writes SGL(100 mixing). ``z`` counts half widths at half maximum from the maximum.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LN2 = float(np.log(2.0))


def gaussian(z: FloatArray) -> FloatArray:
    """Gaussian of unit area."""
    return np.asarray(np.sqrt(LN2 / np.pi) * np.exp(-LN2 * z * z))


def gaussian_derivatives(z: FloatArray) -> tuple[FloatArray, ...]:
    """The Gaussian and its derivative by z."""
    value = gaussian(z)
    return value, -2.0 * LN2 * z * value


def lorentzian(z: FloatArray) -> FloatArray:
    """Lorentzian of unit area."""
    return np.asarray(1.0 / (np.pi * (1.0 + z * z)))


def lorentzian_derivatives(z: FloatArray) -> tuple[FloatArray, ...]:
    """The Lorentzian and its derivative by z."""
    value = lorentzian(z)
    return value, -2.0 * np.pi * z * value * value


def pseudo_voigt(z: FloatArray, mixing: FloatArray) -> FloatArray:
    """Sum of Gaussian and Lorentzian; ``mixing`` is the Lorentzian's part of the area."""
    bell = gaussian(z)
    return bell + mixing * (lorentzian(z) - bell)


def pseudo_voigt_derivatives(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    """The pseudo-Voigt line and its derivatives by z and mixing."""
    bell, bell_slope = gaussian_derivatives(z)
    tail, tail_slope = lorentzian_derivatives(z)
    by_mixing = tail - bell
    return bell + mixing * by_mixing, bell_slope + mixing * (tail_slope - bell_slope), by_mixing
