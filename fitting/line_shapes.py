"""Line shapes of unit area and their derivatives, vectorised over leading dimensions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class LineShape:
    """A line shape: what the model names and the solver evaluates."""

    name: str
    shape_parameters: tuple[str, ...]
    """Parameters beside position and fwhm, in the order of the functions' arguments."""
    shape_bounds: tuple[tuple[float, float], ...]
    """Widest sensible bounds of each shape parameter."""
    profile: Callable[..., FloatArray]
    """``profile(x, position, fwhm, *shape)``: unit area."""
    derivatives: Callable[..., tuple[FloatArray, ...]]
    """The profile, then its derivatives by position, fwhm and each shape parameter."""


def gaussian(x: FloatArray, position: FloatArray, fwhm: FloatArray) -> FloatArray:
    """Gaussian of unit area."""
    z = 2.0 * (x - position) / fwhm
    return np.asarray(np.exp(-_LN2 * z * z) * 2.0 * np.sqrt(_LN2 / np.pi) / fwhm)


def gaussian_derivatives(
    x: FloatArray, position: FloatArray, fwhm: FloatArray
) -> tuple[FloatArray, ...]:
    """The Gaussian and its derivatives by position and fwhm."""
    z = 2.0 * (x - position) / fwhm
    value = gaussian(x, position, fwhm)
    slope = 2.0 * _LN2 * z * value
    return value, slope * 2.0 / fwhm, (slope * z - value) / fwhm


LINE_SHAPES: Mapping[str, LineShape] = {
    "gaussian": LineShape("gaussian", (), (), gaussian, gaussian_derivatives),
}
