"""Tables whose spectra stand in rows: the first row is the axis, each other one a spectrum."""

import re
from collections.abc import Sequence

import numpy as np

from fitting.readers.spectra.column_groups import is_monotonic
from fitting.readers.spectra.headings import axis_kind
from fitting.readers.spectra.number_blocks import NumberBlock
from fitting.readers.spectra.number_layout import (
    PLAIN_LAYOUTS,
    NumberLayout,
    find_layout,
    quote_commas,
)

_FEWEST_POINTS = 10
_LONGEST_HEADER = 200
"""Lines above the rows."""
_CORNER_UNIT = re.compile(r"[\[(/]\s*([A-Za-zµμ]{1,4})\b")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")


def find_rows(text: str) -> NumberBlock | None:
    """The table turned round, ``None`` if the text holds none with spectra in rows.

    Raises
    ------
    NumberFormatError
        If its numbers can be read in two ways.
    """
    lines = quote_commas(text).split("\n")
    for separator in (";", "\t", ","):
        widest = max((line.count(separator) for line in lines[:_LONGEST_HEADER]), default=0)
        if widest >= _FEWEST_POINTS - 1 and (block := _rows_between(lines, separator)):
            return block
    return None


def _rows_between(lines: Sequence[str], separator: str) -> NumberBlock | None:
    rests = [line.partition(separator)[2] for line in lines]
    layouts = [layout for layout in PLAIN_LAYOUTS if layout.separator == separator]
    layout = find_layout(rests, layouts)
    if layout is None:
        return None
    rows = [index for index, rest in enumerate(rests) if layout.first_row.fullmatch(rest)]
    width = len(layout.split(lines[rows[0]])) if rows else 0
    rows = [index for index in rows if len(layout.split(lines[index])) == width]
    if len(rows) < 2 or width < _FEWEST_POINTS or width <= len(rows):
        return None
    if rows != list(range(rows[0], rows[0] + len(rows))):
        return None
    return _turn_round(lines, rows, layout)


def _turn_round(
    lines: Sequence[str], rows: Sequence[int], layout: NumberLayout
) -> NumberBlock | None:
    cells = [layout.split(lines[row]) for row in rows]
    values = np.array([[_parse(cell, layout) for cell in row] for row in cells]).T
    headings = tuple(row[0].strip("#% ") for row in cells)
    is_unnamed = all(_NUMBER.fullmatch(heading) for heading in headings) and is_monotonic(
        values[:, 0]
    )
    headings = _name_by_corner(headings)
    points = values if is_unnamed else values[1:]
    if not is_monotonic(points[:, 0]) or all(map(is_monotonic, points[:, 1:].T)):
        return None
    return NumberBlock(
        values=points,
        header=tuple(line.strip() for line in lines[: rows[0]] if line.strip()),
        headings=("",) * len(rows) if is_unnamed else headings,
    )


def _name_by_corner(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Headings of numbers with the unit that the corner states, as in "time (s)" or "E / V"."""
    corner, numbers = headings[0], headings[1:]
    if axis_kind(corner) not in (None, "other") or not all(map(_NUMBER.fullmatch, numbers)):
        return headings
    unit = _CORNER_UNIT.search(corner)
    return ("", *(f"{number} {unit[1]}" if unit else number for number in numbers))


def _parse(cell: str, layout: NumberLayout) -> float:
    return float(layout.plain(cell)) if layout.cell.fullmatch(cell) else np.nan
