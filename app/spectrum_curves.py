"""What the spectrum plot draws of one spectrum, worked out from the document; no widget here."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from app.document import View
from fitting.model import Model, parameter_names
from fitting.model_function import Curves, series_curves
from fitting.parameters import resolve_ties
from fitting.preprocessing.steps import apply_steps
from fitting.project import Analysis
from fitting.result import Status
from fitting.series import SPECTRUM, FloatArray, axis_values, column


@dataclass(frozen=True, slots=True)
class ShownSpectrum:
    """One spectrum with its model."""

    title: str
    x: FloatArray
    """Axis with the offset applied, shape (m,)."""
    intensity: FloatArray
    """As it is fitted, shape (m,)."""
    sigma: FloatArray
    curves: Curves
    """Of this one spectrum: the leading dimension is 1."""
    model: Model
    parameters: FloatArray
    """Values the curves are of, shape (p,)."""
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
        return float(self.parameters[parameter_names(self.model).index(name)])


class SpectrumSource:
    """Makes ``ShownSpectrum`` values; remembers the prepared series while nothing in it changes."""

    def __init__(self) -> None:
        self._of: tuple[object, object] | None = None
        self._prepared: xr.Dataset | None = None

    def shown(
        self, analysis: Analysis | None, view: View, partial: xr.Dataset | None = None
    ) -> ShownSpectrum | None:
        """What to draw; ``partial`` is the result of a fit that is still running."""
        if analysis is None or view.spectrum >= analysis.series.sizes[SPECTRUM]:
            return None
        series = self._prepared_series(analysis)
        result = partial if partial is not None else analysis.result
        is_fitted = _has_values(analysis, result, view.spectrum, is_partial=partial is not None)
        model = analysis.recipe.model
        if is_fitted and result is not None:
            values = result["value"].values[view.spectrum]
            message = str(result["message"].values[view.spectrum])
        else:
            affine = resolve_ties(model)
            values = affine.expand(affine.start)
            message = "Start values; not fitted yet."
        index = np.array([view.spectrum])
        return ShownSpectrum(
            title=_title(analysis.series, view.spectrum),
            x=axis_values(series)[view.spectrum],
            intensity=series["intensity"].values[view.spectrum],
            sigma=series["sigma"].values[view.spectrum],
            curves=series_curves(series, model, values[None, :], index),
            model=model,
            parameters=values,
            is_fitted=is_fitted,
            message=message,
        )

    def _prepared_series(self, analysis: Analysis) -> xr.Dataset:
        made_of = (analysis.series, analysis.recipe.steps)
        same = self._of is not None and self._of[0] is made_of[0] and self._of[1] == made_of[1]
        if not same or self._prepared is None:
            self._prepared = apply_steps(analysis.series, analysis.recipe.steps)
            self._of = made_of
        return self._prepared


def _has_values(
    analysis: Analysis, result: xr.Dataset | None, spectrum: int, *, is_partial: bool
) -> bool:
    if result is None or not (is_partial or analysis.is_current):
        return False
    if len(parameter_names(analysis.recipe.model)) != result.sizes["parameter"]:
        return False
    return int(result["status"].values[spectrum]) in (Status.CONVERGED, Status.AT_BOUND)


def _title(series: xr.Dataset, spectrum: int) -> str:
    voltage = column(series, "voltage")[spectrum]
    words = [str(column(series, "sample")[spectrum]), str(column(series, "label")[spectrum])]
    named = list(dict.fromkeys(word for word in words if word))[:1]
    if np.isfinite(voltage):
        named.append(f"{voltage:.2f} V")
    return "  ·  ".join([series.attrs["region"], *named])
