"""The file: every region of a project as one entry.

``data`` holds the spectra of a region on one grid with what is known of each beside them;
``instrument`` and ``acquisition`` how they were measured; ``fit`` curves, peaks and parameters with
their errors. Names are those of NXxps and NXraman as of ``DEFINITIONS``, under which pynxtools
finds the file valid. What a definition asks for and nothing tells is a placeholder that the entry
lists.
"""

import io
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.grids import GRID
from fitting.data.program import PACKAGE, program_version, version_number
from fitting.data.series import COORDINATES, ENERGY, SPECTRUM, axis_of, axis_values, get_column
from fitting.data.techniques import XPS, technique_of
from fitting.data.whole_file import write_whole
from fitting.output.nexus.fit import write_fit
from fitting.output.nexus.groups import COLLECTION, UNITS, make_group, write_array
from fitting.output.nexus.instrument import (
    write_raman_instrument,
    write_settings,
    write_xps_instrument,
)
from fitting.output.nexus.placeholders import NOT_TOLD, Placeholders, write_placeholder_list
from fitting.projects.acquisition import find_settings
from fitting.projects.project import Analysis, Project
from fitting.readers.spectra.nexus_entries import RENAMED, SERIES_GROUP
from fitting.referencing.mixed_references import references_of

NEXUS_FILE = "data.nxs"
DEFINITIONS = "v2026.01"
"""Version of the definitions that the names are from."""

_PAGES = "https://fairmat-nfdi.github.io/nexus_definitions/classes/applications"
_LOG = logging.getLogger(__name__)
_EPOCH = datetime.fromtimestamp(0, UTC).isoformat()
_COORDINATE_UNITS = {
    "voltage": "V", "voltage_start": "V", "voltage_end": "V", "voltage_change": "V", "time": "s",
    "started": "s", "exposure": "s", "charge_shift": "eV", "charge_shift_stderr": "eV",
    "photon_energy": "eV", "seconds_per_point": "s",
}  # fmt: skip


def write_nexus(project: Project, path: Path) -> Path:
    """Write every region of the project as an entry of one file; returns the path.

    Raises
    ------
    ThioscopeError
        If the file cannot be written.
    """
    try:
        write_whole(path, _make_file(project))
    except OSError as error:
        raise ThioscopeError(
            f"{path.name}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error
    _LOG.info("wrote %s with %d entries", path.name, len(project.analyses))
    return path


def _make_file(project: Project) -> bytes:
    # made in memory: HDF5 ends the whole program when a disk is full
    stream = io.BytesIO()
    with h5py.File(stream, "w", track_order=True) as file:
        file.attrs.update(NX_class="NXroot", creator=program_version())
        for analysis in project.analyses.values():
            entry = make_group(file, _make_name(analysis.region, file), "NXentry")
            file.attrs.setdefault("default", entry.name.strip("/"))
            _write_entry(entry, analysis, project)
    return stream.getvalue()


def _make_name(region: str, taken: h5py.Group) -> str:
    """A name that NeXus allows, such as S_2p."""
    name = re.sub(r"\W+", "_", region, flags=re.ASCII).strip("_") or "region"
    return name if name not in taken else f"{name}_{len(taken)}"


def _write_entry(entry: h5py.Group, analysis: Analysis, project: Project) -> None:
    series, found = analysis.series, Placeholders()
    settings = find_settings(series, project.acquisition)
    entry.attrs["default"] = "data"
    is_xps = technique_of(series) is XPS
    _write_definition(entry, "NXxps" if is_xps else "NXraman")
    entry["title"] = analysis.region
    entry["program_name"] = PACKAGE
    entry["program_name"].attrs["version"] = version_number()
    if is_xps:
        entry["method"] = "X-ray photoelectron spectroscopy (XPS)"
    else:
        entry["experiment_type"] = "Raman spectroscopy"
        entry["raman_experiment_type"] = "Raman spectroscopy"
        entry["raman_experiment_type"].attrs["custom"] = True
    _write_start(entry, series, found)
    names = list(dict.fromkeys(str(name) for name in get_column(series, "sample") if name))
    sample = make_group(entry, "sample", "NXsample")
    found.write_value(sample, "name", ", ".join(names) or None, NOT_TOLD)
    _write_data(make_group(entry, "data", "NXdata"), series)
    instrument = make_group(entry, "instrument", "NXinstrument")
    (write_xps_instrument if is_xps else write_raman_instrument)(instrument, settings, found)
    write_settings(make_group(entry, "acquisition", "NXcollection"), settings)
    if is_xps:
        group = make_group(entry, "energy_referencing", "NXcalibration")
        _write_referencing(group, series, project)
    if analysis.result is not None:
        # NXraman has no place for a fit
        write_fit(make_group(entry, "fit", "NXfit" if is_xps else COLLECTION), analysis)
    write_placeholder_list(entry, found)


def _write_definition(entry: h5py.Group, name: str) -> None:
    entry["definition"] = name
    entry["definition"].attrs.update(version=DEFINITIONS, URL=f"{_PAGES}/{name}.html")


def _write_start(entry: h5py.Group, series: xr.Dataset, found: Placeholders) -> None:
    started = get_column(series, "started").astype(float)
    first = None
    if np.isfinite(started).any():
        first = datetime.fromtimestamp(float(np.nanmin(started)), UTC).isoformat()
    found.write_value(entry, "start_time", first, _EPOCH)


def _write_data(data: h5py.Group, series: xr.Dataset) -> None:
    """Spectra, errors and axis, and what is known of each spectrum."""
    axis = axis_of(series)
    data.attrs.update(
        {
            "signal": "data",
            "axes": [SPECTRUM, axis],
            f"{axis}_indices": 1,
            f"{SPECTRUM}_indices": 0,
        }
    )
    ours = make_group(data, SERIES_GROUP, "NXcollection")
    ours.attrs.update({name: str(series.attrs[name]) for name in ("region", "noise", "unit")})
    if GRID in series:
        write_array(ours, GRID, series[GRID].values.astype(np.uint8))
    unit = UNITS[series.attrs["unit"]]
    write_array(data, "data", series["intensity"].values, unit)
    write_array(data, "data_errors", series["sigma"].values, unit)
    write_array(data, SPECTRUM, np.arange(series.sizes[SPECTRUM]))
    axis_unit = str(series[axis].attrs["units"])
    positions = write_array(data, axis, series[axis].values, axis_unit)
    positions.attrs.update({"type": "binding"} if axis == ENERGY else {"long_name": "Raman shift"})
    for name in COORDINATES:
        if name in series.coords:
            usual = axis_unit if name == "axis_offset" else _COORDINATE_UNITS.get(name, "")
            unit = str(series[name].attrs.get("units", usual))
            write_array(data, RENAMED.get(name, name), series[name].values, unit)
            data.attrs[f"{RENAMED.get(name, name)}_indices"] = 0


def _write_referencing(group: h5py.Group, series: xr.Dataset, project: Project) -> None:
    """What the energies were shifted by, and to which line, as the spectra themselves say."""
    references = references_of(series)
    group["physical_quantity"] = "energy"
    group["reference_peak"] = ", ".join(dict.fromkeys(references))
    asked = project.charge_reference
    if asked is not None and set(references) == {asked.words}:
        write_array(group, "binding_energy", asked.position, "eV")
    write_array(group, "offset", series["axis_offset"].values, "eV")
    write_array(group, "calibrated_axis", axis_values(series), "eV")
    each = make_group(group, "spectra", "NXcollection")
    write_array(each, "reference", np.array(references, dtype=object))
