"""How many spectra to solve together in numpy, so that a cancelled fit ends soon.

The number follows from the model and the number of points, never from a clock: the same files give
the same blocks everywhere. The figures are of one core of 2025, rounded.
"""

import numpy as np

from fitting.models.function import ModelFunction
from fitting.solvers.numpy.starts import OTHER_STARTS, is_crowded

_PATIENCE = 0.1
"""What a block may take (s)."""
_EVALUATIONS = 8
_LINE_POINT = 4e-8
"""A Gaussian line at one point (s), with its slopes; others cost more."""
_PRODUCT_POINT = 1.5e-10
"""One product of two slopes at one point (s)."""
_FREE = 2e-5
"""What a free parameter takes in the small matrices (s)."""


def affordable_in_numpy(function: ModelFunction) -> int:
    """The number of spectra whose fit is likely to take no longer than a cancel may; at least 1."""
    points, free = function.positions.size, len(function.affine.free)
    lines = sum(
        _LINE_POINT * peak.line_shape.cost * (1 if peak.doublet is None else 2)
        for peak in function.peaks
    )
    spectrum = _EVALUATIONS * (points * (lines + free * free * _PRODUCT_POINT) + free * _FREE)
    if is_crowded(function, function.affine.start[None]).any():
        spectrum *= 1 + OTHER_STARTS
    return int(np.clip(_PATIENCE / spectrum, 1, np.iinfo(np.int32).max))
