"""Which species have a line near a place of the axis."""

from dataclasses import dataclass

from libraries.catalogue import Catalogue
from libraries.species import Band, Species


@dataclass(frozen=True, slots=True)
class Nearby:
    """A species with its nearest line."""

    species: Species
    low: float
    """Lowest position that a source gives of that line (eV or 1/cm)."""
    high: float
    distance: float
    """How far the place lies outside of them; 0 within."""


def species_near(catalogue: Catalogue, region: str, position: float) -> list[Nearby]:
    """The positioned species of a region, the nearest one first; empty for unknown regions."""
    if region not in catalogue.regions():
        return []
    found = []
    for species in catalogue.species(region):
        spans = [span for band in species.bands if (span := _span_of(band)) is not None]
        if spans:
            low, high = min(spans, key=lambda span: _distance(span, position))
            found.append(Nearby(species, low, high, _distance((low, high), position)))
    return sorted(found, key=lambda one: (one.distance, abs(position - (one.low + one.high) / 2)))


def _span_of(band: Band) -> tuple[float, float] | None:
    values = [one.value for one in band.positions if one.value is not None and not one.conflicts]
    ends = [end for one in band.positions if one.region is not None for end in one.region]
    return (min(values + ends), max(values + ends)) if values or ends else None


def _distance(span: tuple[float, float], position: float) -> float:
    return max(span[0] - position, position - span[1], 0.0)
