"""The fit of a region under the names of NXfit: curves, peaks, parameters, and what gave them."""

import h5py
import numpy as np
import xarray as xr

from fitting.data.result import ENGINE, PROGRAM, is_fitted
from fitting.data.series import SPECTRUM, FloatArray, axis_of, axis_values
from fitting.data.techniques import technique_of
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.function import series_curves
from fitting.models.model import Model, Peak, parameter_names
from fitting.output.nexus.groups import UNITS, make_group, write_array, write_choice
from fitting.projects.project import Analysis, prepared_series
from fitting.projects.provenance import Provenance, read_provenance
from fitting.quantities.quantify import peak_areas, shares_of_total

_SHAPES = {
    "gaussian": "Gaussian",
    "lorentzian": "Lorentzian",
    "voigt": "Voigt",
    "pseudo-voigt": "Gaussian-Lorentzian Sum",
    "sgl-sum": "Gaussian-Lorentzian Sum",
    "gl-product": "Gaussian-Lorentzian Product",
    "doniach-sunjic": "Doniach-Sunjic",
    "la": "Asymmetric Lorentzian",
    "lf": "Asymmetric Finite",
}
_BACKGROUNDS = {
    "linear": "Linear",
    "shirley": "Shirley",
    "shirley-static": "Shirley",
    "tougaard": "Tougaard",
    "tougaard-static": "Tougaard",
}
"""What NXxps calls them; others go under our own names, marked as NeXus asks."""


def write_fit(fit: h5py.Group, analysis: Analysis) -> None:
    """Curves over the data that were fitted, peaks with their areas, and every parameter."""
    result = analysis.result
    assert result is not None
    series, model = prepared_series(analysis), analysis.model
    fitted = np.flatnonzero(is_fitted(result))
    fit["label"] = f"{analysis.region} peak model"
    _write_provenance(fit, read_provenance(analysis), result)
    curves = series_curves(series, model, result["value"].values[fitted], fitted)
    unit = UNITS[series.attrs["unit"]]
    intensity = series["intensity"].values[fitted]
    positions = _write_curves(fit, series, fitted, intensity, curves.total, unit)
    _write_peaks(fit, model, result, curves.components, positions, unit)
    background = make_group(fit, "backgroundMODEL", "NXpeak")
    background["label"] = model.background.kind
    _write_curve(background, curves.background, positions, unit)
    function = make_group(background, "function", "NXfit_function")
    kind = model.background.kind
    write_choice(
        function, "function_type", _BACKGROUNDS.get(kind, kind), tuple(_BACKGROUNDS.values())
    )
    function["description"] = BACKGROUNDS[kind].words
    _write_parameters(fit, model, result)


def _write_provenance(fit: h5py.Group, done: Provenance, result: xr.Dataset) -> None:
    """Which program and engine gave the numbers, and how they ended: from the result itself."""
    programs = ", ".join(done.programs)
    if programs:
        fit["program"] = programs
        fit["version"] = ", ".join(program.rpartition(" ")[2] for program in done.programs)
    ran = make_group(fit, "provenance", "NXcollection")
    for name, column in {"engine": ENGINE, "program": PROGRAM, "message": "message"}.items():
        if column in result:
            write_array(ran, name, result[column].values.astype(object))
    counts = {f"spectra_{status.name.lower()}": count for status, count in done.statuses.items()}
    counts |= {f"intervals_{method}": count for method, count in done.intervals.items()}
    ran.attrs.update(counts)
    if done.replicas:
        ran.attrs.update(replicas=done.replicas, seed=done.seed)
    if done.other_backgrounds:
        ran.attrs["other_backgrounds"] = list(done.other_backgrounds)
    if done.selection is not None:
        ran.attrs["sets_of_species_weighed"] = len(done.selection.candidates)


def _write_curves(
    fit: h5py.Group,
    series: xr.Dataset,
    fitted: np.ndarray,
    intensity: FloatArray,
    total: FloatArray,
    unit: str,
) -> h5py.Dataset:
    """Data, sum and residual; returns the positions, to which all curves of the fit link."""
    data = make_group(fit, "data", "NXdata")
    positions = write_array(
        data, "input_independent", axis_values(series)[fitted], series[axis_of(series)].units
    )
    for name, values in {
        "input_dependent": intensity,
        "fit_sum": total,
        "residual": intensity - total,
    }.items():
        write_array(data, name, values, unit)
    write_array(data, SPECTRUM, fitted)
    data.attrs.update(
        {
            "signal": "input_dependent",
            "axes": [SPECTRUM, "."],
            f"{SPECTRUM}_indices": 0,
            "input_independent_indices": [0, 1],
        }
    )
    return positions


def _write_peaks(
    fit: h5py.Group,
    model: Model,
    result: xr.Dataset,
    curves: FloatArray,
    positions: h5py.Dataset,
    unit: str,
) -> None:
    axis_unit = technique_of(result).axis.unit
    areas = peak_areas(result, model)
    share, share_stderr = shares_of_total(areas.value, areas.covariance)
    for index, peak in enumerate(model.peaks):
        group = make_group(fit, f"peak_{index}", "NXpeak")
        group["label"] = peak.name
        make_group(group, "assignment", "NXcollection")["species"] = peak.species
        write_array(group, "total_area", areas.value[:, index], f"{unit} {axis_unit}".strip())
        write_array(group, "total_area_errors", areas.stderr[:, index])
        write_array(group, "relative_area", share[:, index])
        write_array(group, "relative_area_errors", share_stderr[:, index])
        _write_curve(group, curves[:, index], positions, unit)
        _write_function(group, peak, result, axis_unit)


def _write_curve(group: h5py.Group, values: FloatArray, positions: h5py.Dataset, unit: str) -> None:
    data = make_group(group, "data", "NXdata")
    data.attrs["signal"] = "intensity"
    data["position"] = positions
    write_array(data, "intensity", values, unit)


def _write_function(group: h5py.Group, peak: Peak, result: xr.Dataset, axis_unit: str) -> None:
    function = make_group(group, "function", "NXfit_function")
    shape = peak.shape
    kind = _SHAPES.get(peak.line_shape, peak.line_shape)
    write_choice(function, "function_type", kind, tuple(_SHAPES.values()))
    function["description"] = peak.line_shape
    function["formula_description"] = shape.formula
    parameters = make_group(function, "fit_parameters", "NXparameters")
    names = result["parameter"].values.tolist()
    for ours, theirs in {"position": "position", "fwhm": "width"}.items():
        full = f"{peak.name}.{ours}"
        if full in names:
            values = result["value"].values[:, names.index(full)]
            write_array(parameters, theirs, values, axis_unit)


def _write_parameters(fit: h5py.Group, model: Model, result: xr.Dataset) -> None:
    """Every parameter of every spectrum with its standard error; how good the fit is."""
    function = make_group(fit, "global_fit_function", "NXfit_function")
    peaks = " + ".join(f"peak_{index}" for index in range(len(model.peaks)))
    function["formula_description"] = f"backgroundMODEL + {peaks}" if peaks else "backgroundMODEL"
    parameters = make_group(fit, "fit_parameters", "NXcollection")
    write_array(parameters, "name", np.array(parameter_names(model), dtype=object))
    for name in ("value", "stderr", "covariance"):
        write_array(parameters, name, result[name].values)
    write_array(parameters, "status", result["status"].values)
    method = make_group(fit, "error_function", "NXfit_function")
    method["description"] = "non-linear least squares, weighted with 1/sigma^2"
    for name in ("chi_square", "reduced_chi_square"):
        merit = write_array(fit, f"figure_of_merit_{name}", result[name].values)
        merit.attrs["metric"] = name.replace("_", " ")
