"""Bruker OPUS files: the Raman spectrum of an FT spectrometer.

A head of 24 bytes names a directory, which lists blocks by type, length and place. The bits of the
type say what a block holds: data (10 is Raman) or the parameters that belong to it. Parameters are
a name of three letters, a type, a length, and a value.
"""

import math
import struct
from collections.abc import Iterator, Mapping
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
from fitting.readers.spectra.raman_spectra import raman_series
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_MAGIC = b"\x0a\x0a\xfe\xfe"
_RAMAN = 10
_DATA, _STATUS = 0, 1
"""What a block holds of a spectrum: its numbers, or the parameters of its axis."""
_KEPT = ("DAT", "TIM", "DXU", "RLW", "RLP", "RES", "NSS", "SNM", "SFM", "INS", "DUR", "DTC")
_INTEGER, _FLOAT = 0, 1


@dataclass(frozen=True, slots=True)
class _Block:
    quantity: int
    """10 for a Raman spectrum."""
    role: int
    start: int
    size: int
    """Bytes."""


def recognise_opus(head: bytes) -> bool:
    """Whether the file begins as OPUS files do."""
    return head.startswith(_MAGIC)


def read_opus(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """The Raman spectrum.

    Raises
    ------
    UnreadableFileError
        If there is none (an infrared spectrum is none), or the file is damaged.
    """
    file = file_bytes(path)
    blocks = list(_iterate_blocks(file))
    data = [block for block in blocks if (block.quantity, block.role) == (_RAMAN, _DATA)]
    status = [block for block in blocks if (block.quantity, block.role) == (_RAMAN, _STATUS)]
    if not data or not status:
        raise UnreadableFileError(
            f"{path.name}: there is no Raman spectrum in this OPUS file. Save the spectrum as data "
            "point table (.dpt) from OPUS if it is one."
        )
    axis = _read_parameters(file, status[0])
    points = _whole_number(file, axis, "NPT")
    first, last = (_real_number(file, axis, name) for name in ("FXV", "LXV"))
    scale = _real_number(file, axis, "CSF") if "CSF" in axis else 1.0
    intensity = file.numbers("<f4", points, data[0].start) * scale
    about = {
        name: value
        for block in blocks
        if not block.quantity
        for name, value in _read_parameters(file, block).items()
        if name in _KEPT
    }
    return [
        raman_series(
            path,
            _find_shift(file, np.linspace(first, last, points), {**about, **axis}),
            intensity[None, :],
            unit="arbitrary",
            metadata={"file": {**about, **{name: axis[name] for name in _KEPT if name in axis}}},
            started=_find_start(axis),
        )
    ]


FORMAT = SpectrumFormat(
    name="Bruker OPUS",
    extensions=(".0",),
    recognise=recognise_opus,
    read=read_opus,
)


def _iterate_blocks(file: FileBytes) -> Iterator[_Block]:
    _, start, _, count = file.unpack("<4xd3I", 0)
    for index in range(min(count, 1000)):
        kind, words, place = file.unpack("<3I", start + 12 * index)
        if place:
            yield _Block(kind >> 10 & 0x7F, kind >> 4 & 0x3F, place, 4 * words)


def _read_parameters(file: FileBytes, block: _Block) -> dict[str, Any]:
    """Names and values; what is no parameter ends them."""
    found: dict[str, Any] = {}
    start, end = block.start, min(block.start + block.size, len(file.data))
    while start + 8 <= end:
        name = file.text(start, 3)
        kind, words = file.unpack("<2H", start + 4)
        if name == "END" or len(name) != 3 or start + 8 + 2 * words > end:
            break
        found[name] = _read_value(file, kind, start + 8, 2 * words)
        start += 8 + 2 * words
    return found


def _read_value(file: FileBytes, kind: int, start: int, size: int) -> Any:
    for code, layout in ((_INTEGER, "<i"), (_FLOAT, "<d")):
        if kind == code and size == struct.calcsize(layout):
            return file.unpack(layout, start)[0]
    return file.text(start, size)


def _whole_number(file: FileBytes, parameters: Mapping[str, Any], name: str) -> int:
    value = parameters.get(name)
    if not isinstance(value, int) or value < 2:
        raise file.damaged(f"it does not state {name}")
    return value


def _real_number(file: FileBytes, parameters: Mapping[str, Any], name: str) -> float:
    value = parameters.get(name)
    if not isinstance(value, int | float) or not np.isfinite(value):
        raise file.damaged(f"it does not state {name}")
    return float(value)


def _find_shift(file: FileBytes, axis: FloatArray, about: Mapping[str, Any]) -> FloatArray:
    """Raman shifts: OPUS stores them so, or as absolute wavenumbers below the laser's."""
    unit = str(about.get("DXU", ""))
    if unit not in ("RSH", "WN", ""):
        raise UnreadableFileError(
            f"{file.name}: the axis of this OPUS file is in {unit}. Change it to Raman shift in "
            "OPUS and save the file again."
        )
    stated = about.get("RLW")
    laser = stated if isinstance(stated, float) else math.inf
    return laser - axis if unit == "WN" and axis.min() > 0.5 * laser else axis


def _find_start(axis: Mapping[str, Any]) -> float:
    """Local time of the measurement as Unix time (s); nan where it is not stated."""
    text = f"{axis.get('DAT', '')} {axis.get('TIM', '')}".split(".")[0].split("(")[0].strip()
    for pattern in ("%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return math.nan
