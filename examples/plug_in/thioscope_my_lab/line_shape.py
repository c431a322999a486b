"""A Gaussian and a hyperbolic secant of one width, their areas mixed."""

import numpy as np

from fitting.models.line_shapes import LineShape
from fitting.models.parameter_kind import ParameterKind

RATE, LN2 = np.arccosh(2.0), np.log(2.0)


def parts(z):
    return np.sqrt(LN2 / np.pi) * np.exp(-LN2 * z * z), RATE / np.pi / np.cosh(RATE * z)


def values(z, part):
    bell, secant = parts(z)
    return bell + part * (secant - bell)


def slopes(z, part):
    bell, secant = parts(z)
    by_z = (1 - part) * -2 * LN2 * z * bell - part * RATE * np.tanh(RATE * z) * secant
    return bell + part * (secant - bell), by_z, secant - bell


PART = ParameterKind(
    "secant_part",
    "part of the secant",
    "parts of the secant",
    "part of the area in the secant",
    start=0.4,
    low=0.0,
    high=1.0,
    limits=(0.0, 1.0),
    symbol="p",
)
SECANT = LineShape(
    "secant",
    "Secant sum",
    "sums of a Gaussian and a hyperbolic secant",
    "`(1 - p) gaussian + p sech`",
    "our laboratory, 2026",
    values,
    slopes,
    parameters=(PART,),
)
