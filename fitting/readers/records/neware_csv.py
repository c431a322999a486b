"""Neware csv (BTSDA), in English or Chinese: one row per point, or points below cycles and steps.

The nested export has three lines of headings; rows of cycles begin in the first cell, those of
steps in the second, those of points in the third. The first step of a cycle stands in its row.
"""

import re

from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_POINT = r"(?:DataPoint|Record ID|数据序号|记录序号|數據序號|記錄序號)"
_CYCLE = r"(?:Cycle Index|Cycle ID|循环号|循环序号|循環號|循環序號)"
_STEP = r"(?:Step Index|Step ID|工步号|工步序号|工步號|工步序號)"
_VOLTAGE = r"(?:Voltage|电压|電壓)\(m?V\)"
_FLAT = re.compile(rf"(?i)\s*{_POINT}[,\t].*{_VOLTAGE}")
_NESTED = re.compile(
    rf"(?i)\s*{_CYCLE}[,\t][^\n]*\n[,\t]{_STEP}[,\t][^\n]*\n[,\t][,\t]{_POINT}[,\t]"
)


def recognise_neware(file: RecordFile) -> bool:
    """Whether the headings are those of BTSDA."""
    return bool(_FLAT.match(file.text) or _NESTED.match(file.text))


def read_neware(file: RecordFile) -> RecordTable:
    """Headings and rows, cycles and steps filled in where they were nested."""
    lines = [line for line in file.text.split("\n") if line.strip()]
    separator = "\t" if "\t" in lines[0] else ","
    cells = [[cell.strip() for cell in line.split(separator)] for line in lines]
    return _unnest_rows(cells) if _NESTED.match(file.text) else RecordTable(cells[0], cells[1:])


def _unnest_rows(lines: list[list[str]]) -> RecordTable:
    cycle_width = len(lines[0])
    headings = ["Cycle Index", "Step Index", *lines[2][2:]]
    cycle, step = "", ""
    rows = []
    for cells in lines[3:]:
        if cells[0]:
            cycle = cells[0]
            step = cells[cycle_width] if len(cells) > cycle_width else ""
        elif len(cells) > 1 and cells[1]:
            step = cells[1]
        else:
            rows.append([cycle, step, *cells[2:]])
    return RecordTable(headings, rows)


FORMAT = RecordFormat(
    "Neware csv", recognise_neware, read_neware, "csv, flat or nested, English or Chinese"
)
