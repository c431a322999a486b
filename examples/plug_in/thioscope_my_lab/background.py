"""A level that rises as a square root."""

import numpy as np

from fitting.models.backgrounds import BackgroundKind
from fitting.models.parameter_kind import ParameterKind

FLOOR = ParameterKind(
    "floor", "floor", "floors", "level at the low end", unit="intensity", is_linear=True
)
RISE = ParameterKind(
    "rise", "rise", "rises", "rise at the high end", unit="intensity", is_linear=True
)


def curves(positions):
    share = (positions - positions[0]) / (positions[-1] - positions[0])
    return np.stack([np.ones_like(positions), np.sqrt(share)])


RAMP = BackgroundKind(
    "ramp",
    "Ramp",
    "A ramp was fitted under the lines.",
    "floor + rise sqrt(x)",
    level=(FLOOR, RISE),
    level_curves=curves,
)
