"""The range and background of a stored fit: as its region states them, else read off its curves."""

from dataclasses import replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.published_fit import FitCurves, FitRegion, PublishedFit

_SAME = 2e-6
"""Part of the highest intensity within which a background is the data themselves."""
_MOST_AVERAGED = 6


def find_fit_region(
    fit: PublishedFit, energy: FloatArray, intensity: FloatArray
) -> FitRegion | None:
    """The region whose components were fitted; ``None`` where nothing tells one.

    Of several regions it is that which holds most of the components. Curves of an export are the
    data outside the range that was fitted.

    Parameters
    ----------
    energy, intensity : shape (m,)
        The spectrum on the axis of the fit (eV), ascending; nan where nothing was measured.
    """
    if fit.regions:
        places = np.array([one.position.value for one in fit.components])
        held = [int(np.sum((places >= one.low) & (places <= one.high))) for one in fit.regions]
        return fit.regions[int(np.argmax(held))]
    if fit.curves is None:
        return None
    return _region_of_curves(fit.curves, energy, intensity)


def _region_of_curves(
    curves: FitCurves, energy: FloatArray, intensity: FloatArray
) -> FitRegion | None:
    seen = np.isfinite(intensity)
    data = np.interp(curves.energy, energy[seen], intensity[seen])
    known = np.isfinite(curves.background)
    apart = known & (np.abs(curves.background - data) > _SAME * np.max(np.abs(data)))
    places = np.flatnonzero(apart)
    if places.size < 2:
        return None
    first, last = int(places[0]), int(places[-1])
    region = FitRegion("", "", float(curves.energy[first]), float(curves.energy[last]))
    return replace(region, averaging=2.0 * _find_averaging(curves.background, data, first, last))


def _find_averaging(background: FloatArray, data: FloatArray, first: int, last: int) -> int:
    """Points on either side of the ends whose means the background is nearest to."""

    def misfit(width: int) -> float:
        return sum(
            abs(float(np.mean(data[max(end - width, 0) : end + width + 1]) - background[end]))
            for end in (first, last)
        )

    return min(range(_MOST_AVERAGED + 1), key=misfit)
