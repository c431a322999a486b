"""Which values of the library a project used, and which papers they are from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fitting.projects.project import Project
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError
from libraries.species import Position, Source, Species
from libraries.start_values import positions_that_count


@dataclass(frozen=True, slots=True)
class UsedValue:
    """One position of the library that a start value or a bound came from."""

    region: str
    species: str
    """As it is written in a figure."""
    position: str
    """With its unit."""
    sample: str
    """And its condition."""
    reference: int
    """Number of its source in the list of references."""


@dataclass(frozen=True, slots=True)
class Citations:
    """The references in the order of their numbers, and what each was used for."""

    references: tuple[Source, ...]
    """The first one has number 1."""
    values: tuple[UsedValue, ...]


def collect_citations(project: Project, catalogue: Catalogue) -> Citations:
    """What the fitted models took from the library; species of no library are left out."""
    numbers: dict[str, int] = {}
    values: list[UsedValue] = []
    for region, species in _fitted_species(project, catalogue):
        for band in species.bands:
            for position in positions_that_count(band):
                number = numbers.setdefault(position.source, len(numbers) + 1)
                values.append(_describe_use(region, species, position, number))
    for key in _constants_of(project, catalogue):
        numbers.setdefault(key, len(numbers) + 1)
    return Citations(tuple(_find_source(catalogue.sources, key) for key in numbers), tuple(values))


def _fitted_species(project: Project, catalogue: Catalogue) -> Iterator[tuple[str, Species]]:
    for region, analysis in project.analyses.items():
        if analysis.result is None:
            continue
        for species in dict.fromkeys(peak.species for peak in analysis.model.peaks):
            try:
                yield region, catalogue.find_species(region, species)[1]
            except LibraryError:
                continue


def _constants_of(project: Project, catalogue: Catalogue) -> Iterator[str]:
    """Sources of the spin-orbit constants of the regions that were fitted."""
    for region, analysis in project.analyses.items():
        if analysis.result is not None and region in catalogue.regions():
            core_level = catalogue.core_level(region)
            if core_level is not None:
                yield from (core_level.separation_source, core_level.area_ratio_source)


def _describe_use(region: str, species: Species, position: Position, number: int) -> UsedValue:
    if position.value is not None:
        text = f"{position.value:g} {position.unit}"
    else:
        low, high = position.region or (0.0, 0.0)
        text = f"{low:g} to {high:g} {position.unit}"
    sample = ", ".join(part for part in (position.sample, position.condition) if part)
    return UsedValue(region, species.label or species.id, text, sample, number)


def _find_source(sources: Mapping[str, Source], key: str) -> Source:
    return sources.get(key, Source(key, key))
