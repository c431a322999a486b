"""Which species beside those of a model could describe a series better, before they are fitted.

The fit is linearised, with the areas of a species' peaks free beside all that was free. What its
areas above zero then promise of chi-square is nearly what a fit would gain, at a hundredth of the
time; a species that promises no more than noise does would have no weight in the family.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray
from fitting.fits.block import IndexArray
from fitting.models.model import Model, Peak
from fitting.quantities.linearised import Linearised, linearise_fit

_PLACES = (0.2, 0.5, 0.8)
"""Where in its bounds a peak is tried, as parts of their distance."""
_BY_NOISE = 0.9
"""What every added area promises of chi-square by noise alone in a spectrum is half of 1; up to
this much, the species is left aside."""


def find_promising(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    candidates: Mapping[str, Sequence[Peak]],
    rows: IndexArray,
) -> tuple[str, ...]:
    """Names of the candidates that promise more than noise does.

    Parameters
    ----------
    candidates
        Peaks of every species by a name, none of which the model has.
    rows
        The fitted spectra that are asked.
    """
    if not candidates or not rows.size:
        return ()
    best = dict.fromkeys(candidates, 0.0)
    for part in _PLACES if _is_wide(candidates) else _PLACES[1:2]:
        absent = [
            _place_peak(peak, name, part) for name, peaks in candidates.items() for peak in peaks
        ]
        about = linearise_fit(series, result, model, absent, rows)
        for name in candidates:
            best[name] = max(best[name], _promise(about, name))
    return tuple(
        name
        for name, peaks in candidates.items()
        if best[name] > _BY_NOISE * len(peaks) * rows.size
    )


def _is_wide(candidates: Mapping[str, Sequence[Peak]]) -> bool:
    """Whether peaks may lie a width apart, so that one in the middle says little of the ends."""
    return any(
        one.max - one.min > peak.parameters["fwhm"].value
        for peaks in candidates.values()
        for peak in peaks
        for one in (peak.parameters["position"],)
    )


def _place_peak(peak: Peak, species: str, part: float) -> Peak:
    """The peak at a place within its bounds, of the species that is asked for."""
    one = peak.parameters["position"]
    place = one.min + part * (one.max - one.min)
    value = place if np.isfinite(place) else one.value
    moved = {**peak.parameters, "position": replace(one, value=value)}
    return replace(peak, name=f"{species} {peak.name}", species=species, parameters=moved)


def _promise(about: Linearised, species: str) -> float:
    """Fall of chi-square of all spectra by what is above zero of a species."""
    own = about.columns(species)
    if own is None:
        return np.inf
    areas, covariance = about.estimate(own)
    variance: FloatArray = np.diagonal(covariance, axis1=1, axis2=2)
    seen = (areas > 0) & (variance > 0)
    return float(np.sum(np.where(seen, areas**2 / np.where(seen, variance, 1.0), 0.0)))
