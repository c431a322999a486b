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

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitting.models.line_shapes.line_shape import LN2, MIXING, FloatArray, LineShape

ComplexArray = NDArray[np.complex128]

_LORENTZIAN_SHARE = 0.5346
_FAR = 25.0
"""``abs(zeta) / sqrt(2 s)`` beyond which the series is exact to rounding."""
_SERIES = (10395.0, 945.0, 105.0, 15.0, 3.0, 1.0, 1.0)


def _evaluate(z: FloatArray, mixing: FloatArray) -> FloatArray:
    """Voigt line; ``mixing`` is the width of the Lorentzian over that of the whole line."""
    from scipy.special import wofz

    zeta, variance = np.broadcast_arrays(z + 1j * mixing, _gaussian_variance(mixing))
    value: ComplexArray = np.empty(zeta.shape, dtype=complex)
    near = _is_near(zeta, variance)
    value[~near] = _expand_far(zeta[~near], variance[~near])[0]
    width = np.sqrt(2.0 * variance[near])
    value[near] = wofz(zeta[near] / width) / (width * np.sqrt(np.pi))
    return value.real


def _differentiate(z: FloatArray, mixing: FloatArray) -> tuple[FloatArray, ...]:
    """The Voigt line and its derivatives by z and mixing."""
    zeta, variance = np.broadcast_arrays(z + 1j * mixing, _gaussian_variance(mixing))
    value: ComplexArray = np.empty((3, *zeta.shape), dtype=complex)
    near = _is_near(zeta, variance)
    value[:, ~near] = _expand_far(zeta[~near], variance[~near])
    value[:, near] = _expand_near(zeta[near], variance[near])
    by_mixing = -value[1].imag + 0.5 * _variance_slope(mixing) * value[2].real
    return value[0].real, value[1].real, by_mixing


def _second_derivatives(
    z: FloatArray, known: tuple[FloatArray, ...], mixing: FloatArray
) -> tuple[FloatArray, ...]:
    """The second derivatives by z, by z and mixing, and by mixing.

    Parameters
    ----------
    known
        The line and its derivatives by z and mixing there, which spare the Faddeeva function.
    """
    zeta, variance = np.broadcast_arrays(z + 1j * mixing, _gaussian_variance(mixing))
    slope = _variance_slope(mixing)
    bend = -(1.0 - 2.0 * _LORENTZIAN_SHARE) / LN2
    near = _is_near(zeta, variance)
    value: ComplexArray = np.empty((3, *zeta.shape), dtype=complex)
    value[:, ~near] = _expand_far(zeta[~near], variance[~near], 5)[2:]
    every = np.broadcast_arrays(slope, *known)
    value[:, near] = _from_known(zeta[near], variance[near], *(part[near] for part in every))
    second, third, fourth = value
    by_mixing = (0.5 * bend - 1.0) * second.real - slope * third.imag
    by_mixing += 0.25 * slope * slope * fourth.real
    return second.real, 0.5 * slope * third.real - second.imag, by_mixing


def _from_known(
    zeta: ComplexArray,
    variance: FloatArray,
    slope: FloatArray,
    value: FloatArray,
    by_z: FloatArray,
    by_mixing: FloatArray,
) -> ComplexArray:
    """Second to fourth derivative of F by zeta: ``s F' = i / pi - zeta F``, differentiated.

    The imaginary parts of F and F' follow from that equation and the derivative by mixing.
    """
    bent = 0.5 * slope / variance
    turn = (by_mixing + bent * (value + zeta.real * by_z)) / (bent * zeta.imag - 1.0)
    distance = zeta.real**2 + zeta.imag**2
    imaginary = zeta.real * (1.0 / np.pi - variance * turn) + zeta.imag * variance * by_z
    line = value + 1j * imaginary / np.where(distance > 0, distance, np.inf)
    first = by_z + 1j * turn
    second = -(line + zeta * first) / variance
    third = -(2.0 * first + zeta * second) / variance
    return np.asarray([second, third, -(3.0 * second + zeta * third) / variance], dtype=complex)


def _variance_slope(mixing: FloatArray) -> FloatArray:
    """Its slope by mixing."""
    return np.asarray(-(_LORENTZIAN_SHARE + mixing * (1.0 - 2.0 * _LORENTZIAN_SHARE)) / LN2)


def _gaussian_variance(mixing: FloatArray) -> FloatArray:
    """Variance of the Gaussian in squared half widths of the whole line."""
    rest = (1.0 - mixing) * (1.0 + mixing * (1.0 - 2.0 * _LORENTZIAN_SHARE))
    return np.asarray(rest / (2.0 * LN2))


def _is_near(zeta: ComplexArray, variance: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(zeta.real**2 + zeta.imag**2 < 2.0 * _FAR**2 * variance)


def _expand_near(zeta: ComplexArray, variance: FloatArray) -> ComplexArray:
    """F and its first two derivatives by zeta, from the Faddeeva function."""
    from scipy.special import wofz

    width = np.sqrt(2.0 * variance)
    argument = zeta / width
    w = wofz(argument)
    slope = -2.0 * argument * w + 2j / np.sqrt(np.pi)
    curvature = -2.0 * (w + argument * slope)
    return np.asarray(
        [w, slope / width, curvature / width**2] / (width * np.sqrt(np.pi)), dtype=complex
    )


def _expand_far(zeta: ComplexArray, variance: FloatArray, count: int = 3) -> ComplexArray:
    """The same from the series, ``count`` in all."""
    inverse = 1.0 / zeta
    q = variance * inverse * inverse
    lead = 1j / np.pi * inverse
    coefficients = np.array(_SERIES)
    powers = 2.0 * np.arange(len(_SERIES) - 1, -1, -1)
    found = []
    for order in range(count):
        found.append(lead * np.polyval(coefficients, q))
        lead = -lead * inverse
        coefficients = coefficients * (powers + order + 1.0)
    return np.stack(found)


_MIXING = replace(
    MIXING, meaning="the Lorentzian's width over that of the line, 0 Gaussian to 1 Lorentzian"
)
VOIGT = LineShape(
    name="voigt",
    label="Voigt",
    words="Voigt lines",
    formula="convolution of a Gaussian and a Lorentzian, by the Faddeeva function",
    source="J. J. Olivero and R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transf. 17 (1977) "
    "233, for the width",
    reduced=_evaluate,
    reduced_derivatives=_differentiate,
    reduced_second_derivatives=_second_derivatives,
    parameters=(
        replace(
            MIXING,
            meaning="the Lorentzian's width over that of the line, 0 Gaussian to 1 Lorentzian",
        ),
    ),
    cost=5.0,
)
