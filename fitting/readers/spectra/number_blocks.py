"""Blocks of numbers in text: separator, decimal mark and headings found out from the lines.

Cells are separated by semicolons, tabulators, commas or blanks; the decimal mark is a point, or a
comma where commas do not separate. Everything before the numbers is header.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray

_LINES_TO_JUDGE = 400
_COMMENT = "#%;!/* \t"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the numbers are written."""

    separator: str
    """Empty for blanks."""
    decimal: str

    def split(self, line: str) -> list[str]:
        """The cells of a line without the blanks around them."""
        if not self.separator:
            return line.split()
        return [cell.strip() for cell in line.split(self.separator)]


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Numbers in columns, with what stands above them."""

    values: FloatArray
    """Shape (rows, columns); nan where a cell is empty or says so."""
    header: tuple[str, ...]
    """The lines between the block before and this one, comment marks cut off."""
    headings: tuple[str, ...]
    """One per column; empty where none is given."""


_LAYOUTS = (
    Layout(";", "."),
    Layout(";", ","),
    Layout("\t", "."),
    Layout("\t", ","),
    Layout(",", "."),
    Layout("", "."),
    Layout("", ","),
)


def number_blocks(text: str, layout: Layout | None = None) -> list[NumberBlock]:
    """All blocks of at least two columns of numbers, in order; none if there are no numbers."""
    lines = _remove_quotes(text).split("\n")
    layout = layout or _layout_of(lines)
    if layout is None:
        return []
    return [
        _make_block(lines[start:stop], lines[above:start], layout)
        for above, start, stop in _find_runs(lines, layout)
    ]


def has_one_column(text: str) -> bool:
    """Whether the text is mostly single numbers, one a line."""
    lines = [line.strip() for line in text.split("\n")[:_LINES_TO_JUDGE] if line.strip()]
    single = re.compile(_number_pattern(".") + "|" + _number_pattern(","))
    return len(lines) > 1 and sum(map(bool, map(single.fullmatch, lines))) > len(lines) / 2


def _remove_quotes(text: str) -> str:
    """The text without quotation marks; a decimal comma in quotes becomes a point."""
    if '"' not in text:
        return text
    return re.sub(r'"([+-]?\d+),(\d+(?:[eE][+-]?\d+)?)"', r"\1.\2", text).replace('"', "")


def _number_pattern(decimal: str) -> str:
    mark = re.escape(decimal)
    return rf"(?>[+-]?(?:\d+(?:{mark}\d*)?|{mark}\d+)(?:[eEdD][+-]?\d+)?|[+-]?(?i:nan|inf))"


def _row_pattern(layout: Layout, *, first: bool = True) -> re.Pattern[str]:
    """A line with at least two cells, numbers or empty; in a ``first`` row it starts with one.

    All of its parts are possessive, so that a long line that is no row is given up at once.
    """
    number = _number_pattern(layout.decimal)
    if not layout.separator:
        return re.compile(rf"[ \t]*+{number}(?:[ \t]++{number})++[ \t]*+")
    cell = rf"[ ]*+(?:{number})?+[ ]*+"
    start = rf"[ ]*+{number}[ ]*+" if first else rf"(?=.*\d){cell}"
    return re.compile(rf"{start}(?:{re.escape(layout.separator)}{cell})++")


def _layout_of(lines: Sequence[str]) -> Layout | None:
    """The layout in which most lines are rows of numbers; the first of equals."""
    filled = [line for line in lines if line.strip()]
    middle = max(len(filled) // 2 - _LINES_TO_JUDGE // 2, 0)
    sample = filled[: _LINES_TO_JUDGE // 2] + filled[middle : middle + _LINES_TO_JUDGE]
    best, most = None, 0
    for layout in _LAYOUTS:
        pattern = _row_pattern(layout)
        rows = sum(1 for line in sample if pattern.fullmatch(line))
        if rows > most:
            best, most = layout, rows
    return best


def _find_runs(lines: Sequence[str], layout: Layout) -> Iterator[tuple[int, int, int]]:
    """Header start, first row and end of every run of rows; blank lines do not end one."""
    starts = _row_pattern(layout).fullmatch
    continues = _row_pattern(layout, first=False).fullmatch
    above, start = 0, None
    for index, line in enumerate(lines):
        if (starts if start is None else continues)(line):
            start = index if start is None else start
        elif start is not None and line.strip(layout.separator + " \t"):
            yield above, start, index
            above, start = index, None
    if start is not None:
        yield above, start, len(lines)


def _make_block(rows: Sequence[str], above: Sequence[str], layout: Layout) -> NumberBlock:
    values = _parse_values([row for row in rows if row.strip(layout.separator + " \t")], layout)
    header = [line for line in above if line.strip(layout.separator + " \t")]
    return NumberBlock(
        values=values,
        header=tuple(line.strip(_COMMENT) for line in header),
        headings=_find_headings(header, values.shape[1], layout),
    )


def _parse_values(rows: Sequence[str], layout: Layout) -> FloatArray:
    """The numbers of the rows; short rows are filled with nan, columns without numbers go."""
    if layout.decimal == ",":
        rows = [row.replace(",", ".") for row in rows]
    try:
        values = np.loadtxt(rows, delimiter=layout.separator or None, ndmin=2, comments=None)
    except ValueError:
        # empty cells, rows of different length, Fortran exponents
        values = _fill_rows([[_parse_number(cell) for cell in layout.split(row)] for row in rows])
    while values.shape[1] > 1 and np.isnan(values[:, -1]).all():
        values = values[:, :-1]
    return values


def _parse_number(cell: str) -> float:
    return float(cell.replace("D", "e").replace("d", "e")) if cell else np.nan


def _fill_rows(rows: Sequence[Sequence[float]]) -> FloatArray:
    values = np.full((len(rows), max(map(len, rows))), np.nan)
    for index, row in enumerate(rows):
        values[index, : len(row)] = row
    return values


def _find_headings(header: Sequence[str], width: int, layout: Layout) -> tuple[str, ...]:
    """One heading per column, of all lines right above the numbers that have as many cells."""
    headings = [""] * width
    for line in reversed(header):
        cells = _split_header(line, width, layout)
        if cells is None:
            break
        headings = [f"{cell} {below}".strip() for cell, below in zip(cells, headings, strict=True)]
    return tuple(headings)


def _split_header(line: str, width: int, layout: Layout) -> list[str] | None:
    """The cells of a header line if it has one for every column, else ``None``."""
    text = line.lstrip(_COMMENT[:-1]) if layout.separator else line.strip(_COMMENT)
    splits = [layout.split(text)]
    if not layout.separator:
        splits = [re.split(r"\s{2,}|\t", text), *splits, re.split(r"\s*[,;]\s*", text)]
    for cells in splits:
        while len(cells) > width and not cells[-1]:
            cells = cells[:-1]
        if len(cells) == width:
            return _with_volts(cells)
    return None


def _with_volts(cells: list[str]) -> list[str]:
    """ "Voltage (V);2.55;2.70" says the unit once for all of its numbers."""
    if re.match(r"(?i)(voltage|potential|ewe|e)\b.*\bV\b", cells[0]) is None:
        return cells
    number = re.compile(_number_pattern(".") + "|" + _number_pattern(","))
    return [cells[0], *(f"{cell} V" if number.fullmatch(cell) else cell for cell in cells[1:])]
