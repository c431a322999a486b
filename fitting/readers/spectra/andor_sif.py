"""Andor Solis files (.sif): frames of a spectrograph's camera.

A header of lines with single bytes among them, whose length differs between versions, then float32
numbers. Read from both ends: the third line holds times, and the lines before ``Pixel number`` the
calibration of the pixels (a polynomial, nm) and the laser line. Frames are spectra one after the
other. The axis is taken from the calibration even where the program showed Raman shifts. The
layout was read off files of version 65567; one without these lines is said to be unknown.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
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

_NUMBER = rb"(-?[\d.]+(?:e[+-]?\d+)?)"
_TIMES = re.compile(
    rb"\n(\d+) \d+ \d+ \d+ (?P<started>\d+) " + _NUMBER + rb" .{10}\d+ "
    rb"(?P<exposure>[\d.e+-]+) [\d.e+-]+ [\d.e+-]+ (?P<accumulations>\d+) . (?P<cycle>[\d.e+-]+) ",
    re.DOTALL,
)
_CALIBRATION = re.compile(
    rb"\n(?P<terms>-?\d[^\n]{0,200})\n[^\n]{0,200}\n[^\n]{0,200}\n(?P<laser>[^\n]{0,40})\n"
    rb"[^\n]{0,40}\n[^\n]{0,40}\n\d+\n\d+\n(?P<axis>[^\n\d]{1,40})\d+\n(?P<unit>[^\n\d]{1,40})\d+\n"
    rb"Pixel number\d+ (?P<layout>[\d ]{1,200})\n\d+ (?P<image>[\d ]{1,200})\n"
)
_LONGEST_HEADER = 1 << 16
_STAMP = re.compile(rb" *\d+\n")


def recognise_sif(head: bytes) -> bool:
    """Whether the file begins as those of Solis do."""
    return head.startswith(b"Andor Technology")


def read_sif(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The frames as one series.

    Raises
    ------
    UnreadableFileError
        If the file is damaged, of an unknown version, or holds images.
    """
    file = file_bytes(path)
    header = _read_header(file)
    frames = file.numbers("<f4", header.frames * header.pixels, header.data)
    since = header.cycle * np.arange(header.frames)
    return [
        raman_series(
            path,
            _find_shift(path, header, options),
            frames.reshape(header.frames, header.pixels),
            unit="counts" if header.unit == "Counts" else "arbitrary",
            metadata={"file": header.about},
            time=since,
            started=header.started + since,
            exposure=header.exposure,
        )
    ]


FORMAT = SpectrumFormat(
    name="Andor Solis (.sif)",
    extensions=(".sif",),
    recognise=recognise_sif,
    read=read_sif,
    limits="versions other than 65567 are not read; no images",
)


@dataclass(frozen=True, slots=True)
class _Header:
    terms: FloatArray
    """Of the polynomial that gives the wavelength (nm) of a pixel, counted from 1."""
    laser: float
    """Wavelength (nm); nan if not stated."""
    frames: int
    pixels: int
    data: int
    """Where the numbers begin."""
    unit: str
    started: float
    """Unix time (s)."""
    exposure: float
    """Of one frame, all accumulations added (s)."""
    cycle: float
    """From one frame to the next (s)."""
    about: Mapping[str, Any]


def _read_header(file: FileBytes) -> _Header:
    head = file.data[:_LONGEST_HEADER]
    times, calibration = _TIMES.search(head[:1000]), _CALIBRATION.search(head)
    if times is None or calibration is None:
        raise UnreadableFileError(
            f"{file.name}: the file is damaged, or of a version of Solis that is not known. Export "
            "the spectra as ASCII from Solis."
        )
    layout = [int(word) for word in calibration["layout"].split()]
    image = [int(word) for word in calibration["image"].split()]
    if len(layout) < 8 or len(image) < 6 or not 0 < layout[4] <= layout[6] <= len(file.data):
        raise file.damaged("it does not tell how many pixels it has")
    frames, total = layout[4], layout[6]
    if layout[5] != 1 or abs(image[1] - image[3]) + 1 != image[4]:
        raise UnreadableFileError(
            f"{file.name}: the file holds images, or several tracks. Bin each to one spectrum in "
            "Solis and save it again."
        )
    laser, accumulations = _parse_number(calibration["laser"]), int(times["accumulations"])
    exposure = _parse_number(times["exposure"]) * max(accumulations, 1)
    return _Header(
        terms=np.array([_parse_number(word) for word in calibration["terms"].split()]),
        laser=laser,
        frames=frames,
        pixels=total // frames,
        data=_data_start(file, calibration.end(), frames),
        unit=_decode_text(calibration["unit"]),
        started=_parse_number(times["started"]),
        exposure=exposure,
        cycle=_parse_number(times["cycle"]),
        about={
            "version": int(times[1]),
            "axis shown": _decode_text(calibration["axis"]),
            "laser (nm)": laser if laser > 0 else None,
            "accumulations": accumulations,
        },
    )


def _data_start(file: FileBytes, start: int, frames: int) -> int:
    """Behind a line for each frame, and one more that says whether something else follows."""
    for _ in range(frames):
        stamp = _STAMP.match(file.data, start)
        if stamp is None:
            raise file.damaged("a frame has no time")
        start = stamp.end()
    return start + 2 if file.data[start : start + 2] in (b"0\n", b"1\n") else start


def _find_shift(path: Path, header: _Header, options: ReadOptions) -> FloatArray:
    pixel = np.arange(1, header.pixels + 1, dtype=float)
    laser = options.laser_wavelength or header.laser
    if header.terms.size < 2 or not header.terms[1] or not np.isfinite(header.terms).all():
        raise UnreadableFileError(
            f"{path.name}: the file has no wavelength calibration. Calibrate the spectra in Solis, "
            "and save them again."
        )
    wavelength = np.polynomial.polynomial.polyval(pixel, header.terms)
    if not laser > 0 or not np.all(wavelength > 0):
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm and the file does not state the laser line. Give its "
            "wavelength with --laser NM."
        )
    return shift_of_wavelength(wavelength, laser)


def _parse_number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _decode_text(text: bytes) -> str:
    return text.decode("cp1252", "replace").strip()
