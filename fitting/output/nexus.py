"""NeXus: data and fit of a project as HDF5, under the names of NXxps, NXraman and NXfit.

Every region is an entry. ``data`` holds its spectra on one grid with what is known of each beside
them; ``fit`` holds curves, peaks and parameters with their errors. The names are those that
pynxtools and its readers use. What a definition asks for and the spectra do not tell (user, source,
geometry) is left out, never invented: a validator names it.
"""

import io
import logging
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.program import program_version
from fitting.data.result import is_fitted
from fitting.data.series import (
    COORDINATES,
    ENERGY,
    MIXED,
    SPECTRUM,
    FloatArray,
    axis_of,
    axis_values,
    get_column,
)
from fitting.data.techniques import technique_of
from fitting.data.whole_file import write_whole
from fitting.models.function import series_curves
from fitting.models.model import Model, parameter_names
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.quantities.quantify import peak_areas, shares_of_total

NEXUS_FILE = "data.nxs"

_LARGE = 10_000
"""Arrays of more numbers are compressed."""
_LOG = logging.getLogger(__name__)
_UNITS = {"counts": "counts", "counts/s": "counts_per_second", "arbitrary": "", MIXED: ""}
_COORDINATE_UNITS = {
    "voltage": "V", "voltage_start": "V", "voltage_end": "V", "time": "s", "started": "s",
    "exposure": "s", "axis_offset": "eV", "charge_shift": "eV", "charge_shift_stderr": "eV",
    "seconds_per_point": "s",
}  # fmt: skip


def write_nexus(project: Project, path: Path) -> Path:
    """Write every region of the project as an entry of one file; returns the path.

    Raises
    ------
    ThioscopeError
        If the file cannot be written.
    """
    try:
        write_whole(path, _nexus_file(project))
    except OSError as error:
        raise ThioscopeError(
            f"{path.name}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error
    _LOG.info("wrote %s with %d entries", path.name, len(project.analyses))
    return path


def _nexus_file(project: Project) -> bytes:
    # made in memory: HDF5 ends the whole program when a disk is full
    stream = io.BytesIO()
    with h5py.File(stream, "w", track_order=True) as file:
        file.attrs.update(NX_class="NXroot", creator=program_version())
        for analysis in project.analyses.values():
            entry = _make_group(file, _nexus_name(analysis.region, file), "NXentry")
            file.attrs.setdefault("default", entry.name.strip("/"))
            _write_entry(entry, analysis, project)
    return stream.getvalue()


def _nexus_name(region: str, taken: h5py.Group) -> str:
    """A name that NeXus allows, such as S_2p."""
    name = re.sub(r"\W+", "_", region, flags=re.ASCII).strip("_") or "region"
    return name if name not in taken else f"{name}_{len(taken)}"


def _make_group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    group = parent.create_group(name, track_order=True)
    group.attrs["NX_class"] = kind
    return group


def _write_entry(entry: h5py.Group, analysis: Analysis, project: Project) -> None:
    series = analysis.series
    is_xps = axis_of(series) == ENERGY
    entry.attrs["default"] = "data"
    entry["definition"] = "NXxps" if is_xps else "NXraman"
    entry["title"] = analysis.region
    entry["program_name"] = "thioscope"
    entry["program_name"].attrs["version"] = version("thioscope")
    if is_xps:
        entry["method"] = "X-ray photoelectron spectroscopy (XPS)"
    else:
        entry["experiment_type"] = "Raman spectroscopy"
    started = get_column(series, "started").astype(float)
    if np.isfinite(started).any():
        first = datetime.fromtimestamp(float(np.nanmin(started)), UTC)
        entry["start_time"] = first.isoformat()
    names = list(dict.fromkeys(str(name) for name in get_column(series, "sample") if name))
    _make_group(entry, "sample", "NXsample")["name"] = ", ".join(names)
    _write_data(_make_group(entry, "data", "NXdata"), series)
    _write_instrument(entry, series)
    if is_xps:
        _write_referencing(entry, series, project)
    if analysis.result is not None:
        _write_fit(_make_group(entry, "fit", "NXfit"), analysis, analysis.result)


def _write_data(data: h5py.Group, series: xr.Dataset) -> None:
    """Spectra, errors and axis, and what is known of each spectrum."""
    axis = axis_of(series)
    data.attrs.update(
        {
            "signal": "data",
            "axes": [SPECTRUM, axis],
            f"{axis}_indices": 1,
            f"{SPECTRUM}_indices": 0,
            "region": str(series.attrs["region"]),
            "noise": str(series.attrs["noise"]),
        }
    )
    unit = _UNITS[series.attrs["unit"]]
    _write_array(data, "data", series["intensity"].values, unit)
    _write_array(data, "data_errors", series["sigma"].values, unit)
    _write_array(data, SPECTRUM, np.arange(series.sizes[SPECTRUM]))
    positions = _write_array(data, axis, series[axis].values, series[axis].attrs["units"])
    positions.attrs.update({"type": "binding"} if axis == ENERGY else {"long_name": "Raman shift"})
    for name in COORDINATES:
        if name in series.coords:
            unit = str(series[name].attrs.get("units", _COORDINATE_UNITS.get(name, "")))
            _write_array(data, name, series[name].values, unit)
            data.attrs[f"{name}_indices"] = 0


def _write_array(group: h5py.Group, name: str, values: Any, units: str = "") -> h5py.Dataset:
    stored = np.asarray(values)
    if stored.dtype.kind in "OU":
        texts = [str(value) for value in stored.ravel()]
        made = group.create_dataset(name, data=texts, dtype=h5py.string_dtype())
    else:
        packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
        made = group.create_dataset(name, data=stored, **packed if stored.size > _LARGE else {})
    if units:
        made.attrs["units"] = units
    return made


def _write_instrument(entry: h5py.Group, series: xr.Dataset) -> None:
    """The counting time, which turns rates back into counts."""
    instrument = _make_group(entry, "instrument", "NXinstrument")
    seconds = get_column(series, "seconds_per_point").astype(float)
    if np.isfinite(seconds).any():
        analyser = _make_group(instrument, "electronanalyser", "NXelectronanalyser")
        detector = _make_group(analyser, "detector", "NXdetector")
        _write_array(detector, "count_time", seconds, "s")


def _write_referencing(entry: h5py.Group, series: xr.Dataset, project: Project) -> None:
    """What the energies were shifted by, and to which line."""
    process = _make_group(entry, "process", "NXprocess_mpes")
    referencing = _make_group(process, "energy_referencing", "NXcalibration")
    reference = project.charge_reference
    if reference is not None:
        referencing["reference_peak"] = f"{reference.region} {reference.species}"
        _write_array(referencing, "binding_energy", reference.position, "eV")
    _write_array(referencing, "offset", series["axis_offset"].values, "eV")
    _write_array(referencing, "calibrated_axis", axis_values(series), "eV")


def _write_fit(fit: h5py.Group, analysis: Analysis, result: xr.Dataset) -> None:
    """Curves over the data that were fitted, peaks with their areas, and every parameter."""
    series, model = prepared_series(analysis), analysis.model
    fitted = np.flatnonzero(is_fitted(result))
    fit["label"] = f"{analysis.region} peak model"
    curves = series_curves(series, model, result["value"].values[fitted], fitted)
    unit = _UNITS[series.attrs["unit"]]
    data = _make_group(fit, "data", "NXdata")
    intensity = series["intensity"].values[fitted]
    _write_array(
        data, "input_independent", axis_values(series)[fitted], series[axis_of(series)].units
    )
    for name, values in {
        "input_dependent": intensity,
        "envelope": curves.total,
        "residual": intensity - curves.total,
    }.items():
        _write_array(data, name, values, unit)
    _write_array(data, SPECTRUM, fitted)
    data.attrs.update({"signal": "input_dependent", "axes": [SPECTRUM, "input_independent"]})
    _write_peaks(fit, model, result, curves.components, unit)
    background = _make_group(fit, "background_0", "NXfit_background")
    background["label"] = model.background.kind
    _write_array(_make_group(background, "data", "NXdata"), "intensity", curves.background, unit)
    _write_parameters(fit, model, result)


def _write_peaks(
    fit: h5py.Group, model: Model, result: xr.Dataset, curves: FloatArray, unit: str
) -> None:
    axis_unit = technique_of(result).axis.unit
    areas = peak_areas(result, model)
    share, share_stderr = shares_of_total(areas.value, areas.covariance)
    for index, peak in enumerate(model.peaks):
        group = _make_group(fit, f"peak_{index}", "NXpeak")
        group["label"] = peak.name
        group["species"] = peak.species
        _write_array(group, "total_area", areas.value[:, index], f"{unit} {axis_unit}".strip())
        _write_array(group, "total_area_errors", areas.stderr[:, index])
        _write_array(group, "relative_area", share[:, index])
        _write_array(group, "relative_area_errors", share_stderr[:, index])
        _write_array(_make_group(group, "data", "NXdata"), "intensity", curves[:, index], unit)
        function = _make_group(group, "function", "NXfit_function")
        function["description"] = peak.line_shape


def _write_parameters(fit: h5py.Group, model: Model, result: xr.Dataset) -> None:
    """Every parameter of every spectrum with its standard error; how good the fit is."""
    function = _make_group(fit, "global_fit_function", "NXfit_function")
    peaks = " + ".join(f"peak_{index}" for index in range(len(model.peaks)))
    function["formula"] = f"background_0 + {peaks}" if peaks else "background_0"
    parameters = _make_group(fit, "fit_parameters", "NXcollection")
    _write_array(parameters, "name", np.array(parameter_names(model), dtype=object))
    for name in ("value", "stderr", "covariance"):
        _write_array(parameters, name, result[name].values)
    _write_array(parameters, "status", result["status"].values)
    method = _make_group(fit, "error_function", "NXfit_function")
    method["description"] = "non-linear least squares, weighted with 1/sigma^2"
    for name in ("chi_square", "reduced_chi_square"):
        merit = _write_array(fit, f"figure_of_merit_{name}", result[name].values)
        merit.attrs["metric"] = name.replace("_", " ")
