"""Shirley backgrounds: a step under each peak, co-fitted or iterated between data and ends.

D. A. Shirley, Phys. Rev. B 5 (1972) 4709; co-fitted as by A. Herrera-Gomez et al., Surf. Interface
Anal. 46 (2014) 897; iterated as by A. Proctor and P. M. A. Sherwood, Anal. Chem. 54 (1982) 13.
"""

from dataclasses import dataclass

import numpy as np

from fitting.models.backgrounds.background import ENDS, BackgroundKind, FloatArray, between_ends
from fitting.models.backgrounds.straight import STEADY, straight_curves
from fitting.models.parameter_kind import ParameterKind

_TOLERANCE = 1e-10
_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class ShirleyScattering:
    """A step under each peak: its area up to the energy, by the trapezoidal rule."""

    positions: FloatArray
    """Binding energies, ascending, shape (m,)."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:  # noqa: ARG002
        return cumulative_area(self.positions, profiles)

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:  # noqa: ARG002
        return np.empty((len(profile), 0, profile.shape[-1]))


def cumulative_area(positions: FloatArray, profiles: FloatArray) -> FloatArray:
    """Area from the first point to each, by the trapezoidal rule, shape (..., m)."""
    area = np.empty_like(profiles)
    area[..., 0] = 0.0
    pieces = 0.5 * np.diff(positions) * (profiles[..., 1:] + profiles[..., :-1])
    np.cumsum(pieces, axis=-1, out=area[..., 1:])
    return area


def _compute_shirley(
    positions: FloatArray, intensity: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Static Shirley background, iterated to a part in 1e10 of its step, shape (b, m).

    ``B(x) = low + (high - low) S(x) / S(end)``, where S is the area between data and background
    from the low binding energy end to x. Nan where that area is not positive or the iteration does
    not settle.
    """
    step = high - low
    background = np.repeat(low, positions.size, axis=1)
    settled = np.zeros(len(intensity), dtype=bool)
    for _ in range(_ROUNDS):
        above = cumulative_area(positions, intensity - background)
        total = above[:, -1:]
        share = above / np.where(total > 0, total, np.nan)
        improved = low + step * share
        change = np.max(np.abs(improved - background), axis=1)
        background = improved
        settled = change <= _TOLERANCE * np.abs(step[:, 0])
        if np.all(settled | np.isnan(change)):
            break
    background[~settled] = np.nan
    return background


compute_shirley = between_ends(_compute_shirley)
SHIRLEY = BackgroundKind(
    "shirley",
    "Shirley",
    "A Shirley background was fitted together with the lines (active approach): its height is a "
    "parameter, and its error is in the areas.",
    "offset + factor · area of the fitted lines from the low binding energy end to x",
    source="D. A. Shirley, Phys. Rev. B 5 (1972) 4709; A. Herrera-Gomez et al., Surf. Interface "
    "Anal. 46 (2014) 897",
    level=STEADY,
    level_curves=straight_curves,
    scattering_parameters=(
        ParameterKind(
            "factor",
            "factor of the background",
            "background factors",
            "share of a peak's intensity that is scattered into the background",
            start=0.01,
            low=0.0,
            sharing="All spectra scatter the same part of a peak into the background behind it",
        ),
    ),
    scattering=ShirleyScattering,
    techniques=("xps",),
    has_compiled_scattering=True,
)
SHIRLEY_STATIC = BackgroundKind(
    "shirley-static",
    "Shirley, static",
    "An iterated Shirley background between the ends of the range was subtracted before the fit; "
    "its error is not in the areas.",
    "iterated between data and ends of the range, then subtracted",
    source="A. Proctor and P. M. A. Sherwood, Anal. Chem. 54 (1982) 13",
    optional=(ENDS,),
    static=compute_shirley,
    techniques=("xps",),
)
