"""The rows of every table, block by block, as columns of equal length."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from fitting.audit.findings import Finding
from fitting.data.depth import depth_unit
from fitting.data.measurement_states import rounds_of, states_by_region
from fitting.data.result import Status
from fitting.data.series import AXES, FloatArray, axis_of, get_column
from fitting.models.model import Model, Peak, parameter_names
from fitting.output.tables.band_rows import describe_quantities as quantity_of_each
from fitting.output.tables.band_rows import mole_ratios, related_bands
from fitting.output.tables.detection_words import detection_of, reported_words, seen_words
from fitting.preprocessing.intensity import Normalise
from fitting.projects.project import Analysis, Project
from fitting.quantities.band_ratios import BAND_RATIO
from fitting.quantities.interval_storage import bias_of, method_of, refine_estimate, systematic_of
from fitting.quantities.peak_shapes import peak_shape
from fitting.quantities.quantify import (
    default_ratios,
    parameter_estimates,
    species_areas,
)
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.quantities.species_onsets import species_onsets
from fitting.referencing.mixed_references import refused_positions

Rows = Mapping[str, Any]

NOT_READ = "not_read"
"""Status of a file, or a part of it, that could not be used."""


def spectrum_rows(project: Project) -> Iterator[Rows]:
    """Every spectrum of every region, then what could not be read."""
    states = states_by_region({name: one.series for name, one in project.analyses.items()})
    for region, analysis in project.analyses.items():
        yield _spectra_of(analysis, rounds_of(states[region]))
    unread = project.unread
    yield {
        "source": [one.source for one in unread],
        "status": [NOT_READ] * len(unread),
        "message": [one.reason for one in unread],
    }


def peak_rows(analysis: Analysis) -> Rows:
    """Every peak of every spectrum."""
    model, result = analysis.model, _fitted_result(analysis)
    value, stderr = parameter_estimates(result, model)
    refused = refused_positions(analysis.series)[:, None]
    parameters = {
        name: [_parameter_column(model, peak, name) for peak in model.peaks]
        for name in ("position", "fwhm", "area", "mixing", "asymmetry", "separation", "area_ratio")
    }
    shapes = [peak_shape(result, model, peak.name) for peak in model.peaks]
    return _per_spectrum(
        analysis,
        peak=[peak.name for peak in model.peaks],
        species=[peak.species for peak in model.peaks],
        line_shape=[peak.line_shape for peak in model.peaks],
        **{
            name: _pick_columns(value, columns)
            for name, columns in parameters.items()
            if name != "position"
        },
        position=np.where(refused, np.nan, _pick_columns(value, parameters["position"])),
        **{
            f"{name}_stderr": _pick_columns(stderr, parameters[name])
            for name in ("fwhm", "area", "mixing")
        },
        position_stderr=np.where(refused, np.nan, _pick_columns(stderr, parameters["position"])),
        height=np.stack([shape.height for shape in shapes], axis=1),
        height_stderr=np.stack([shape.height_stderr for shape in shapes], axis=1),
        whole_fwhm=np.stack([shape.fwhm for shape in shapes], axis=1),
        whole_fwhm_stderr=np.stack([shape.fwhm_stderr for shape in shapes], axis=1),
        unit=area_unit(analysis),
        position_syst=get_column(analysis.series, "charge_shift_stderr").astype(float)[:, None],
    )


def species_rows(analysis: Analysis, prepared: xr.Dataset | None = None) -> Rows:
    """Every species in every spectrum, also those that were weighed and left out of the model."""
    result = _fitted_result(analysis)
    areas = species_areas(result, analysis.model)
    quantities = [fraction_of(name) for name in areas.names]
    shares = [refine_estimate(result, one, one.estimate(areas)) for one in quantities]
    value, stderr = (
        np.stack([getattr(share, part) for share in shares], axis=1) for part in ("value", "stderr")
    )
    detection = detection_of(analysis, prepared)
    left_out = len(detection.names) - len(areas.names)
    columns = {
        "area": areas.value,
        "area_stderr": areas.stderr,
        "fraction_percent": value,
        "fraction_stderr": stderr,
        "fraction_low95": np.stack([share.low95 for share in shares], axis=1),
        "fraction_high95": np.stack([share.high95 for share in shares], axis=1),
        "fraction_syst": _for_each(systematic_of, result, quantities),
        "fraction_bias": _for_each(bias_of, result, quantities),
    }
    return _per_spectrum(
        analysis,
        species=detection.names,
        **{name: _widen_columns(values, left_out) for name, values in columns.items()},
        unit=area_unit(analysis),
        is_detected=seen_words(detection),
        detection_limit_percent=detection.limit_percent,
        reported=reported_words(
            detection, _widen_columns(value, left_out), _widen_columns(stderr, left_out)
        ),
        method=np.hstack(
            [
                _for_each(method_of, result, quantities),
                np.full((len(value), left_out), "", dtype=object),
            ]
        ),
    )


def ratio_rows(analysis: Analysis) -> Rows:
    """Every default ratio of species in every spectrum."""
    result = _fitted_result(analysis)
    areas = species_areas(result, analysis.model)
    pairs = default_ratios(areas.names)
    if not pairs:
        return {}
    quantities = [ratio_of(*pair) for pair in pairs]
    ratios = [refine_estimate(result, one, one.estimate(areas)) for one in quantities]
    moles, moles_stderr = mole_ratios(analysis, areas, pairs)
    return _per_spectrum(
        analysis,
        numerator=[pair[0] for pair in pairs],
        denominator=[pair[1] for pair in pairs],
        ratio=np.stack([ratio.value for ratio in ratios], axis=1),
        ratio_stderr=np.stack([ratio.stderr for ratio in ratios], axis=1),
        ratio_low95=np.stack([ratio.low95 for ratio in ratios], axis=1),
        ratio_high95=np.stack([ratio.high95 for ratio in ratios], axis=1),
        quantity=quantity_of_each(analysis, pairs),
        mole_ratio=moles,
        mole_ratio_stderr=moles_stderr,
        ratio_syst=_for_each(systematic_of, result, quantities),
        ratio_bias=_for_each(bias_of, result, quantities),
        method=_for_each(method_of, result, quantities),
    )


def band_rows(analysis: Analysis) -> Rows:
    """Every Raman band over the internal one, in every spectrum."""
    internal, bands = related_bands(analysis)
    if not bands:
        return {}
    species = {peak.name: peak.species for peak in analysis.model.peaks}
    parts = {
        name: np.stack([getattr(one, name) for one in bands.values()], axis=1)
        for name in ("value", "stderr", "low95", "high95")
    }
    return _per_spectrum(
        analysis,
        band=list(bands),
        species=[species[name] for name in bands],
        internal_band=internal,
        ratio=parts["value"],
        ratio_stderr=parts["stderr"],
        ratio_low95=parts["low95"],
        ratio_high95=parts["high95"],
        quantity=BAND_RATIO,
    )


def onset_rows(analysis: Analysis) -> Rows:
    """Every supported onset of a species."""
    found = species_onsets(_fitted_result(analysis), analysis.model)
    return {
        "region": [analysis.region] * len(found),
        "species": [one.species for one in found],
        "direction": [one.onset.direction for one in found],
        "onset_V": [one.onset.potential for one in found],
        "onset_low95": [one.onset.low95 for one in found],
        "onset_high95": [one.onset.high95 for one in found],
        "method": [one.onset.method for one in found],
        "cycle": [one.cycle for one in found],
        "branch": [one.branch for one in found],
        "spectra": [one.spectra for one in found],
    }


def finding_rows(project: Project, findings: Sequence[Finding]) -> Rows:
    """Every finding of the audit, those about a whole region without a spectrum."""
    numbers = {name: spectrum_numbers(one.series) for name, one in project.analyses.items()}
    return {
        "spectrum": [
            np.nan if one.spectrum is None else float(numbers[one.region][one.spectrum])
            for one in findings
        ],
        "sample": [one.sample for one in findings],
        "region": [one.region for one in findings],
        "rule": [one.rule for one in findings],
        "severity": [one.severity for one in findings],
        "message": [one.message for one in findings],
    }


def spectrum_numbers(series: xr.Dataset) -> NDArray[np.int_]:
    """The number of every spectrum in the tables: its place by voltage, time, file; shape (n,)."""
    order = np.lexsort(
        (
            get_column(series, "source").astype(str),
            get_column(series, "time"),
            get_column(series, "voltage"),
        )
    )
    numbers = np.empty(order.size, dtype=int)
    numbers[order] = np.arange(order.size)
    return numbers


def area_unit(analysis: Analysis) -> str:
    """Unit of the areas of an analysis, such as "counts x eV"."""
    recipe = analysis.result_of or analysis.recipe
    normalised = any(isinstance(step, Normalise) for step in recipe.steps)
    unit = "arbitrary" if normalised else analysis.series.attrs["unit"]
    return f"{unit} x {AXES[axis_of(analysis.series)].unit}"


def _spectra_of(analysis: Analysis, rounds: FloatArray) -> Rows:
    series, result = analysis.series, analysis.result
    count = series.sizes["spectrum"]
    outcome: dict[str, ArrayLike] = {
        "status": [Status.NOT_FITTED.name.lower()] * count,
        "message": [Status.NOT_FITTED.sentence] * count,
    }
    if result is not None:
        fitted = result["status"].values != Status.NOT_FITTED
        outcome = {
            "status": [Status(code).name.lower() for code in result["status"].values],
            "message": result["message"].values,
            "reduced_chi_square": result["reduced_chi_square"].values,
            "points": np.where(fitted, result["points"].values, np.nan),
            "free_parameters": np.full(count, float(result.attrs["free_parameters"])),
        }
    return _per_spectrum(
        analysis,
        **{name: np.asarray(values)[:, None] for name, values in outcome.items()},
        **{
            name: get_column(series, coordinate)[:, None]
            for name, coordinate in (
                ("source", "source"),
                ("time_s", "time"),
                ("cycle", "cycle"),
                ("branch", "branch"),
                ("label", "label"),
                ("voltage_from", "voltage_from"),
                ("voltage_start_V", "voltage_start"),
                ("voltage_end_V", "voltage_end"),
                ("voltage_change_V", "voltage_change"),
                ("axis_offset", "axis_offset"),
                ("charge_shift", "charge_shift"),
                ("charge_shift_stderr", "charge_shift_stderr"),
                ("charge_reference", "charge_reference"),
            )
        },
        round=rounds[:, None],
        noise=series.attrs["noise"],
        depth_unit=depth_unit(series),
    )


def _per_spectrum(analysis: Analysis, **columns: ArrayLike) -> Rows:
    """Rows by spectrum, then by what the columns hold for each: broadcast to shape (n, k)."""
    series = analysis.series
    numbers = spectrum_numbers(series)
    order = np.argsort(numbers)
    all_columns: dict[str, ArrayLike] = {
        "spectrum": numbers[:, None],
        "sample": get_column(series, "sample")[:, None],
        "region": analysis.region,
        "voltage_V": get_column(series, "voltage").astype(float)[:, None],
        "depth": get_column(series, "depth").astype(float)[:, None],
        **columns,
    }
    arrays = np.broadcast_arrays(*map(_as_array, all_columns.values()))
    return {name: array[order].ravel() for name, array in zip(all_columns, arrays, strict=True)}


def _as_array(values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    return array.astype(object) if array.dtype.kind == "U" else array


def _fitted_result(analysis: Analysis) -> xr.Dataset:
    assert analysis.result is not None
    return analysis.result


def _for_each(
    of: Callable[[xr.Dataset, Quantity], NDArray[Any]],
    result: xr.Dataset,
    quantities: Sequence[Quantity],
) -> NDArray[Any]:
    """What is known of every quantity, shape (n, q)."""
    return np.stack([of(result, one) for one in quantities], axis=1)


def _widen_columns(values: FloatArray, more: int) -> FloatArray:
    """The columns of an array, and as many more of which nothing is known."""
    return np.hstack([values, np.full((len(values), more), np.nan)])


def _parameter_column(model: Model, peak: Peak, name: str) -> int | None:
    names = parameter_names(model)
    full = f"{peak.name}.{name}"
    return names.index(full) if full in names else None


def _pick_columns(values: FloatArray, columns: Sequence[int | None]) -> FloatArray:
    """Columns of an array; nan where there is none."""
    none = np.full(len(values), np.nan)
    return np.stack([none if c is None else values[:, c] for c in columns], axis=1)
