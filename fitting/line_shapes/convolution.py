"""The Voigt line, a Lorentzian convolved with a Gaussian, in reduced form.

With ``mixing = fwhm_Lorentzian / fwhm``, the width of the Gaussian follows from the width of the
whole line, ``fwhm = a fwhm_L + sqrt((1 - a)^2 fwhm_L^2 + fwhm_G^2)``, ``a = 0.5346``
(J. J. Olivero and R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transf. 17 (1977) 233), which is
exact for the pure forms and good to 0.03 % between them.

The line is the real part of ``F = w(zeta / sqrt(2 s)) / sqrt(2 pi s)``, ``zeta = z + i gamma``,
with the Faddeeva function ``w``, the variance ``s`` of the Gaussian and the half width ``gamma`` of
the Lorentzian. Its derivatives are ``Re F'`` by z, ``-Im F'`` by gamma and ``Re F'' / 2`` by s (it
solves the heat equation), so that nothing diverges where the Gaussian vanishes. Far out, or for a
narrow Gaussian, ``F = (i / (pi zeta)) (1 + q + 3 q^2 + 15 q^3 + ...)``, ``q = s / zeta^2``
(NIST Digital Library of Mathematical Functions, 7.12.1).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import wofz

from fitting.line_shapes.sums import LN2, FloatArray

ComplexArray = NDArray[np.complex128]

_LORENTZIAN_SHARE = 0.5346
_FAR = 25.0
"""``abs(zeta) / sqrt(2 s)`` beyond which the series is exact to rounding."""
_SERIES = (10395.0, 945.0, 105.0, 15.0, 3.0, 1.0, 1.0)
_SERIES_1 = tuple(c * (2 * n + 1) for c, n in zip(_SERIES, range(6, -1, -1), strict=True))
_SERIES_2 = tuple(c * (n + 1) for c, n in zip(_SERIES_1, range(6, -1, -1), strict=True))


def voigt(z: FloatArray, mixing: FloatArray) -> FloatArray:
    """Voigt line; ``mixing`` is the width of the Lorentzian over that of the whole line."""
    zeta, variance = np.broadcast_arrays(z + 1j * mixing, _variance(mixing))
    value: ComplexArray = np.empty(zeta.shape, dtype=complex)
    near = _is_near(zeta, variance)
    value[~near] = _far(zeta[~near], variance[~near])[0]
    width = np.sqrt(2.0 * variance[near])
    value[near] = wofz(zeta[near] / width) / (width * np.sqrt(np.pi))
    return value.real


def voigt_derivatives(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    """The Voigt line and its derivatives by z and mixing."""
    zeta, variance = np.broadcast_arrays(z + 1j * mixing, _variance(mixing))
    value: ComplexArray = np.empty((3, *zeta.shape), dtype=complex)
    near = _is_near(zeta, variance)
    value[:, ~near] = _far(zeta[~near], variance[~near])
    value[:, near] = _near(zeta[near], variance[near])
    variance_slope = -(_LORENTZIAN_SHARE + mixing * (1.0 - 2.0 * _LORENTZIAN_SHARE)) / LN2
    by_mixing = -value[1].imag + 0.5 * variance_slope * value[2].real
    return value[0].real, value[1].real, by_mixing


def _variance(mixing: FloatArray) -> FloatArray:
    """Variance of the Gaussian in squared half widths of the whole line."""
    rest = (1.0 - mixing) * (1.0 + mixing * (1.0 - 2.0 * _LORENTZIAN_SHARE))
    return np.asarray(rest / (2.0 * LN2))


def _is_near(zeta: ComplexArray, variance: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(zeta.real**2 + zeta.imag**2 < 2.0 * _FAR**2 * variance)


def _near(zeta: ComplexArray, variance: FloatArray) -> ComplexArray:
    """F and its first two derivatives by zeta, from the Faddeeva function."""
    width = np.sqrt(2.0 * variance)
    argument = zeta / width
    w = wofz(argument)
    slope = -2.0 * argument * w + 2j / np.sqrt(np.pi)
    curvature = -2.0 * (w + argument * slope)
    return np.asarray(
        [w, slope / width, curvature / width**2] / (width * np.sqrt(np.pi)), dtype=complex
    )


def _far(zeta: ComplexArray, variance: FloatArray) -> ComplexArray:
    """The same from the series."""
    inverse = 1.0 / zeta
    q = variance * inverse * inverse
    lead = 1j / np.pi * inverse
    return np.stack(
        [
            lead * np.polyval(_SERIES, q),
            -lead * inverse * np.polyval(_SERIES_1, q),
            2.0 * lead * inverse * inverse * np.polyval(_SERIES_2, q),
        ]
    )
