"""Workbooks (.xlsx; .xls by the package xlrd) with a spectrum per sheet: Avantage, KherveFitting.

Which program wrote a sheet is told by its cells; sheets that hold no spectrum (titles, tables) are
passed over. Rates are in counts per second without a counting time, so the noise is estimated. The
program's own fit is kept beside the spectra.
"""

import io
import struct
from pathlib import Path

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import avantage, khervefitting
from fitting.readers.spectra.sheet import Sheet
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.xps_spectra import NotASpectrumError, XpsSpectrum, series_of
from fitting.readers.workbook_cells import read_workbook_cells

_LAYOUTS = (avantage, khervefitting)


def recognise_workbook(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a workbook."""
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def read_workbook(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """Read every sheet that holds a spectrum.

    Raises
    ------
    UnreadableFileError
        If the workbook is damaged or holds none.
    """
    return _make_series(path, _read_sheets(path))


FORMAT = SpectrumFormat(
    name="Avantage or KherveFitting workbook (.xlsx)",
    extensions=(".xlsx",),
    recognise=recognise_workbook,
    read=read_workbook,
    limits="no counting time: the noise is estimated; no time of measurement",
)


def read_old_workbook(path: Path) -> list[xr.Dataset]:
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
    return [Sheet(title, rows) for title, rows in read_workbook_cells(path)]


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
