"""How numbers are written in text: what separates cells, the decimal mark, marks of thousands.

A layout is told by the lines of the whole file. Where numbers can be read in two ways, as the
"1,034" of a file in whole numbers, and nothing in the file tells which, they are refused with the
line: a factor of a thousand is never guessed.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fitting.data.errors import SeriesError
from fitting.data.series import FloatArray

QUOTED_COMMA = "\ue000"
"""Stands for a comma within quotation marks, which separates nothing."""
_APOSTROPHES = "'’ʼ´`"
_BLANKS = " \u00a0\u2009\u202f"
_LINES_TO_JUDGE = 4000
_DECIDED = 4.0
"""How many times rougher one of two readings must be for the numbers to tell the other."""
_MINUS = "[+\\-−]?"
_GROUPED = re.compile(rf"\d([{_APOSTROPHES}{_BLANKS}.,{QUOTED_COMMA}])\d{{3}}(?!\d)")
_MISSING = (
    r"(?:[-–—]{2,5}|\*+|\?+|#[A-Z][A-Z0-9/]*[!?]?|-?1\.#[A-Z]+\d*|(?i:n\.?/?a\.?|none|null|missing"
    r"|void|error|overflow|ovf))"
)
"""What programs write where there is no number."""


class NumberFormatError(SeriesError):
    """Numbers that can be read in two ways, or in none."""


@dataclass(frozen=True)
class NumberLayout:
    """How the numbers are written."""

    separator: str
    """Empty for blanks."""
    decimal: str
    thousands: str = ""
    """Every mark that may stand between groups of three digits; empty if none does."""

    @cached_property
    def number(self) -> str:
        """Pattern of one number."""
        mark = _mark_pattern(self.decimal, self.separator)
        digits = r"\d+"
        if self.thousands:
            group = _mark_pattern(self.thousands, self.separator)
            digits = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)"
        return (
            rf"(?>{_MINUS}(?:{digits}(?:{mark}\d*)?|{mark}\d+)(?:[eEdD][+-]?\d+)?"
            rf"|{_MINUS}(?i:nan|inf))"
        )

    @cached_property
    def cell(self) -> re.Pattern[str]:
        """One cell that is a number."""
        return re.compile(self.number)

    @cached_property
    def first_row(self) -> re.Pattern[str]:
        """A line with at least two cells, numbers or none; the first is one.

        All of its parts are possessive, so that a long line that is no row is given up at once.
        """
        return self._row_pattern(is_first=True)

    @cached_property
    def next_row(self) -> re.Pattern[str]:
        """A line that goes on with rows: its first cell may be empty."""
        return self._row_pattern(is_first=False)

    def split(self, line: str) -> list[str]:
        """The cells of a line without the blanks around them."""
        if not self.separator:
            return line.split()
        return [cell.strip(" \t\u00a0") for cell in line.split(self.separator)]

    def plain(self, text: str) -> str:
        """The text with numbers as Python writes them."""
        for mark in _characters(self.thousands, self.separator):
            text = re.sub(rf"(?<=\d){re.escape(mark)}(?=\d{{3}}(?!\d))", "", text)
        for mark in _characters(self.decimal, self.separator):
            text = text.replace(mark, ".")
        return text.replace("−", "-")

    def _row_pattern(self, *, is_first: bool) -> re.Pattern[str]:
        # a single dash may be that of "155 - 175" above the numbers
        missing = _MISSING if is_first else rf"(?:[-–—]|{_MISSING})"
        filled = rf"(?:{self.number}|{missing})"
        if not self.separator:
            start = self.number if is_first else rf"(?=.*\d){filled}(?![^ \t])"
            return re.compile(rf"[ \t]*+{start}(?:[ \t]++{filled}(?![^ \t]))++[ \t]*+")
        mark = re.escape(self.separator)
        cell = rf"[ \u00a0]*+(?:{filled}(?=[ \u00a0]*+(?:{mark}|$)))?+[ \u00a0]*+"
        start = rf"[ \u00a0]*+{self.number}[ \u00a0]*+" if is_first else rf"(?=.*\d){cell}"
        return re.compile(rf"{start}(?:{mark}{cell})++")


PLAIN_LAYOUTS = (
    NumberLayout(";", "."),
    NumberLayout(";", ","),
    NumberLayout("\t", "."),
    NumberLayout("\t", ","),
    NumberLayout(",", "."),
    NumberLayout(",", QUOTED_COMMA),
    NumberLayout("", "."),
    NumberLayout("", ","),
)


def find_layout(
    lines: Sequence[str], layouts: Sequence[NumberLayout] = PLAIN_LAYOUTS
) -> NumberLayout | None:
    """The layout in which most lines are rows of numbers; the first of equals.

    Raises
    ------
    NumberFormatError
        If the numbers can be read in two ways.
    """
    sample = _sample_lines(lines)
    plain, most = _best_of(layouts, sample)
    marks = {match[1] for line in sample for match in _GROUPED.finditer(line)}
    if not marks:
        return plain
    grouped, more = _best_of(list(_with_thousands(layouts, marks)), sample)
    if grouped is not None and (more > most or _explains_blanks(grouped, plain, more == most)):
        return grouped
    return _resolve_reading(plain, lines, sample) if plain is not None else None


def quote_commas(text: str) -> str:
    """The text without quotation marks; commas in what they hold separate nothing."""
    if '"' not in text:
        return text
    quoted = re.compile(r'"([^"\n]*)"')
    return quoted.sub(lambda match: match[1].replace(",", QUOTED_COMMA), text).replace('"', "")


def _mark_pattern(marks: str, separator: str) -> str:
    return "[" + re.escape("".join(_characters(marks, separator))) + "]"


def _characters(marks: str, separator: str) -> list[str]:
    """The characters of marks; a quoted comma is one where commas do not separate."""
    quoted = [QUOTED_COMMA] if "," in marks and separator != "," else []
    return [*marks, *quoted]


def _sample_lines(lines: Sequence[str]) -> list[str]:
    """Lines to judge: all of them, or of long files some from everywhere and the longest."""
    filled = [line for line in lines if line.strip()]
    if len(filled) <= _LINES_TO_JUDGE:
        return filled
    stride = len(filled) // (_LINES_TO_JUDGE // 2) + 1
    longest = sorted(filled[: 20 * _LINES_TO_JUDGE], key=len)[-_LINES_TO_JUDGE // 4 :]
    return [*filled[: _LINES_TO_JUDGE // 4], *filled[::stride], *longest]


def _best_of(
    layouts: Sequence[NumberLayout], sample: Sequence[str]
) -> tuple[NumberLayout | None, int]:
    best, most = None, 0
    for layout in layouts:
        rows = sum(1 for line in sample if layout.first_row.fullmatch(line))
        if rows > most:
            best, most = layout, rows
    return best, most


def _with_thousands(layouts: Sequence[NumberLayout], marks: Set[str]) -> Iterator[NumberLayout]:
    """Every layout with every mark of thousands that was seen and that it leaves free."""
    for layout in layouts:
        for kind in (_APOSTROPHES, _BLANKS, ",", ".", QUOTED_COMMA):
            if marks & set(kind) and _is_free(kind, layout):
                yield replace(layout, thousands=kind)


def _explains_blanks(grouped: NumberLayout, plain: NumberLayout | None, is_equal: bool) -> bool:
    """Whether blanks that seem to separate, as in "172;1 034", stand between groups of digits."""
    if not is_equal or plain is None or plain.separator:
        return False
    return grouped.thousands == _BLANKS


def _is_free(kind: str, layout: NumberLayout) -> bool:
    if kind == _BLANKS:
        return bool(layout.separator)
    if kind == QUOTED_COMMA:
        return layout.separator == "," and layout.decimal == "."
    return kind not in (layout.separator, layout.decimal)


def _resolve_reading(
    layout: NumberLayout, lines: Sequence[str], sample: Sequence[str]
) -> NumberLayout:
    """The layout, or that in which its decimal mark is one of thousands."""
    point = QUOTED_COMMA if layout.separator == "," else ","
    other = replace(
        layout,
        decimal="." if layout.decimal != "." else point,
        thousands=layout.decimal,
    )
    rows = [line for line in sample if layout.first_row.fullmatch(line)]
    if not all(other.first_row.fullmatch(line) for line in rows):
        return layout
    cells = [layout.split(line) for line in rows]
    columns = [
        [row[index] for row in cells if index < len(row)] for index in range(max(map(len, cells)))
    ]
    verdicts = [_judge_column(column, layout, other) for column in columns]
    if all(verdict == "same" for verdict in verdicts):
        return layout
    if "thousands" in verdicts and "decimals" not in verdicts:
        return other
    is_plain = layout.decimal == "." or verdicts[0] in ("fixed", "decimals")
    if is_plain and "thousands" not in verdicts:
        return layout
    raise _ambiguous(lines, columns, layout, other)


def _judge_column(column: Sequence[str], layout: NumberLayout, other: NumberLayout) -> str:
    """What a column tells: thousands, decimals, or neither.

    Columns without the mark are the "same" in both readings; in "fixed" ones every number has it,
    before three digits. Others are smooth in one reading and leap by factors of a thousand in the
    other.
    """
    marks = "".join(_characters(layout.decimal, layout.separator))
    filled = [cell for cell in column if layout.cell.fullmatch(cell)]
    marked = [cell for cell in filled if any(mark in cell for mark in marks)]
    if not marked:
        return "same"
    if len(marked) == len(filled):
        return "fixed"
    rough, other_rough = (_roughness(filled, reading) for reading in (layout, other))
    if rough > _DECIDED * other_rough:
        return "thousands"
    return "decimals" if other_rough > _DECIDED * rough else "open"


def _roughness(cells: Sequence[str], layout: NumberLayout) -> float:
    """Sum of the squared steps of the logarithm from number to number."""
    values: FloatArray = np.abs([float(layout.plain(cell)) for cell in cells])
    steps = np.diff(np.log10(values[values > 0]))
    return float(np.sum(steps**2)) + 1e-12


def _ambiguous(
    lines: Sequence[str],
    columns: Sequence[Sequence[str]],
    layout: NumberLayout,
    other: NumberLayout,
) -> NumberFormatError:
    marks = _characters(layout.decimal, layout.separator)
    cell = next(c for column in columns for c in column if any(mark in c for mark in marks))
    place = next(number for number, line in enumerate(lines, 1) if cell in line)
    readings = " or ".join(f"{float(reading.plain(cell)):g}" for reading in (layout, other))
    shown = cell.replace(QUOTED_COMMA, ",")
    return NumberFormatError(
        f"line {place}: {shown!r} may be {readings}, and nothing in the file tells which. Export "
        "the numbers without a mark of thousands, or with a decimal point."
    )
