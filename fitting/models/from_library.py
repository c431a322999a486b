"""Models from the reference libraries: named ones, or built from chosen species.

Start values and bounds of the positions follow the rule of ``libraries.start_values``; where the
bounds of two neighbouring peaks overlap, they are cut halfway between the start values, so that
peaks cannot change places. Areas start at 1 and are not negative: the fit finds their scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import inf

from fitting.data.errors import ModelError
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import (
    Background,
    Model,
    Parameter,
    Peak,
    Tie,
    peaks_of_lines,
    starting_parameter,
)
from libraries.building import EVERY_PEAK
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue
from libraries.model_check import peak_name
from libraries.species import (
    Band,
    CoreLevel,
    Library,
    ModelTie,
    NamedModel,
    ParameterRange,
    Species,
)
from libraries.start_values import StartValue, no_position, positions_that_count, start_value

LEAST_SEPARATION = 0.2
"""Peaks closer than this part of their width cannot both be fitted."""


def model_from_library(
    model: str | NamedModel,
    catalogue: Catalogue | None = None,
    *,
    background: str | None = None,
    line_shape: str | None = None,
) -> Model:
    """The model a library names; background and line shape may be others than it says.

    Raises
    ------
    LibraryError
        If there is no such model, or no source positions one of its species.
    """
    known = catalogue or bundled_catalogue()
    named = known.model(model) if isinstance(model, str) else model
    named = _with_line_shape(named, line_shape or named.line_shape)
    lines = _position_lines(named.region, named.species, known)
    return Model(
        peaks=_make_peaks(lines, named, known.core_level(named.region)),
        background=starting_background(background or named.background),
        ties=_make_ties(lines, named),
    )


def model_from_species(
    region: str,
    species: Sequence[str],
    catalogue: Catalogue | None = None,
    *,
    background: str | None = None,
    line_shape: str | None = None,
) -> Model:
    """A model of chosen species, otherwise like the region's default model.

    Species that cannot be told apart by position keep the distance of their start values and one
    width.

    Raises
    ------
    LibraryError
        If a species does not exist in the region or no source positions it.
    ModelError
        If two species lie at one position.
    """
    known = catalogue or bundled_catalogue()
    named = named_model_of_species(region, species, known)
    return model_from_library(named, known, background=background, line_shape=line_shape)


def named_model_of_species(
    region: str, species: Sequence[str], catalogue: Catalogue | None = None
) -> NamedModel:
    """The region's default model with other species in it."""
    known = catalogue or bundled_catalogue()
    template = known.default_model(region)
    chosen = tuple(dict.fromkeys(species))
    if not chosen:
        raise ModelError(f"{region}: name at least one species.")
    lines = _position_lines(region, chosen, known)
    peaks = {line.peak for line in lines}
    named = replace(
        template,
        name=", ".join(chosen),
        species=chosen,
        width_groups=tuple(
            tuple(name for name in group if name in peaks or name in chosen or name == EVERY_PEAK)
            for group in template.width_groups
        ),
        ties=tuple(tie for tie in template.ties if _owners_of_tie(tie) <= peaks),
        is_default=False,
        note="",
    )
    return _with_twins_tied(named, lines)


def default_model_name(region: str, catalogue: Catalogue | None = None) -> str:
    """Name of the model for a region where the user names none."""
    return (catalogue or bundled_catalogue()).default_model(region).name


def starting_background(kind: str) -> Background:
    """A background of a kind with start values; its scale is found by the fit."""
    kinds = BACKGROUNDS[kind].parameter_kinds if kind in BACKGROUNDS else ()
    return Background(kind, {one.name: starting_parameter(one) for one in kinds})


def start_value_origins(
    region: str, species: str, catalogue: Catalogue | None = None
) -> dict[str, str]:
    """For each peak of a species, a sentence: where its start value and bounds come from."""
    known = catalogue or bundled_catalogue()
    return {line.peak: line.start.origin for line in _position_lines(region, (species,), known)}


def peaks_of_species(
    region: str, species: str, like: Model, catalogue: Catalogue | None = None
) -> tuple[Peak, ...]:
    """The peaks of a species, for a model that has others: with their line shape and shape."""
    known = catalogue or bundled_catalogue()
    named = replace(known.default_model(region), species=(species,), width_groups=(), ties=())
    others = peaks_of_lines(like)
    if others:
        named = _with_line_shape(named, others[0].line_shape)
    lines = _position_lines(region, (species,), known)
    peaks = _make_peaks(lines, named, known.core_level(region))
    return tuple(_shaped_like(peak, others[0]) if others else peak for peak in peaks)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a species with its start value."""

    peak: str
    species: Species
    band: Band
    start: StartValue


def _position_lines(region: str, species: Sequence[str], catalogue: Catalogue) -> list[_Line]:
    """The positioned lines of the species, in their order."""
    return [line for name in species for line in _lines_of(*catalogue.find_species(region, name))]


def _lines_of(library: Library, species: Species) -> list[_Line]:
    bands = [band for band in species.bands if positions_that_count(band)]
    if not bands:
        raise no_position(library, species)
    return [
        _Line(peak_name(species, band.name), species, band, start_value(library, species, band))
        for band in bands
    ]


def _make_peaks(
    lines: Sequence[_Line], named: NamedModel, core_level: CoreLevel | None
) -> tuple[Peak, ...]:
    bounds = _part_bounds(lines, named.ties)
    return tuple(
        Peak(
            line.peak,
            line.species.id,
            named.line_shape,
            {
                "area": Parameter(1.0, min=0.0),
                "position": Parameter(line.start.value, *bounds[line.peak]),
                "fwhm": _make_parameter(line.band.fwhm or named.fwhm),
                **{name: _make_parameter(limits) for name, limits in named.shape.items()},
                **_doublet_parameters(core_level),
            },
        )
        for line in lines
    )


def _make_parameter(limits: ParameterRange) -> Parameter:
    return Parameter(limits.start, limits.min, limits.max, limits.vary)


def _doublet_parameters(core_level: CoreLevel | None) -> dict[str, Parameter]:
    if core_level is None:
        return {}
    return {
        "separation": Parameter(core_level.separation, 0.0, inf, vary=False),
        "area_ratio": Parameter(core_level.area_ratio, 0.0, 1.0, vary=False),
    }


def _part_bounds(
    lines: Sequence[_Line], ties: Sequence[ModelTie]
) -> dict[str, tuple[float, float]]:
    """Bounds of the positions, cut where neighbours overlap that no tie keeps in order."""
    bounds = {line.peak: (line.start.low, line.start.high) for line in lines}
    tied = {tie.target.partition(".")[0] for tie in ties if tie.target.endswith(".position")}
    free = sorted(
        (line for line in lines if line.peak not in tied), key=lambda line: line.start.value
    )
    for lower, upper in pairwise(free):
        (low, high), (next_low, next_high) = bounds[lower.peak], bounds[upper.peak]
        if high > next_low:
            halfway = (lower.start.value + upper.start.value) / 2
            cut = min(max(halfway, next_low), high)
            bounds[lower.peak], bounds[upper.peak] = (low, cut), (cut, next_high)
    return bounds


def _make_ties(lines: Sequence[_Line], named: NamedModel) -> tuple[Tie, ...]:
    """The model's own ties, one width for each group, one shape for all."""
    ties = {tie.target: Tie(tie.target, tie.source, tie.factor, tie.offset) for tie in named.ties}
    for group in named.width_groups:
        members = [line.peak for line in lines if _is_member(line, group)]
        for peak in members[1:]:
            ties.setdefault(f"{peak}.fwhm", Tie(f"{peak}.fwhm", f"{members[0]}.fwhm"))
    for name in named.shape:
        for line in lines[1:]:
            target = f"{line.peak}.{name}"
            ties.setdefault(target, Tie(target, f"{lines[0].peak}.{name}"))
    return tuple(ties.values())


def _is_member(line: _Line, group: Sequence[str]) -> bool:
    """Whether a line shares the group's width; "*" leaves out lines with a width of their own."""
    named = line.peak in group or line.species.id in group
    return named or (EVERY_PEAK in group and line.band.fwhm is None)


def _owners_of_tie(tie: ModelTie) -> set[str]:
    return {tie.target.partition(".")[0], tie.source.partition(".")[0]}


def _with_line_shape(named: NamedModel, line_shape: str) -> NamedModel:
    """The model with another line shape; shape parameters it has in common keep their range."""
    if line_shape not in LINE_SHAPES:
        raise ModelError(f"There is no line shape {line_shape!r}. {LINE_SHAPES.describe_unknown()}")
    shape = {
        kind.name: named.shape.get(
            kind.name, ParameterRange(kind.start, kind.low, kind.high, kind.varies)
        )
        for kind in LINE_SHAPES[line_shape].parameters
    }
    return replace(named, line_shape=line_shape, shape=shape)


def _with_twins_tied(named: NamedModel, lines: Sequence[_Line]) -> NamedModel:
    """The model with fixed distance and one width where lines cannot be told apart."""
    ties = list(named.ties)
    tied = {tie.target for tie in ties}
    for first, second in combinations(lines, 2):
        if not _are_twins(first, second):
            continue
        offset = round(second.start.value - first.start.value, 4)
        if abs(offset) < LEAST_SEPARATION * named.fwhm.start:
            raise ModelError(
                f"{named.region}: {first.peak} and {second.peak} lie at one position "
                f"({first.start.value:g} and {second.start.value:g}); no fit can tell them apart. "
                "Take one of them."
            )
        for name, distance in (("position", offset), ("fwhm", 0.0)):
            target = f"{second.peak}.{name}"
            if target not in tied:
                ties.append(ModelTie(target, f"{first.peak}.{name}", 1.0, distance))
                tied.add(target)
    return replace(named, ties=tuple(ties))


def _are_twins(first: _Line, second: _Line) -> bool:
    """Whether the species are said to be inseparable and these lines' bounds overlap."""
    said = (
        first.species.id in second.species.not_separable_from
        or second.species.id in first.species.not_separable_from
    )
    overlap = first.start.low < second.start.high and second.start.low < first.start.high
    return said and overlap


def _shaped_like(peak: Peak, other: Peak) -> Peak:
    """The peak with the shape parameters of another of the same line shape."""
    shape = {name: other.parameters[name] for name in peak.shape.shape_parameters}
    return replace(peak, parameters={**peak.parameters, **shape})
