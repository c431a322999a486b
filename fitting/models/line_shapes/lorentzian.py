"""The Lorentzian in reduced form: ``1 / (pi (1 + z^2))``."""

import numpy as np

from fitting.models.line_shapes.line_shape import FloatArray, LineShape


def evaluate_lorentzian(z: FloatArray) -> FloatArray:
    """Lorentzian of unit area."""
    return np.asarray(1.0 / (np.pi * (1.0 + z * z)))


def differentiate_lorentzian(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The Lorentzian and its derivative by z."""
    value = evaluate_lorentzian(z)
    return value, -2.0 * np.pi * z * value * value


def lorentzian_curvature(square: FloatArray, value: FloatArray) -> FloatArray:
    """Second derivative by z, from the square of z and the value there."""
    height = np.pi * value
    return np.asarray(value * height * height * (6.0 * square - 2.0))


def _second_derivatives(z: FloatArray, known: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    return (lorentzian_curvature(z * z, known[0]),)


LORENTZIAN = LineShape(
    name="lorentzian",
    label="Lorentzian",
    words="Lorentzian lines",
    formula="`1 / (π (1 + z²))`",
    source="",
    reduced=evaluate_lorentzian,
    reduced_derivatives=differentiate_lorentzian,
    reduced_second_derivatives=_second_derivatives,
    elsewhere="CasaXPS GL(100)",
    compiled="lorentzian",
)
