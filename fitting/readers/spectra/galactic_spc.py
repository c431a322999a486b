"""Galactic SPC (.spc), as WiRE, LabSpec, WITec, B&W Tek and FT spectrometers write it.

A head of 512 bytes; then, where the points are not evenly spaced, their positions; then every
spectrum behind a head of its own, which holds a time, a depth or another third coordinate. Numbers
are float32, or whole numbers with a common exponent of two. A log of ``key = value`` lines may end
the file; the laser line is in it. Of the versions of the format the one of 1996 (0x4B) is read.

The axis says whether it is a Raman shift; one in plain wavenumbers may be of an infrared spectrum,
so it is asked for.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.binary import FileBytes, file_bytes
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_HEAD, _SUBHEAD = 512, 32
_VERSION, _OTHER_VERSIONS = 0x4B, (0x4C, 0x4D, 0xCF)
_SHORT, _MANY, _OWN_AXES, _UNEVEN = 0x01, 0x04, 0x40, 0x80
_FLOAT = -128
"""The exponent that says that numbers are float32."""
_ARBITRARY, _WAVENUMBER, _NANOMETRE, _RAMAN_SHIFT = 0, 1, 3, 13
_RAMAN_EXPERIMENT = 11
_COUNTS = 4
_SECONDS = {4: 1.0, 5: 60.0, 11: 86400.0}
"""Seconds in the unit of the third coordinate, where that is a time."""
_LASER = re.compile(r"(?i)^(?:excit_line|laser|laser_wavelength)\s*=\D*(\d{3,4}(?:\.\d+)?)")
_LOG_LINES_KEPT = 200


def recognise_spc(head: bytes) -> bool:
    """Whether the second byte is a version of the format, in a file that is binary."""
    # the second byte of a zip archive is that of a new SPC file
    is_binary = b"\x00" in head[:64] and not head.startswith(b"PK\x03\x04")
    return is_binary and len(head) > _HEAD and head[1] in (_VERSION, *_OTHER_VERSIONS)


def read_spc(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of the file as one series."""
    file = file_bytes(path)
    head = _read_head(file)
    log = _read_log(file)
    intensity, third = _read_spectra(file, head)
    return [
        raman_series(
            path,
            _find_shift(path, head, log, options),
            intensity,
            unit="counts" if head.y_unit == _COUNTS else "arbitrary",
            labels=_make_labels(head, third),
            metadata={"file": {"comment": head.comment, **log, "clock": "local"}},
            **_find_times(head, third),
        )
    ]


FORMAT = SpectrumFormat(
    name="Galactic SPC",
    extensions=(".spc",),
    recognise=recognise_spc,
    read=read_spc,
    limits="the version of 1996 alone",
)


@dataclass(frozen=True, slots=True)
class _Head:
    """What holds for all spectra of a file."""

    flags: int
    experiment: int
    exponent: int
    axis: FloatArray
    """Shape (m,), in its own unit."""
    x_unit: int
    y_unit: int
    third_unit: int
    spectra: int
    started: float
    """Local time of the measurement as Unix time (s), to the minute; nan if not stated."""
    comment: str
    start: int
    """Where the first spectrum begins."""


def _read_head(file: FileBytes) -> _Head:
    flags, version, experiment, exponent, points, first, last, spectra, x, y, z, _, date = (
        file.unpack("<BBBbIddIBBBBI", 0)
    )
    if version != _VERSION:
        raise UnreadableFileError(
            f"{file.name}: this is an old version of SPC (0x{version:X}). Open it in a newer "
            "program and save it again, or export the spectra as text."
        )
    if flags & _OWN_AXES:
        raise UnreadableFileError(
            f"{file.name}: every spectrum in this file has an axis of its own. Export them as text."
        )
    count = max(spectra, 1)
    if not 2 <= points <= len(file.data) or count * _SUBHEAD > len(file.data):
        raise file.damaged(f"it claims {count} spectra of {points} points")
    uneven = bool(flags & _UNEVEN)
    axis = file.numbers("<f4", points, _HEAD) if uneven else np.linspace(first, last, points)
    return _Head(
        flags=flags,
        experiment=experiment,
        exponent=exponent,
        axis=axis,
        x_unit=x,
        y_unit=y,
        third_unit=z,
        spectra=count,
        started=_unpack_stamp(date),
        comment=file.text(88, 130),
        start=_HEAD + 4 * points * uneven,
    )


def _unpack_stamp(packed: int) -> float:
    """The packed date; some programs write other things there."""
    year, month, day = packed >> 20, packed >> 16 & 15, packed >> 11 & 31
    try:
        stamp = datetime(year, month, day, packed >> 6 & 31, packed & 63, tzinfo=UTC)
    except ValueError:
        return math.nan
    return stamp.timestamp() if 1980 <= year < 2100 else math.nan


def _read_log(file: FileBytes) -> dict[str, str]:
    """Lines ``key = value`` at the end of the file."""
    (start,) = file.unpack("<I", 248)
    if not start or start + 64 > len(file.data):
        return {}
    size, _, offset = file.unpack("<III", start)
    text = file.data[start + offset : start + offset + size].decode("cp1252", "replace")
    pairs = (line.partition("=") for line in re.split(r"[\r\n]+", text)[:_LOG_LINES_KEPT])
    return {key.strip(): value.strip() for key, mark, value in pairs if mark and key.strip()}


def _read_spectra(file: FileBytes, head: _Head) -> tuple[FloatArray, FloatArray]:
    """Intensities, shape (n, m), and the third coordinate, shape (n,)."""
    points, start = head.axis.size, head.start
    rows, third = [], []
    for _ in range(head.spectra):
        _, exponent, _, value = file.unpack("<BbHf", start)
        if not head.flags & _MANY:
            exponent = head.exponent
        kind, scale = _number_type(head.flags, exponent)
        rows.append(file.numbers(kind, points, start + _SUBHEAD) * scale)
        third.append(value)
        start += _SUBHEAD + points * np.dtype(kind).itemsize
    return np.array(rows), np.array(third, dtype=float)


def _number_type(flags: int, exponent: int) -> tuple[str, float]:
    """How numbers are stored, and what they are multiplied with."""
    if exponent == _FLOAT:
        return "<f4", 1.0
    return ("<i2", 2.0 ** (exponent - 16)) if flags & _SHORT else ("<i4", 2.0 ** (exponent - 32))


def _find_shift(
    path: Path, head: _Head, log: Mapping[str, str], options: ReadOptions
) -> FloatArray:
    """Raman shifts (1/cm), from wavelengths by the laser line of the log or the one given."""
    if head.x_unit == _RAMAN_SHIFT:
        return head.axis
    if head.x_unit == _NANOMETRE:
        return _shift_by_laser(path, head.axis, log, options)
    is_raman = head.experiment == _RAMAN_EXPERIMENT or options.technique == "raman"
    if head.x_unit in (_ARBITRARY, _WAVENUMBER) and is_raman:
        return head.axis
    raise UnreadableFileError(
        f"{path.name}: the file does not say that its axis ({head.axis[0]:g} to "
        f"{head.axis[-1]:g}) is a Raman shift; it may be an infrared spectrum. If it is a Raman "
        "shift in 1/cm, say so with --technique raman."
    )


def _shift_by_laser(
    path: Path, axis: FloatArray, log: Mapping[str, str], options: ReadOptions
) -> FloatArray:
    stated = (_LASER.match(f"{key}={value}") for key, value in log.items())
    laser = options.laser_wavelength or next((float(found[1]) for found in stated if found), None)
    if not laser or axis.min() <= 0:
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm and the file does not state the laser line. Give its "
            "wavelength with --laser NM."
        )
    return shift_of_wavelength(axis, laser)


def _make_labels(head: _Head, third: FloatArray) -> list[str]:
    """The third coordinate as a name where it is no time and differs."""
    if len(third) == 1 or head.third_unit in _SECONDS:
        return [""] * len(third)
    if np.unique(third).size < len(third):
        return [f"spectrum {number}" for number in range(1, len(third) + 1)]
    return [f"z={value:.8g}" for value in third]


def _find_times(head: _Head, third: FloatArray) -> dict[str, Any]:
    """Start and time of each spectrum, as far as the file tells them."""
    unit = _SECONDS.get(head.third_unit)
    if len(third) > 1 and unit and np.all(np.diff(third) > 0):
        since = (third - third[0]) * unit
        return {"time": since, "started": head.started + since}
    return {"started": head.started} if len(third) == 1 else {}
