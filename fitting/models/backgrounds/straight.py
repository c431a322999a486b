"""No background, and straight ones: ``offset + slope (x - middle)``, or between the ends."""

from dataclasses import replace

import numpy as np

from fitting.models.backgrounds.background import (
    ENDS,
    BackgroundKind,
    FloatArray,
    between_ends,
    level_kind,
)
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


def _compute_line(
    positions: FloatArray,
    intensity: FloatArray,  # noqa: ARG001
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """The straight line between the two levels, shape (b, m)."""
    share = (positions - positions[0]) / np.ptp(positions)
    return np.asarray(low + (high - low) * share)


NONE = BackgroundKind("none", "None", "No background was fitted.", "0")
LINEAR = BackgroundKind(
    "linear",
    "Linear",
    "A straight background was fitted together with the lines.",
    "offset and slope",
    level=(OFFSET, SLOPE),
    level_curves=straight_curves,
)
LINEAR_STATIC = BackgroundKind(
    "linear-static",
    "Linear, static",
    "A straight line between the ends of the range was subtracted before the fit; its error is not "
    "in the areas.",
    "the straight line between the ends of the range",
    optional=(ENDS,),
    static=between_ends(_compute_line),
    techniques=("xps",),
)
