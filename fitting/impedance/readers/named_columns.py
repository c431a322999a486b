"""Tables as text with named columns: NOVA, Zahner, IviumSoft, spreadsheets, any csv.

One line names a frequency and an impedance (Z' and Z'' of either sign, or modulus and phase);
numbers follow, with any of tab, semicolon, comma or blanks between them. Lines before it are
remarks. Where the headings state no unit, a line of units may follow.
"""

import re
from collections.abc import Iterator

from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.impedance.readers.sweep_columns import find_sweep_columns, has_sweep_columns
from fitting.readers.records.record_format import RecordFile, RecordTable

_SEPARATORS = (re.compile(r"\t"), re.compile(";"), re.compile(","), re.compile(r"\s{2,}"),
               re.compile(r"\s+"))  # fmt: skip
_LARGEST_HEAD = 200
"""Lines among which the headings are sought."""
_FEWEST_COLUMNS = 3
_NUMBER = re.compile(r"[+\-]?\d[\d.,]*(?:[eE][+\-]?\d+)?")


def recognise_columns(file: RecordFile) -> bool:
    """Whether a line names a frequency and an impedance, and numbers follow."""
    return _find_headings(file.text) is not None


def read_columns(file: RecordFile) -> RecordTable | None:
    """The table below the headings."""
    found = _find_headings(file.text)
    if found is None:
        return None
    line, separator, headings = found
    below = file.text.split("\n")[line + 1 :]
    rows = list(_split_rows(below, separator))
    units = rows[0] if rows and not _has_numbers(rows[0], 1) else None
    if units:
        headings = [
            f"{name}/{unit.strip('()[] ')}" if unit.strip() else name
            for name, unit in zip(headings, [*units, *[""] * len(headings)], strict=False)
        ]
    return RecordTable(headings, [row for row in rows if _has_numbers(row, 1)])


def _find_headings(text: str) -> tuple[int, re.Pattern[str], list[str]] | None:
    lines = text.split("\n", _LARGEST_HEAD + 1)[:_LARGEST_HEAD]
    for number, line in enumerate(lines):
        bare = line.strip().lstrip("#%! ")
        for separator in _SEPARATORS:
            headings = [_unquote(cell) for cell in separator.split(bare)]
            if has_sweep_columns(find_sweep_columns(headings)):
                following = lines[number + 1 : number + 4]
                if any(
                    _has_numbers(separator.split(row.strip()), _FEWEST_COLUMNS) for row in following
                ):
                    return number, separator, headings
    return None


def _split_rows(lines: list[str], separator: re.Pattern[str]) -> Iterator[list[str]]:
    for line in lines:
        if line.strip():
            yield [_unquote(cell) for cell in separator.split(line.strip())]


def _unquote(cell: str) -> str:
    """The cell without quotes around it; one at its end only is that of Z"."""
    text = cell.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _has_numbers(cells: list[str], fewest: int) -> bool:
    return sum(_NUMBER.fullmatch(_unquote(cell)) is not None for cell in cells) >= fewest


FORMAT = ImpedanceFormat(
    "impedance table",
    recognise_columns,
    read_columns,
    "`.csv`, `.txt` with named columns (NOVA, Zahner, IviumSoft, spreadsheets)",
    "A table states no date: its sweeps have no time of day.",
)
