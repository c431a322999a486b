"""The stored fit of one spectrum as a model of ours.

A component that follows another in area, width and position is the partner of a doublet; other
links become ties, limits bounds, and what is fixed stays so. Shape parameters are fixed, as they
are in CasaXPS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from fitting.exchange.casaxps_shapes import TakenShape, read_casaxps_shape
from fitting.exchange.curve_shapes import find_curve_shape
from fitting.exchange.taken_background import take_background
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import Model, Parameter, Peak, Tie
from fitting.readers.spectra.published_fit import (
    FitComponent,
    FitQuantity,
    FitRegion,
    PublishedFit,
)


@dataclass(frozen=True, slots=True)
class TakenFit:
    """A model, and what of it is not as it was."""

    model: Model
    """Its start values are those of the fit."""
    doubts: Mapping[str, str]
    """By peak or "background": what has no exact counterpart, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A component on its way: the peak that it is in, and its part of that."""

    component: FitComponent
    shape: TakenShape
    leader: int | None = None
    """Index of the component whose partner it is."""
    peak: str = ""
    share: float = 1.0
    """Of the area of its peak."""
    separation: float = 0.0


def take_model(fit: PublishedFit, region: FitRegion | None) -> TakenFit | None:
    """The model of a stored fit; ``None`` where it has no components that are known."""
    parts = _find_parts(fit)
    if not parts:
        return None
    background, doubt = take_background(region)
    peaks = {index: part for index, part in parts.items() if part.leader is None}
    partners = {part.leader: part for part in parts.values() if part.leader is not None}
    made = tuple(_make_peak(part, partners.get(index)) for index, part in peaks.items())
    ties = tuple(tie for part in peaks.values() for tie in _ties_of(part, parts))
    doubts = {part.peak: part.shape.doubt for part in peaks.values() if part.shape.doubt}
    if doubt:
        doubts["background"] = doubt
    return TakenFit(Model(made, background, ties), doubts)


def _find_parts(fit: PublishedFit) -> dict[int, _Part]:
    """Every component that is known, by its index, with its peak named."""
    known: dict[int, _Part] = {}
    for index, component in enumerate(fit.components):
        part = _know_component(fit, index, component)
        if part is not None:
            known[index] = part
    taken: set[int] = set()
    for index, part in known.items():
        leader = _find_leader(part.component, known)
        if leader is None or leader in taken or known[leader].leader is not None:
            continue
        taken |= {leader, index}
        known[index] = replace(part, leader=leader)
    return _name_parts(known)


def _know_component(fit: PublishedFit, index: int, component: FitComponent) -> _Part | None:
    curves = fit.curves
    if not component.line_shape and curves is not None and index < len(curves.components):
        found = find_curve_shape(curves.energy, curves.components[index])
        if found is None:
            return None
        doubt = "" if found.is_met else f"its curve is met to {found.misfit:.1%} only"
        return _Part(
            replace(
                component,
                area=FitQuantity(found.area),
                fwhm=FitQuantity(found.fwhm),
                position=FitQuantity(found.position),
            ),
            TakenShape(found.line_shape, {"mixing": found.mixing}, doubt),
        )
    numbers = (component.area.value, component.fwhm.value, component.position.value)
    if not all(map(isfinite, numbers)) or component.fwhm.value <= 0.0:
        return None
    return _Part(component, read_casaxps_shape(component.line_shape))


def _find_leader(component: FitComponent, known: Mapping[int, _Part]) -> int | None:
    """The component whose doublet partner this one is, if it is one."""
    area, fwhm, position = component.area, component.fwhm, component.position
    leader = area.follows
    if leader is None or leader not in known or {fwhm.follows, position.follows} != {leader}:
        return None
    is_partner = 0.0 < area.by <= 1.0 and fwhm.by == 1.0 and position.by > 0.0
    same = known[leader].component.line_shape == component.line_shape
    return leader if is_partner and same and known[leader].component is not component else None


def _name_parts(known: Mapping[int, _Part]) -> dict[int, _Part]:
    named: dict[int, _Part] = {}
    names: set[str] = set()
    for index, part in known.items():
        if part.leader is not None:
            continue
        name = plain = part.component.name.strip().replace(".", "·") or f"peak {index + 1}"
        number = 1
        while name in names or name == "background":
            number += 1
            name = f"{plain} ({number})"
        names.add(name)
        named[index] = replace(part, peak=name)
    for index, part in known.items():
        if part.leader is not None:
            ratio = part.component.area.by
            main = named[part.leader]
            named[part.leader] = replace(main, share=1.0 / (1.0 + ratio))
            named[index] = replace(
                part,
                peak=main.peak,
                share=ratio / (1.0 + ratio),
                separation=part.component.position.by,
            )
    return dict(sorted(named.items()))


def _make_peak(part: _Part, partner: _Part | None) -> Peak:
    component, shape = part.component, part.shape
    shift = shape.shift * component.fwhm.value
    parameters = {
        "area": _make_parameter(component.area, 1.0 / part.share, least=0.0),
        "position": _make_parameter(component.position, offset=shift),
        "fwhm": _make_parameter(component.fwhm, shape.width, least=1e-3),
        **{name: Parameter(value, vary=False) for name, value in shape.parameters.items()},
    }
    if partner is not None:
        parameters["separation"] = Parameter(partner.separation, vary=False)
        parameters["area_ratio"] = Parameter(partner.component.area.by, vary=False)
    assert set(LINE_SHAPES[shape.line_shape].shape_parameters) == set(shape.parameters)
    return Peak(part.peak, component.name.strip() or part.peak, shape.line_shape, parameters)


def _make_parameter(
    quantity: FitQuantity, factor: float = 1.0, offset: float = 0.0, least: float = -inf
) -> Parameter:
    """A parameter within the limits that are stated, if they hold its value or are a range."""
    value = max(factor * quantity.value + offset, least)
    low, high = (factor * end + offset for end in (quantity.low, quantity.high))
    is_stated = quantity.follows is None and (low < high or low == value)
    if not is_stated:
        return Parameter(value, least, inf)
    return Parameter(value, min(max(low, least), value), max(high, value))


def _ties_of(part: _Part, parts: Mapping[int, _Part]) -> Sequence[Tie]:
    """The links of a component that is not the partner of a doublet."""
    component, found = part.component, []
    area, fwhm, position = component.area, component.fwhm, component.position
    if (source := parts.get(_index_of(area))) is not None and source is not part:
        factor = area.by * source.share / part.share
        found.append(Tie(f"{part.peak}.area", f"{source.peak}.area", factor))
    if (source := parts.get(_index_of(fwhm))) is not None and source is not part:
        factor = fwhm.by * part.shape.width / source.shape.width
        found.append(Tie(f"{part.peak}.fwhm", f"{source.peak}.fwhm", factor))
    if (source := parts.get(_index_of(position))) is not None and source is not part:
        moved = part.shape.shift * fwhm.value - source.shape.shift * source.component.fwhm.value
        offset = position.by + source.separation + moved
        found.append(Tie(f"{part.peak}.position", f"{source.peak}.position", offset=offset))
    return [tie for tie in found if tie.source.partition(".")[0] != part.peak]


def _index_of(quantity: FitQuantity) -> int:
    return -1 if quantity.follows is None else quantity.follows
