"""Neware csv (BTSDA): one row per point, or points nested below their cycles and steps.

The nested export has three lines of headings; rows of cycles begin in the first cell, those of
steps in the second, those of points in the third. The first step of a cycle stands in its row.
"""

import re

from fitting.readers.records.table import RecordTable

FORMAT = "Neware csv"

_FLAT = re.compile(r"(?i)\s*DataPoint,.*Voltage\(m?V\)")
_NESTED = re.compile(r"(?i)\s*Cycle Index,[^\n]*\n,Step Index,[^\n]*\n,,DataPoint,")


def recognises(text: str) -> bool:
    """Whether the headings are those of BTSDA."""
    return bool(_FLAT.match(text) or _NESTED.match(text))


def table(text: str) -> RecordTable | None:
    """Headings and rows, cycles and steps filled in where they were nested."""
    lines = [line for line in text.split("\n") if line.strip()]
    if _NESTED.match(text):
        return _unnest_rows([line.split(",") for line in lines])
    return RecordTable(lines[0].split(","), [line.split(",") for line in lines[1:]])


def _unnest_rows(lines: list[list[str]]) -> RecordTable:
    cycle_width = len(lines[0])
    headings = ["Cycle Index", "Step Index", *lines[2][2:]]
    cycle, step = "", ""
    rows = []
    for cells in lines[3:]:
        if cells[0].strip():
            cycle = cells[0]
            step = cells[cycle_width] if len(cells) > cycle_width else ""
        elif len(cells) > 1 and cells[1].strip():
            step = cells[1]
        else:
            rows.append([cycle, step, *cells[2:]])
    return RecordTable(headings, rows)
