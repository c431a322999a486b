"""Whether a species is seen by a line of its own, or only by one that another species shares.

The band of sulfur at 476 1/cm lies where a layered oxide has its E_g: an area there proves neither.
The libraries say which bands are shared (``shared_with``). A species with such a band is claimed
only where its other bands together are above the decision too; one that has no other, only in a
model that has one of the species it shares the band with beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.models.model import Model
from fitting.quantities.quantify import BoolArray, area_estimate, peak_areas, species_names
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue
from libraries.model_check import peak_name


@dataclass(frozen=True, slots=True)
class SharedLines:
    """The peaks of a species that prove it, and those that others share."""

    own: tuple[str, ...]
    """Names of the peaks that no other species shares."""
    shared: Mapping[str, tuple[str, ...]]
    """Other peaks, each with the ids of the species that share it."""

    @property
    def sharers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for names in self.shared.values() for name in names))


def find_unproven(
    result: xr.Dataset,
    model: Model,
    region: str,
    decision: float,
    catalogue: Catalogue | None = None,
) -> dict[str, BoolArray]:
    """For each species with shared lines: in which spectra, shape (n,), nothing else shows it.

    Parameters
    ----------
    decision
        Standard errors above zero from which an area is detected.
    """
    peaks = peak_areas(result, model)
    present = species_names(model)
    found: dict[str, BoolArray] = {}
    for species, lines in shared_lines(model, region, catalogue):
        if lines.own:
            rest = area_estimate(peaks, lines.own)
            error = np.nan_to_num(rest.stderr, nan=np.inf)
            found[species] = np.asarray(~(rest.value > decision * error), dtype=bool)
        elif not set(lines.sharers) & set(present):
            found[species] = np.ones(result.sizes["spectrum"], dtype=bool)
    return found


def shared_lines(
    model: Model, region: str, catalogue: Catalogue | None = None
) -> Iterator[tuple[str, SharedLines]]:
    """The species of a model that have lines which others share."""
    known = catalogue or bundled_catalogue()
    if region not in known.regions():
        return
    listed = {species.id for species in known.species(region)}
    for name in species_names(model):
        if name not in listed:
            continue
        _, species = known.find_species(region, name)
        sharers = {
            peak_name(species, band.name): band.shared_with
            for band in species.bands
            if band.shared_with
        }
        peaks = [peak.name for peak in model.peaks if peak.species == name]
        if any(peak in sharers for peak in peaks):
            yield name, _divide_peaks(peaks, sharers)


def _divide_peaks(peaks: Sequence[str], sharers: Mapping[str, tuple[str, ...]]) -> SharedLines:
    return SharedLines(
        own=tuple(peak for peak in peaks if peak not in sharers),
        shared={peak: sharers[peak] for peak in peaks if peak in sharers},
    )
