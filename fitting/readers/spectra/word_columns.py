"""Columns of words beside those of numbers, such as a flag or the time of day of each point."""

from collections import Counter
from dataclasses import dataclass

from fitting.readers.spectra.number_layout import PLAIN_LAYOUTS

_FEWEST_ROWS = 5
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class NumbersOnly:
    """A text whose columns of words are empty, and what was in them."""

    text: str
    headings: tuple[str, ...]


def without_word_columns(text: str) -> NumbersOnly | None:
    """The text with such columns emptied, ``None`` if there are none beside two of numbers."""
    lines = text.split("\n")
    for separator in (";", "\t", ","):
        found = _empty_columns(lines, separator)
        if found is not None:
            return found
    return None


def _empty_columns(lines: list[str], separator: str) -> NumbersOnly | None:
    cells = [line.split(separator) for line in lines]
    rows = [row for row in cells if any(map(_is_number, row))]
    if len(rows) < _FEWEST_ROWS:
        return None
    width = Counter(map(len, rows)).most_common(1)[0][0]
    rows = [row for row in rows if len(row) == width]
    numeric = [sum(_is_number(row[index]) for row in rows) / len(rows) for index in range(width)]
    filled = [sum(bool(row[index].strip()) for row in rows) / len(rows) for index in range(width)]
    words = [i for i in range(width) if numeric[i] <= 1 - _MOSTLY and filled[i] >= _MOSTLY]
    if width < 3 or not words or sum(part >= _MOSTLY for part in numeric) < 2:
        return None
    first = next(index for index, row in enumerate(cells) if row in rows)
    titles = cells[first - 1] if first and len(cells[first - 1]) == width else [""] * width
    kept = [
        [cell for index, cell in enumerate(row) if index not in words] if len(row) == width else row
        for row in cells
    ]
    return NumbersOnly(
        "\n".join(map(separator.join, kept)),
        tuple(titles[index].strip() or rows[0][index].strip() for index in words),
    )


def _is_number(cell: str) -> bool:
    plain = cell.strip().strip('"')
    return any(layout.cell.fullmatch(plain) for layout in PLAIN_LAYOUTS[:2])
