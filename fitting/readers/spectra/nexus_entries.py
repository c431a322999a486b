"""Entries of NeXus files: NXxps and NXmpes as pynxtools-xps writes them, NXraman, and our own.

An entry's ``data`` names its signal and axes. The last axis is the energy (``@type`` binding or
kinetic) or the Raman shift (1/cm, or nm with a laser line); rows are spectra. Where pynxtools kept
every scan (``cycle0_scan0`` ...), the scans are read and their average is not. Its counts per
second ignore the number of scans, so no counting time is taken for an average. Beside the signal,
our own files keep what is known of each spectrum under the names of ``fitting.data.series``.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import COORDINATES, ENERGY, FloatArray, make_series
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import UnitKind, unit_kind
from fitting.readers.spectra.hdf5_words import describe_content, describe_setting, read_text
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_photon_energy,
    name_region,
    require_spectrum,
    series_of,
)

_SCAN = re.compile(r"cycle_?(\d+)_scan_?(\d+)$", re.IGNORECASE)
_OURS = "noise"
"""An attribute of ``data``, or of our group in it, that only this program writes."""
_RENAMED = {"axis_offset": "axis_shift"}
_SERIES = "series"
"""Our group in ``data``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A measurement of a NeXus file, in memory."""

    name: str
    axis: FloatArray
    """Shape (m,)."""
    axis_name: str
    axis_unit: str
    axis_type: str
    """"binding" or "kinetic" where it is an energy."""
    intensity: FloatArray
    """Shape (n, m)."""
    errors: FloatArray | None
    unit: str
    labels: tuple[str, ...]
    is_every_scan: bool
    known: Mapping[str, Any]
    """Coordinates of the spectra, where our own program wrote the file."""
    about: Mapping[str, Any]
    """Sample, start, photon energy, laser, pass energy, counting time, definition."""


def entries_of(file: h5py.File) -> list[Entry]:
    """The entries of a file that hold data; none if it is no NeXus file."""
    groups = [item for item in file.values() if isinstance(item, h5py.Group)]
    entries = [group for group in groups if read_text(group.attrs.get("NX_class")) == "NXentry"]
    return [entry for group in entries if (entry := _read_entry(group)) is not None]


def series_of_entries(
    path: Path, entries: Sequence[Entry], options: ReadOptions
) -> list[xr.Dataset]:
    """One series per region of the XPS entries, and one for each other.

    Raises
    ------
    UnreadableFileError
        If none of them is an XPS or Raman spectrum.
    """
    made: list[xr.Dataset] = []
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for entry in entries:
        try:
            if not _is_energy(entry):
                made.append(_make_raman_series(path, entry, options))
            elif _OURS in entry.about:
                made.append(_own_series(path, entry))
            else:
                spectra += _xps_spectra(entry, options)
        except NotASpectrumError as reason:
            dropped.append(f"entry {entry.name!r}: {reason}")
    if spectra or not made:
        made = series_of(path, spectra, dropped=dropped) + made
    return made


def _read_entry(group: h5py.Group) -> Entry | None:
    """The entry, or ``None`` if it has no data with an axis."""
    data = _data_group(group)
    if data is None:
        return None
    signal = data.get(read_text(data.attrs.get("signal")) or "data")
    names = _axis_names(data)
    axis = data.get(names[-1]) if names else None
    if not isinstance(signal, h5py.Dataset) or not isinstance(axis, h5py.Dataset):
        return None
    positions = _read_numbers(axis).ravel()
    labels, intensity = _read_rows(data, signal, positions.size)
    if intensity is None:
        return None
    errors = data.get(f"{signal.name.split('/')[-1]}_errors")
    is_matching = isinstance(errors, h5py.Dataset) and errors.size == intensity.size
    return Entry(
        name=group.name.strip("/"),
        axis=positions,
        axis_name=names[-1],
        axis_unit=read_text(axis.attrs.get("units")),
        axis_type=read_text(axis.attrs.get("type")).lower(),
        intensity=intensity,
        errors=_read_numbers(errors).reshape(intensity.shape)
        if is_matching and not labels
        else None,
        unit=read_text(signal.attrs.get("units")).replace("_per_", "/").replace("second", "s"),
        labels=labels or ("",) * len(intensity),
        is_every_scan=bool(labels),
        known=_read_coordinates(data, len(intensity)),
        about=_describe_measurement(group, data),
    )


def _data_group(group: h5py.Group) -> h5py.Group | None:
    named = read_text(group.attrs.get("default")) or "data"
    first = group.get(named)
    if isinstance(first, h5py.Group):
        return first
    kinds = (item for item in group.values() if isinstance(item, h5py.Group))
    return next((item for item in kinds if read_text(item.attrs.get("NX_class")) == "NXdata"), None)


def _axis_names(data: h5py.Group) -> list[str]:
    axes = data.attrs.get("axes")
    if axes is None:
        return [name for name in ("energy", "x_values_raman", "shift") if name in data][:1]
    return [read_text(axis) for axis in np.atleast_1d(axes)]


def _read_rows(
    data: h5py.Group, signal: h5py.Dataset, points: int
) -> tuple[tuple[str, ...], FloatArray | None]:
    """Labels of separate scans (none if there are none) and the spectra, shape (n, m)."""
    scans = [
        (int(found[1]), int(found[2]), name)
        for name, item in data.items()
        if (found := _SCAN.match(name)) and isinstance(item, h5py.Dataset) and item.size == points
    ]
    if scans:
        names = [name for _, _, name in sorted(scans)]
        labels = tuple(f"scan {number} of {len(names)}" for number in range(1, len(names) + 1))
        return labels, np.array([_read_numbers(data[name]).ravel() for name in names])
    if points < 2 or not signal.size or signal.size % points or signal.shape[-1] != points:
        return (), None
    return (), _read_numbers(signal).reshape(-1, points)


def _read_coordinates(data: h5py.Group, count: int) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name in COORDINATES:
        item = data.get(name, data.get(_RENAMED.get(name, name)))
        if isinstance(item, h5py.Dataset) and item.shape == (count,):
            is_text = h5py.check_string_dtype(item.dtype) is not None
            known[name] = item.asstr()[:].astype(object) if is_text else _read_numbers(item)
    return known


def _describe_measurement(group: h5py.Group, data: h5py.Group) -> dict[str, Any]:
    """What the entry says of the measurement, as far as it does."""
    found: dict[str, Any] = {
        "definition": describe_content(group.get("definition")),
        "title": describe_content(group.get("title")),
        "sample": describe_content(group.get("sample/name")),
        "started": describe_content(group.get("start_time")),
        "photon_energy": _first_number(group, r"incident_energy$"),
        "laser": _first_number(group, r"(?:beam_incident|source_\d+nmlaser).*wavelength$"),
        "pass_energy": _first_number(group, r"pass_energy$"),
        "count_time": _first_number(group, r"count_time$"),
    }
    ours = data.get(_SERIES)
    for name in (_OURS, "region"):
        # files of earlier versions have them beside the spectra
        for place in (ours, data):
            if isinstance(place, h5py.Group) and name in place.attrs:
                found.setdefault(name, read_text(place.attrs[name]))
    settings = group.get("acquisition")
    if isinstance(settings, h5py.Group):
        found["settings"] = {
            name: describe_setting(item)
            for name, item in settings.items()
            if isinstance(item, h5py.Dataset)
        }
    depth = data.get("depth")
    if isinstance(depth, h5py.Dataset):
        found["depth_unit"] = read_text(depth.attrs.get("units"))
    return found


def _first_number(group: h5py.Group, pattern: str) -> float:
    """The first number of the dataset below whose path ends like this; nan if there is none."""
    value = math.nan

    def look(name: str, item: object) -> bool | None:
        nonlocal value
        is_number = isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf" and item.size
        if is_number and re.search(pattern, name):
            value = float(item[(0,) * item.ndim])  # type: ignore
            return True
        return None

    group.visititems(look)
    return value


def _read_numbers(item: h5py.Dataset) -> FloatArray:
    if item.dtype.kind not in "iufb":
        raise ValueError(f"{item.name} does not hold numbers")
    return np.asarray(item[()], dtype=float)


def _is_energy(entry: Entry) -> bool:
    return entry.axis_unit == "eV" or entry.axis_type in ("binding", "kinetic")


def _kind_of_unit(entry: Entry) -> UnitKind:
    return unit_kind(entry.unit)


def _own_series(path: Path, entry: Entry) -> xr.Dataset:
    """A series as this program wrote it."""
    depth_unit = entry.about.get("depth_unit")
    errors = entry.errors
    if errors is None:
        raise NotASpectrumError("it has no errors")
    units: dict[UnitKind, str] = {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}
    series = make_series(
        ENERGY if _is_energy(entry) else "shift",
        entry.axis,
        entry.intensity,
        region=entry.about["region"],
        sigma=np.where(errors > 0, errors, np.inf),
        noise=entry.about[_OURS] if entry.about[_OURS] in ("poisson", "estimated") else "given",
        unit=units[_kind_of_unit(entry)],
        sources={path.name: ""},
        metadata={
            "file": {"definition": entry.about["definition"], **entry.about.get("settings", {})}
        },
        **entry.known,
    )
    if "depth" in series.coords:
        series["depth"].attrs["units"] = depth_unit
    return series


def _make_raman_series(path: Path, entry: Entry, options: ReadOptions) -> xr.Dataset:
    if _OURS in entry.about:
        return _own_series(path, entry)
    units: dict[UnitKind, str] = {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}
    return raman_series(
        path,
        _find_shift(path, entry, options),
        entry.intensity,
        unit=units[_kind_of_unit(entry)],
        labels=[label or entry.about["title"] for label in entry.labels],
        metadata={"file": {name: value for name, value in entry.about.items() if value == value}},
    )


def _find_shift(path: Path, entry: Entry, options: ReadOptions) -> FloatArray:
    unit = entry.axis_unit.replace(" ", "")
    if unit in ("1/cm", "cm^-1", "cm-1"):
        return entry.axis
    laser = options.laser_wavelength or entry.about["laser"]
    if unit == "nm" and laser > 0 and np.all(entry.axis > 0):
        return shift_of_wavelength(entry.axis, laser)
    raise UnreadableFileError(
        f"{path.name}: the axis {entry.axis_name} of {entry.name} is in {unit or 'no unit'}. Give "
        "the wavelength of the laser with --laser NM if it is nm; a spectrum needs eV or 1/cm."
    )


def _xps_spectra(entry: Entry, options: ReadOptions) -> list[XpsSpectrum]:
    energy = _binding_energy(entry, options)
    order = np.argsort(energy, kind="stable")
    energy = energy[order]
    count_time = entry.about["count_time"] if entry.is_every_scan else math.nan
    name = entry.name.split("__")[-1]
    region = name_region([name, entry.about["title"], entry.name], energy)
    made = []
    for label, values in zip(entry.labels, entry.intensity[:, order], strict=True):
        require_spectrum(energy, values)
        made.append(
            XpsSpectrum(
                region=region,
                energy=energy,
                values=values,
                kind=_kind_of_unit(entry),
                sample=entry.about["sample"],
                label=f"{name} {label}".strip(),
                seconds=count_time if count_time > 0 else math.nan,
                started=_parse_start(entry.about["started"]),
                pass_energy=entry.about["pass_energy"],
                photon_energy=entry.about["photon_energy"],
                metadata={"definition": entry.about["definition"], "entry": entry.name},
            )
        )
    return made


def _binding_energy(entry: Entry, options: ReadOptions) -> FloatArray:
    if "kinetic" not in entry.axis_type:
        return entry.axis
    energy = known_photon_energy(entry.about["photon_energy"], options.photon_energy)
    return np.asarray(energy - entry.axis)


def _parse_start(text: str) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
