"""The Gaussian in reduced form: ``sqrt(ln 2 / pi) exp(-ln 2 z^2)``."""

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, FloatArray, LineShape


def evaluate_gaussian(z: FloatArray) -> FloatArray:
    """Gaussian of unit area."""
    return np.asarray(np.sqrt(LN2 / np.pi) * np.exp(-LN2 * z * z))


def differentiate_gaussian(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The Gaussian and its derivative by z."""
    value = evaluate_gaussian(z)
    return value, -2.0 * LN2 * z * value


def gaussian_curvature(square: FloatArray, value: FloatArray) -> FloatArray:
    """Second derivative by z, from the square of z and the value there."""
    return 2.0 * LN2 * value * (2.0 * LN2 * square - 1.0)


def _second_derivatives(z: FloatArray, known: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    return (gaussian_curvature(z * z, known[0]),)


GAUSSIAN = LineShape(
    name="gaussian",
    label="Gaussian",
    words="Gaussian lines",
    formula="`sqrt(ln 2 / π) exp(-ln 2 z²)`",
    source="",
    reduced=evaluate_gaussian,
    reduced_derivatives=differentiate_gaussian,
    reduced_second_derivatives=_second_derivatives,
    elsewhere="CasaXPS GL(0)",
    compiled="gaussian",
)
