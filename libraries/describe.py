"""The libraries as plain text, for the command line."""

from collections.abc import Iterable, Iterator, Sequence

from libraries.catalogue import Catalogue
from libraries.errors import LibraryError
from libraries.loader import catalogue as bundled_catalogue
from libraries.schema import did_you_mean
from libraries.sensitivity_sets import SensitivitySet, sensitivity_set, sensitivity_set_names
from libraries.species import Band, Library, NamedModel, Position, Source, Species
from libraries.start_values import positions_that_count, start_value


def list_text(catalogue: Catalogue | None = None) -> str:
    """All libraries, named models, sensitivity sets and sources."""
    known = catalogue or bundled_catalogue()
    libraries = [
        (library.name, library.region, ", ".join(species.id for species in library.species))
        for library in known.libraries
    ]
    models = [
        (f"{model.name}{' *' if model.is_default else ''}", model.region, ", ".join(model.species))
        for model in known.models()
    ]
    sets = [
        (name, sensitivity_set(name).source, f"{len(sensitivity_set(name).factors)} core levels")
        for name in sensitivity_set_names()
    ]
    sources = [(source.key, source.citation) for source in known.sources.values()]
    return "\n".join(
        [
            *_format_section("Libraries: name, region, species", libraries),
            *_format_section(
                "Named models (* default of the region): name, region, species", models
            ),
            *_format_section("Sensitivity sets: name, source, size", sets),
            *_format_section("Sources: key, citation", sources),
        ]
    ).rstrip()


def show_text(name: str, catalogue: Catalogue | None = None) -> str:
    """What is known under a name: of a library, region, model, species, set or source.

    Raises
    ------
    LibraryError
        If nothing has that name.
    """
    known = catalogue or bundled_catalogue()
    wanted = name.casefold()
    found = [
        "\n".join(lines)
        for title, lines in _iterate_entries(known)
        if wanted in _casefold_names(title)
    ]
    if not found:
        titles = dict.fromkeys(each for title, _ in _iterate_entries(known) for each in title)
        raise LibraryError(f"Nothing is called {name!r}. {did_you_mean(name, titles)}")
    return "\n\n".join(found)


_Entry = tuple[tuple[str, ...], Iterable[str]]


def _iterate_entries(catalogue: Catalogue) -> Iterator[_Entry]:
    """Everything that can be shown: the names it goes by, and its lines."""
    for library in catalogue.libraries:
        yield (library.name, library.region), _library_lines(library)
    for model in catalogue.models():
        yield (model.name,), _model_lines(model)
    for library in catalogue.libraries:
        for species in library.species:
            yield (species.id,), _species_lines(library, species)
    for name in sensitivity_set_names():
        yield (name,), _set_lines(sensitivity_set(name))
    for source in catalogue.sources.values():
        yield (source.key,), _source_lines(source)


def _casefold_names(names: Iterable[str]) -> list[str]:
    return [name.casefold() for name in names]


def _library_lines(library: Library) -> Iterator[str]:
    yield f"{library.name}: library for {library.region} ({library.file}), in {library.unit}"
    yield from _indent_texts([library.note])
    level = library.core_level
    if level is not None:
        yield (
            f"  doublet: separation {level.separation:g} eV ({level.separation_source}), "
            f"area ratio {level.area_ratio:g} ({level.area_ratio_source})"
        )
        yield from _indent_texts([level.note])
    for species in library.species:
        yield ""
        yield from _species_lines(library, species)
    for model in library.models:
        yield ""
        yield from _model_lines(model)


def _species_lines(library: Library, species: Species) -> Iterator[str]:
    yield f"{species.id} ({species.label}) in {library.region}: {species.name}"
    yield from _indent_texts([species.note])
    if species.not_separable_from:
        yield f"  cannot be told by position from: {', '.join(species.not_separable_from)}"
    if species.includes:
        yield f"  stands for: {', '.join(species.includes)}"
    if species.disputed:
        yield f"  disputed: {species.disputed}"
    if species.unpositioned:
        yield "  unpositioned: no source gives a position, so it cannot be put in a model"
    for band in species.bands:
        yield from _band_lines(library, species, band)


def _band_lines(library: Library, species: Species, band: Band) -> Iterator[str]:
    if band.name:
        strongest = ", the strongest" if band.is_strongest else ""
        strength = (
            "" if band.relative_strength is None else f", strength {band.relative_strength:g}"
        )
        yield f"  band {band.name}{strongest}{strength}"
    if band.shared_with:
        yield f"  shared with {', '.join(band.shared_with)}: this band alone proves nothing"
    if positions_that_count(band):
        yield f"  start value {start_value(library, species, band).origin}"
    yield from (f"    {_position_text(position)}" for position in band.positions)


def _position_text(position: Position) -> str:
    if position.value is not None:
        number = f"{position.value:g}"
    elif position.region is not None:
        number = f"{position.region[0]:g} to {position.region[1]:g}"
    else:
        number = "no position"
    partner = "" if position.partner is None else f" / {position.partner:g}"
    about = [
        position.original,
        position.sample,
        position.condition,
        position.energy_reference,
        position.label,
        position.note,
    ]
    told = "; ".join(text for text in about if text)
    left_out = f" LEFT OUT: {position.conflicts}." if position.conflicts else ""
    seen = f", {position.seen}" if position.seen else ""
    return f"{number}{partner} [{position.source}{seen}] {told}.{left_out}"


def _model_lines(model: NamedModel) -> Iterator[str]:
    default = ", the default" if model.is_default else ""
    low, high = model.crop
    yield f"{model.name}: named model for {model.region}{default}"
    yield f"  species: {', '.join(model.species)}"
    yield f"  {model.line_shape} lines on a {model.background} background, {low:g} to {high:g}"
    for name, limits in {"fwhm": model.fwhm, **model.shape}.items():
        held = "" if limits.vary else ", fixed"
        yield f"  {name}: {limits.start:g} ({limits.min:g} to {limits.max:g}{held})"
    for group in model.width_groups:
        yield f"  one width: {', '.join('all peaks' if name == '*' else name for name in group)}"
    for tie in model.ties:
        factor = "" if tie.factor == 1 else f"{tie.factor:g} x "
        yield f"  tie: {tie.target} = {factor}{tie.source} {tie.offset:+g}"
    yield from _indent_texts([model.note])


def _set_lines(factors: SensitivitySet) -> Iterator[str]:
    yield f"{factors.name}: sensitivity factors [{factors.source}]"
    yield from _indent_texts([factors.note])
    for factor in factors.factors.values():
        yield f"  {factor.core_level:<6} {factor.total:g}"


def _source_lines(source: Source) -> Iterator[str]:
    yield f"{source.key}: {source.citation}"
    for name, text in (
        ("doi", source.doi),
        ("XPS", source.instrument_xps),
        ("Raman", source.instrument_raman),
        ("energy reference", source.energy_reference),
        ("note", source.note),
    ):
        if text:
            yield f"  {name}: {text}"


def _indent_texts(texts: Iterable[str]) -> list[str]:
    return [f"  {text}" for text in texts if text]


def _format_section(title: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A heading over aligned columns."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    widths[-1] = 0
    lines = [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return [title, *lines, ""]
