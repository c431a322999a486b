"""What is known of one quantity in every spectrum of a region: the fields of every estimate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import ModelError
from fitting.data.series import SPECTRUM, FloatArray, get_column
from fitting.models.model import parameter_names
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.interval_storage import (
    bias_of,
    method_of,
    model_error_of,
    refine_estimate,
    systematic_of,
)
from fitting.quantities.intervals import student_t
from fitting.quantities.peak_shapes import PeakShape, peak_shape
from fitting.quantities.quantify import (
    Areas,
    BoolArray,
    Estimate,
    degrees_of_freedom,
    parameter_estimates,
    peak_areas,
    ratio_estimate,
    species_areas,
)
from fitting.quantities.quantity import PeakQuantity, Quantity
from fitting.quantities.total_interval import widen_by_model
from fitting.quantities.upper_limits import detection_limits, is_seen, upper_limits
from fitting.referencing.mixed_references import refused_positions


@dataclass(frozen=True, slots=True)
class Found:
    """One quantity in n spectra, each field of shape (n,); nan where not known."""

    value: FloatArray
    stderr: FloatArray
    """One statistical standard error."""
    low95: FloatArray
    """95 % interval of the total error; infinite where the data do not bound it on that side."""
    high95: FloatArray
    upper95: FloatArray
    """What the value is below, at 95 %, where the species is not detected; nan elsewhere."""
    detection_limit: FloatArray
    """What would be detected in 95 % of spectra."""
    model_error: FloatArray
    """What the choice of the model adds, as one standard deviation; it is in the interval."""
    systematic: FloatArray
    """How far another background moves a share or ratio, and how well the charge shift of a
    position is known; not in the interval."""
    bias: FloatArray
    """Mean of a bootstrap's replicas minus the value."""
    method: NDArray[np.object_]
    """How the interval was found: covariance, profile or bootstrap; empty without a value."""
    is_detected: BoolArray
    """Whether the species is seen; false where that was not asked."""


OF_SHAPE = ("height", "whole_fwhm")
"""Kinds of quantities that follow from the shape of a whole peak."""


@dataclass(frozen=True, slots=True)
class FittedRegion:
    """What all quantities of a region are made of."""

    analysis: Analysis
    result: xr.Dataset
    species: Areas
    peaks: Areas
    value: FloatArray
    """Of all parameters, shape (n, p)."""
    stderr: FloatArray
    detection: Detection | None
    shapes: Mapping[str, PeakShape]
    """Height and whole width of the peaks that are asked for them."""

    @classmethod
    def of(
        cls, analysis: Analysis, detection: Detection | None, shaped: Iterable[str] = ()
    ) -> "FittedRegion":
        """That of an analysis with a result; ``shaped`` are peaks whose shape is asked for."""
        result, model = analysis.result, analysis.model
        assert result is not None
        value, stderr = parameter_estimates(result, model)
        peaks, species = peak_areas(result, model), species_areas(result, model)
        shapes = {name: peak_shape(result, model, name) for name in shaped}
        return cls(analysis, result, species, peaks, value, stderr, detection, shapes)

    @property
    def unknown(self) -> FloatArray:
        """Nothing for every spectrum, shape (n,)."""
        return np.full(self.result.sizes[SPECTRUM], np.nan)

    def says_seen(self, species: Sequence[str]) -> BoolArray:
        """Whether any of some species is seen, shape (n,)."""
        return is_seen(self.detection, species, self.result.sizes[SPECTRUM])


def find_quantity(region: FittedRegion, quantity: Quantity | PeakQuantity) -> Found:
    """What is known of one quantity."""
    if isinstance(quantity, PeakQuantity):
        return _find_of_peak(region, quantity)
    return _find_of_species(region, quantity)


def _find_of_species(region: FittedRegion, quantity: Quantity) -> Found:
    areas, detection, result = region.species, region.detection, region.result
    limit = upper = region.unknown
    if detection is not None:
        limit = detection_limits(detection, areas, quantity)
        upper = upper_limits(detection, areas, quantity)
    seen = region.says_seen(quantity.species)
    if not set(quantity.species) & set(areas.names):
        return _nothing_but_limits(region, upper, limit)
    model_error = model_error_of(result, quantity)
    statistical = refine_estimate(result, quantity, quantity.estimate(areas))
    is_nonnegative = bool(areas.is_nonnegative.all())
    total = widen_by_model(
        statistical,
        model_error,
        floor=0.0 if is_nonnegative else -np.inf,
        ceiling=100.0 if is_nonnegative and quantity.kind == "fraction" else np.inf,
    )
    return Found(
        total.value,
        total.stderr,
        total.low95,
        total.high95,
        upper,
        limit,
        model_error,
        systematic_of(result, quantity),
        bias_of(result, quantity),
        method_of(result, quantity),
        seen,
    )


def _nothing_but_limits(region: FittedRegion, upper: FloatArray, limit: FloatArray) -> Found:
    """A species that was weighed and left out of the model."""
    none = region.unknown
    method = np.full(none.size, "", dtype=object)
    seen = np.zeros(none.size, dtype=bool)
    return Found(none, none, none, none, upper, limit, none, none, none, method, seen)


def _find_of_peak(region: FittedRegion, quantity: PeakQuantity) -> Found:
    none = region.unknown
    estimate, systematic = _estimate_peak(region, quantity), none
    if quantity.kind == "position":
        series = region.analysis.series
        refused = refused_positions(series)
        estimate = _blank_out(estimate, refused)
        systematic = get_column(series, "charge_shift_stderr").astype(float)
    return Found(
        estimate.value,
        estimate.stderr,
        estimate.low95,
        estimate.high95,
        none,
        none,
        none,
        systematic,
        none,
        np.full(none.size, "covariance", dtype=object),
        region.says_seen([region.analysis.model.peak(quantity.peak).species]),
    )


def _estimate_peak(region: FittedRegion, quantity: PeakQuantity) -> Estimate:
    """A parameter of a peak, or what follows from several; 95 % by Student's t but for ratios."""
    peak = quantity.peak
    if quantity.kind == "band_ratio":
        return ratio_estimate(region.peaks, peak, quantity.relative_to)
    floor = -np.inf
    if quantity.kind == "height":
        value, stderr = region.shapes[peak].height, region.shapes[peak].height_stderr
    elif quantity.kind == "whole_fwhm":
        value, stderr = region.shapes[peak].fwhm, region.shapes[peak].fwhm_stderr
    elif quantity.kind == "peak_area":
        value, stderr = _take_parameter(region, f"{peak}.area")
        if region.peaks.is_nonnegative[region.peaks.names.index(peak)]:
            floor = 0.0
    else:
        value, stderr = _take_parameter(region, f"{peak}.{quantity.kind}")
    reach = student_t(degrees_of_freedom(region.result)) * stderr
    return Estimate(value, stderr, np.maximum(value - reach, floor), value + reach)


def _take_parameter(region: FittedRegion, name: str) -> tuple[FloatArray, FloatArray]:
    names = parameter_names(region.analysis.model)
    if name not in names:
        raise ModelError(f"The model has no parameter {name!r}. It has: {', '.join(names)}.")
    column = names.index(name)
    return region.value[:, column], region.stderr[:, column]


def _blank_out(estimate: Estimate, gone: BoolArray) -> Estimate:
    """The estimate without some spectra."""
    return Estimate(
        *(
            np.where(gone, np.nan, part)
            for part in (estimate.value, estimate.stderr, estimate.low95, estimate.high95)
        )
    )
