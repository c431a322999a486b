"""What the trends plot draws, worked out from the project; no widget here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from app.controls.number_text import estimate_text, number_text
from fitting.data.depth import depth_label
from fitting.data.order import Order, order_spectra
from fitting.data.result import Status, is_fitted, is_of_model
from fitting.data.series import MIXED, SPECTRUM, FloatArray, get_column
from fitting.models.model import Model
from fitting.projects.project import Analysis, Project
from fitting.quantities.detection import Detection, absent_peaks
from fitting.quantities.estimates import find_estimates
from fitting.quantities.groups import groups_of
from fitting.quantities.quantify import REFERENCE_SPECIES, Estimate, species_names
from fitting.quantities.quantity import PeakQuantity, Quantity, fraction_of, ratio_of
from fitting.quantities.trends import ALONG, make_trend
from fitting.quantities.units import intensity_unit
from fitting.quantities.upper_limits import bound_ratio
from fitting.referencing.mixed_references import mixed_references, references_of, refused_positions

SPECTRUM_NUMBER = "spectrum"
_PLACE = "place"
CHARGE_SHIFT = "charge_shift"
COORDINATES: Mapping[str, str] = {
    "voltage": "Voltage (V vs Li⁺/Li)",
    "depth": "Depth",
    "time": "Time (s)",
    "cycle": "Cycle",
    SPECTRUM_NUMBER: "Spectrum",
}
QUANTITIES: Mapping[str, str] = {
    "fraction": "Share",
    "ratio": "Ratio",
    "area": "Area",
    "position": "Position",
    "fwhm": "FWHM",
    "height": "Height",
    CHARGE_SHIFT: "Charge shift",
}
_OF_SPECIES = ("fraction", "ratio", "area")
_OF_UNIT = ("area", "height")
_INCOMPARABLE = "The spectra have different units of intensity: areas and heights do not compare."


@dataclass(frozen=True, slots=True)
class Item:
    """One thing whose trend can be shown: a species or a peak of a region."""

    region: str
    name: str
    species: str

    @property
    def key(self) -> tuple[str, str]:
        """What is chosen to be shown: the species of the region."""
        return self.region, self.species


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is plotted against what."""

    quantity: str
    along: str
    relative_to: str = REFERENCE_SPECIES
    """Species below the line of a ratio."""
    order: Order = ""
    """Of the spectra, where their number is the axis."""


@dataclass(frozen=True, slots=True)
class TrendCurve:
    """One trend, in the order of its coordinate; shapes (n,)."""

    item: Item
    unit: str
    x: FloatArray
    value: FloatArray
    stderr: FloatArray
    low: FloatArray
    high: FloatArray
    branch: NDArray[np.object_]
    """charge, discharge or empty."""
    cycle: FloatArray
    """Points of one number and direction are connected: of a cycle, or of a sample over time."""
    all_cycles: FloatArray
    """Cycle of each point, also along axes where cycles are connected."""
    is_flagged: NDArray[np.bool_]
    """Whether the fit ended otherwise than converged."""
    spectra: NDArray[np.int_]
    """Index of each point's spectrum in its region."""
    limit: FloatArray
    """What the quantity is below, at 95 %, where its species is not detected; nan elsewhere."""
    tone: Literal["species", "plain", "warning"] = "species"
    """Which colour it has: that of its species, or one that stands for no species."""
    warning: str = ""
    """Why points must not be compared with one another, as a sentence."""
    note: str = ""
    """Why points are missing, as a sentence."""

    @property
    def is_limit(self) -> NDArray[np.bool_]:
        return np.isfinite(self.limit)

    @property
    def shown(self) -> FloatArray:
        """Where each point is drawn: at its limit if it has one."""
        return np.where(self.is_limit, self.limit, self.value)

    @property
    def is_discharge(self) -> NDArray[np.bool_]:
        return np.asarray(self.branch == "discharge")

    def branches(self) -> list[NDArray[np.int_]]:
        """Indices of the points that are connected with each other: one way of one cycle."""
        known = np.isfinite(self.shown) & np.isfinite(self.x)
        cycle = np.nan_to_num(self.cycle, nan=-1.0)
        ways = np.stack([cycle, self.is_discharge.astype(float)], axis=1)
        return [
            np.flatnonzero(known & (ways == way).all(axis=1))
            for way in np.unique(ways[known], axis=0)
        ]


def items_of(project: Project, wanted: Wanted) -> list[Item]:
    """Everything in the project that has the quantity."""
    items = []
    for region, analysis in project.analyses.items():
        model = analysis.model
        if wanted.quantity in _OF_SPECIES:
            items += [Item(region, name, name) for name in _list_species(analysis, model, wanted)]
        elif wanted.quantity != CHARGE_SHIFT:
            items += [Item(region, peak.name, peak.species) for peak in model.peaks]
    return items


def list_denominators(project: Project) -> list[str]:
    """Species that ratios can be taken to: all of a region with others, the electrolyte first."""
    names = [
        name
        for analysis in project.analyses.values()
        if len(species := species_names(analysis.model)) > 1
        for name in species
    ]
    return sorted(dict.fromkeys(names), key=lambda name: name != REFERENCE_SPECIES)


def best_coordinate(project: Project) -> str:
    """The first coordinate that is known anywhere in the project."""
    for name in COORDINATES:
        for analysis in project.analyses.values():
            if name != SPECTRUM_NUMBER and np.isfinite(get_column(analysis.series, name)).any():
                return name
    return SPECTRUM_NUMBER


def trend_curve(
    analysis: Analysis,
    item: Item,
    wanted: Wanted,
    partial: xr.Dataset | None = None,
    detection: Detection | None = None,
) -> TrendCurve | None:
    """The trend of one item.

    Parameters
    ----------
    partial
        Result of a fit that is still running.
    detection
        Which species are seen: what is not is below a limit, and has no position.
    """
    shown = analysis
    # the model may have been changed since the fit that still runs was begun
    if partial is not None and is_of_model(partial, analysis.recipe.model):
        shown = replace(analysis, result=partial, result_of=analysis.recipe)
    if shown.result is None or item.name not in _list_names(shown, shown.model, wanted):
        return None
    quantity = _quantity_of(shown, item, wanted)
    found = find_estimates(shown, [quantity], detection)
    found = found.assign_coords({_PLACE: _number_places(analysis.series, wanted.order)})
    along = _PLACE if wanted.along == SPECTRUM_NUMBER else wanted.along
    trend = make_trend(found, quantity.name, along)
    curve = _make_curve(item, trend, wanted.along, shown.result["status"])
    if wanted.quantity in _OF_UNIT and intensity_unit(shown) == MIXED:
        nothing = without_points(curve, np.ones(curve.x.size, dtype=bool))
        return replace(nothing, warning=_INCOMPARABLE)
    if wanted.quantity in _OF_SPECIES:
        return _bound_curve(curve) if wanted.quantity == "ratio" else curve
    seen = None if detection is None else found["is_detected"].values[curve.spectra, 0]
    return _keep_comparable(curve, analysis, wanted.quantity, seen)


def without_points(curve: TrendCurve, gone: NDArray[np.bool_]) -> TrendCurve:
    """The trend without some of its points; the others keep their places."""
    value, limit = (np.where(gone, np.nan, part) for part in (curve.value, curve.limit))
    return replace(curve, value=value, limit=limit)


def axis_title(project: Project, region: str, along: str) -> str:
    """What is written at the axis of a trend; the depth of a region as its file calls it."""
    if along == "depth" and region in project.analyses:
        return depth_label(project.analyses[region].series)
    return COORDINATES[along]


def describe_point(curve: TrendCurve, point: int) -> str:
    """A point in words: where it is, its value with error and interval, and how its fit ended."""
    unit = "" if curve.unit == "1" else f" {curve.unit}"
    branch = str(curve.branch[point])
    lines = [f"{curve.item.name} at {number_text(float(curve.x[point]))}"]
    lines[0] += f", {branch}" if branch else ""
    value, stderr, low, high = (
        float(part[point]) for part in (curve.value, curve.stderr, curve.low, curve.high)
    )
    if curve.is_limit[point]:
        lines.append(f"not detected: below {number_text(float(curve.limit[point]))}{unit} at 95 %")
    else:
        lines.append(f"{estimate_text(value, stderr)}{unit}")
        if np.isfinite(low):
            lines.append(f"95 %: {number_text(low)} to {number_text(high)}{unit}")
    if curve.is_flagged[point]:
        lines.append("the fit needs a look: a parameter at its bound, or it failed")
    return "\n".join(lines)


def describe_missing(project: Project, regions: Sequence[str], along: str) -> str:
    """How many fitted spectra have no such coordinate, and are not drawn; empty if none."""
    if along == SPECTRUM_NUMBER:
        return ""
    sentences = []
    for region in dict.fromkeys(regions):
        analysis = project.analyses[region]
        if analysis.result is None:
            continue
        fitted = is_fitted(analysis.result)
        known = np.isfinite(get_column(analysis.series, along).astype(float))
        missing = int((fitted & ~known).sum())
        if missing:
            name = COORDINATES[along].partition(" (")[0].lower()
            verb = "has" if missing == 1 else "have"
            sentences.append(
                f"{missing} of {fitted.sum()} spectra of {region} {verb} no {name}: not shown here."
            )
    return " ".join(sentences)


def _list_names(analysis: Analysis, model: Model, wanted: Wanted) -> Sequence[str]:
    if wanted.quantity in _OF_SPECIES:
        return _list_species(analysis, model, wanted)
    return [peak.name for peak in model.peaks]


def _list_species(analysis: Analysis, model: Model, wanted: Wanted) -> Sequence[str]:
    """Those of the model, and those that were weighed and left out: they have limits."""
    own = species_names(model)
    considered = analysis.selection.considered if analysis.selection else model
    names = dict.fromkeys((*own, *(peak.species for peak in absent_peaks(model, considered))))
    if wanted.quantity == "ratio":
        is_there = wanted.relative_to in own
        names = dict.fromkeys(name for name in names if is_there and name != wanted.relative_to)
    return list(dict.fromkeys((*names, *_groups_of_kind(analysis, wanted))))


def _groups_of_kind(analysis: Analysis, wanted: Wanted) -> Mapping[str, Quantity]:
    """Groups of species that are shares, or ratios to what they say themselves, by name."""
    found = {group.name: group.quantity for group in groups_of(analysis)}
    own = species_names(analysis.model)
    return {n: one for n, one in found.items() if one.kind == wanted.quantity and n not in own}


def _quantity_of(analysis: Analysis, item: Item, wanted: Wanted) -> Quantity | PeakQuantity:
    groups = _groups_of_kind(analysis, wanted)
    if item.name in groups:
        return groups[item.name]
    if wanted.quantity == "ratio":
        return ratio_of(item.name, wanted.relative_to)
    if wanted.quantity == "fraction":
        return fraction_of(item.name)
    if wanted.quantity == "area":
        return Quantity("area", (item.name,))
    return PeakQuantity(wanted.quantity, item.name)


def _number_places(series: xr.Dataset, order: Order) -> tuple[str, FloatArray]:
    """The place of every spectrum from 1, as they are listed unless another order is chosen."""
    places = np.arange(1.0, series.sizes[SPECTRUM] + 1.0)
    if order:
        places[order_spectra(series, order)] = places.copy()
    return SPECTRUM, places


def _number_courses(trend: xr.Dataset, along: str) -> FloatArray:
    """Which points may be connected, beside their branch: those of one sample, and one cycle.

    Different samples are no course of one, and along cycles a cycle is a place.
    """
    samples = get_column(trend, "sample").astype(str)
    cycles = get_column(trend, "cycle").astype(float)
    is_by_cycle = along in ("voltage", "depth")
    keys = [f"{cycle} {name}" for cycle, name in zip(cycles, samples, strict=True)]
    return np.unique(keys if is_by_cycle else samples, return_inverse=True)[1].astype(float)


def _bound_curve(curve: TrendCurve) -> TrendCurve:
    """A ratio without the points where the species below the line may be missing."""
    kept = bound_ratio(Estimate(curve.value, curve.stderr, curve.low, curve.high))
    return replace(curve, value=kept.value, stderr=kept.stderr)


def _keep_comparable(
    curve: TrendCurve, analysis: Analysis, quantity: str, seen: NDArray[np.bool_] | None
) -> TrendCurve:
    """Of a peak, without the points that say nothing, and why those are missing."""
    warning = note = ""
    gone = np.zeros(curve.value.size, dtype=bool)
    if seen is not None:
        gone = np.isfinite(curve.value) & ~seen
        if gone.any():
            note = "Without spectra in which the species is not detected."
    if quantity == "position" and refused_positions(analysis.series).any():
        gone |= refused_positions(analysis.series)[curve.spectra]
        warning = mixed_references(references_of(analysis.series))
    return replace(without_points(curve, gone), warning=warning, note=note)


def _make_curve(item: Item, trend: xr.Dataset, along: str, status: xr.DataArray) -> TrendCurve:
    spectra = trend[SPECTRUM].values
    return TrendCurve(
        item=item,
        unit=str(trend.attrs["units"]),
        x=trend[ALONG].values,
        value=trend["value"].values,
        stderr=trend["stderr"].values,
        low=trend["low95"].values,
        high=trend["high95"].values,
        branch=get_column(trend, "branch").astype(object),
        cycle=_number_courses(trend, along),
        all_cycles=get_column(trend, "cycle").astype(float),
        is_flagged=np.isin(status.values[spectra], (Status.AT_BOUND, Status.FAILED)),
        spectra=spectra,
        limit=trend["upper95"].values,
    )
