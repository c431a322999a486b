"""Workbooks of records: Arbin, LAND and Neware write them, over several sheets if long.

Every sheet in which a line names a voltage and a time is taken, in the order of the sheets. What a
workbook is, its content tells: an .xlsx that is named .xls is read as what it is.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.budget import begin_meter
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.generic_csv import names_record
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable
from fitting.readers.workbook_cells import read_workbook_cells

_LINES_SEARCHED = 50
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XL_DATE = 3


def recognise_workbook(file: RecordFile) -> bool:
    """Whether the file is a workbook, of whichever version."""
    return (file.head.startswith(_ZIP) and b"xl/" in file.head) or file.head.startswith(_OLE)


def read_workbook(file: RecordFile) -> RecordTable:
    """Headings and rows of all sheets that have the headings of the first one."""
    path = file.path
    sheets = _read_old(path) if file.head.startswith(_OLE) else _read_new(path)
    tables = [found for rows in sheets if (found := _below_headings(rows)) is not None]
    if not tables:
        raise UnreadableFileError(
            f"{path.name}: no sheet of the workbook names a voltage and a time. Export the record "
            "as csv with headings."
        )
    headings = tables[0][0]
    taken = [rows for own, rows in tables if own == headings]
    return RecordTable(
        headings,
        [row for rows in taken for row in rows],
        parts=[number for number, rows in enumerate(taken) for _ in rows],
    )


def _read_new(path: Path) -> list[list[list[str]]]:
    return [
        [[_cell_text(cell) for cell in row] for row in rows]
        for _, rows in read_workbook_cells(path)
    ]


def _read_old(path: Path) -> list[list[list[str]]]:
    xlrd = load_for_file(path, "xlrd", "xlrd", "save the workbook as .xlsx")
    try:
        return list(_iterate_old_sheets(xlrd, path))
    except UnreadableFileError:
        raise
    except (*PARSER_FAULTS, xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        raise UnreadableFileError(
            f"{path.name}: no workbook can be read from it ({error}). Export the record as csv."
        ) from error


def _iterate_old_sheets(xlrd: Any, path: Path) -> Iterator[list[list[str]]]:
    meter = begin_meter(path)
    book = xlrd.open_workbook(file_contents=path.read_bytes())
    for sheet in book.sheets():
        meter.take_part()
        meter.take_cells(sheet.nrows * sheet.ncols)
        yield [[_old_cell_text(xlrd, book, cell) for cell in row] for row in sheet.get_rows()]


def _old_cell_text(xlrd: Any, book: Any, cell: Any) -> str:
    """A date of less than a day is a time."""
    if cell.ctype != _XL_DATE:
        return _cell_text(cell.value)
    if cell.value < 1:
        return str(cell.value * 86_400)
    return _cell_text(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode))


def _below_headings(rows: Sequence[list[str]]) -> tuple[list[str], list[list[str]]] | None:
    for index, row in enumerate(rows[:_LINES_SEARCHED]):
        if names_record(row):
            return row, [cells for cells in rows[index + 1 :] if any(cells)]
    return None


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}.{cell.microsecond:06d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M:%S}.{cell.microsecond:06d}"
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell).strip()


FORMAT = RecordFormat(
    "record workbook", recognise_workbook, read_workbook, "`.xlsx`; `.xls` with `xlrd`"
)
