"""What the spectrum plot draws of one spectrum, worked out from the document; no widget here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from app.document import View
from app.plots.axes import axis_unit
from fitting.data.result import Status, is_of_model
from fitting.data.series import FloatArray, axis_of, get_column, units_of
from fitting.models.function import Curves, series_curves
from fitting.models.model import Model, parameter_names
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.exclusion import ExcludeRange
from fitting.projects.drag_edits import unit_height
from fitting.projects.project import Analysis
from fitting.solvers.numpy.seeding import seeded_parameters

START_VALUES = "Start values; not fitted yet."
WITHOUT_MODEL = "No peaks yet: double-click to add one."


@dataclass(frozen=True, slots=True)
class ShownSpectrum:
    """One spectrum with its model."""

    region: str
    unit: str
    """Of the axis."""
    intensity_unit: str
    """As it is fitted."""
    title: str
    x: FloatArray
    """Axis with the offset applied, shape (m,)."""
    intensity: FloatArray
    """As it is fitted, shape (m,)."""
    sigma: FloatArray
    outside: tuple[FloatArray, FloatArray]
    """Axis and intensity of what was measured beyond the fitted range, shape (o,) each."""
    ends: tuple[float, float]
    """Of the fitted range (eV or 1/cm)."""
    curves: Curves
    """Of this one spectrum: the leading dimension is 1."""
    model: Model
    parameters: FloatArray
    """Values the curves are of, shape (p,)."""
    values: Mapping[str, float]
    """The same by their full names."""
    is_fitted: bool
    """Whether the values are those of a fit of this very model; else they are start values."""
    message: str
    """How the fit ended, as a sentence."""

    @property
    def scaled_residual(self) -> FloatArray:
        """(Data - model) / sigma, shape (m,)."""
        return np.asarray((self.intensity - self.curves.total[0]) / self.sigma)

    def value_of(self, name: str) -> float:
        """The value of a parameter by its full name."""
        return self.values[name]

    def background_at(self, x: float) -> float:
        """The background at one place."""
        return float(np.interp(x, self.x, self.curves.background[0]))

    def height_at(self, peak: str, x: float) -> float:
        """What a peak and the background under it come to at one place."""
        area = self.value_of(f"{peak}.area")
        above = area * unit_height(self.model.peak(peak), self.values, x)
        return self.background_at(x) + above


def shown_spectrum(
    analysis: Analysis, prepared: xr.Dataset, view: View, partial: xr.Dataset | None = None
) -> ShownSpectrum:
    """What to draw.

    Parameters
    ----------
    prepared
        The series with the steps of the recipe applied.
    partial
        The result of a fit that is still running.
    """
    spectrum = view.spectrum
    result = partial if partial is not None else analysis.result
    is_fitted = _has_values(analysis, result, spectrum, is_partial=partial is not None)
    model = analysis.recipe.model
    if is_fitted and result is not None:
        values = result["value"].values[spectrum]
        message = str(result["message"].values[spectrum])
    else:
        values = seeded_parameters(prepared, model, spectrum)
        message = _why_not_fitted(analysis, result, spectrum)
    x = prepared[axis_of(prepared)].values + float(prepared["axis_offset"].values[spectrum])
    return ShownSpectrum(
        region=analysis.region,
        unit=axis_unit(prepared),
        intensity_unit=str(units_of(prepared)[spectrum]),
        title=_make_title(analysis.series, spectrum),
        x=x,
        intensity=prepared["intensity"].values[spectrum],
        sigma=prepared["sigma"].values[spectrum],
        outside=_take_outside(analysis, spectrum, x),
        ends=_find_ends(analysis, x),
        curves=series_curves(prepared, model, values[None, :], np.array([spectrum])),
        model=model,
        parameters=values,
        values=dict(zip(parameter_names(model), map(float, values), strict=True)),
        is_fitted=is_fitted,
        message=message,
    )


def _has_values(
    analysis: Analysis, result: xr.Dataset | None, spectrum: int, *, is_partial: bool
) -> bool:
    if result is None or not (is_partial or analysis.is_current):
        return False
    if not is_of_model(result, analysis.recipe.model):
        return False
    return int(result["status"].values[spectrum]) in (Status.CONVERGED, Status.AT_BOUND)


def _why_not_fitted(analysis: Analysis, result: xr.Dataset | None, spectrum: int) -> str:
    if not analysis.recipe.model.peaks:
        return WITHOUT_MODEL
    if result is None or not analysis.is_current:
        return START_VALUES
    is_failed = int(result["status"].values[spectrum]) == Status.FAILED
    return str(result["message"].values[spectrum]) if is_failed else START_VALUES


def _find_ends(analysis: Analysis, x: FloatArray) -> tuple[float, float]:
    """The last range among the steps; else all that was measured."""
    crops = [step for step in analysis.recipe.steps if isinstance(step, CropAxis)]
    return (crops[-1].low, crops[-1].high) if crops else (float(x[0]), float(x[-1]))


def _take_outside(
    analysis: Analysis, spectrum: int, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """What was measured but is not fitted; nothing where other steps change the intensity."""
    if not all(isinstance(step, CropAxis | ExcludeRange) for step in analysis.recipe.steps):
        return np.empty(0), np.empty(0)
    series = analysis.series
    places = series[axis_of(series)].values + float(series["axis_offset"].values[spectrum])
    counts = series["intensity"].values[spectrum]
    low, high = _find_ends(analysis, x)
    beyond = (places < low) | (places > high)
    for step in analysis.recipe.steps:
        if isinstance(step, ExcludeRange):
            beyond |= (places >= step.low) & (places <= step.high)
    beyond &= np.isfinite(counts)
    return places[beyond], counts[beyond]


def _make_title(series: xr.Dataset, spectrum: int) -> str:
    voltage = get_column(series, "voltage")[spectrum]
    words = [
        str(get_column(series, "sample")[spectrum]),
        str(get_column(series, "label")[spectrum]),
    ]
    named = list(dict.fromkeys(word for word in words if word))[:1]
    if np.isfinite(voltage):
        named.append(f"{voltage:.2f} V")
    branch = str(get_column(series, "branch")[spectrum])
    if branch in ("charge", "discharge"):
        named.append(branch)
    region = str(series.attrs["region"])
    return "  ·  ".join([region[:1].upper() + region[1:], *named])
