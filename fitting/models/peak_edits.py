"""Changes to one peak by hand: renamed, assigned, copied, switched off, tied to another."""

from dataclasses import replace

from fitting.data.errors import ModelError
from fitting.models.edits import with_tie
from fitting.models.model import (
    BACKGROUND,
    Model,
    Parameter,
    Peak,
    Tie,
    with_parameter,
    with_peak,
)
from fitting.models.parameter_kinds import kinds_of_model
from fitting.models.parameters import resolve_ties

_AREA = "area"
_COPY_STEP = 0.5
"""How far a copy lies from its peak, as a part of its width."""


def free_name(model: Model, wanted: str = "peak") -> str:
    """A name that no peak has: "peak 1", "peak 2" and so on."""
    taken = {peak.name for peak in model.peaks}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{wanted} {n}") not in taken)


def with_peak_renamed(model: Model, old: str, new: str) -> Model:
    """Return the model whose peak has another name; what follows it follows it still.

    Raises
    ------
    ModelError
        If the name cannot name a peak, or another one has it.
    """
    name = new.strip()
    if name != old and any(peak.name == name for peak in model.peaks):
        raise ModelError(f"There is a peak {name!r} already. Choose another name.")
    renamed = replace(model.peak(old), name=name)
    peaks = tuple(renamed if peak.name == old else peak for peak in model.peaks)

    def moved(parameter: str) -> str:
        owner, _, short = parameter.partition(".")
        return f"{name}.{short}" if owner == old else parameter

    ties = tuple(replace(t, target=moved(t.target), source=moved(t.source)) for t in model.ties)
    return Model(peaks, model.background, ties)


def with_peak_of_species(model: Model, name: str, species: str) -> Model:
    """Return the model whose peak stands for a species; one of the species' own name if free."""
    assigned = with_peak(model, replace(model.peak(name), species=species))
    is_free = all(peak.name != species for peak in model.peaks)
    can_name = is_free and "." not in species and species != BACKGROUND
    return with_peak_renamed(assigned, name, species) if can_name else assigned


def with_peak_copied(model: Model, name: str) -> tuple[Model, str]:
    """Return the model with a copy of the peak beside it, and the copy's name."""
    peak = model.peak(name)
    copied = free_name(model, name)
    position, width = peak.parameters["position"], peak.parameters["fwhm"].value
    step = _COPY_STEP * width
    place = position.value + (step if position.value + step <= position.max else -step)
    low, high = min(position.min, place), max(position.max, place)
    moved = Parameter(place, low, high, position.vary)
    twin = replace(peak, name=copied, parameters={**peak.parameters, "position": moved})
    ties = [
        Tie(f"{copied}.{short}", tie.source, tie.factor, tie.offset)
        for tie in model.ties
        if tie.target.partition(".")[0] == name
        and (short := tie.target.partition(".")[2]) not in ("position", _AREA)
        and tie.source.partition(".")[0] != name
    ]
    return replace(model, peaks=(*model.peaks, twin), ties=(*model.ties, *ties)), copied


def is_switched_off(peak: Peak) -> bool:
    """Whether the peak is left out of the fit, and kept in the model."""
    area = peak.parameters[_AREA]
    return area.value == 0.0 and not area.vary


def with_peak_switched_off(model: Model, name: str) -> Model:
    """Return the model in which the peak has no area; what only it would vary is held.

    What another peak follows is varied still. A tied area is untied: it could not be zero.
    """
    model = _without_tie(model, f"{name}.{_AREA}")
    followed = {tie.source for tie in model.ties if tie.target.partition(".")[0] != name}
    if f"{name}.{_AREA}" in followed:
        raise ModelError(f"Other areas follow that of {name}: untie them, or remove the peak.")
    for short in model.peak(name).parameters:
        if f"{name}.{short}" not in followed:
            model = with_parameter(model, f"{name}.{short}", vary=False)
    return with_parameter(model, f"{name}.{_AREA}", value=0.0, min=0.0)


def with_peak_switched_on(model: Model, name: str) -> Model:
    """Return the model in which the peak is fitted again; its area is found."""
    kinds = kinds_of_model(model)
    for short in model.peak(name).parameters:
        model = with_parameter(model, f"{name}.{short}", vary=kinds[f"{name}.{short}"].varies)
    return with_parameter(model, f"{name}.{_AREA}", value=1.0, vary=True)


def with_same(model: Model, name: str, short: str, other: str) -> Model:
    """Return the model in which a peak has a parameter of another one, such as its width."""
    changed = with_tie(model, f"{name}.{short}", f"{other}.{short}")
    resolve_ties(changed)
    return changed


def with_distance_kept(model: Model, name: str, other: str, distance: float) -> Model:
    """Return the model in which a peak stays at a distance (eV or 1/cm) from another one."""
    sign = "+" if distance >= 0 else "-"
    text = f"{other}.position {sign} {abs(distance):.10g}"
    changed = with_tie(model, f"{name}.position", text)
    resolve_ties(changed)
    return changed


def _without_tie(model: Model, target: str) -> Model:
    return replace(model, ties=tuple(tie for tie in model.ties if tie.target != target))
