"""Twelve cubic B-splines under Raman bands: they follow a fluorescence with more bends."""

import numpy as np

from fitting.models.backgrounds.background import BackgroundKind, FloatArray, level_kind

_COUNT = 12
_CUBIC = 3


def _b_splines(positions: FloatArray) -> FloatArray:
    """Cubic B-splines on equal intervals over the grid, shape (12, m); their sum is one."""
    # takes long to import, and few models have it
    from scipy.interpolate import BSpline

    low, high = positions[0], positions[-1]
    step = (high - low) / (_COUNT - _CUBIC)
    knots = low + step * np.arange(-_CUBIC, _COUNT + 1)
    inside = np.clip(positions, low, high - 1e-9 * step)
    return np.asarray(BSpline.design_matrix(inside, knots, _CUBIC).toarray().T)


SPLINE = BackgroundKind(
    "spline",
    "Spline",
    "A spline was fitted under the lines, together with them.",
    "twelve cubic B-splines on equal intervals over the range",
    source="C. de Boor, A Practical Guide to Splines (Springer, 1978)",
    level=tuple(
        level_kind(f"s{number}", f"coefficient of the B-spline number {number}")
        for number in range(_COUNT)
    ),
    level_curves=_b_splines,
    follows_baseline=True,
)
