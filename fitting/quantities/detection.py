"""Whether a species is seen in a spectrum, and the share it would need to be seen.

An area is detected if it is more than ``DECISION`` standard errors above zero. A species that is
not detected has, at 95 %, less than its detection limit: the area that passes the decision in 95 %
of spectra, ``DECISION + 1.645`` standard errors (L. A. Currie, Anal. Chem. 40, 586, 1968, with a
stricter decision than his 1.645, because positions are searched for). The standard error is that of
an area whose peaks lie where the species is seen elsewhere or where the library has it, as wide as
the peaks that are seen: the noise has its own place and width for a peak that is not there. Where
the data show more of the species there than the decision asks for, which another choice than that
of the fit has left out, so much more is added to its limit. A species that is seen only by a line
that others share (``proof``) is not detected: its limit is its area and 1.645 standard errors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import FloatArray
from fitting.fits.block import IndexArray
from fitting.models.model import Model, Peak
from fitting.quantities.linearised import Linearised, linearise_fit
from fitting.quantities.proof import find_unproven
from fitting.quantities.quantify import Areas, BoolArray, species_areas, species_names

DECISION = 2.0
"""Standard errors above zero from which a species is detected."""
LIMIT = DECISION + 1.645
"""Standard errors that are detected in 95 % of spectra."""
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Detection:
    """Which of k species are seen in n spectra."""

    names: tuple[str, ...]
    """Those of the model, then those that were looked for beside it."""
    is_detected: BoolArray
    """Shape (n, k); false where not fitted."""
    limit_percent: FloatArray
    """Share of the region's area that would be seen, shape (n, k); nan where not fitted. What is
    not detected lies below it, at 95 %."""
    limit_area: FloatArray
    """The same as an area, shape (n, k)."""

    def column(self, species: str) -> int:
        return self.names.index(species)


def detect_species(
    series: xr.Dataset, result: xr.Dataset, model: Model, absent: Sequence[Peak] = ()
) -> Detection:
    """Detection of the model's species, and of those whose peaks the model does not have.

    Parameters
    ----------
    series
        As it was fitted: with the steps of its recipe applied.
    absent
        Peaks of species that are not in the model, where the library has them.
    """
    areas = species_areas(result, model)
    names = (*areas.names, *dict.fromkeys(peak.species for peak in absent))
    left_out = ((0, 0), (0, len(names) - len(areas.names)))
    value = np.pad(areas.value, left_out)
    stderr = np.pad(_known_stderr(areas, result, model), left_out, constant_values=np.nan)
    fitted: BoolArray = np.repeat(is_fitted(result)[:, None], len(names), axis=1)
    likely, error = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    lacking = fitted & ~_is_above(value, stderr)
    for rows in _iterate_blocks(np.asarray(lacking.any(axis=1))):
        about = linearise_fit(series, result, model, absent, rows)
        likely[rows], error[rows] = _if_free(about, names)
    error *= np.sqrt(result["reduced_chi_square"].values)[:, None]
    # with a band at zero, the others may be less sure in the fit than where the species is likely
    stated = np.pad(areas.stderr, left_out, constant_values=np.nan)
    stderr = np.where(np.isfinite(stderr), stderr, np.fmax(error, stated))
    seen = fitted & _is_above(value, np.nan_to_num(stderr))
    for species, unproven in find_unproven(result, model, series.attrs["region"], DECISION).items():
        place = names.index(species)
        withdrawn = unproven & seen[:, place]
        seen[withdrawn, place] = False
        likely[withdrawn, place] = value[withdrawn, place]
        error[withdrawn, place] = stderr[withdrawn, place]
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond = np.fmax(likely / error, DECISION) + LIMIT - DECISION
        limit = np.where(seen | ~np.isfinite(error), LIMIT * stderr, beyond * error)
        others = np.maximum(np.nansum(value, axis=1, keepdims=True) - np.nan_to_num(value), 0.0)
        share = 100.0 * limit / (others + limit)
    shown = [np.where(fitted, one, np.nan) for one in (share, limit)]
    return Detection(names, seen, *shown)


def absent_peaks(model: Model, considered: Model) -> tuple[Peak, ...]:
    """The peaks of the species that were considered and are not in the model."""
    present = species_names(model)
    return tuple(peak for peak in considered.peaks if peak.species not in present)


def _known_stderr(areas: Areas, result: xr.Dataset, model: Model) -> FloatArray:
    """Standard errors of the species' areas where all of their peaks have one, shape (n, k)."""
    known = areas.stderr.copy()
    for peak in model.peaks:
        stderr = result["stderr"].sel(parameter=f"{peak.name}.area").values
        known[~(stderr > 0), areas.names.index(peak.species)] = np.nan
    return known


def _is_above(value: FloatArray, stderr: FloatArray) -> BoolArray:
    """Whether areas pass the decision; those without an error do not."""
    with np.errstate(invalid="ignore"):
        return np.asarray((value > 0) & (value > DECISION * stderr))


def _iterate_blocks(chosen: BoolArray) -> Iterator[IndexArray]:
    rows = np.flatnonzero(chosen)
    for first in range(0, rows.size, _BLOCK):
        yield rows[first : first + _BLOCK]


def _if_free(about: Linearised, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Area of every species with its own peaks free, and its standard error; shape (b, k)."""
    area = np.full((len(about.areas), len(names)), np.nan)
    error = area.copy()
    for place, species in enumerate(names):
        own = about.columns(species)
        if own is None:
            continue
        areas, covariance = about.estimate(own)
        variance = covariance.sum(axis=(1, 2))
        area[:, place] = areas.sum(axis=1)
        error[:, place] = np.sqrt(np.where(variance > 0, variance, np.nan))
    return area, error
