"""Renishaw WDF files (WiRE) as Raman series.

What real files taught:

* The time stamp of a spectrum is its **end**; the exposure before it is the exposure time of the
  settings times the accumulations of the header.
* An aborted measurement states how many spectra were collected; what follows them is zero. Depth
  and map scans hold empty spectra, too. Both are left out, and said to be.
* The axis usually falls, and may be in nm: it becomes a Raman shift by the laser line of the
  header, or the one that is given.
* Files of other programs have no origins, no times, and an axis without a unit. One of them sets
  stamps off by whole hours from the header, so a time zone is wrong in one of them.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.electrochemistry.voltage_from_name import name_without_extension, sample_from_name
from fitting.errors import UnreadableFileError
from fitting.noise import estimated_sigma
from fitting.readers.options import ReadOptions
from fitting.readers.wdf_blocks import SIGNATURE, DamagedWdfError, WdfFile, parse_wdf
from fitting.regions import RAMAN
from fitting.series import SHIFT, FloatArray, make_series, set_coordinates

FORMAT = "Renishaw WDF"

_RAMAN_SHIFT, _NANOMETRE, _NO_UNIT = 1, 3, 0
_COUNTS = 6
_X, _Y, _Z, _TIME, _FLAGS, _FOCUS = 3, 4, 5, 11, 17, 14
_POSITIONS = {_X: "x", _Y: "y", _Z: "z", _FOCUS: "z"}
_SATURATED = 1
_QUARTER_HOUR = 900.0
_MULTITRACK_OR_XYXY = 0b1001


def recognises(head: bytes) -> bool:
    """Whether the file begins with the block of the header."""
    return head.startswith(SIGNATURE)


def read(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra that were measured, as one series."""
    try:
        wdf = parse_wdf(path.read_bytes())
    except DamagedWdfError as error:
        raise UnreadableFileError(
            f"{path.name}: the file is damaged ({error}). Copy it again from the instrument, or "
            "export the spectra as text from WiRE."
        ) from error
    if wdf.header.flags & _MULTITRACK_OR_XYXY:
        raise UnreadableFileError(
            f"{path.name}: every spectrum in this file has an axis of its own (multitrack). "
            "Export the spectra as text from WiRE."
        )
    shift, axis_warnings = _shift(path, wdf, options)
    intensity = wdf.intensity.astype(float)
    intensity[~np.isfinite(intensity)] = np.nan
    kept = np.flatnonzero(np.nan_to_num(intensity).any(axis=1))
    if kept.size == 0:
        raise UnreadableFileError(f"{path.name}: all spectra in this file are empty.")
    sample = sample_from_name(name_without_extension(path.name)) or path.resolve().parent.name
    series = make_series(
        SHIFT,
        shift,
        intensity[kept],
        region=RAMAN,
        sigma=estimated_sigma(intensity[kept]),
        noise="estimated",
        unit="counts" if wdf.header.unit == _COUNTS else "arbitrary",
        reader=FORMAT,
        metadata=_metadata(path.name, sample, wdf, kept),
        warnings=[*axis_warnings, *_losses(wdf, kept), *_doubts(wdf, kept)],
        sample=sample,
        label=_labels(wdf, kept),
    )
    series = set_coordinates(series, **_coordinates(wdf, kept))
    if "depth" in series.coords:
        series["depth"].attrs["units"] = "µm"
    return [series]


def _shift(path: Path, wdf: WdfFile, options: ReadOptions) -> tuple[FloatArray, list[str]]:
    """The axis as Raman shift (1/cm), and what had to be assumed."""
    steps = np.diff(wdf.x)
    if not (np.all(steps > 0) or np.all(steps < 0)) or not np.all(np.isfinite(wdf.x)):
        raise UnreadableFileError(
            f"{path.name}: the axis in this file does not rise or fall from point to point, so the "
            "file is damaged. Export the spectra as text from WiRE."
        )
    if wdf.x_unit == _RAMAN_SHIFT:
        return wdf.x, []
    if wdf.x_unit == _NO_UNIT:
        return wdf.x, ["The axis has no unit in the file; it is taken as Raman shift (1/cm)."]
    if wdf.x_unit != _NANOMETRE or wdf.x.min() <= 0:
        raise UnreadableFileError(
            f"{path.name}: the axis is neither Raman shift nor wavelength. Change its unit to "
            "Raman shift in WiRE and save the file again."
        )
    given = options.laser_wavelength
    laser = wdf.header.laser_wavenumber or (1e7 / given if given else 0.0)
    if not laser:
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm and the file does not state the laser line. Give its "
            "wavelength with --laser NM."
        )
    note = f"The axis was in nm; shifts refer to the laser line at {1e7 / laser:.2f} nm."
    return np.asarray(laser - 1e7 / wdf.x), [note]


def _losses(wdf: WdfFile, kept: NDArray[np.intp]) -> list[str]:
    """A sentence for every reason why spectra are not there."""
    header, found = wdf.header, len(wdf.intensity)
    sentences = []
    if header.collected < header.spectra:
        sentences.append(
            f"The measurement was aborted: {header.collected} of {header.spectra} spectra were "
            "measured."
        )
    if found < header.collected:
        sentences.append(
            f"The file is cut off: {found} of {header.collected} spectra are complete."
        )
    if kept.size < found:
        sentences.append(f"{found - kept.size} of {found} spectra are empty and were left out.")
    return sentences


def _doubts(wdf: WdfFile, kept: NDArray[np.intp]) -> list[str]:
    """Sentences about saturation and clocks that disagree."""
    sentences = []
    if _FLAGS in wdf.origins:
        flags = wdf.origins[_FLAGS].raw[kept]
        saturated = int(np.count_nonzero(flags & _SATURATED))
        if saturated:
            sentences.append(f"The detector was saturated in {saturated} spectra.")
    ended = _ended(wdf)[kept]
    offset = ended[0] - wdf.header.start
    hours = float(np.round(offset / _QUARTER_HOUR)) * _QUARTER_HOUR / 3600
    if hours and abs(offset - hours * 3600) < 1.0:
        sentences.append(
            f"The first spectrum is stamped {hours:+g} h from the start of the measurement: one of "
            "the clocks runs in another time zone. Check it before potentials are attached by time."
        )
    return sentences


def _ended(wdf: WdfFile) -> FloatArray:
    """Unix time at the end of every spectrum in the file (s); nan where there is no stamp."""
    if _TIME not in wdf.origins:
        return np.full(wdf.header.spectra, np.nan)
    return wdf.origins[_TIME].unix_times


def _coordinates(wdf: WdfFile, kept: NDArray[np.intp]) -> dict[str, FloatArray]:
    """Times, and the depth where nothing but it was varied."""
    known: dict[str, FloatArray] = {}
    ended = _ended(wdf)[kept]
    if np.isfinite(ended).any():
        exposure = wdf.exposure * max(wdf.header.accumulations, 1)
        known["time"] = ended - np.nanmin(ended)
        known["started"] = ended - (exposure if math.isfinite(exposure) else 0.0)
        known["exposure"] = np.full(kept.size, exposure)
    if _Z in wdf.origins and kept.size > 1 and not {_X, _Y} & wdf.origins.keys():
        known["depth"] = wdf.origins[_Z].numbers[kept]
    return known


def _labels(wdf: WdfFile, kept: NDArray[np.intp]) -> NDArray[np.object_]:
    """Positions as names, such as "x=9250.0735 y=3334.2344"; empty for a single spectrum."""
    positions = _positions(wdf)
    labels = [
        " ".join(f"{name}={values[index]:.8g}" for name, values in positions.items())
        for index in kept
    ]
    return np.array(labels if kept.size > 1 else [""], dtype=object)


def _positions(wdf: WdfFile) -> dict[str, FloatArray]:
    """Stage positions of every spectrum in the file (µm), by axis."""
    return {
        name: wdf.origins[kind].numbers for kind, name in _POSITIONS.items() if kind in wdf.origins
    }


def _metadata(name: str, sample: str, wdf: WdfFile, kept: NDArray[np.intp]) -> dict[str, Any]:
    header, ended, labels = wdf.header, _ended(wdf), _labels(wdf, kept)
    file: Mapping[str, Any] = {
        "title": header.title,
        "program": header.program,
        "started": _iso(header.start),
        "ended": _iso(header.end),
        "clock": "UTC",
        "laser_wavenumber": header.laser_wavenumber,
        "accumulations": header.accumulations,
        "exposure": wdf.exposure if math.isfinite(wdf.exposure) else None,
        "map_shape": wdf.map_shape,
        "map_flags": wdf.map_flags,
    }
    spectra = [
        {"source": name, "sample": sample, "label": str(label), "ended": _iso(ended[index])}
        | {axis: float(values[index]) for axis, values in _positions(wdf).items()}
        for index, label in zip(kept, labels, strict=True)
    ]
    return {"file": file, "spectra": spectra}


def _iso(unix_time: float) -> str:
    """A stamp as text; empty if there is none, or none a calendar holds."""
    if not math.isfinite(unix_time) or not 0 <= unix_time < 2**37:
        return ""
    return datetime.fromtimestamp(unix_time, UTC).isoformat()
