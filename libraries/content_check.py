"""What is wrong with the contents of a library: sources, units, ranges, ids, constraints."""

from collections import Counter
from collections.abc import Iterator, Mapping

from libraries.catalogue import Catalogue
from libraries.model_check import ModelKinds, model_findings
from libraries.schema import SchemaFinding, did_you_mean
from libraries.species import UNITS, Band, Library, Position, Source, Species
from libraries.start_values import positions_that_count

SEPARATION_TOLERANCE = 0.3
"""A doublet given to 0.1 eV per line may be this far (eV) from the core level's separation."""


def content_findings(
    library: Library, catalogue: Catalogue, kinds: ModelKinds | None = None
) -> list[SchemaFinding]:
    """Everything wrong with a library, given the catalogue it stands in.

    Parameters
    ----------
    kinds
        Line shapes and backgrounds that its models may name; not checked if not given.
    """
    return [
        *file_findings(library, catalogue.sources),
        *_catalogue_findings(library, catalogue, kinds),
    ]


def file_findings(library: Library, sources: Mapping[str, Source]) -> list[SchemaFinding]:
    """What is wrong with a library taken by itself; ``sources`` may be cited."""
    messages = [
        *_head_messages(library),
        *_id_messages(library),
        *_core_level_messages(library, sources),
    ]
    for species, band, position in library.positions():
        where = _describe_place(species, band, position)
        messages += [(where, text) for text in _position_messages(library, position, sources)]
    for species in library.species:
        messages += [(f"species {species.id}", text) for text in _species_messages(species)]
    return [SchemaFinding(library.file, where, text) for where, text in messages]


def _catalogue_findings(
    library: Library, catalogue: Catalogue, kinds: ModelKinds | None
) -> list[SchemaFinding]:
    known = [species.id for species in catalogue.species(library.region)]
    findings = [
        SchemaFinding(
            library.file,
            f"species {species.id}",
            f"{field} names no species {other!r}. {did_you_mean(other, known)}",
        )
        for species in library.species
        for field, others in _named_species(species)
        for other in others
        if other not in known
    ]
    if _is_doublet(library.region) and catalogue.core_level(library.region) is None:
        message = (
            f"{library.region} is a doublet; the table core_level with its separation and "
            "area_ratio is missing."
        )
        findings.append(SchemaFinding(library.file, "", message))
    for model in library.models:
        findings += model_findings(library, model, catalogue, kinds)
    return findings


def _head_messages(library: Library) -> Iterator[tuple[str, str]]:
    if library.technique not in UNITS:
        yield "", f"technique must be one of {', '.join(UNITS)}, not {library.technique!r}."
    elif library.unit != UNITS[library.technique]:
        unit = UNITS[library.technique]
        yield "", f"unit must be {unit!r} for {library.technique}, not {library.unit!r}."
    rule = library.position_rule
    if rule.margin < 0 or rule.minimum_half_width <= 0:
        yield "position_rule", "margin must not be negative, minimum_half_width must be positive."
    defaults = [model.name for model in library.models if model.is_default]
    if len(defaults) > 1:
        yield "", f"only one model may be the default; these are: {', '.join(defaults)}."


def _id_messages(library: Library) -> Iterator[tuple[str, str]]:
    for kind, names in (
        ("species", [species.id for species in library.species]),
        ("model", [model.name for model in library.models]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{kind} {name}", f"stands {count} times in the file; names must differ."
    for species in library.species:
        bands = Counter(band.name for band in species.bands)
        for name in [name for name, count in bands.items() if count > 1]:
            yield f"species {species.id}", f"has two bands named {name!r}; names must differ."
        for name in (species.id, *bands):
            if "." in name or name == "background":
                yield f"species {species.id}", f"{name!r} cannot name a peak: use no dot."


def _core_level_messages(
    library: Library, sources: Mapping[str, Source]
) -> Iterator[tuple[str, str]]:
    level = library.core_level
    if level is None:
        return
    if not _is_doublet(library.region):
        yield "core_level", f"{library.region} is a single line; leave the table out."
    if level.separation <= 0:
        yield "core_level", "separation must be positive (partner minus main line, eV)."
    if not 0 < level.area_ratio < 1:
        yield "core_level", "area_ratio must lie between 0 and 1 (partner over main line)."
    for key in (level.separation_source, level.area_ratio_source):
        if key not in sources:
            yield "core_level", _unknown_source(key, sources)


def _position_messages(
    library: Library, position: Position, sources: Mapping[str, Source]
) -> Iterator[str]:
    if position.source not in sources:
        yield _unknown_source(position.source, sources)
    if position.unit != library.unit:
        yield f"the unit is {position.unit!r}, but the file's {library.unit!r}."
    if position.value is not None and position.region is not None:
        yield "gives a value and a region; keep the one the source gives."
    low, high = library.window
    given = (position.value, position.partner, *(position.region or ()))
    for number in given:
        if number is not None and not low <= number <= high:
            yield (
                f"{number:g} {library.unit} lies outside the window of {library.region}, "
                f"{low:g} to {high:g}."
            )
    if position.partner is not None:
        yield from _doublet_messages(library, position)


def _doublet_messages(library: Library, position: Position) -> Iterator[str]:
    if position.value is None or position.partner is None:
        yield "gives a partner line without the value of the main line."
        return
    level = library.core_level
    separation = position.partner - position.value
    if separation <= 0:
        yield "the partner line must lie at higher binding energy than the main line."
    elif (
        level is not None
        and not position.conflicts
        and abs(separation - level.separation) > SEPARATION_TOLERANCE
    ):
        yield (
            f"its lines are {separation:.2f} eV apart, but the separation of {library.region} is "
            f"{level.separation:g} eV: check them, or say why with 'conflicts'."
        )


def _species_messages(species: Species) -> Iterator[str]:
    positioned = [band for band in species.bands if band.is_positioned]
    if species.unpositioned and positioned:
        yield "is marked unpositioned, but has a position."
    if not species.unpositioned and not positioned:
        yield "has no position; give one with its source, or write unpositioned = true."
    for band in positioned:
        if not positions_that_count(band):
            yield f"{band.name or 'its line'}: every position is marked conflicts; none is left."
    for band in species.bands:
        yield from _strength_messages(band)
        for position, count in Counter(band.positions).items():
            if count > 1:
                yield f"the position of {position.source} stands {count} times."


def _strength_messages(band: Band) -> Iterator[str]:
    if band.relative_strength is None:
        return
    if not 0 < band.relative_strength <= 1:
        yield f"band {band.name}: relative_strength must lie between 0 and 1 (strongest band)."
    if not band.strength_source:
        yield f"band {band.name}: relative_strength needs its strength_source."


def _describe_place(species: Species, band: Band, position: Position) -> str:
    number = band.positions.index(position) + 1
    parts = [
        f"species {species.id}",
        f"band {band.name}" if band.name else "",
        f"position {number}",
    ]
    return ", ".join(part for part in parts if part)


def _unknown_source(key: str, sources: Mapping[str, Source]) -> str:
    return f"there is no source {key!r}. {did_you_mean(key, sources)}"


def _named_species(species: Species) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Fields of a species that name others."""
    yield "not_separable_from", species.not_separable_from
    yield "includes", species.includes
    for band in species.bands:
        yield f"band {band.name}: shared_with", band.shared_with


def _is_doublet(region: str) -> bool:
    return region[-1:] in ("p", "d", "f")
