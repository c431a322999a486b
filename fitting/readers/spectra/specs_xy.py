"""SPECS Prodigy or SpecsLab 2 text (.xy): one block per scan, each with its time.

Comment lines describe the export, then each group, region, cycle and scan; what is stated last
holds. A block of numbers follows the line of column labels::

    #   Energy Axis:              Binding Energy
    #   Count Rate:               Counts per Second
    # Group:                        1 as-loaded
    # Region:                       S 2p
    # Dwell Time:                   0.1
    # Excitation Energy:            1486.61
    # Number of Scans: 4
    # Cycle: 0, Curve: 0, Scan: 0
    # Acquisition Date:             08/24/23 14:19:47 UTC
    # ColumnLabels:                 energy counts/s
    173.5  15598.679

SpecsLab 2 writes ``Kinetic Energy Axis: no`` in place of ``Energy Axis: Binding Energy``.

Scans that were summed for the export are one block (``Cycle: 0, Curve: 0``); their number then
counts for the counting time. Kinetic energies refer to the Fermi level, so the work function is
not added. Data of external channels and scans at fixed energies are left out.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import unit_kind
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_numbers,
    known_photon_energy,
    name_region,
    require_spectrum,
    series_of,
)

_FIELD = re.compile(r"#\s*([^:]+?):\s*(.*)")
_SCAN = re.compile(r"Scan: *(\d+)")
_LABELS = "ColumnLabels"
_REGION = "Region"
_SCANS = "Number of Scans"
_DATE_FORMATS = ("%m/%d/%y %H:%M:%S", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of numbers with all that was stated before it."""

    stated: Mapping[str, str]
    scan: int | None
    """Counts from 0; ``None`` for scans that were summed."""
    rows: tuple[tuple[float, ...], ...]


def recognise_specs_xy(head: bytes) -> bool:
    """Whether a file that begins with these bytes was exported by SPECS Prodigy."""
    text = decode_text(head)
    return text is not None and re.search(r"^# (XY-Serializer|Region: .*)", text, re.M) is not None


def read_specs_xy(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read every scan.

    Raises
    ------
    UnreadableFileError
        If there is none, or a row of numbers is damaged.
    """
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for block in _iterate_blocks(path):
        try:
            spectra.append(_make_spectrum(block, options))
        except NotASpectrumError as reason:
            dropped.append(f"{block.stated.get(_REGION, '')!r}: {reason}")
    return series_of(path, spectra, dropped=dropped)


FORMAT = SpectrumFormat(
    name="SPECS Prodigy or SpecsLab 2 text (.xy)",
    extensions=(".xy",),
    recognise=recognise_specs_xy,
    read=read_specs_xy,
    limits="the time only if it was exported",
)


def _iterate_blocks(path: Path) -> Iterator[_Block]:
    """The blocks of numbers in their order."""
    stated: dict[str, str] = {}
    scan: int | None = None
    rows: list[tuple[float, ...]] = []
    for number, line in enumerate([*read_text(path).split("\n"), "#"], start=1):
        if line.startswith("#"):
            if rows:
                yield _Block(dict(stated), scan, tuple(rows))
                rows = []
            field = _FIELD.match(line)
            if field and field[1] == "Cycle":
                found = _SCAN.search(field[2])
                scan = int(found[1]) if found else None
            elif field:
                stated[field[1]] = field[2].strip()
        elif line.strip() and _LABELS in stated:
            rows.append(_parse_numbers(path, number, line))


def _parse_numbers(path: Path, number: int, line: str) -> tuple[float, ...]:
    try:
        return tuple(float(text) for text in line.split())
    except ValueError:
        raise UnreadableFileError(
            f"{path.name}, line {number}: {line.strip()[:40]!r} is not a row of numbers. The file "
            "is damaged; export it again from SPECS Prodigy."
        ) from None


def _make_spectrum(block: _Block, options: ReadOptions) -> XpsSpectrum:
    columns = block.stated[_LABELS].split()
    if columns[:1] != ["energy"]:
        raise NotASpectrumError(f"its axis is {' '.join(columns[:1])}, not energy")
    kind = unit_kind(" ".join(columns[1:2]))
    if kind == "arbitrary":
        raise NotASpectrumError(f"it holds {' '.join(columns[1:])}, not counts")
    table = _make_table(block, len(columns))
    energy = _binding_energy(block, table[:, 0], options)
    order = np.argsort(energy, kind="stable")
    energy, table = energy[order], table[order]
    require_spectrum(energy, table[:, 1])
    region = block.stated.get(_REGION, "")
    return XpsSpectrum(
        region=name_region([region], energy),
        energy=energy,
        values=table[:, 1],
        kind=kind,
        sample=block.stated.get("Group", ""),
        label=_make_label(region, block),
        seconds=_counting_time(block),
        started=_parse_start(block.stated),
        pass_energy=_stated_number(block.stated, "Pass Energy"),
        photon_energy=_stated_number(block.stated, "Excitation Energy"),
        metadata={
            **block.stated,
            "other columns": {
                name: known_numbers(table[:, index])
                for index, name in enumerate(columns)
                if index > 1
            },
        },
    )


def _make_label(region: str, block: _Block) -> str:
    scans = _stated_number(block.stated, _SCANS)
    is_one_of_several = block.scan is not None and scans > 1
    return f"{region} scan {(block.scan or 0) + 1} of {scans:.0f}" if is_one_of_several else region


def _make_table(block: _Block, width: int) -> FloatArray:
    """The numbers, shape (m, width); only the last row may be cut off."""
    rows = block.rows[:-1] if len(block.rows[-1]) < width else block.rows
    if any(len(row) != width for row in rows):
        raise NotASpectrumError(f"its rows do not all have the {width} columns it names")
    return np.array(rows, dtype=float).reshape(-1, width)


def _binding_energy(block: _Block, axis: FloatArray, options: ReadOptions) -> FloatArray:
    if _is_binding(block.stated):
        return axis
    stated = _stated_number(block.stated, "Excitation Energy")
    return np.asarray(known_photon_energy(stated, options.photon_energy) - axis, dtype=float)


def _is_binding(stated: Mapping[str, str]) -> bool:
    """Whether the energies are binding energies; SpecsLab 2 asks whether they are kinetic."""
    named = stated.get("Energy Axis", "").lower()
    if named:
        return "binding" in named
    return stated.get("Kinetic Energy Axis", "").lower() in {"no", "false", "0"}


def _counting_time(block: _Block) -> float:
    """Counting time of one point; summed scans count all (s)."""
    dwell = _stated_number(block.stated, "Dwell Time")
    scans = 1.0 if block.scan is not None else _stated_number(block.stated, _SCANS)
    return dwell * scans if dwell * scans > 0 else math.nan


def _parse_start(stated: Mapping[str, str]) -> datetime | None:
    text = stated.get("Acquisition Date", "").removesuffix("UTC").strip()
    for layout in _DATE_FORMATS:
        try:
            return datetime.strptime(text, layout).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _stated_number(stated: Mapping[str, str], name: str) -> float:
    try:
        return float(stated.get(name, ""))
    except ValueError:
        return math.nan
