"""The fit of one spectrum as CasaXPS would store it.

A doublet is two components, the second following the first; ties are links, bounds are limits.
What CasaXPS has no counterpart for is written as what is nearest, and said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from fitting.data.series import SPECTRUM, axis_of, axis_values, get_column
from fitting.exchange.casaxps_shapes import TakenShape, read_casaxps_shape, write_casaxps_shape
from fitting.models.model import BACKGROUND, Model, Parameter, Peak, Tie
from fitting.preprocessing.stored_range import stored_fits
from fitting.projects.project import Analysis, prepared_series
from fitting.readers.spectra.published_fit import (
    FitComponent,
    FitQuantity,
    FitRegion,
    PublishedFit,
)

_BACKGROUNDS: Mapping[str, tuple[str, str]] = {
    "none": ("None", ""),
    "linear-static": ("Linear", ""),
    "shirley-static": ("Shirley", ""),
    "tougaard-static": ("U 2 Tougaard", ""),
    "tougaard-gap-static": ("U 3 Tougaard", ""),
    "linear": ("Linear", "CasaXPS draws it between the ends of the region, not with the lines"),
    "shirley": ("Shirley", "CasaXPS iterates it between the ends of the region"),
    "tougaard": ("U 2 Tougaard", "CasaXPS finds its B anew"),
}
_UNIVERSAL = 2866.0


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A fit to be stored, and what of it is not as it was."""

    fit: PublishedFit
    doubts: Mapping[str, str]
    """By peak or "background", as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a peak stands among the components, and how it is named there."""

    index: int
    share: float
    """Of its area in its main line."""
    shape: TakenShape
    text: str


def hand_back_fit(analysis: Analysis, spectrum: int) -> HandedBack:
    """The fit of one spectrum; the model as it would start where it is not fitted."""
    model = analysis.model
    values = _values_of(analysis, spectrum)
    places, doubts = _place_peaks(model, values)
    ties = {tie.target: tie for tie in model.ties}
    components = tuple(
        component
        for peak in model.peaks
        for component in _make_components(peak, values, places, ties)
    )
    for tie in model.ties:
        if not _is_link(tie):
            doubts[tie.target.partition(".")[0]] = f"{tie.target} is not linked in CasaXPS"
    region, doubt = _make_region(analysis, spectrum, values)
    if doubt:
        doubts[BACKGROUND] = doubt
    shifts = np.nan_to_num(get_column(analysis.series, "charge_shift").astype(float))
    shift = float(shifts[spectrum]) or None
    return HandedBack(PublishedFit("CasaXPS", shift, (region,), components), doubts)


def _values_of(analysis: Analysis, spectrum: int) -> dict[str, float]:
    starts = {name: one.value for name, one in analysis.model.parameters()}
    if analysis.result is None:
        return starts
    row = analysis.result.isel({SPECTRUM: spectrum})
    found = zip(row["parameter"].values, row["value"].values, strict=True)
    return starts | {str(name): float(one) for name, one in found if isfinite(one)}


def _place_peaks(
    model: Model, values: Mapping[str, float]
) -> tuple[dict[str, _Place], dict[str, str]]:
    places: dict[str, _Place] = {}
    doubts: dict[str, str] = {}
    index = 0
    for peak in model.peaks:
        own = {name: values[f"{peak.name}.{name}"] for name in peak.parameters}
        text, doubt = write_casaxps_shape(peak.line_shape, own)
        if doubt:
            doubts[peak.name] = doubt
        share = 1.0 / (1.0 + own["area_ratio"]) if peak.is_doublet else 1.0
        places[peak.name] = _Place(index, share, read_casaxps_shape(text), text)
        index += 2 if peak.is_doublet else 1
    return places, doubts


def _make_components(
    peak: Peak,
    values: Mapping[str, float],
    places: Mapping[str, _Place],
    ties: Mapping[str, Tie],
) -> Sequence[FitComponent]:
    place = places[peak.name]
    own = {name: values[f"{peak.name}.{name}"] for name in peak.parameters}
    width = own["fwhm"] / place.shape.width
    moved = -place.shape.shift * width
    main = FitComponent(
        peak.species,
        place.text,
        _link_area(peak, own, places, ties),
        _link_width(peak, own, places, ties),
        _link_position(peak, own["position"] + moved, moved, places, ties),
    )
    if not peak.is_doublet:
        return (main,)
    partner = FitComponent(
        peak.species,
        place.text,
        FitQuantity(own["area"] * (1.0 - place.share), follows=place.index, by=own["area_ratio"]),
        FitQuantity(width, follows=place.index, by=1.0),
        FitQuantity(
            main.position.value + own["separation"], follows=place.index, by=own["separation"]
        ),
    )
    return (main, partner)


def _link_area(
    peak: Peak, own: Mapping[str, float], places: Mapping[str, _Place], ties: Mapping[str, Tie]
) -> FitQuantity:
    place, tie = places[peak.name], ties.get(f"{peak.name}.area")
    value = own["area"] * place.share
    if tie is not None and _is_link(tie):
        source = places[tie.source.partition(".")[0]]
        return FitQuantity(value, follows=source.index, by=tie.factor * place.share / source.share)
    return _bound(peak.parameters["area"], value, place.share)


def _link_width(
    peak: Peak, own: Mapping[str, float], places: Mapping[str, _Place], ties: Mapping[str, Tie]
) -> FitQuantity:
    place, tie = places[peak.name], ties.get(f"{peak.name}.fwhm")
    value = own["fwhm"] / place.shape.width
    if tie is not None and _is_link(tie):
        source = places[tie.source.partition(".")[0]]
        factor = tie.factor * source.shape.width / place.shape.width
        return FitQuantity(value, follows=source.index, by=factor)
    return _bound(peak.parameters["fwhm"], value, 1.0 / place.shape.width)


def _link_position(
    peak: Peak,
    value: float,
    moved: float,
    places: Mapping[str, _Place],
    ties: Mapping[str, Tie],
) -> FitQuantity:
    tie = ties.get(f"{peak.name}.position")
    if tie is not None and _is_link(tie):
        source = places[tie.source.partition(".")[0]]
        return FitQuantity(value, follows=source.index, by=tie.offset)
    return _bound(peak.parameters["position"], value, 1.0, moved)


def _is_link(tie: Tie) -> bool:
    """Whether CasaXPS can say it: an area or width by a factor, a position by a distance."""
    target, source = (name.rpartition(".")[2] for name in (tie.target, tie.source))
    if target != source:
        return False
    if target == "position":
        return tie.factor == 1.0
    return target in ("area", "fwhm") and tie.offset == 0.0


def _bound(parameter: Parameter, value: float, factor: float, offset: float = 0.0) -> FitQuantity:
    if not parameter.vary:
        return FitQuantity(value, value, value)
    low, high = (factor * end + offset for end in (parameter.min, parameter.max))
    return FitQuantity(value, min(low, value), max(high, value))


def _make_region(
    analysis: Analysis, spectrum: int, values: Mapping[str, float]
) -> tuple[FitRegion, str]:
    background = analysis.model.background
    name, doubt = _BACKGROUNDS.get(
        background.kind, ("Shirley", f"{background.kind} has no counterpart; Shirley stands for it")
    )
    ends = round(values.get(f"{BACKGROUND}.ends", 1.0))
    low, high = _range_of(analysis, spectrum, ends if "ends" in background.parameters else 0)
    _, stored, _ = list(stored_fits(analysis.series))[spectrum]
    known = stored or FitRegion(analysis.region, name, transition=analysis.region)
    return (
        FitRegion(
            known.name or analysis.region,
            name,
            low,
            high,
            known.sensitivity_factor,
            _cross_section(values),
            2.0 * ends,
            (0.0, 0.0),
            known.transition or analysis.region,
            known.mass,
            known.uncorrected_factor,
        ),
        doubt,
    )


def _range_of(analysis: Analysis, spectrum: int, ends: int) -> tuple[float, float]:
    """The outermost points of the range (eV), without those that are there for the averages."""
    prepared = prepared_series(analysis).isel({SPECTRUM: [spectrum]})
    seen = np.flatnonzero(np.isfinite(prepared["intensity"].values[0]))
    axis = axis_values(prepared)[0]
    if seen.size <= 2 * ends + 1:
        grid = axis_values(analysis.series)[spectrum]
        return float(grid[0]), float(grid[-1])
    slack = 1e-4 * float(np.median(np.diff(prepared[axis_of(prepared)].values)))
    inner = seen[ends : seen.size - ends]
    return float(axis[inner[0]]) - slack, float(axis[inner[-1]]) + slack


def _cross_section(values: Mapping[str, float]) -> tuple[float, ...]:
    C = values.get(f"{BACKGROUND}.C", 0.0)
    B = values.get(f"{BACKGROUND}.factor", _UNIVERSAL)
    if f"{BACKGROUND}.D" in values:
        return (B, C, values[f"{BACKGROUND}.D"], values[f"{BACKGROUND}.gap"])
    return (B, -C, 0.0, 0.0) if C else (0.0, 0.0, 0.0, 0.0)
