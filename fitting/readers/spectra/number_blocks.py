"""Blocks of numbers in text: separator, decimal mark and headings found out from the lines.

Cells are separated by semicolons, tabulators, commas or blanks. Everything before the numbers is
header. A cell within the numbers that is none, such as "--" or "#DIV/0!", is a point that was not
measured; it does not end the block.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.number_layout import (
    QUOTED_COMMA,
    NumberFormatError,
    NumberLayout,
    find_layout,
    quote_commas,
)

__all__ = ["Gap", "NumberBlock", "NumberLayout", "has_one_column", "number_blocks"]

_LINES_TO_JUDGE = 400
_COMMENT = "#%;!/* \t"
_LONGEST_STEP = 2.5
"""Steps of the axis that a row with words in it may be ahead of the row before."""
_SINGLE = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eEdD][+-]?\d+)?|[+-]?(?i:nan|inf)")
_LIKE_A_NUMBER = re.compile(r"[+\-−]?[\d.,'’ʼ´` \u00a0\u2009\u202f\ue000]*\d[\d.,'’\ue000]*")


_GROUPS = re.compile(r"(?<![\d.])(\d{1,3}),(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell among the numbers that is none."""

    line: int
    """Counted from 1."""
    row: int
    column: int
    """Of the block, counted from 0."""
    text: str


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Numbers in columns, with what stands above them."""

    values: FloatArray
    """Shape (rows, columns); nan where a cell is empty or holds no number."""
    header: tuple[str, ...]
    """The lines between the block before and this one, comment marks cut off."""
    headings: tuple[str, ...]
    """One per column; empty where none is given."""
    gaps: tuple[Gap, ...] = ()
    places: tuple[str, ...] = ()
    """Where the spectrum of each column was measured, which is no heading; empty if not known."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of one block: where its header starts, and the numbers of its rows."""

    above: int
    rows: list[int]


def number_blocks(text: str, layout: NumberLayout | None = None) -> list[NumberBlock]:
    """All blocks of at least two columns of numbers, in order; none if there are no numbers.

    Raises
    ------
    NumberFormatError
        If numbers can be read in two ways, or are marked in a way that is none.
    """
    lines = quote_commas(text).split("\n")
    layout = layout or find_layout(lines)
    if layout is None:
        return []
    return [_make_block(lines, run, layout) for run in _find_runs(lines, layout)]


def has_one_column(text: str) -> bool:
    """Whether the text is mostly single numbers, one a line."""
    lines = [line.strip() for line in text.split("\n")[:_LINES_TO_JUDGE] if line.strip()]
    return len(lines) > 1 and sum(map(bool, map(_SINGLE.fullmatch, lines))) > len(lines) / 2


def _find_runs(lines: Sequence[str], layout: NumberLayout) -> list[_Run]:
    """Every run of rows with the lines above it; blank lines do not end one."""
    starts, continues = layout.first_row.fullmatch, layout.next_row.fullmatch
    blanks = layout.separator + " \t"
    runs: list[_Run] = []
    above, rows = 0, list[int]()
    for index, line in enumerate(lines):
        is_row = bool((continues if rows else starts)(line))
        if not line.strip(blanks):
            continue
        if is_row or (rows and _carries_on(lines, index, rows, layout)):
            rows.append(index)
        elif rows:
            runs.append(_Run(above, rows))
            above, rows = index, []
    runs = [*runs, _Run(above, rows)] if rows else runs
    return [_with_first_row(lines, run, layout) for run in runs]


def _carries_on(
    lines: Sequence[str], index: int, rows: Sequence[int], layout: NumberLayout
) -> bool:
    """Whether a line with words in it is a row: it has its cells and carries the axis on.

    After it, such lines follow, or the text ends.
    """
    following = next((line for line in lines[index + 1 :] if line.strip()), None)
    position = _position_in(lines[index], lines[rows[-1]], layout)
    if position is None or (
        following is not None and _position_in(following, lines[rows[-1]], layout) is None
    ):
        return False
    before = [_position_in(lines[row], lines[rows[-1]], layout) for row in rows[-2:]]
    known = [value for value in before if value is not None]
    return len(known) == len(before) and _is_next(position, known)


def _with_first_row(lines: Sequence[str], run: _Run, layout: NumberLayout) -> _Run:
    """The run with a first row that has words in it."""
    first, index = run.rows[0], run.rows[0] - 1
    if index < run.above or len(run.rows) < 2:
        return run
    texts = [lines[row] for row in (index, *run.rows[:2])]
    above, *known = [_position_in(text, lines[first], layout) for text in texts]
    if above is None or known[0] is None or known[1] is None:
        return run
    if not _is_next(above, [known[1], known[0]]):
        return run
    return _Run(run.above, [index, *run.rows])


def _position_in(line: str, row: str, layout: NumberLayout) -> float | None:
    """The first cell of a line that has as many cells as a row, if it is a number."""
    cells = layout.split(line)
    if len(cells) != len(layout.split(row)) or not layout.cell.fullmatch(cells[0]):
        return None
    return _parse_number(cells[0], layout)


def _is_next(position: float, before: Sequence[float]) -> bool:
    """Whether a position carries on those before it, in their direction and about their step."""
    if len(before) < 2:
        return True
    step = before[-1] - before[-2]
    return bool(0 < (position - before[-1]) * np.sign(step) <= _LONGEST_STEP * abs(step))


def _make_block(lines: Sequence[str], run: _Run, layout: NumberLayout) -> NumberBlock:
    values, gaps = _parse_values(lines, run.rows, layout)
    blanks = layout.separator + " \t"
    header = [line for line in lines[run.above : run.rows[0]] if line.strip(blanks)]
    while values.shape[1] > 1 and np.isnan(values[:, -1]).all():
        values = values[:, :-1]
    headings = _find_headings(header, values.shape[1], layout)
    _refuse_split_thousands(lines, run, headings, layout)
    return NumberBlock(
        values=values,
        header=tuple(line.strip(_COMMENT).replace(QUOTED_COMMA, ",") for line in header),
        headings=headings,
        gaps=tuple(gap for gap in gaps if gap.column < values.shape[1]),
    )


def _parse_values(
    lines: Sequence[str], rows: Sequence[int], layout: NumberLayout
) -> tuple[FloatArray, list[Gap]]:
    """The numbers of the rows, nan where there is none, and the cells that are no numbers."""
    try:
        plain = [layout.plain(lines[row]) for row in rows]
        values = np.loadtxt(plain, delimiter=layout.separator or None, ndmin=2, comments=None)
    except ValueError:
        # empty cells, rows of different length, Fortran exponents, words
        cells = [layout.split(lines[row]) for row in rows]
        values = np.full((len(rows), max(map(len, cells))), np.nan)
        gaps = []
        for place, row in enumerate(cells):
            for column, cell in enumerate(row):
                if layout.cell.fullmatch(cell):
                    values[place, column] = _parse_number(cell, layout)
                elif cell:
                    gaps.append(_make_gap(rows[place] + 1, place, column, cell))
        return values, gaps
    return values, []


def _parse_number(cell: str, layout: NumberLayout) -> float:
    return float(layout.plain(cell).replace("D", "e").replace("d", "e"))


def _make_gap(line: int, row: int, column: int, cell: str) -> Gap:
    """The cell, which must not look like a number that cannot be read."""
    text = cell.replace(QUOTED_COMMA, ",")
    if _LIKE_A_NUMBER.fullmatch(cell):
        raise NumberFormatError(
            f"line {line}: {text!r} is not written like the other numbers, and it could be read in "
            "more than one way. Export the numbers without marks of thousands."
        )
    return Gap(line, row, column, text)


def _refuse_split_thousands(
    lines: Sequence[str], run: _Run, headings: Sequence[str], layout: NumberLayout
) -> None:
    """Raise if commas that separate cells seem to be marks of thousands too.

    Then some rows have more cells than others or than the headings, or a cell is "034", and every
    row has as many cells as the fewest once groups of three digits are put together.
    """
    if layout.separator != "," or any(headings):
        return
    rows = [lines[row] for row in run.rows[:_LINES_TO_JUDGE]]
    widths = {len(layout.split(row)) for row in rows}
    titles = [line for line in lines[run.above : run.rows[0]] if line.strip()][-1:]
    titled = len(layout.split(titles[0])) if titles else 0
    fewest = titled if 1 < titled < min(widths) else min(widths)
    suspects = [row for row in rows if re.search(r",0\d\d(?!\d)", row)]
    if fewest == max(widths) and not suspects:
        return
    together = {_width_without_groups(row) for row in rows}
    if together != {fewest} and not (suspects and together == {2}):
        return
    row = next((row for row in rows if len(layout.split(row)) > fewest), rows[0])
    raise NumberFormatError(
        f"line {lines.index(row) + 1}: in {row.strip()!r} a comma seems to be a mark of thousands "
        "as well as the separator. Export the numbers without marks of thousands, or separate them "
        "by semicolons."
    )


def _width_without_groups(row: str) -> int:
    """How many cells a row has if groups of three digits after the axis belong together."""
    rest = row.partition(",")[2]
    return 1 + len(_GROUPS.sub(r"\1", rest).split(","))


def _find_headings(header: Sequence[str], width: int, layout: NumberLayout) -> tuple[str, ...]:
    """One heading per column, of all lines right above the numbers that have as many cells."""
    headings = [""] * width
    for line in reversed(header):
        cells = _split_header(line, width, layout)
        if cells is None:
            break
        headings = [f"{cell} {below}".strip() for cell, below in zip(cells, headings, strict=True)]
    return tuple(heading.replace(QUOTED_COMMA, ",") for heading in headings)


def _split_header(line: str, width: int, layout: NumberLayout) -> list[str] | None:
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
    return [cells[0], *(f"{cell} V" if _SINGLE.fullmatch(cell) else cell for cell in cells[1:])]
