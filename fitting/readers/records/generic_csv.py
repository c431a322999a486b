"""Any table with headings for voltage and time: Arbin, LAND, Battery Data Format, spreadsheets.

Arbin writes ``Test_Time(s)``, ``Date_Time`` and ``Voltage(V)``; LAND (Landt) ``TestTime/Sec``,
``SysTime`` and ``Voltage/V``. Where the headings say nothing, the user names the columns.
"""

import csv
from itertools import pairwise

import numpy as np

from fitting.readers.records.quantities import find_quantities
from fitting.readers.records.table import RecordTable
from fitting.readers.records.times import parse_numbers

FORMAT = "csv record"

_LINES_SEARCHED = 200
_SEPARATORS = (";", "\t", ",")


def recognises(text: str) -> bool:
    """Whether a line names a voltage and a time."""
    return _heading_line(text.split("\n")) is not None


def table(text: str) -> RecordTable | None:
    """The table below the first line that names a voltage and a time."""
    lines = text.split("\n")
    found = _heading_line(lines)
    return table_below(lines, *found) if found else None


def table_of_names(text: str, names: set[str]) -> RecordTable | None:
    """The table below the first line that holds all of the headings."""
    lines = text.split("\n")
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        for separator in _SEPARATORS:
            if names <= set(_split_line(line, separator)):
                return table_below(lines, index, separator)
    return None


def heading_candidates(text: str) -> list[list[str]]:
    """Lines that may be headings, split: words above rows that have a number in each cell or so."""
    lines = [line for line in text.split("\n")[: _LINES_SEARCHED + 1] if line.strip()]
    found = []
    for line, below in pairwise(lines):
        for separator in _SEPARATORS:
            headings, cells = _split_line(line, separator), _split_line(below, separator)
            if 2 <= len(headings) <= len(cells) + 1 and _is_numbers(cells) > _is_numbers(headings):
                found.append(headings)
                break
    return found


def table_below(lines: list[str], index: int, separator: str) -> RecordTable:
    """The table whose headings are in that line."""
    body = (line for line in lines[index + 1 :] if line.strip(separator + " \t"))
    return RecordTable(
        _split_line(lines[index], separator), [_split_line(line, separator) for line in body]
    )


def _is_numbers(cells: list[str]) -> float:
    """Part of the cells that are numbers."""
    return float(np.isfinite(parse_numbers(cells)).mean())


def _heading_line(lines: list[str]) -> tuple[int, str] | None:
    """Number and separator of the first line whose cells name a voltage and a time."""
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        for separator in _SEPARATORS:
            found = find_quantities(_split_line(line, separator)) if separator in line else {}
            if "voltage" in found and {"time", "stamp"} & found.keys():
                return index, separator
    return None


def _split_line(line: str, separator: str) -> list[str]:
    if '"' in line:
        # a decimal comma stands in quotes where the comma separates
        cells = next(csv.reader([line.replace("\0", "")], delimiter=separator), [])
        return [cell.strip() for cell in cells]
    return [cell.strip() for cell in line.split(separator)]
