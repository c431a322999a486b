"""Workbooks (.xlsx; .xls by the package xlrd) with a spectrum per sheet: Avantage, KherveFitting.

Which program wrote a sheet is told by its cells; sheets that hold no spectrum (titles, tables) are
passed over. Rates are in counts per second without a counting time, so the noise is estimated. The
program's own fit is kept beside the spectra.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import avantage, khervefitting
from fitting.readers.spectra.sheet import Sheet
from fitting.readers.spectra.xps_spectra import NotASpectrumError, XpsSpectrum, series_of

FORMAT = "Avantage or KherveFitting workbook (.xlsx)"

MAX_UNPACKED = 500 << 20
"""Workbooks that unpack to more than this (bytes) are refused."""

_LAYOUTS = (avantage, khervefitting)


def recognises(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a workbook."""
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def read(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """Read every sheet that holds a spectrum.

    Raises
    ------
    UnreadableFileError
        If the workbook is damaged or holds none.
    """
    return _make_series(path, _read_sheets(path))


def read_old(path: Path) -> list[xr.Dataset]:
    """Read every sheet of an old workbook (.xls) that holds a spectrum.

    Raises
    ------
    UnreadableFileError
        If xlrd is not installed, or the workbook is damaged or holds none.
    """
    return _make_series(path, _old_sheets(path))


def _make_series(path: Path, sheets: list[Sheet]) -> list[xr.Dataset]:
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for sheet in sheets:
        for layout in _LAYOUTS:
            if not layout.is_spectrum(sheet):
                continue
            try:
                spectra.append(layout.spectrum_of(sheet))
            except NotASpectrumError as reason:
                dropped.append(f"sheet {sheet.title!r}: {reason}")
            break
    if not spectra and not dropped:
        raise UnreadableFileError(
            f"{path.name}: no sheet of this workbook is laid out like one of Avantage or "
            "KherveFitting. Save each spectrum as csv: energy, intensity."
        )
    return series_of(
        path, spectra, dropped=dropped, metadata={"results": avantage.results_of(sheets)}
    )


def _read_sheets(path: Path) -> list[Sheet]:
    """The sheets with their cells, after a check that the archive is whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            broken = None if unpacked > MAX_UNPACKED else archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damage_error(path, str(error)) from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableFileError(
            f"{path.name}: the workbook unpacks to {unpacked >> 20} MB; at most "
            f"{MAX_UNPACKED >> 20} MB are read. Save its sheets as separate workbooks."
        )
    if broken:
        raise _damage_error(path, f"its part {broken} is broken")
    try:
        # opened here: by its name, openpyxl would refuse what is called .xls
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            return [
                Sheet(sheet.title, tuple(sheet.iter_rows(values_only=True)))
                for sheet in book.worksheets
            ]
    except (KeyError, ValueError, TypeError, AttributeError, ParseError) as error:
        raise _damage_error(path, str(error)) from error


def _old_sheets(path: Path) -> list[Sheet]:
    """The sheets of an .xls file with their cells."""
    reader = load_for_file(path, "xlrd", "xlrd", "save the workbook as .xlsx")
    try:
        with reader.open_workbook(str(path), logfile=io.StringIO()) as book:
            return [
                Sheet(sheet.name, tuple(tuple(sheet.row_values(row)) for row in range(sheet.nrows)))
                for sheet in book.sheets()
            ]
    except (reader.XLRDError, reader.compdoc.CompDocError, ValueError, LookupError, TypeError,
            AttributeError, AssertionError, ArithmeticError, struct.error, OSError, MemoryError,
            RecursionError, NameError) as error:  # fmt: skip
        raise _damage_error(path, str(error)) from error


def _damage_error(path: Path, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}: the workbook is damaged ({reason}). Copy or export it again."
    )
