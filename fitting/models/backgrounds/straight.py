"""No background, and a straight one: ``offset + slope (x - middle)``, the middle of the grid."""

from dataclasses import replace

import numpy as np

from fitting.models.backgrounds.background import BackgroundKind, FloatArray, level_kind
from fitting.models.parameter_kind import ParameterKind

OFFSET = level_kind("offset", "level in the middle of the range")
SLOPE = ParameterKind(
    "slope", "slope", "slopes", "slope over the axis", unit="intensity/axis", is_linear=True
)
STEADY = (OFFSET, replace(SLOPE, varies=False))
"""The level under a background that scatters: flat, unless the slope is freed."""


def straight_curves(positions: FloatArray) -> FloatArray:
    """What offset and slope multiply, shape (2, m)."""
    middle = 0.5 * (positions[0] + positions[-1])
    return np.stack([np.ones_like(positions), positions - middle])


NONE = BackgroundKind("none", "None", "No background was fitted.", "0")
LINEAR = BackgroundKind(
    "linear",
    "Linear",
    "A straight background was fitted together with the lines.",
    "offset and slope",
    level=(OFFSET, SLOPE),
    level_curves=straight_curves,
)
