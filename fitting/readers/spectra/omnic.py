"""Thermo OMNIC files: a spectrum (.spa), a group of them (.spg), a series in time (.srs).

A line that names the family, the number of keys at byte 294, a time at 296 (seconds since
1899-12-31, UTC), and from 304 on the keys: 16 bytes with a kind, a place and a length. Of each
spectrum there is a header (kind 2), the float32 numbers (3), and in groups a title with its time
(107). A header holds the number of points, the codes of the units of x and y, the first and last x,
the time of collection in 1/100 s, and for Raman the laser line in 1/cm.

In a series the first key points at the header, which holds the number of spectra and the times of
the first and the step, in minutes. Its spectra are records of 84 bytes (the name first), the
numbers from the lowest to the highest x, and 16 bytes: 4, the time of the next spectrum in 1/100 s,
and zeros (statistics behind the last). A mark of 10 bytes stands 60 bytes before the first of them.

Layout: the notes of SpectroChemPy on these formats (devguide, file_formats/omnic), held against
public files of infrared spectra. No Raman file was at hand; its codes are those of the notes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.binary import FileBytes, file_bytes
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_SINGLE, _SERIES = b"Spectral Data File", b"Spectral Exte File"
_KEY_COUNT, _STAMP, _KEYS, _KEY_SIZE = 294, 296, 304, 16
_HEADER, _NUMBERS, _TITLE = 2, 3, 107
_TITLE_SIZE = 256
_EPOCH = datetime(1899, 12, 31, tzinfo=UTC).timestamp()
_MARK = b"\x02\x00\x00\x00\x18\x00\x00\x00\x00\x00"
_FROM_MARK, _BEFORE, _AFTER = 60, 84, 16
_MOST_POINTS = 10_000_000
_WAVENUMBER, _NANOMETRE, _MICROMETRE, _RAMAN_SHIFT = 1, 3, 4, 32
_RAMAN_INTENSITY = 0x1F


def recognise_omnic(head: bytes) -> bool:
    """Whether the first line is that of OMNIC."""
    return head.startswith((_SINGLE, _SERIES))


def read_omnic(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The Raman spectra of the file, as one series for each axis.

    Raises
    ------
    UnreadableFileError
        If the file is damaged, or holds spectra of another kind.
    """
    file = file_bytes(path)
    is_series = file.data.startswith(_SERIES)
    spectra = list(_read_series(file) if is_series else _read_spectra(file))
    if not spectra:
        raise file.damaged("it holds no spectrum")
    groups: dict[_Axis, list[_Spectrum]] = {}
    for spectrum in spectra:
        groups.setdefault(spectrum.header.axis, []).append(spectrum)
    return [_make_series(path, group, options) for group in groups.values()]


FORMAT = SpectrumFormat(
    name="Thermo OMNIC (.spa, .spg, .srs)",
    extensions=(".spa", ".spg", ".srs"),
    recognise=recognise_omnic,
    read=read_omnic,
    limits="infrared spectra and interferograms are not read",
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """What spectra of one series have in common."""

    points: int
    x_unit: int
    y_unit: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class _Header:
    axis: _Axis
    exposure: float
    """Time of collection (s)."""
    laser: float
    """Line of the laser (1/cm); 0 if not stated."""


@dataclass(frozen=True, slots=True)
class _Spectrum:
    header: _Header
    name: str
    started: float
    """Unix time; nan if not stated."""
    values: FloatArray
    """Shape (m,), in the order of the header's x."""


def _read_spectra(file: FileBytes) -> Iterator[_Spectrum]:
    """The spectra of a single file or a group: each header with the title and numbers after it."""
    header: _Header | None = None
    name, started = file.text(30, _TITLE_SIZE), _parse_stamp(file, _STAMP)
    for kind, place, size in _read_keys(file):
        if kind == _HEADER:
            header = _read_header(file, place)
        elif kind == _TITLE:
            name, started = file.text(place, _TITLE_SIZE), _parse_stamp(file, place + _TITLE_SIZE)
        elif kind == _NUMBERS and header is not None:
            if size != 4 * header.axis.points:
                raise file.damaged(f"a spectrum of {header.axis.points} points takes {size} bytes")
            yield _Spectrum(header, name, started, file.numbers("<f4", header.axis.points, place))


def _read_keys(file: FileBytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of everything in the file."""
    (count,) = file.unpack("<H", _KEY_COUNT)
    for index in range(count):
        kind, _, place, size = file.unpack("<BBII", _KEYS + _KEY_SIZE * index)
        yield kind, place, size


def _read_header(file: FileBytes, place: int) -> _Header:
    (points,) = file.unpack("<I", place + 4)
    first, last = file.unpack("<2f", place + 16)
    (hundredths,) = file.unpack("<I", place + 68)
    (laser,) = file.unpack("<f", place + 96)
    if not 1 < points < _MOST_POINTS or not (math.isfinite(first) and math.isfinite(last)):
        raise file.damaged(f"it claims {points} points from {first:g} to {last:g}")
    x_unit, y_unit = file.data[place + 8], file.data[place + 12]
    laser = laser if math.isfinite(laser) and laser > 0 else 0.0
    return _Header(_Axis(points, x_unit, y_unit, first, last), hundredths / 100, laser)


def _read_series(file: FileBytes) -> Iterator[_Spectrum]:
    """The spectra of a series in time."""
    (place,) = file.unpack("<I", _KEYS + 2)
    header = _read_header(file, place)
    # the numbers of a series rise with x, whichever way its header has the ends
    low, high = sorted((header.axis.first, header.axis.last))
    first, _, step = file.unpack("<3f", place + 1002)
    (count,) = file.unpack("<I", place + 1026)
    # the header's own time is of one collection, or of all of them
    exposure = min(header.exposure, 60 * step) if step > 0 else header.exposure
    header = _Header(replace(header.axis, first=low, last=high), exposure, header.laser)
    begun = _parse_stamp(file, _STAMP) if _is_stamp_repeated(file, place) else math.nan
    since = begun if math.isfinite(begun) else 0.0
    size = _BEFORE + 4 * header.axis.points + _AFTER
    start = _find_records(file, header, count, size)
    for index in range(count):
        record = start + index * size
        yield _Spectrum(
            header,
            file.text(record, _BEFORE),
            since + 60 * (first + index * step) if step > 0 else math.nan,
            file.numbers("<f4", header.axis.points, record + _BEFORE),
        )


def _is_stamp_repeated(file: FileBytes, place: int) -> bool:
    """Whether the time stands in the header too; where it does not, those bytes are no time."""
    stamp = file.data[_STAMP : _STAMP + 4]
    return any(stamp == file.data[place + at : place + at + 4] for at in (836, 828, 368))


def _find_records(file: FileBytes, header: _Header, count: int, size: int) -> int:
    """Where the first spectrum of a series begins: after the mark that is followed by them all."""
    mark = file.data.rfind(_MARK)
    while mark >= 0:
        start = mark + _FROM_MARK
        if start + count * size <= len(file.data) and _are_records(file, start, count, size):
            return start
        mark = file.data.rfind(_MARK, 0, mark)
    raise file.damaged(f"its {count} spectra of {header.axis.points} points were not found")


def _are_records(file: FileBytes, start: int, count: int, size: int) -> bool:
    """Whether the times behind all spectra but the last rise, before zeros."""
    behind = [file.unpack("<3I", start + end * size - _AFTER + 4) for end in range(1, count)]
    times = [time for time, *_ in behind]
    return times == sorted(set(times)) and not any(any(rest) for _, *rest in behind)


def _parse_stamp(file: FileBytes, place: int) -> float:
    (seconds,) = file.unpack("<I", place)
    return _EPOCH + seconds if seconds else math.nan


def _make_series(path: Path, spectra: Sequence[_Spectrum], options: ReadOptions) -> xr.Dataset:
    header = spectra[0].header
    shift = _find_shift(path, header, options)
    exposure = np.array([spectrum.header.exposure for spectrum in spectra])
    started = np.array([spectrum.started for spectrum in spectra])
    is_dated = bool(np.all(started > 0) and started.min() > _EPOCH + 86400)
    return raman_series(
        path,
        shift,
        np.array([spectrum.values for spectrum in spectra]),
        unit="arbitrary",
        labels=[spectrum.name for spectrum in spectra],
        metadata={"file": {"clock": "UTC", "laser": header.laser}},
        time=started - started.min(),
        started=started if is_dated else np.nan,
        exposure=np.where(exposure > 0, exposure, np.nan),
    )


def _find_shift(path: Path, header: _Header, options: ReadOptions) -> FloatArray:
    """Raman shifts (1/cm) of a spectrum, shape (m,).

    Raises
    ------
    UnreadableFileError
        If it is no Raman spectrum, or a wavelength without a laser line.
    """
    axis = header.axis
    x = np.linspace(axis.first, axis.last, axis.points)
    is_raman = axis.y_unit == _RAMAN_INTENSITY
    if axis.x_unit == _RAMAN_SHIFT or (is_raman and axis.x_unit == _WAVENUMBER):
        return x
    if not is_raman or axis.x_unit not in (_NANOMETRE, _MICROMETRE):
        raise UnreadableFileError(
            f"{path.name}: this is no Raman spectrum (OMNIC's codes of its units are "
            f"{axis.x_unit} and {axis.y_unit}), but one such as infrared, or an interferogram. If "
            "it is one of Raman, set its axis to Raman shift in OMNIC and save it again."
        )
    laser = options.laser_wavelength or (1e7 / header.laser if header.laser else None)
    if not laser or x.min() <= 0:
        raise UnreadableFileError(
            f"{path.name}: the axis is a wavelength. Give the wavelength of the laser with "
            "--laser NM, or set the axis to Raman shift in OMNIC."
        )
    return shift_of_wavelength(x * (1000 if axis.x_unit == _MICROMETRE else 1), laser)
