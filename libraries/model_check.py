"""What is wrong with a named model: its species, range, widths and ties."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from libraries.building import EVERY_PEAK
from libraries.catalogue import Catalogue
from libraries.schema import SchemaFinding, did_you_mean
from libraries.species import Library, ModelTie, NamedModel, ParameterRange, Species
from libraries.start_values import StartValue, positions_that_count, start_value


@dataclass(frozen=True, slots=True)
class ModelKinds:
    """Line shapes and backgrounds that a program offers; a library may name no others."""

    line_shapes: Mapping[str, tuple[str, ...]]
    """By name, the shape parameters that a model must give for each."""
    backgrounds: tuple[str, ...]


def peak_name(species: Species, band_name: str) -> str:
    """Name of the peak of one band: the species' id, and the band's name if it has one."""
    return f"{species.id} {band_name}" if band_name else species.id


def model_findings(
    library: Library, model: NamedModel, catalogue: Catalogue, kinds: ModelKinds | None = None
) -> list[SchemaFinding]:
    """Everything wrong with a named model of ``library``; of its kinds if those are given."""
    messages = [*(_kind_messages(model, kinds) if kinds else ()), *_range_messages(model)]
    members: list[tuple[Library, Species]] = []
    known = [species.id for species in catalogue.species(model.region)]
    for name in model.species:
        if name not in known:
            messages.append(f"there is no species {name!r}. {did_you_mean(name, known)}")
        else:
            members.append(catalogue.find_species(model.region, name))
    if not model.species:
        messages.append("names no species.")
    if len(set(model.species)) < len(model.species):
        messages.append("names a species twice.")
    species = [species for _, species in members]
    starts = _start_values(members)
    messages += _start_messages(model, species, starts)
    messages += _separable_messages(model, species)
    messages += _name_messages(model, species)
    messages += _tie_messages(model, starts)
    return [SchemaFinding(library.file, f"model {model.name}", message) for message in messages]


def _kind_messages(model: NamedModel, kinds: ModelKinds) -> Iterator[str]:
    if model.background not in kinds.backgrounds:
        hint = did_you_mean(model.background, kinds.backgrounds)
        yield f"there is no background {model.background!r}. {hint}"
    if model.line_shape not in kinds.line_shapes:
        hint = did_you_mean(model.line_shape, kinds.line_shapes)
        yield f"there is no line shape {model.line_shape!r}. {hint}"
        return
    wanted = kinds.line_shapes[model.line_shape]
    for name in wanted:
        if name not in model.shape:
            yield f"the line shape {model.line_shape} needs {name!r}."
    for name in model.shape:
        if name not in wanted:
            yield f"the line shape {model.line_shape} has no {name!r}."


def _range_messages(model: NamedModel) -> Iterator[str]:
    for name, limits in {"fwhm": model.fwhm, **model.shape}.items():
        if not limits.min <= limits.start <= limits.max:
            yield f"{name}: start must lie between min and max."
    if model.fwhm.min <= 0:
        yield "fwhm: min must be positive."
    mixing: ParameterRange | None = model.shape.get("mixing")
    if mixing is not None and not 0 <= mixing.min <= mixing.max <= 1:
        yield "mixing: min and max must lie between 0 (Gaussian) and 1 (Lorentzian)."


def _start_values(members: list[tuple[Library, Species]]) -> dict[str, StartValue]:
    """Start values by peak; peaks that have none are left out."""
    return {
        peak_name(species, band.name): start_value(library, species, band)
        for library, species in members
        for band in species.bands
        if positions_that_count(band)
    }


def _start_messages(
    model: NamedModel, members: list[Species], starts: Mapping[str, StartValue]
) -> Iterator[str]:
    for species in members:
        if not any(peak_name(species, band.name) in starts for band in species.bands):
            yield f"{species.id} is unpositioned and cannot be in a model."
    low, high = model.crop
    for peak, start in starts.items():
        if not low <= start.value <= high:
            yield f"{peak} starts at {start.value:g}, outside the crop range {low:g} to {high:g}."


def _separable_messages(model: NamedModel, members: list[Species]) -> Iterator[str]:
    for first, second in combinations(members, 2):
        if first.id not in second.not_separable_from and second.id not in first.not_separable_from:
            continue
        is_tied = any(_joins_species(tie, first, second) for tie in model.ties)
        is_explained = first.id in model.note and second.id in model.note
        if not is_tied and not is_explained:
            yield (
                f"{first.id} and {second.id} cannot be told apart by position: tie their positions "
                "or say in 'note' why both are in the model."
            )


def _joins_species(tie: ModelTie, first: Species, second: Species) -> bool:
    owners = {tie.target.partition(".")[0], tie.source.partition(".")[0]}
    names = [
        {peak_name(species, band.name) for band in species.bands} for species in (first, second)
    ]
    return all(owners & own for own in names)


def _name_messages(model: NamedModel, members: list[Species]) -> Iterator[str]:
    peaks = [peak_name(species, band.name) for species in members for band in species.bands]
    for tie in model.ties:
        for name in (tie.target, tie.source):
            peak, dot, _ = name.partition(".")
            if peak not in peaks or not dot:
                yield f"the tie of {name!r} names no parameter. {did_you_mean(peak, peaks)}"
    known = [*peaks, *model.species, EVERY_PEAK]
    for member in [name for group in model.width_groups for name in group]:
        if member not in known:
            yield f"width_groups names no peak {member!r}. {did_you_mean(member, known)}"


def _tie_messages(model: NamedModel, starts: Mapping[str, StartValue]) -> Iterator[str]:
    for tie in model.ties:
        target, source = (name.removesuffix(".position") for name in (tie.target, tie.source))
        if target not in starts or source not in starts:
            continue
        value = tie.factor * starts[source].value + tie.offset
        if not starts[target].low <= value <= starts[target].high:
            yield f"the tie puts {target} at {value:g}, outside its bounds."
