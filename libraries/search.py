"""Finds species in the libraries by name, region, source and position."""

import re
from dataclasses import dataclass

from libraries.catalogue import Catalogue
from libraries.species import Band, Library, Species
from libraries.start_values import StartValue, positions_that_count, start_value

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A species of a region, with the start value of each of its bands that has one."""

    library: Library
    species: Species
    starts: tuple[tuple[Band, StartValue], ...]

    @property
    def region(self) -> str:
        return self.library.region


def find_species(
    catalogue: Catalogue, text: str = "", region: str | None = None
) -> list[LibraryEntry]:
    """The species that fit everything the text says, of one region or of all.

    A number is a position: it fits where it lies within the bounds of a band, and those whose start
    value is nearest come first. A word fits where it is part of the region, the id, name or label
    of the species, or of the source or sample of one of its positions.
    """
    words = text.casefold().split()
    positions = [float(word.replace(",", ".")) for word in words if _NUMBER.fullmatch(word)]
    names = [word for word in words if not _NUMBER.fullmatch(word)]
    regions = catalogue.regions() if region is None else (region,)
    entries = [
        _make_entry(catalogue, name, species)
        for name in regions
        for species in catalogue.species(name)
    ]
    found = [
        entry
        for entry in entries
        if all(name in _words_of(entry) for name in names)
        and all(_reaches_position(entry, position) for position in positions)
    ]
    if positions:
        found.sort(key=lambda entry: _measure_distance(entry, positions[0]))
    return found


def _make_entry(catalogue: Catalogue, region: str, species: Species) -> LibraryEntry:
    library, found = catalogue.find_species(region, species.id)
    bands = [band for band in found.bands if positions_that_count(band)]
    starts = tuple((band, start_value(library, found, band)) for band in bands)
    return LibraryEntry(library, found, starts)


def _words_of(entry: LibraryEntry) -> str:
    species = entry.species
    words = [entry.region, species.id, species.name, species.label]
    for band in species.bands:
        for position in band.positions:
            words += [position.source, position.sample, position.label]
    return "\n".join(words).casefold()


def _reaches_position(entry: LibraryEntry, position: float) -> bool:
    return any(start.low <= position <= start.high for _, start in entry.starts)


def _measure_distance(entry: LibraryEntry, position: float) -> float:
    """In margins of the library, whole: what is nearer than charging tells is equally near."""
    nearest = min(abs(start.value - position) for _, start in entry.starts)
    return float(round(nearest / (entry.library.position_rule.margin or 1.0)))
