"""PHI MultiPak files (.spe, .pro): spectra and depth profiles as the instrument wrote them.

Lines ``Key: value`` from ``SOFH`` to ``EOFH``, then a binary part: four numbers (group, blocks,
size of the blocks' heads, 16), a head of 96 bytes for each block, and the blocks. A block is one
region, one spectrum per sputter cycle; it is in counts per second. ``SpectralRegDef`` tells the
axis and the counting time of one point, all sweeps added: rates times that time are whole numbers.
A number is float32 or float64 by its size; the letter of its type differs between versions.
A block without a region holds the sputter time of every cycle (unit s). Only the date is stated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.binary import FileBytes, file_bytes
from fitting.readers.spectra.counting import unit_kind
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_END = re.compile(rb"EOFH\r?\n")
_BLOCK_HEAD = 96
_SPECTRA = 1
"""What the block is, where it is the spectra of a region."""
_MOST_BLOCKS = 10_000
_NUMBERS = {4: "<f4", 8: "<f8"}
"""Numpy's types of numbers by their bytes."""


@dataclass(frozen=True, slots=True)
class _Region:
    """The definition of a region."""

    name: str
    energy: FloatArray
    """Binding energy (eV) in the order of the points."""
    seconds: float
    pass_energy: float


@dataclass(frozen=True, slots=True)
class _Block:
    """A table of numbers: a row per cycle (or per region, for times)."""

    region: int
    """Number of the region, 0 for none."""
    unit: str
    table: FloatArray


def recognise_phi_binary(head: bytes) -> bool:
    """Whether the file begins as PHI's do."""
    return head.startswith(b"SOFH")


def read_phi_binary(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """Every region with all of its cycles.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or holds no spectrum.
    """
    file = file_bytes(path)
    end = _END.search(file.data)
    if end is None:
        raise file.damaged("its header has no end")
    lines = file.data[: end.start()].decode("cp1252", "replace").splitlines()
    header = dict(line.split(": ", 1) for line in lines if ": " in line)
    regions = _read_regions(lines)
    blocks = list(_iterate_blocks(FileBytes(file.name, file.data[end.end() :])))
    depth = _sputter_times(blocks)
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for block in blocks:
        if block.region not in regions:
            continue
        region = regions[block.region]
        for cycle, values in enumerate(block.table):
            try:
                spectra.append(
                    _make_spectrum(region, block.unit, values, _find_depth(depth, block, cycle))
                )
            except NotASpectrumError as reason:
                dropped.append(f"{region.name}, cycle {cycle + 1}: {reason}")
    return series_of(path, spectra, dropped=dropped, metadata=header)


FORMAT = SpectrumFormat(
    name="PHI MultiPak (.spe, .pro)",
    extensions=(".spe", ".pro"),
    recognise=recognise_phi_binary,
    read=read_phi_binary,
    limits="the date without a time",
)


def _read_regions(lines: Sequence[str]) -> dict[int, _Region]:
    """Regions by their number."""
    regions: dict[int, _Region] = {}
    for line in lines:
        key, _, text = line.partition(": ")
        words = text.split()
        if key != "SpectralRegDef" or len(words) < 12:
            continue
        try:
            number, points = int(words[0]), int(words[4])
            first, last, seconds, pass_energy = (float(words[i]) for i in (6, 7, 10, 11))
        except ValueError:
            continue
        if 1 < points < 1_000_000:
            energy = np.linspace(first, last, points)
            regions[number] = _Region(words[2], energy, seconds, pass_energy)
    return regions


def _iterate_blocks(file: FileBytes) -> Iterator[_Block]:
    _, count, *_ = file.unpack("<4I", 0)
    if count > _MOST_BLOCKS:
        raise file.damaged(f"it claims {count} blocks")
    for index in range(count):
        start = 16 + _BLOCK_HEAD * index
        _, _, _, region, kind, points, cycles = file.unpack("<7I", start)
        size, place = file.unpack("<2I", start + 76)
        width, rest = divmod(size, points * cycles) if points * cycles else (0, 0)
        if width not in _NUMBERS or rest:
            raise file.damaged(f"the size of block {index + 1} is not that of its points")
        table = file.numbers(_NUMBERS[width], points * cycles, place).reshape(cycles, points)
        unit = file.text(start + 56, 16)
        yield _Block(region if kind == _SPECTRA else 0, unit, table)


def _sputter_times(blocks: Sequence[_Block]) -> FloatArray | None:
    """Seconds of sputtering before each cycle of each region, shape (regions, cycles)."""
    return next((block.table for block in blocks if not block.region and block.unit == "s"), None)


def _find_depth(depth: FloatArray | None, block: _Block, cycle: int) -> float:
    is_known = depth is not None and block.region <= len(depth) and cycle < depth.shape[1]
    return float(depth[block.region - 1, cycle]) if is_known and depth is not None else float("nan")


def _make_spectrum(region: _Region, unit: str, values: FloatArray, depth: float) -> XpsSpectrum:
    order = np.argsort(region.energy, kind="stable")
    if values.size != region.energy.size:
        raise NotASpectrumError(f"it has {values.size} of {region.energy.size} points")
    energy, values = region.energy[order], values[order]
    require_spectrum(energy, values)
    known: dict[str, Any] = {} if np.isnan(depth) else {"depth": abs(depth), "depth_unit": "s"}
    return XpsSpectrum(
        region=name_region([region.name], energy),
        energy=energy,
        values=values,
        kind=unit_kind(unit),
        sample="",
        label=region.name,
        seconds=region.seconds if region.seconds > 0 else float("nan"),
        pass_energy=region.pass_energy,
        metadata={"pass energy": region.pass_energy},
        **known,
    )
