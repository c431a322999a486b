"""Workbooks (.xlsx) of records: Arbin, LAND and Neware write them, over several sheets if long.

Every sheet in which a line names a voltage and a time is taken, in the order of the sheets.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.readers.records.quantities import find_quantities
from fitting.readers.records.table import RecordTable
from fitting.readers.workbook_cells import read_workbook_cells

FORMAT = "record workbook"

_LINES_SEARCHED = 50


def recognises(head: bytes) -> bool:
    """Whether the file is a workbook."""
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def table(path: Path) -> RecordTable:
    """Headings and rows of all sheets that have the headings of the first one."""
    sheets = [
        [[_cell_text(cell) for cell in row] for row in rows]
        for _, rows in read_workbook_cells(path)
    ]
    tables = [found for rows in sheets if (found := _below_headings(rows)) is not None]
    if not tables:
        raise UnreadableFileError(
            f"{path.name}: no sheet of the workbook names a voltage and a time. Export the record "
            "as csv with headings."
        )
    headings = tables[0][0]
    return RecordTable(headings, [row for own, rows in tables if own == headings for row in rows])


def _below_headings(rows: Sequence[list[str]]) -> tuple[list[str], list[list[str]]] | None:
    for index, row in enumerate(rows[:_LINES_SEARCHED]):
        found = find_quantities(row)
        if "voltage" in found and {"time", "stamp"} & found.keys():
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
