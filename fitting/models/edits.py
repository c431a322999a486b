"""Changes to a model by hand: species and peaks added, lines, background, ties, start values."""

import re
from collections.abc import Sequence
from dataclasses import replace

from fitting.data.errors import ModelError
from fitting.data.series import FloatArray
from fitting.models.from_library import peaks_of_species, starting_background
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import (
    BACKGROUND,
    Model,
    Parameter,
    Peak,
    Tie,
    parameter_names,
    peaks_of_lines,
    starting_parameter,
    with_parameter,
)
from libraries.catalogue import Catalogue

_NUMBER = r"\d*\.?\d+(?:[eE][+-]?\d+)?"
_FACTOR = re.compile(rf"\s*(?:([+-]?\s*{_NUMBER})\s*[*×]\s*|(-)\s*)?")
_AFTER = re.compile(rf"\s*(?:([*×/])\s*({_NUMBER})\s*)?(?:([+-])\s*({_NUMBER}))?\s*")
_OWN_WIDTH = 0.1
"""Start width of a peak in a model without others, as a part of the range."""


def with_species(
    model: Model, region: str, species: str, catalogue: Catalogue | None = None
) -> Model:
    """Return the model with the peaks of a species that it does not have yet.

    Shape parameters of the new peaks follow the first peak where those of the others do.

    Raises
    ------
    LibraryError
        If the species does not exist in the region, or no source positions it.
    ModelError
        If the model has all of its peaks.
    """
    present = {peak.name for peak in model.peaks}
    found = peaks_of_species(region, species, model, catalogue)
    added = [peak for peak in found if peak.name not in present]
    if not added:
        raise ModelError(f"The model has {species} already.")
    return _with_added(model, added)


def with_own_peak(model: Model, name: str, position: float, limits: tuple[float, float]) -> Model:
    """Return the model with a peak that no library knows, of the kind of its first peak."""
    low, high = limits
    place = Parameter(position, low, high)
    lines = peaks_of_lines(model)
    if lines:
        kind = lines[0]
        parameters = {**kind.parameters, "area": Parameter(1.0, min=0.0), "position": place}
        return _with_added(model, [replace(kind, name=name, species=name, parameters=parameters)])
    width = Parameter(_OWN_WIDTH * (high - low), 0.0, high - low)
    area = Parameter(1.0, min=0.0)
    shape = {"area": area, "position": place, "fwhm": width}
    return replace(model, peaks=(*model.peaks, Peak(name, name, "gaussian", shape)))


def with_background(model: Model, kind: str) -> Model:
    """Return the model on a background of another kind; what both kinds have is kept."""
    fresh = starting_background(kind)
    old = model.background.parameters
    kept = {name: old[name] for name in fresh.parameters if name in old and name != "slope"}
    background = replace(fresh, parameters={**fresh.parameters, **kept})
    return _with_ties_that_hold(model.peaks, replace(model, ties=(), background=background), model)


def with_line_shape(model: Model, line_shape: str) -> Model:
    """Return the model with all its peaks of one line shape; measured spectra stay.

    Shape parameters that are new have one common value, that of the first peak.
    """
    peaks = tuple(
        _with_shape(peak, line_shape) if peak.measured is None else peak for peak in model.peaks
    )
    lines = peaks_of_lines(model)
    changed = _with_ties_that_hold(peaks, replace(model, ties=(), peaks=peaks), model)
    new = [
        name
        for name in LINE_SHAPES[line_shape].shape_parameters
        if lines and name not in lines[0].parameters
    ]
    ties = [Tie(f"{peak.name}.{name}", f"{lines[0].name}.{name}") for name in new for peak in lines]
    return replace(
        changed, ties=(*changed.ties, *(tie for tie in ties if tie.target != tie.source))
    )


def with_start_values(model: Model, values: FloatArray) -> Model:
    """Return the model that starts from these values, as far as its bounds let it.

    Parameters
    ----------
    values : shape (p,)
        Of all parameters, such as the result's ``value`` of one spectrum.
    """
    for (name, parameter), value in zip(list(model.parameters()), values, strict=True):
        start = min(max(float(value), parameter.min), parameter.max)
        model = with_parameter(model, name, value=start)
    return model


def with_tie(model: Model, target: str, text: str) -> Model:
    """Return the model with a parameter tied as the text says; an empty text unties it.

    The text is like ``PS4.fwhm``, ``2 * PS4.area``, ``PS4.area / 2`` or ``PS4.position + 1.2``; the
    name of a peak alone means the same parameter of that peak.

    Raises
    ------
    ModelError
        If the text names no parameter, or the ties would run in a circle.
    """
    others = tuple(tie for tie in model.ties if tie.target != target)
    if not text.strip():
        return replace(model, ties=others)
    return replace(model, ties=(*others, _parsed_tie(model, target, text)))


def tie_text(tie: Tie) -> str:
    """What a parameter equals, as ``with_tie`` takes it."""
    factor = "" if tie.factor == 1 else f"{tie.factor:.10g} * "
    if not tie.offset:
        return f"{factor}{tie.source}"
    sign = "+" if tie.offset > 0 else "-"
    return f"{factor}{tie.source} {sign} {abs(tie.offset):.10g}"


def _with_added(model: Model, added: Sequence[Peak]) -> Model:
    """The model with more peaks, whose shape follows the first peak if that of all others does."""
    lines = peaks_of_lines(model)
    first, tied = lines[:1], {tie.target for tie in model.ties}
    ties = [
        Tie(f"{peak.name}.{name}", f"{first[0].name}.{name}")
        for peak in added
        if first
        for name in peak.shape.shape_parameters
        if all(f"{other.name}.{name}" in tied for other in lines[1:])
    ]
    return replace(model, peaks=(*model.peaks, *added), ties=(*model.ties, *ties))


def _with_shape(peak: Peak, line_shape: str) -> Peak:
    if line_shape not in LINE_SHAPES:
        raise ModelError(f"There is no line shape {line_shape!r}. {LINE_SHAPES.describe_unknown()}")
    lost = set(peak.shape.shape_parameters)
    kept = {name: one for name, one in peak.parameters.items() if name not in lost}
    for kind in LINE_SHAPES[line_shape].parameters:
        kept[kind.name] = peak.parameters.get(kind.name, starting_parameter(kind))
    return replace(peak, line_shape=line_shape, parameters=kept)


def _with_ties_that_hold(peaks: Sequence[Peak], changed: Model, before: Model) -> Model:
    """The changed model with those ties of the one before whose parameters it still has."""
    names = {f"{peak.name}.{name}" for peak in peaks for name in peak.parameters}
    names |= {f"{BACKGROUND}.{name}" for name in changed.background.parameters}
    ties = tuple(tie for tie in before.ties if tie.target in names and tie.source in names)
    return replace(changed, ties=ties)


def _parsed_tie(model: Model, target: str, text: str) -> Tie:
    short = target.rpartition(".")[2]
    names = {name: name for name in parameter_names(model) if name != target}
    meant = {f"{peak.name}.{short}": peak.name for peak in model.peaks}
    names |= {peak: name for name, peak in meant.items() if name in names}
    text = text.strip().removeprefix("=").strip()
    for written in sorted(names, key=len, reverse=True):
        before, found, after = text.partition(written)
        factor, rest = _FACTOR.fullmatch(before), _AFTER.fullmatch(after)
        if found and factor and rest:
            number = -1.0 if factor[2] else _as_number(factor[1] or "1")
            times = _as_number(rest[2] or "1")
            if rest[1] == "/" and not times:
                break
            number = number / times if rest[1] == "/" else number * times
            added = _as_number(f"{rest[3]}{rest[4]}") if rest[4] else 0.0
            return Tie(target, names[written], number, added)
    raise ModelError(
        f"{target} cannot follow {text!r}. Write a parameter, with a factor before or a number "
        f"after it if need be, such as {next(iter(names), 'PS4.fwhm')} or "
        f"2 * {next(iter(names), 'PS4.fwhm')} + 0.5."
    )


def _as_number(text: str) -> float:
    return float(text.replace(" ", ""))
