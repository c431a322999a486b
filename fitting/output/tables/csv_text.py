"""Tables as CSV text: the same numbers give the same bytes, on the screen's machine and any other.

UTF-8, one header line, dot decimals, lines end with a line feed. A float has up to nine significant
digits; ``inf`` stands for an interval that is open on that side; an empty cell is not known. Text
that a spreadsheet could run (it begins with = + - @, a tab or a line break) gets an apostrophe in
front, which spreadsheets take as the sign for text.
"""

import csv
import io
import math
from collections.abc import Iterable, Sequence

DIGITS = 9
_RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as text."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(header)
    return stream.getvalue() + csv_lines(rows)


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """Rows without a header, as text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([cell_text(cell) for cell in row] for row in rows)
    return stream.getvalue()


def cell_text(cell: object) -> str:
    """One cell; empty for what is not known."""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else format(cell + 0.0, f".{DIGITS}g")
    if isinstance(cell, int):
        return str(int(cell))
    # a carriage return alone would begin a row, and what follows it a cell
    text = str(cell).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_RUNNABLE) else text
