"""Gamry text (.DTA): a head of labelled lines, then tables of curves one below the other.

A table begins with ``CURVE``, ``CURVE1``, ``OCVCURVE`` ... and the word ``TABLE``; below it stand
a line of names (``Pt T Vf Im``), one of their units (``# s V vs. Ref. A``) and the rows, which
begin with a tab. ``DATE`` and ``TIME`` of the head are when the measurement was begun, on the
local clock.
"""

import re

import numpy as np

from fitting.readers.records.dates import parse_start
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_TABLE = re.compile(r"(?m)^(?P<name>(?:OCV|[A-Z]*)CURVE\d*)\tTABLE\b.*$")
_STATED = re.compile(r"(?m)^(DATE|TIME)\t[^\t\n]*\t([^\t\n]+)")
_NAMES, _FIRST_ROW = 1, 3
_WANTED = {"T": "s", "Vf": "V", "Im": "A"}
"""Names of columns, and their units."""


def recognise_gamry(file: RecordFile) -> bool:
    """Whether the first line is that of Gamry."""
    return file.text.startswith("EXPLAIN")


def read_gamry(file: RecordFile) -> RecordTable | None:
    """Time, voltage and current of all curves, one after the other; ``None`` without any."""
    text = file.text
    starts = list(_TABLE.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    curves = [
        text[match.start() : end].split("\n") for match, end in zip(starts, ends, strict=True)
    ]
    # a potential along frequencies is no record
    if not curves or "Zreal" in text:
        return None
    parts = [_read_curve(lines) for lines in curves]
    return RecordTable(
        [f"{name} ({unit})" for name, unit in _WANTED.items()],
        [row for rows in parts for row in rows],
        start=find_start(text[: starts[0].start()]),
        parts=[number for number, rows in enumerate(parts) for _ in rows],
    )


def find_start(head: str) -> float:
    """Unix time at which the measurement was begun (s); nan where the head does not state it."""
    stated = dict(_STATED.findall(head))
    if "DATE" not in stated or "TIME" not in stated:
        return np.nan
    return parse_start(f"{stated['DATE'].strip()} {stated['TIME'].strip()}", "month first")


def _read_curve(lines: list[str]) -> list[list[str]]:
    """The wanted columns of the rows of one table; a curve at open circuit has no current."""
    names = [name.strip() for name in lines[_NAMES].split("\t")] if len(lines) > _FIRST_ROW else []
    if not {"T", "Vf"} <= set(names):
        return []
    rows = [line.split("\t") for line in lines[_FIRST_ROW:] if line.startswith("\t")]
    return [
        [
            row[names.index(name)] if name in names and names.index(name) < len(row) else ""
            for name in _WANTED
        ]
        for row in rows
    ]


FORMAT = RecordFormat("Gamry text", recognise_gamry, read_gamry, "`.DTA`")
