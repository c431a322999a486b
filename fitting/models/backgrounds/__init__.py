"""Backgrounds of spectra: part of the model, so that their uncertainty is in the areas.

Each is one ``BackgroundKind``. A package may offer more by entry points of the group
``thioscope.backgrounds``, each naming a ``BackgroundKind``.
"""

import numpy as np

from fitting.data.plug_ins import Offer
from fitting.models.backgrounds.background import (
    LEVEL_POINTS,
    BackgroundKind,
    FloatArray,
    Scattering,
)
from fitting.models.backgrounds.polynomial import POLYNOMIAL, POLYNOMIAL_8
from fitting.models.backgrounds.shirley import SHIRLEY, SHIRLEY_STATIC
from fitting.models.backgrounds.soundness import find_faults
from fitting.models.backgrounds.spline import SPLINE
from fitting.models.backgrounds.straight import LINEAR, LINEAR_STATIC, NONE
from fitting.models.backgrounds.tougaard import TOUGAARD, TOUGAARD_GAP_STATIC, TOUGAARD_STATIC

__all__ = ["BACKGROUNDS", "BackgroundKind", "Scattering", "level_curves", "static_background"]

BACKGROUNDS: Offer[BackgroundKind] = Offer(
    "thioscope.backgrounds",
    (
        NONE,
        LINEAR,
        POLYNOMIAL,
        POLYNOMIAL_8,
        SPLINE,
        SHIRLEY,
        TOUGAARD,
        LINEAR_STATIC,
        SHIRLEY_STATIC,
        TOUGAARD_STATIC,
        TOUGAARD_GAP_STATIC,
    ),
    BackgroundKind,
    find_faults,
)
"""Every background by its name, in the order of the window's menu."""


def level_curves(kind: str, positions: FloatArray) -> FloatArray:
    """What each parameter of the level multiplies, shape (l, m), in their order.

    Parameters
    ----------
    positions : shape (m,)
        The grid, ascending; curves are the same for every offset of a spectrum.
    """
    curves = BACKGROUNDS[kind].level_curves
    if curves is None:
        return np.empty((0, positions.size))
    return np.asarray(curves(positions), dtype=float)


def static_background(
    kind: str, positions: FloatArray, intensity: FloatArray, **parameters: float
) -> FloatArray:
    """Background computed from the data between the ends of the range.

    Parameters
    ----------
    kind
        A static one of ``BACKGROUNDS``.
    positions : shape (m,)
        Binding energies (eV), ascending, evenly spaced or not.
    intensity : shape (b, m)
        Nan where nothing was measured: the background runs between the outermost measured points.
    parameters
        Those of the kind: ``C`` (eV^2).

    Returns
    -------
    shape (b, m)
        Nan for a spectrum that does not rise above its ends, which has no such background.
    """
    compute = BACKGROUNDS[kind].static
    if compute is None:
        raise ValueError(f"{kind} is not computed from data")
    result = np.full(intensity.shape, np.nan)
    measured = np.isfinite(intensity)
    complete = measured.all(axis=1)
    if complete.any():
        result[complete] = compute(positions, intensity[complete], **parameters)
    for row in np.flatnonzero(~complete):
        seen = measured[row]
        if seen.sum() >= 2 * LEVEL_POINTS:
            curve = compute(positions[seen], intensity[row, seen][None, :], **parameters)[0]
            result[row] = np.interp(positions, positions[seen], curve)
    return result
