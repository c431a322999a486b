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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.samples import sample_of
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.wdf_blocks import SIGNATURE, DamagedWdfError, WdfFile, parse_wdf

_RAMAN_SHIFT, _NANOMETRE, _NO_UNIT = 1, 3, 0
_COUNTS = 6
_X, _Y, _Z, _TIME, _FLAGS, _FOCUS = 3, 4, 5, 11, 17, 14
_POSITIONS = {_X: "x", _Y: "y", _Z: "z", _FOCUS: "z"}
_SATURATED = 1
_QUARTER_HOUR = 900.0
_MULTITRACK_OR_XYXY = 0b1001


def recognise_wdf(head: bytes) -> bool:
    """Whether the file begins with the block of the header."""
    return head.startswith(SIGNATURE)


def read_wdf(path: Path, options: ReadOptions) -> list[xr.Dataset]:
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
    shift, notes = _find_shift(path, wdf, options)
    series = raman_series(
        path,
        shift,
        _as_float(wdf.intensity),
        unit="counts" if wdf.header.unit == _COUNTS else "arbitrary",
        labels=_make_labels(wdf),
        metadata=_collect_metadata(path, wdf),
        warnings=[*notes, *_list_losses(wdf), *_list_doubts(wdf)],
        **_find_coordinates(wdf),
    )
    if "depth" in series.coords:
        series["depth"].attrs["units"] = "µm"
    return [series]


FORMAT = SpectrumFormat(
    name="Renishaw WDF",
    extensions=(".wdf",),
    recognise=recognise_wdf,
    read=read_wdf,
    limits="a spectrum's time is the end of its exposure",
)


def _as_float(intensity: NDArray[np.float32]) -> FloatArray:
    # damaged numbers may be signalling ones
    with np.errstate(invalid="ignore"):
        return intensity.astype(float)


def _find_shift(path: Path, wdf: WdfFile, options: ReadOptions) -> tuple[FloatArray, list[str]]:
    """The axis as Raman shift (1/cm), and what had to be assumed."""
    if wdf.x_unit == _RAMAN_SHIFT:
        return wdf.x, []
    if wdf.x_unit == _NO_UNIT:
        return wdf.x, ["The axis has no unit in the file; it is taken as Raman shift (1/cm)."]
    if wdf.x_unit != _NANOMETRE or not np.all(wdf.x > 0):
        raise UnreadableFileError(
            f"{path.name}: the axis is neither Raman shift nor wavelength. Change its unit to "
            "Raman shift in WiRE and save the file again."
        )
    stated = wdf.header.laser_wavenumber
    laser = 1e7 / stated if stated else options.laser_wavelength
    if laser is None:
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm and the file does not state the laser line. Give its "
            "wavelength with --laser NM."
        )
    note = f"The axis was in nm; shifts refer to the laser line at {laser:.2f} nm."
    return shift_of_wavelength(wdf.x, laser), [note]


def _list_losses(wdf: WdfFile) -> list[str]:
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
    return sentences


def _list_doubts(wdf: WdfFile) -> list[str]:
    """Sentences about saturation and clocks that disagree."""
    sentences = []
    if _FLAGS in wdf.origins:
        flags = wdf.origins[_FLAGS].raw[: len(wdf.intensity)]
        saturated = int(np.count_nonzero(flags & _SATURATED))
        if saturated:
            sentences.append(f"The detector was saturated in {saturated} spectra.")
    offset = float(_find_ends(wdf)[0]) - wdf.header.start
    hours = float(np.round(offset / _QUARTER_HOUR)) * _QUARTER_HOUR / 3600
    if hours and abs(offset - hours * 3600) < 1.0:
        sentences.append(
            f"The first spectrum is stamped {hours:+g} h from the start of the measurement: one of "
            "the clocks runs in another time zone. Check it before potentials are attached by time."
        )
    return sentences


def _find_ends(wdf: WdfFile) -> FloatArray:
    """Unix time at the end of every spectrum (s); nan where there is no stamp."""
    count = len(wdf.intensity)
    return wdf.origins[_TIME].unix_times[:count] if _TIME in wdf.origins else np.full(count, np.nan)


def _find_coordinates(wdf: WdfFile) -> dict[str, FloatArray | float]:
    """Times, and the depth where nothing but it was varied."""
    known: dict[str, FloatArray | float] = {}
    ended = _find_ends(wdf)
    if np.isfinite(ended).any():
        exposure = wdf.exposure * max(wdf.header.accumulations, 1)
        known["time"] = ended - np.nanmin(ended)
        known["started"] = ended - (exposure if math.isfinite(exposure) else 0.0)
        known["exposure"] = exposure
    positions = _find_positions(wdf)
    if list(positions) == ["z"] and len(wdf.intensity) > 1:
        known["depth"] = positions["z"]
    return known


def _make_labels(wdf: WdfFile) -> list[str]:
    """Positions as names, such as "x=9250.07 y=3334.23"; empty for a single spectrum."""
    if len(wdf.intensity) == 1:
        return [""]
    positions = _find_positions(wdf)
    return [
        " ".join(f"{name}={values[index]:.8g}" for name, values in positions.items())
        for index in range(len(wdf.intensity))
    ]


def _find_positions(wdf: WdfFile) -> dict[str, FloatArray]:
    """Stage positions of every spectrum (µm), by axis."""
    return {
        name: wdf.origins[kind].numbers[: len(wdf.intensity)]
        for kind, name in _POSITIONS.items()
        if kind in wdf.origins
    }


def _collect_metadata(path: Path, wdf: WdfFile) -> dict[str, Any]:
    """What the file says; its spectra are told apart by their labels and stamps."""
    header, sample = wdf.header, sample_of(path)
    file = {
        "title": header.title,
        "program": header.program,
        "started": _format_stamp(header.start),
        "ended": _format_stamp(header.end),
        "clock": "UTC",
        "laser_wavenumber": header.laser_wavenumber,
        "accumulations": header.accumulations,
        "exposure": wdf.exposure if math.isfinite(wdf.exposure) else None,
        "map_shape": wdf.map_shape,
        "map_flags": wdf.map_flags,
    }
    spectra = [
        {"source": path.name, "sample": sample, "label": label, "ended": _format_stamp(stamp)}
        for label, stamp in zip(_make_labels(wdf), _find_ends(wdf), strict=True)
    ]
    return {"file": file, "spectra": spectra}


def _format_stamp(unix_time: float) -> str:
    """A stamp as text; empty if there is none, or none a calendar holds."""
    if not math.isfinite(unix_time) or not 0 <= unix_time < 2**37:
        return ""
    return datetime.fromtimestamp(unix_time, UTC).isoformat()
