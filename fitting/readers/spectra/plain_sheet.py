"""Plain sheets of a workbook, read as the same table would be as text."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import with_warnings
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.number_blocks import number_blocks
from fitting.readers.spectra.sheet import Cell, Sheet
from fitting.readers.spectra.table_series import read_table

_FEWEST_NUMBERS = 5
"""Numbers in a column that is part of the table."""
_FEWEST_POINTS = 20
"""Rows of a table that is a spectrum beside the sheets of a program."""


def read_plain_sheets(
    path: Path, sheets: Sequence[Sheet], options: ReadOptions
) -> tuple[list[xr.Dataset], list[str]]:
    """The series of all sheets that hold a table, and why others that hold something do not."""
    filled = [
        sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)
    ]
    series: list[xr.Dataset] = []
    reasons: list[str] = []
    for sheet in filled:
        try:
            series += read_table(path, sheet_text(sheet), options, sheet.title)
        except UnreadableFileError as error:
            reasons.append(f"sheet {sheet.title!r}: {str(error).removeprefix(f'{path.name}: ')}")
    notes = [f"Left out: {reason}" for reason in reasons]
    return [with_warnings(one, notes) for one in series], reasons


def is_measured_table(sheet: Sheet) -> bool:
    """Whether a sheet beside those of a program holds a spectrum and not a table of results.

    It has an axis of even steps.
    """
    blocks = number_blocks(sheet_text(sheet))
    positions = max((block.values[:, 0] for block in blocks), key=len, default=np.zeros(0))
    steps = np.diff(positions)
    if positions.size < _FEWEST_POINTS or not np.all(np.isfinite(steps)):
        return False
    return bool(np.ptp(steps) <= 0.2 * abs(float(np.median(steps))))


def sheet_text(sheet: Sheet) -> str:
    """The cells as text between tabulators, from the first column that holds numbers on."""
    rows = [[_cell_text(cell) for cell in row] for row in sheet.rows]
    first = _first_column(sheet)
    width = max(map(len, rows), default=0)
    # names above groups of columns: empty cells at their end are not stored
    rows = [row + [""] * (width - len(row)) if sum(map(bool, row)) > 1 else row for row in rows]
    lines = []
    for row in rows:
        beside, table = row[:first], row[first:]
        # what stands left of a table is a title, if nothing stands in its row
        lines.append("\t".join(table if any(table) else [*filter(None, beside)]))
    return "\n".join(lines)


def _first_column(sheet: Sheet) -> int:
    """The first column of the table; 0 where spectra stand in rows, whose names come first."""
    width = max(map(len, sheet.rows), default=0)
    if width > len(sheet.rows):
        return 0
    for column in range(width):
        numbers = sum(np.isfinite(sheet.number(row, column)) for row in range(len(sheet.rows)))
        if numbers >= _FEWEST_NUMBERS:
            return column
    return 0


def _cell_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return repr(cell)
    return " ".join(str(cell).split())
