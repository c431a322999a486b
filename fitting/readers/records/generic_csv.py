"""Any table with headings for voltage and time: Arbin, LAND, NOVA, Squidstat, Novonix, BaSyTec.

Arbin writes ``Test_Time(s)``, ``Date_Time`` and ``Voltage(V)``; LAND (Landt) ``TestTime/Sec``,
``SysTime`` and ``Voltage/V``, in Chinese as well; NOVA ``WE(1).Potential (V)``; BaSyTec
``~Time[h]`` and ``U[V]``. Where the headings say nothing, the user names the columns.
"""

import csv
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from fitting.readers.records.dates import parse_start
from fitting.readers.records.numbers import parse_numbers
from fitting.readers.records.quantities import find_quantities
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_LINES_SEARCHED = 200
_SEPARATORS = (";", "\t", ",")
_BLANKS = " "
"""BaSyTec may separate by blanks; tried last."""
_STARTED = re.compile(
    r"(?im)^[^\w\n]*(?:start of test|test start(?:ed)?|start(?:ed)?(?: date| time| at| on)?|"
    r"acquisition started on|date of test|start date and time|开始时间|启动时间)"
    r"[\s:;,=\t\"]+(\d[^;,\t\"\n]*)"
)


def recognise_table(file: RecordFile) -> bool:
    """Whether a line names a voltage and a time."""
    return _heading_line(file.text.split("\n")) is not None


def read_table(file: RecordFile) -> RecordTable | None:
    """The table below the first line that names a voltage and a time."""
    lines = file.text.split("\n")
    found = _heading_line(lines)
    return table_below(lines, *found) if found else None


def names_record(headings: Sequence[str]) -> bool:
    """Whether headings name a voltage and a time."""
    found = find_quantities(headings)
    return "voltage" in found and bool({"time", "stamp"} & found.keys())


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
        _split_line(lines[index], separator),
        [_split_line(line, separator) for line in body],
        start=_find_start(lines[:index]),
    )


def _is_numbers(cells: list[str]) -> float:
    """Part of the cells that are numbers."""
    return float(np.isfinite(parse_numbers(cells)).mean())


def _heading_line(lines: list[str]) -> tuple[int, str] | None:
    """Number and separator of the first line whose cells name a voltage and a time."""
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        for separator in (*_SEPARATORS, _BLANKS):
            if separator in line and names_record(_split_line(line, separator)):
                return index, separator
    return None


def _find_start(header: list[str]) -> float:
    """When the header says the record was begun, where its date cannot be read both ways."""
    found = _STARTED.search("\n".join(header))
    if found is None:
        return np.nan
    moments = {parse_start(found[1].strip(), order) for order in ("day first", "month first")}
    return moments.pop() if len(moments) == 1 else np.nan


def _split_line(line: str, separator: str) -> list[str]:
    if separator == _BLANKS:
        return line.split()
    if '"' in line and len(line) < csv.field_size_limit():
        # a decimal comma stands in quotes where the comma separates
        cells = next(csv.reader([line.replace("\0", "")], delimiter=separator), [])
        return [cell.strip() for cell in cells]
    return [cell.strip() for cell in line.split(separator)]


FORMAT = RecordFormat(
    "csv record",
    recognise_table,
    read_table,
    "Arbin, LAND, NOVA, Squidstat, Novonix, BaSyTec and others: text with a line of headings",
)
