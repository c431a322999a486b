"""A side table: voltages (and cycle, branch, time) for files or spectra, written by the user.

A csv with a header, in any separator and with decimal points or commas::

    file;voltage;cycle;branch
    LPSC_01.vms;3,60;1;charge

A row belongs to the spectra whose file (with or without its extension), label or sample it names;
with a column ``spectrum`` to one of them, by its label or its number counted from 0.
"""

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from fitting.data.errors import VoltageError
from fitting.data.series import SPECTRUM, get_column
from fitting.data.voltage_scale import LITHIUM, VoltageScale, scale_from_text
from fitting.readers.spectra.text import read_text
from fitting.readers.spectra.voltage_from_name import (
    LARGEST,
    branch_from_name,
    name_without_extension,
)

_HEADINGS = {
    "name": r"files?([ _]?name)?|name|labels?|samples?|datei(name)?|path",
    "spectrum": r"spectrum|spectra|scan|block|index",
    "voltage": r"voltage.*|potential.*|spannung.*|(e(we)?|u|v)([ _/]*\(?m?v\)?)?( vs.*)?",
    "cycle": r"cycles?([ _]?(number|index|no\.?))?|cyc|zyklus",
    "branch": r"branch|direction|charge[/ _]discharge|state",
    "time": r"time.*|t([ _/]*\(?s\)?)?|zeit.*",
}
_NUMBER = re.compile(r"(?P<value>[+-]?\d*[.,]?\d+(?:[eE][+-]?\d+)?)\s*(?P<unit>m?V|s)?")
_UNKNOWN = {"", "nan", "-", "ocv", "n/a"}


@dataclass(frozen=True, slots=True)
class SideRow:
    """What one row says; ``nan`` and empty where it says nothing."""

    line: int
    name: str
    """A file, label or sample."""
    spectrum: str
    """Label or number of one spectrum; empty for all."""
    voltage: float
    """V vs Li+/Li."""
    cycle: float
    branch: str
    time: float
    """s."""


@dataclass(frozen=True, slots=True)
class SideTable:
    """The rows of one file."""

    file: str
    rows: tuple[SideRow, ...]


def read_side_table(path: Path, scale: VoltageScale | None = None) -> SideTable:
    """Read a side table; its voltages are converted from ``scale`` to V vs Li+/Li.

    A heading that names the electrode ("voltage vs Li-In") says the scale itself, where no other
    than Li+/Li was asked for.

    Raises
    ------
    UnreadableFileError
        If the file is not text.
    VoltageError
        If a column is missing, a number cannot be read, or two rows name the same spectrum.
    """
    numbered = _iterate_cells(read_text(path))
    if not numbered:
        raise VoltageError(f"{path.name}: the side table is empty. {_EXAMPLE}")
    layout = _find_layout(numbered[0][1], path.name, scale)
    body = numbered[1:] if layout.has_header else numbered
    rows = tuple(_parse_row(layout, cells, line) for line, cells in body)
    _refuse_duplicates(rows, path.name)
    return SideTable(path.name, rows)


def is_side_table(text: str) -> bool:
    """Whether the first line has the headings of a side table, or a name and a voltage."""
    numbered = _iterate_cells(text)
    if not numbered:
        return False
    first = numbered[0][1]
    indices = _index_headings(first)
    is_plain = _is_plain(first, indices) and all(len(cells) == 2 for _, cells in numbered)
    return ("name" in indices and "voltage" in indices) or is_plain


def matching_row(table: SideTable, series: xr.Dataset, index: int) -> SideRow | None:
    """The row for one spectrum of a series: the one that names it most narrowly.

    Raises
    ------
    VoltageError
        If two rows name it equally narrowly.
    """
    ranked = [
        (rank, row) for row in table.rows if (rank := _rank_row(row, series, index)) is not None
    ]
    if not ranked:
        return None
    best = min(rank for rank, _ in ranked)
    rows = [row for rank, row in ranked if rank == best]
    if len(rows) > 1:
        raise VoltageError(
            f"{table.file}: lines {', '.join(str(row.line) for row in rows)} all name the "
            f"spectrum {_describe_spectrum(series, index)}. Keep one of them."
        )
    return rows[0]


def unmatched_rows(table: SideTable, series: Iterable[xr.Dataset]) -> list[str]:
    """A sentence for every row that names none of the spectra."""
    used: set[int] = set()
    for one in series:
        for index in range(one.sizes[SPECTRUM]):
            used |= {row.line for row in table.rows if _rank_row(row, one, index) is not None}
    return [
        f"{table.file}: line {row.line} names {row.name!r}"
        + (f", spectrum {row.spectrum!r}" if row.spectrum else "")
        + ", which was not read. Check the spelling, or leave the line out."
        for row in table.rows
        if row.line not in used
    ]


_EXAMPLE = "It needs a header and rows, such as: file,voltage and LPSC_01.vms,3.60."


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns are, and what the heading says of the voltages."""

    file: str
    indices: Mapping[str, int]
    width: int
    has_header: bool
    scale: VoltageScale
    factor: float
    """Volts per unit of the column."""


def _iterate_cells(text: str) -> list[tuple[int, list[str]]]:
    """Number and cells of every line that holds something."""
    lines = text.split("\n")
    first = next((line for line in lines if _is_content(line)), "")
    separator = next((mark for mark in ";\t," if mark in first), None)
    numbered = [(number, line) for number, line in enumerate(lines, 1) if _is_content(line)]
    if separator is None:
        return [(number, line.split()) for number, line in numbered]
    return [(number, _split_line(line, separator)) for number, line in numbered]


def _is_content(line: str) -> bool:
    return bool(line.strip(" \t,;")) and not line.lstrip().startswith("#")


def _split_line(line: str, separator: str) -> list[str]:
    """The cells without blanks around them and without empty ones at the end."""
    is_quoted = '"' in line and len(line) < csv.field_size_limit()
    cells = next(csv.reader([line], delimiter=separator)) if is_quoted else line.split(separator)
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def _find_layout(first: Sequence[str], file: str, scale: VoltageScale | None) -> _Layout:
    """The layout the first row tells; without headings it is name, voltage."""
    indices = _index_headings(first)
    if _is_plain(first, indices):
        plain = {"name": 0, "voltage": 1}
        return _Layout(file, plain, 2, has_header=False, scale=scale or LITHIUM, factor=1.0)
    if "name" not in indices and "spectrum" not in indices:
        raise VoltageError(f"{file}: no column of the side table is named file. {_EXAMPLE}")
    if "voltage" not in indices:
        raise VoltageError(f"{file}: no column of the side table is named voltage. {_EXAMPLE}")
    heading = first[indices["voltage"]]
    factor = 0.001 if re.search(r"\bmV\b|_mV\b", heading) else 1.0
    stated = _stated_scale(heading, scale, file)
    return _Layout(file, indices, len(first), has_header=True, scale=stated, factor=factor)


def _index_headings(headings: Sequence[str]) -> dict[str, int]:
    """Column by quantity."""
    indices: dict[str, int] = {}
    for index, heading in enumerate(headings):
        for name, pattern in _HEADINGS.items():
            if name not in indices and re.fullmatch(pattern, heading, re.IGNORECASE):
                indices[name] = index
                break
    return indices


def _is_plain(first: Sequence[str], indices: Mapping[str, int]) -> bool:
    """Whether there are no headings, but a name and a voltage in the first line."""
    return not indices and len(first) == 2 and _NUMBER.fullmatch(first[1]) is not None


def _stated_scale(heading: str, scale: VoltageScale | None, file: str) -> VoltageScale:
    against = re.search(r"\bvs\.?[ _]*(.+?)[)\]]*$|_vs_(.+)$", heading, re.IGNORECASE)
    stated = scale_from_text(against[1] or against[2]) if against else None
    if scale is None or scale == LITHIUM:
        return stated or LITHIUM
    if stated and stated.name != scale.name:
        raise VoltageError(
            f"{file}: the heading {heading!r} states voltages vs {stated.name}, but the scale "
            f"{scale.name} was asked for. Make them agree."
        )
    return scale


def _parse_row(layout: _Layout, cells: Sequence[str], line: int) -> SideRow:
    if len(cells) > layout.width:
        raise VoltageError(
            f"{layout.file}: line {line} has more cells than the header. Where the decimal mark "
            "is a comma, separate the columns with semicolons."
        )
    texts = {
        name: cells[index] if index < len(cells) else "" for name, index in layout.indices.items()
    }
    where = f"{layout.file}: line {line}"
    name, spectrum = texts.get("name", ""), texts.get("spectrum", "")
    if not name and not spectrum:
        raise VoltageError(f"{where} names no file or label. {_EXAMPLE}")
    voltage = _parse_number(texts, "voltage", where) * layout.factor + layout.scale.offset
    if abs(voltage) >= LARGEST:
        raise VoltageError(
            f"{where} says {voltage:g} V, which no cell has. Give volts, or write mV into the "
            "heading."
        )
    return SideRow(
        line=line,
        name=name.replace("\\", "/"),
        spectrum=spectrum,
        voltage=voltage,
        cycle=_parse_number(texts, "cycle", where),
        branch=_parse_branch(texts.get("branch", ""), where),
        time=_parse_number(texts, "time", where),
    )


def _parse_number(texts: Mapping[str, str], name: str, where: str) -> float:
    text = texts.get(name, "")
    if text.lower() in _UNKNOWN:
        return math.nan
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise VoltageError(f"{where}: {text!r} in the column {name} is not a number.")
    value = float(match["value"].replace(",", "."))
    return value / 1000 if match["unit"] == "mV" else value


def _parse_branch(text: str, where: str) -> str:
    branch = branch_from_name(text)
    if text.lower() not in _UNKNOWN and not branch:
        raise VoltageError(f"{where}: the branch {text!r} is neither charge nor discharge.")
    return branch


def _refuse_duplicates(rows: Sequence[SideRow], file: str) -> None:
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.name.casefold(), row.spectrum.casefold())
        if key in lines:
            raise VoltageError(
                f"{file}: lines {lines[key]} and {row.line} both name "
                f"{' '.join(filter(None, (row.name, row.spectrum)))!r}. Keep one of them."
            )
        lines[key] = row.line


def _rank_row(row: SideRow, series: xr.Dataset, index: int) -> int | None:
    """How narrowly a row names a spectrum, 0 most; ``None`` if it does not."""
    label = str(get_column(series, "label")[index]).casefold()
    if row.spectrum and row.spectrum.casefold() not in (label, str(index)):
        return None
    source = str(get_column(series, "source")[index])
    sample = str(get_column(series, "sample")[index]).casefold()
    name = row.name.casefold()
    if not name:
        return 50 if row.spectrum else 150
    ranks = [_rank_file_name(name, source.casefold())]
    said = (name, name.split("/")[-1])
    ranks += [40 + place for place, other in enumerate((label, sample)) if other in said]
    ranked = [rank for rank in ranks if rank is not None]
    return min(ranked) + (0 if row.spectrum else 100) if ranked else None


def _rank_file_name(name: str, source: str) -> int | None:
    """How narrowly a path names a file, 0 most: both end alike, as far as the shorter one goes."""
    *folders, file = name.split("/")
    *places, source_file = source.split("/")
    if file not in (source_file, name_without_extension(source_file)):
        return None
    count = min(len(folders), len(places))
    if count and folders[-count:] != places[-count:]:
        return None
    return 2 * max(15 - count, 0) + (file != source_file)


def _describe_spectrum(series: xr.Dataset, index: int) -> str:
    names = [str(get_column(series, name)[index]) for name in ("source", "label")]
    return ", ".join(dict.fromkeys(filter(None, names)))
