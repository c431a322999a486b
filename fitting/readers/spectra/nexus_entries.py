"""Entries of NeXus files: NXxps and NXmpes as pynxtools-xps writes them, NXraman, and our own.

An entry's ``data`` names its signal and axes. The last axis is the energy (``@type`` binding or
kinetic) or the Raman shift (1/cm, or nm with a laser line); rows are spectra. Where pynxtools kept
every scan (``cycle0_scan0`` ...), the scans are read and their average is not. Its counts per
second ignore the number of scans, so no counting time is taken for an average. Beside the signal,
our own files keep what is known of each spectrum under the names of ``fitting.data.series``.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from fitting.data.grids import GRID
from fitting.data.series import COORDINATES, FloatArray
from fitting.readers.spectra.hdf5_words import describe_content, describe_setting, read_text

_SCAN = re.compile(r"cycle_?(\d+)_scan_?(\d+)$", re.IGNORECASE)
OURS = "noise"
"""An attribute of ``data``, or of our group in it, that only this program writes."""
RENAMED = {"axis_offset": "axis_shift"}
"""NeXus takes a field whose name ends in _offset for the offset of another."""
SERIES_GROUP = "series"
"""Our group in ``data``, for what NeXus has no name for."""


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
        item = data.get(name, data.get(RENAMED.get(name, name)))
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
    ours = data.get(SERIES_GROUP)
    for name in (OURS, "region", "unit"):
        # files of earlier versions have them beside the spectra
        for place in (ours, data):
            if isinstance(place, h5py.Group) and name in place.attrs:
                found.setdefault(name, read_text(place.attrs[name]))
    if isinstance(ours, h5py.Group) and isinstance(ours.get(GRID), h5py.Dataset):
        found[GRID] = _read_numbers(ours[GRID])
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
