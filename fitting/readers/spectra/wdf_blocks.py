"""The blocks of a Renishaw WDF file (WiRE 3 to 5), as arrays.

A file is a chain of blocks, each with a head of 16 bytes: four letters, a number, and its whole
size. ``WDF1`` is the header, ``DATA`` the intensities as float32, ``XLST`` the axis, ``ORGN`` one
list of numbers per quantity known for each spectrum (position, time, flags), ``WMAP`` the map,
``WXDM`` the settings. Everything is little-endian. Each size is checked against the file before it
is believed.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray

SIGNATURE = b"WDF1"

_HEAD = struct.Struct("<4sIQ")
_HEADER_SIZE = 512
_LARGEST_BLOCK_COUNT = 100_000
_ORIGIN_HEAD = 24
_PRIMARY = 0x8000_0000
# 1601-01-01, from which FILETIME counts in 100 ns, to 1970-01-01
_FILETIME_TO_UNIX = 11_644_473_600.0
_LONGEST_EXPOSURE = 86_400_000


class DamagedWdfError(ValueError):
    """A block is missing or does not fit into the file; the message ends a sentence."""


@dataclass(frozen=True, slots=True)
class WdfHeader:
    """What the header says."""

    points: int
    spectra: int
    collected: int
    """Spectra measured before the measurement ended or was aborted."""
    accumulations: int
    x_count: int
    flags: int
    scan_type: int
    start: float
    """Unix time (s); nan if not stated."""
    end: float
    """Unix time (s); nan if not stated."""
    unit: int
    laser_wavenumber: float
    """1/cm; 0 if not stated."""
    title: str
    program: str


@dataclass(frozen=True, slots=True)
class Origin:
    """One quantity that is known for each spectrum."""

    kind: int
    unit: int
    label: str
    raw: NDArray[np.uint64]
    """Shape (spectra,): the bits of a float64, a FILETIME or flags."""

    @property
    def numbers(self) -> FloatArray:
        return self.raw.view("<f8").astype(float)

    @property
    def unix_times(self) -> FloatArray:
        """Unix times (s); nan where there is no stamp."""
        return np.where(self.raw > 0, self.raw / 1e7 - _FILETIME_TO_UNIX, np.nan)


@dataclass(frozen=True, slots=True)
class WdfFile:
    """All of a file that is needed here."""

    header: WdfHeader
    x_unit: int
    x: FloatArray
    """Shape (points,)."""
    intensity: NDArray[np.float32]
    """Shape (spectra in the file, points)."""
    origins: Mapping[int, Origin]
    """By kind."""
    map_shape: tuple[int, int, int] | None
    map_flags: int
    exposure: float
    """Exposure of one accumulation (s); nan if not stated."""


def parse_wdf(data: bytes) -> WdfFile:
    """Take a file apart.

    Raises
    ------
    DamagedWdfError
        If a block that is needed is missing or too short.
    """
    header = _read_header(data)
    blocks = _find_blocks(data)
    x_unit, x = _read_axis(_body_of_block(data, blocks, "XLST"), header)
    map_flags, map_shape = _map_area(_body_of_block(data, blocks, "WMAP", needed=False))
    return WdfFile(
        header=header,
        x_unit=x_unit,
        x=x,
        intensity=_read_intensity(_body_of_block(data, blocks, "DATA"), header),
        origins=_read_origins(_body_of_block(data, blocks, "ORGN", needed=False), header),
        map_shape=map_shape,
        map_flags=map_flags,
        exposure=_find_exposure(_body_of_block(data, blocks, "WXDM", needed=False)),
    )


def _read_header(data: bytes) -> WdfHeader:
    if len(data) < _HEADER_SIZE:
        raise DamagedWdfError("the header is cut off")
    points, spectra, collected, accumulations = struct.unpack_from("<IQQI", data, 60)
    x_count = struct.unpack_from("<I", data, 88)[0]
    scan_type, _, start, end, unit, laser = struct.unpack_from("<IIQQIf", data, 128)
    if points < 2 or spectra < 1:
        raise DamagedWdfError(f"the header states {spectra} spectra of {points} points")
    version = ".".join(str(part) for part in struct.unpack_from("<4H", data, 120))
    return WdfHeader(
        points=points,
        spectra=spectra,
        collected=min(collected, spectra),
        accumulations=accumulations,
        x_count=x_count,
        flags=struct.unpack_from("<Q", data, 16)[0],
        scan_type=scan_type,
        start=_unix_time(start),
        end=_unix_time(end),
        unit=unit,
        laser_wavenumber=float(laser) if np.isfinite(laser) and laser > 0 else 0.0,
        title=_decode_text(data[240:400]),
        program=f"{_decode_text(data[96:120])} {version}".strip(),
    )


def _unix_time(filetime: int) -> float:
    return filetime / 1e7 - _FILETIME_TO_UNIX if filetime else float("nan")


def _decode_text(data: bytes) -> str:
    return data.split(b"\x00", 1)[0].decode("utf-8", errors="replace").strip()


def _find_blocks(data: bytes) -> dict[str, tuple[int, int]]:
    """Start and end of the first block of every name."""
    found: dict[str, tuple[int, int]] = {}
    position = 0
    for _ in range(_LARGEST_BLOCK_COUNT):
        if position + _HEAD.size > len(data):
            break
        name, _, size = _HEAD.unpack_from(data, position)
        if size < _HEAD.size:
            break
        found.setdefault(name.decode("latin-1"), (position + _HEAD.size, position + size))
        position += size
    return found


def _body_of_block(
    data: bytes, blocks: Mapping[str, tuple[int, int]], name: str, *, needed: bool = True
) -> memoryview:
    """What a block holds, as far as the file goes."""
    if name not in blocks:
        if needed:
            raise DamagedWdfError(f"the block {name} is missing")
        return memoryview(b"")
    start, stop = blocks[name]
    return memoryview(data)[start : min(stop, len(data))]


def _read_axis(body: memoryview, header: WdfHeader) -> tuple[int, FloatArray]:
    if header.x_count != header.points:
        raise DamagedWdfError(f"{header.points} points have {header.x_count} axis positions")
    if len(body) < 8 + 4 * header.points:
        raise DamagedWdfError("the axis is cut off")
    unit = int(struct.unpack_from("<I", body, 4)[0])
    return unit, np.frombuffer(body, "<f4", header.points, 8).astype(float)


def _read_intensity(body: memoryview, header: WdfHeader) -> NDArray[np.float32]:
    """The spectra that are completely in the file."""
    complete = min(len(body) // (4 * header.points), header.collected)
    if complete == 0:
        raise DamagedWdfError("no spectrum is complete")
    values = np.frombuffer(body, "<f4", complete * header.points)
    return values.reshape(complete, header.points)


def _read_origins(body: memoryview, header: WdfHeader) -> dict[int, Origin]:
    """The quantities that are completely in the file."""
    found: dict[int, Origin] = {}
    size = _ORIGIN_HEAD + 8 * header.spectra
    count = struct.unpack_from("<I", body)[0] if len(body) >= 4 else 0
    for index in range(min(count, (len(body) - 4) // size if len(body) >= 4 else 0)):
        start = 4 + index * size
        kind, unit = struct.unpack_from("<II", body, start)
        label = _decode_text(bytes(body[start + 8 : start + _ORIGIN_HEAD]))
        raw = np.frombuffer(body, "<u8", header.spectra, start + _ORIGIN_HEAD)
        found[kind & ~_PRIMARY] = Origin(kind & ~_PRIMARY, unit, label, raw)
    return found


def _map_area(body: memoryview) -> tuple[int, tuple[int, int, int] | None]:
    """Flags (2: columns first, 4: to and fro) and numbers of positions along x, y, z."""
    if len(body) < 44:
        return 0, None
    flags = int(struct.unpack_from("<I", body)[0])
    x, y, z = struct.unpack_from("<III", body, 32)
    return flags, (x, y, z)


def _find_exposure(body: memoryview) -> float:
    """Exposure time in the settings (s): properties are found by the number their name defines."""
    settings = bytes(body)
    name = re.search(rb"k.(..)\x0d\x00\x00\x00Exposure Time", settings, re.DOTALL)
    if name is None:
        return float("nan")
    value = re.search(rb"i\x00" + re.escape(name[1]) + rb"(....)", settings, re.DOTALL)
    milliseconds = struct.unpack("<i", value[1])[0] if value else 0
    is_plausible = 0 < milliseconds < _LONGEST_EXPOSURE
    return milliseconds / 1000 if is_plausible else float("nan")
