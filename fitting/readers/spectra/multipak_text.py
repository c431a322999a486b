"""ASCII export of PHI MultiPak: a line that describes each region, then its counts.

::

    Element S 2p; Region 3 of 6; Depth Cycle 1 of 1; Time Per Step 50; Sweeps 8; Anode Al; ...
    180.00<TAB>1620

Energies are binding energies, the time per step is in ms for one sweep, the numbers are counts of
all sweeps. A survey may have no element. In a sputter profile the depth is the number of the cycle:
the file holds no time.
"""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_FIELDS = ("Element", "Region", "Depth Cycle", "Time Per Step", "Sweeps", "Anode", "Photon Energy")
_HEAD = re.compile(r"^[ \t]*Element\b[^;\n]*;.*\bTime Per Step\b", re.MULTILINE)


def recognise_multipak_text(head: bytes) -> bool:
    """Whether a file that begins with these bytes was exported by MultiPak."""
    text = decode_text(head)
    return text is not None and _HEAD.search(text[:4000]) is not None


def read_multipak_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """Read every region of every depth.

    Raises
    ------
    UnreadableFileError
        If there is none, or a row is damaged.
    """
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for stated, rows in _iterate_blocks(path):
        try:
            spectra.append(_make_spectrum(stated, rows))
        except NotASpectrumError as reason:
            dropped.append(f"region {stated.get('Region', '')!r}: {reason}")
    return series_of(path, spectra, dropped=dropped)


FORMAT = SpectrumFormat(
    name="PHI MultiPak text",
    extensions=(".txt", ".csv"),
    recognise=recognise_multipak_text,
    read=read_multipak_text,
    limits="no time of measurement",
)


def _iterate_blocks(path: Path) -> Iterator[tuple[dict[str, str], list[tuple[float, float]]]]:
    """What each description says, and the numbers below it."""
    stated: dict[str, str] = {}
    rows: list[tuple[float, float]] = []
    lines = read_text(path).split("\n")
    for number, line in enumerate(lines, start=1):
        if _HEAD.match(line):
            if stated:
                yield stated, rows
            stated, rows = _parse_stated(line), []
        elif stated and line.strip():
            row = _parse_row(line)
            if row:
                rows.append(row)
            elif any(later.strip() for later in lines[number:]):
                raise UnreadableFileError(
                    f"{path.name}, line {number}: {line.strip()[:40]!r} is not an energy and a "
                    "number. The file is damaged; export it again from MultiPak."
                )
    if stated:
        yield stated, rows


def _parse_stated(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";")]
    return {
        name: part.removeprefix(name).strip()
        for part in parts
        for name in _FIELDS
        if part.startswith(name)
    }


def _parse_row(line: str) -> tuple[float, float] | None:
    cells = line.split()
    try:
        return (float(cells[0]), float(cells[1])) if len(cells) == 2 else None
    except ValueError:
        return None


def _make_spectrum(stated: Mapping[str, str], rows: list[tuple[float, float]]) -> XpsSpectrum:
    table = np.array(sorted(rows), dtype=float).reshape(-1, 2)
    energy, counts = table[:, 0], table[:, 1]
    require_spectrum(energy, counts)
    element = stated.get("Element", "")
    cycle, _, cycles = stated.get("Depth Cycle", "").partition(" of ")
    seconds = (
        _parse_number(stated.get("Time Per Step", ""))
        / 1000
        * _parse_number(stated.get("Sweeps", ""))
    )
    is_profile = _parse_number(cycles) > 1
    return XpsSpectrum(
        region=name_region([element], energy),
        energy=energy,
        values=counts,
        kind="counts",
        sample="",
        label=f"{element} cycle {cycle}" if is_profile else element,
        seconds=seconds if seconds > 0 else math.nan,
        depth=_parse_number(cycle) if is_profile else math.nan,
        depth_unit="cycle",
        metadata=dict(stated),
    )


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
