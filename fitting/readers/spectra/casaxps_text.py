"""Spectra exported as text by CasaXPS, in both of its layouts, with the curves of its fit.

Rows (csv): lines of separators, the photon energy and counting time, a line of names, numbers.
Names are a prefix and the name of the block, and blocks stand side by side::

    Characteristic Energy eV,1486.6,Acquisition Time s,5,,,,
    BE_S 2p 2,CPS_S 2p 2,S 2p_1_S 2p 2,...,Background_S 2p 2,Envelope_S 2p 2
    173.7,5694.2,5694.25,...

Columns (txt, tabulators): blocks below each other, between blank lines. A title (row, sample and
block), a line as above, five lines that describe the components, names, numbers; the curves come
twice, over kinetic energy in counts and over binding energy in counts per second::

    Cycle 0:FeO:Fe2p
    <TAB>Characteristic Energy eV<TAB>1.486610e+003<TAB>Acquisition Time s<TAB>2.000000e+000
    Name / Position / FWHM / Area / Lineshape
    K.E.<TAB>Counts<TAB>Fe 2p<TAB>Background<TAB>Envelope<TAB><TAB>B.E.<TAB>CPS<TAB>Fe 2p<TAB>...

The acquisition time is dwell time x scans, so the counts are known. A component's curve stands on
the background. Binding energies are those CasaXPS showed, its calibration included.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.published_fit import (
    FIT_KEY,
    FitComponent,
    FitCurves,
    FitQuantity,
    PublishedFit,
    component_on_curve,
    fit_to_json,
)
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_MARK = "Characteristic Energy eV"
_TIME = "Acquisition Time s"
_BINDING = "B.E."
_REPORT = re.compile(r"Name\tPosition\tFWHM\tRaw Area|^Peak Area Results", re.MULTILINE)
_ROWS_NAMES = re.compile(r"^\"?[BK]E_.*\bCPS_")


@dataclass(frozen=True, slots=True)
class _Table:
    """One block: names of its columns, and its numbers."""

    sample: str
    label: str
    photon_energy: float
    seconds: float
    names: tuple[str, ...]
    """``BE`` or ``KE``, ``CPS``, components, ``Background``, ``Envelope``."""
    numbers: FloatArray
    """Shape (m, columns)."""
    described: tuple[FitComponent, ...] = ()
    """The components as the block describes them in words."""


def recognise_casaxps_text(head: bytes) -> bool:
    """Whether a file that begins with these bytes was exported by CasaXPS."""
    text = decode_text(head)
    if text is None:
        return False
    start = text[:4000]
    is_export = _MARK in start and ("CPS_" in start or "K.E.\tCounts" in start)
    return is_export or _REPORT.search(start) is not None


def read_casaxps_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read every block.

    Raises
    ------
    UnreadableFileError
        If the file is a report without spectra, or damaged.
    """
    text = read_text(path)
    if _MARK not in text:
        raise UnreadableFileError(
            f"{path.name}: a quantification report of CasaXPS, which holds no spectra. "
            "Export the spectra as text or VAMAS."
        )
    lines = text.split("\n")
    is_rows = any(_ROWS_NAMES.match(line) for line in lines)
    tables = _tables_in_rows(path, lines) if is_rows else list(_tables_in_columns(path, lines))
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for table in tables:
        try:
            spectra.append(_make_spectrum(table, options))
        except NotASpectrumError as reason:
            dropped.append(f"{table.label!r}: {reason}")
    return series_of(path, spectra, dropped=dropped)


FORMAT = SpectrumFormat(
    name="CasaXPS text (rows or columns)",
    extensions=(".csv", ".txt"),
    recognise=recognise_casaxps_text,
    read=read_casaxps_text,
    limits="no time of measurement",
)


def _tables_in_rows(path: Path, lines: Sequence[str]) -> list[_Table]:
    """Blocks side by side: each begins with a column of energies."""
    top = next(index for index, line in enumerate(lines) if _ROWS_NAMES.match(line))
    separator = max(",;\t", key=lines[top].count)
    names = _split_cells(lines[top], separator)
    starts = [index for index, name in enumerate(names) if re.match(r"[BK]E_", name)]
    marked = next((line for line in lines[:top] if _MARK in line), "")
    conditions = _read_conditions(_split_cells(marked, separator))
    conditions += conditions[:1] * len(starts)
    tables = []
    ends = pairwise([*starts, len(names)])
    for (start, stop), condition in zip(ends, conditions, strict=False):
        block = names[start].partition("_")[2]
        columns = tuple(_plain_name(name, block) for name in names[start:stop] if name)
        rows = _Rows(path.name, lines, top + 1, len(lines), start, len(columns))
        tables.append(_Table("", block, *condition, columns, rows.numbers(separator)))
    return tables


def _tables_in_columns(path: Path, lines: Sequence[str]) -> Iterator[_Table]:
    """Blocks below each other: each begins a line before the one with the photon energy."""
    marks = [index for index, line in enumerate(lines) if _MARK in line]
    for mark, following in pairwise([*marks, len(lines) + 1]):
        stop = following - 1
        title = lines[mark - 1].strip() if mark else ""
        cycle, _, rest = title.partition(":")
        sample, _, label = rest.rpartition(":")
        top = next(
            (row for row in range(mark, stop) if _BINDING in _split_cells(lines[row], "\t")), stop
        )
        names = _split_cells(lines[top], "\t") if top < stop else [_BINDING]
        start = names.index(_BINDING)
        columns = ("BE", *(name.removesuffix(" CPS") for name in names[start + 1 :] if name))
        rows = _Rows(path.name, lines, top + 1, stop, start, len(columns))
        yield _Table(
            sample,
            label or cycle,
            *_read_conditions(_split_cells(lines[mark], "\t"))[0],
            columns,
            rows.numbers("\t"),
            _describe_components(lines[mark + 1 : top]),
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where the numbers of one block stand."""

    file_name: str
    lines: Sequence[str]
    first: int
    stop: int
    start: int
    """The first column."""
    width: int

    def numbers(self, separator: str) -> FloatArray:
        """The numbers down to the first empty row, shape (m, width).

        Raises
        ------
        UnreadableFileError
            If a row is not all numbers; only the last of the file may be cut off.
        """
        table: list[list[float]] = []
        for index in range(self.first, self.stop):
            cells = _split_cells(self.lines[index], separator)[self.start : self.start + self.width]
            if not any(cells):
                break
            try:
                table.append([_parse_number(cell) for cell in cells])
            except ValueError as error:
                raise self._error(index, str(error)) from error
            if len(cells) < self.width:
                if any(self.lines[index + 1 :]):
                    raise self._error(index, f"{len(cells)} numbers for {self.width} columns")
                table.pop()
        return np.array(table, dtype=float).reshape(len(table), self.width)

    def _error(self, index: int, problem: str) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.file_name}, line {index + 1}: {problem}. The file is damaged; export it again "
            "from CasaXPS."
        )


def _split_cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(separator)]


def _parse_number(text: str) -> float:
    """A number with a point or a comma for decimals.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a number") from None


def _read_conditions(cells: Sequence[str]) -> list[tuple[float, float]]:
    """Photon energy (eV) and counting time (s) of every block in a line; nan if not stated."""
    starts = [index for index, cell in enumerate(cells) if cell == _MARK]
    found = []
    for start, stop in pairwise([*starts, len(cells)]):
        stated = dict(zip(cells[start:stop:2], cells[start + 1 : stop : 2], strict=False))
        found.append((_stated_number(stated, _MARK), _stated_number(stated, _TIME)))
    return found or [(math.nan, math.nan)]


def _stated_number(stated: dict[str, str], name: str) -> float:
    try:
        value = _parse_number(stated.get(name, ""))
    except ValueError:
        return math.nan
    return value if value > 0 else math.nan


def _plain_name(name: str, block: str) -> str:
    """The name of a column without that of its block: "BE", "CPS", "S 2p_1", "Background"."""
    return name.removesuffix(f"_{block}")


def _describe_components(lines: Sequence[str]) -> tuple[FitComponent, ...]:
    """Components from lines such as ``Position<TAB><TAB>709.05<TAB>716.00``."""
    rows = {cells[0]: cells[2:] for cells in (_split_cells(line, "\t") for line in lines)}
    kinds = ("Name", "Lineshape", "Area", "FWHM", "Position")
    columns = zip(*(rows.get(kind, []) for kind in kinds), strict=False)
    return tuple(
        FitComponent(
            name, shape, _parse_quantity(area), _parse_quantity(fwhm), _parse_quantity(position)
        )
        for name, shape, area, fwhm, position in columns
        if name
    )


def _parse_quantity(text: str) -> FitQuantity:
    try:
        return FitQuantity(_parse_number(text))
    except ValueError:
        return FitQuantity()


def _make_spectrum(table: _Table, options: ReadOptions) -> XpsSpectrum:
    if table.names[1:2] != ("CPS",):
        raise NotASpectrumError("it has no columns of energies and counts per second")
    axis = table.numbers[:, 0]
    is_stated = math.isfinite(table.photon_energy)
    photon_energy = table.photon_energy if is_stated else options.photon_energy or math.nan
    energy = axis if table.names[0] == "BE" else photon_energy - axis
    order = np.argsort(energy, kind="stable")
    numbers = table.numbers[order]
    require_spectrum(energy[order], numbers[:, 1])
    fit = _take_fit(table.names, energy[order], numbers, table.described)
    return XpsSpectrum(
        region=name_region([table.label], energy),
        energy=energy[order],
        values=numbers[:, 1],
        kind="rate",
        sample=table.sample,
        label=table.label,
        seconds=table.seconds,
        photon_energy=photon_energy,
        metadata={
            **({"source energy": table.photon_energy} if is_stated else {}),
            **({FIT_KEY: fit_to_json(fit)} if fit else {}),
        },
    )


def _take_fit(
    names: Sequence[str],
    energy: FloatArray,
    numbers: FloatArray,
    described: tuple[FitComponent, ...],
) -> PublishedFit | None:
    """The curves of the fit; components that are not described in words are measured on them."""
    if "Background" not in names or "Envelope" not in names:
        return None
    background = numbers[:, names.index("Background")]
    columns = [index for index, name in enumerate(names) if index > 1 and name not in _TOTALS]
    components = (numbers[:, columns] - background[:, None]).T
    if len(described) != len(columns):
        described = tuple(
            component_on_curve(names[index], energy, curve)
            for index, curve in zip(columns, components, strict=True)
        )
    envelope = numbers[:, names.index("Envelope")]
    return PublishedFit(
        "CasaXPS", components=described, curves=FitCurves(energy, background, envelope, components)
    )


_TOTALS = frozenset({"Background", "Envelope"})
