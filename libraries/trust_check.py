"""Whether a library says how its numbers were seen, and which defaults rest on memory alone."""

from collections.abc import Iterator, Mapping

from libraries.catalogue import Catalogue
from libraries.schema import SchemaFinding, did_you_mean
from libraries.species import TRUSTS, Interference, Library, NamedModel, Position, Source
from libraries.start_values import is_unverified


def trust_findings(library: Library, catalogue: Catalogue) -> list[SchemaFinding]:
    """What a library does not say of its numbers, and defaults that rest on memory alone.

    A file without these statements still opens: they are asked for by ``thioscope library check``
    and of the bundled libraries.
    """
    messages = [
        *_position_messages(library),
        *_interference_messages(library, catalogue.sources),
        *_default_messages(library, catalogue),
    ]
    return [SchemaFinding(library.file, where, text) for where, text in messages]


def _position_messages(library: Library) -> Iterator[tuple[str, str]]:
    for species, band, position in library.positions():
        number = band.positions.index(position) + 1
        where = f"species {species.id}, {f'band {band.name}, ' if band.name else ''}position"
        for text in _seen_messages(position):
            yield f"{where} {number}", text


def _seen_messages(position: Position) -> Iterator[str]:
    if not position.seen:
        yield f"does not say how the number was seen; 'seen' is one of: {', '.join(TRUSTS)}."
    elif position.seen not in TRUSTS:
        yield f"'seen' cannot be {position.seen!r}. {did_you_mean(position.seen, TRUSTS)}"


def _interference_messages(
    library: Library, sources: Mapping[str, Source]
) -> Iterator[tuple[str, str]]:
    for line in library.interferences:
        for text in _line_messages(line, library, sources):
            yield f"interference {line.element} {line.line}", text


def _line_messages(
    line: Interference, library: Library, sources: Mapping[str, Source]
) -> Iterator[str]:
    if line.source not in sources:
        yield f"there is no source {line.source!r}. {did_you_mean(line.source, sources)}"
    if line.seen not in TRUSTS:
        yield f"'seen' cannot be {line.seen!r}. {did_you_mean(line.seen, TRUSTS)}"
    if not line.low <= line.high:
        yield "needs a value or a region."
    elif library.region == line.element:
        yield "is of the region's own element."


def _default_messages(library: Library, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for model in library.models:
        if model.is_default:
            for peak in _unverified_peaks(model, catalogue):
                yield (
                    f"model {model.name}",
                    f"{peak} is known from memory only; such a number positions no default model. "
                    "Give it a source that was read.",
                )


def _unverified_peaks(model: NamedModel, catalogue: Catalogue) -> Iterator[str]:
    known = {species.id for species in catalogue.species(model.region)}
    for name in model.species:
        if name in known:
            _, species = catalogue.find_species(model.region, name)
            for band in species.bands:
                if is_unverified(band):
                    yield f"{species.id} {band.name}".strip()
