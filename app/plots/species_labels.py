"""How peaks and species are written on plots: as the library writes them in figures."""

from functools import lru_cache

from fitting.model import Peak
from libraries.errors import LibraryError
from libraries.loader import catalogue


def peak_label(region: str, peak: Peak) -> str:
    """Such as "PS₄³⁻" or, where a species has several bands, "PS₄³⁻ 428"."""
    label = species_label(region, peak.species)
    if peak.name == peak.species:
        return label
    own = peak.name.removeprefix(peak.species).strip()
    return f"{label} {own}" if own != peak.name else peak.name


@lru_cache(maxsize=1024)
def species_label(region: str, species: str) -> str:
    """The label of a species of the library; of others, their name."""
    try:
        _, found = catalogue().find_species(region, species)
    except LibraryError:
        return species
    return found.label
