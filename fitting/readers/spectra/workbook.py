"""Workbooks (.xlsx; .xls by the package xlrd): Avantage, KherveFitting, and plain tables.

Which program wrote a sheet is told by its cells; every other sheet is read as the same text would
be. Sheets of results that stand beside those of a program are passed over. Rates are in counts per
second without a counting time, so the noise is estimated. The program's own fit is kept beside the
spectra.
"""

import io
import struct
from pathlib import Path
from typing import Any

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.data.series import with_warnings
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import avantage, khervefitting
from fitting.readers.spectra.plain_sheet import is_measured_table, read_plain_sheets
from fitting.readers.spectra.sheet import Cell, Sheet
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.xps_spectra import NotASpectrumError, XpsSpectrum, series_of
from fitting.readers.workbook_cells import read_workbook_cells

_LAYOUTS = (avantage, khervefitting)
_OLD_ERROR, _OLD_EMPTY = 5, (0, 6)
"""Kinds of cells in the format of .xls."""


def recognise_workbook(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a workbook."""
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def read_workbook(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read every sheet that holds a spectrum.

    Raises
    ------
    UnreadableFileError
        If the workbook is damaged or holds none.
    """
    return _make_series(path, _read_sheets(path), options)


FORMAT = SpectrumFormat(
    name="workbook (.xlsx): Avantage, KherveFitting, plain tables",
    extensions=(".xlsx",),
    recognise=recognise_workbook,
    read=read_workbook,
    limits="no counting time: the noise is estimated; no time of measurement",
)


def read_old_workbook(path: Path, options: ReadOptions = DEFAULT) -> list[xr.Dataset]:
    """Read every sheet of an old workbook (.xls) that holds a spectrum.

    Raises
    ------
    UnreadableFileError
        If xlrd is not installed, or the workbook is damaged or holds none.
    """
    return _make_series(path, _old_sheets(path), options)


def _make_series(path: Path, sheets: list[Sheet], options: ReadOptions) -> list[xr.Dataset]:
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    plain: list[Sheet] = []
    for sheet in sheets:
        layout = next((layout for layout in _LAYOUTS if layout.is_spectrum(sheet)), None)
        if layout is None:
            plain.append(sheet)
            continue
        try:
            spectra.append(layout.spectrum_of(sheet))
        except NotASpectrumError as reason:
            dropped.append(f"sheet {sheet.title!r}: {reason}")
    if not spectra and not dropped:
        return _read_plain(path, plain, options)
    tables, _ = read_plain_sheets(path, [*filter(is_measured_table, plain)], options)
    if not spectra and tables:
        return [
            with_warnings(one, [f"Left out: {reason}." for reason in dropped]) for one in tables
        ]
    results = {"results": avantage.results_of(sheets)}
    return [*series_of(path, spectra, dropped=dropped, metadata=results), *tables]


def _read_plain(path: Path, sheets: list[Sheet], options: ReadOptions) -> list[xr.Dataset]:
    series, reasons = read_plain_sheets(path, sheets, options)
    if not series:
        found = "; ".join(reasons) or "all of its sheets are empty, or hold formulas without values"
        raise UnreadableFileError(f"{path.name}: there is no spectrum in this workbook. {found}")
    return series


def _read_sheets(path: Path) -> list[Sheet]:
    return [Sheet(title, rows) for title, rows in read_workbook_cells(path)]


def _old_sheets(path: Path) -> list[Sheet]:
    """The sheets of an .xls file with their cells."""
    reader = load_for_file(path, "xlrd", "xlrd", "save the workbook as .xlsx")
    try:
        with reader.open_workbook(str(path), logfile=io.StringIO()) as book:
            return [
                Sheet(
                    sheet.name,
                    tuple(tuple(map(_old_cell, sheet.row(row))) for row in range(sheet.nrows)),
                )
                for sheet in book.sheets()
            ]
    except (reader.XLRDError, reader.compdoc.CompDocError, ValueError, LookupError, TypeError,
            AttributeError, AssertionError, ArithmeticError, struct.error, OSError, MemoryError,
            RecursionError, NameError) as error:  # fmt: skip
        raise _damage_error(path, str(error)) from error


def _old_cell(cell: Any) -> Cell:
    """The value of a cell; an error such as #DIV/0! is kept as a number there."""
    if cell.ctype == _OLD_ERROR:
        return "#ERROR!"
    return None if cell.ctype in _OLD_EMPTY else cell.value


def _damage_error(path: Path, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}: the workbook is damaged ({reason}). Copy or export it again."
    )
