"""What the trends plot draws, worked out from the project; no widget here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.project import Analysis, Project
from fitting.quantify import REFERENCE_SPECIES, species_names
from fitting.result import Status
from fitting.series import SPECTRUM, FloatArray, column
from fitting.species_colours import colour_of
from fitting.trends import ALONG, peak_trend, species_trend

SPECTRUM_NUMBER = "spectrum"
COORDINATES: Mapping[str, str] = {
    "voltage": "Voltage (V vs Li⁺/Li)",
    "time": "Time (s)",
    "cycle": "Cycle",
    "depth": "Depth",
    SPECTRUM_NUMBER: "Spectrum",
}
QUANTITIES: Mapping[str, str] = {
    "fraction": "Share of the region's area",
    "ratio": f"Ratio to {REFERENCE_SPECIES}",
    "area": "Area",
    "position": "Position",
    "fwhm": "FWHM",
    "height": "Height",
}
_OF_SPECIES = ("fraction", "ratio", "area")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing whose trend can be shown: a species or a peak of a region."""

    region: str
    name: str
    species: str

    @property
    def text(self) -> str:
        return f"{self.name} ({self.region})"


@dataclass(frozen=True, slots=True)
class TrendCurve:
    """One trend, in the order of its coordinate; shapes (n,)."""

    item: Item
    unit: str
    colour: str
    x: FloatArray
    value: FloatArray
    stderr: FloatArray
    low: FloatArray
    high: FloatArray
    is_discharge: NDArray[np.bool_]
    is_flagged: NDArray[np.bool_]
    """Whether the fit ended otherwise than converged."""
    spectra: NDArray[np.int_]
    """Index of each point's spectrum in its region."""


def items_of(project: Project, quantity: str) -> list[Item]:
    """Everything in the project that has the quantity."""
    items = []
    for region, analysis in project.analyses.items():
        model = analysis.model
        if quantity in _OF_SPECIES:
            names = [name for name in species_names(model) if _has_ratio(name, quantity, analysis)]
            items += [Item(region, name, name) for name in names]
        else:
            items += [Item(region, peak.name, peak.species) for peak in model.peaks]
    return items


def best_coordinate(project: Project) -> str:
    """The first coordinate that is known anywhere in the project."""
    for name in COORDINATES:
        for analysis in project.analyses.values():
            if name != SPECTRUM_NUMBER and np.isfinite(column(analysis.series, name)).any():
                return name
    return SPECTRUM_NUMBER


def trend_curve(
    project: Project, item: Item, quantity: str, along: str, partial: Mapping[str, xr.Dataset]
) -> TrendCurve | None:
    """The trend of one item; ``partial`` holds results of fits that are still running."""
    analysis = project.analyses.get(item.region)
    if analysis is None:
        return None
    result = partial.get(item.region, analysis.result)
    model = analysis.recipe.model if item.region in partial else analysis.model
    if result is None:
        return None
    if quantity in _OF_SPECIES:
        if item.name not in species_names(model):
            return None
        relative = {"relative_to": REFERENCE_SPECIES} if quantity == "ratio" else {}
        trend = species_trend(result, model, quantity, item.name, along=along, **relative)  # type: ignore[arg-type]
    else:
        if item.name not in {peak.name for peak in model.peaks}:
            return None
        trend = peak_trend(result, model, quantity, item.name, along=along)
    return _curve(item, trend, along, result["status"].values)


def _curve(item: Item, trend: xr.Dataset, along: str, status: NDArray[np.int_]) -> TrendCurve:
    spectra = trend[SPECTRUM].values
    x = spectra.astype(float) if along == SPECTRUM_NUMBER else trend[ALONG].values
    flagged = np.isin(status[spectra], (Status.AT_BOUND, Status.FAILED))
    return TrendCurve(
        item=item,
        unit=str(trend.attrs["units"]),
        colour=colour_of(item.species),
        x=x,
        value=trend["value"].values,
        stderr=trend["stderr"].values,
        low=trend["low95"].values,
        high=trend["high95"].values,
        is_discharge=column(trend, "branch") == "discharge",
        is_flagged=flagged,
        spectra=spectra,
    )


def _has_ratio(name: str, quantity: str, analysis: Analysis) -> bool:
    if quantity != "ratio":
        return True
    return name != REFERENCE_SPECIES and REFERENCE_SPECIES in species_names(analysis.model)
