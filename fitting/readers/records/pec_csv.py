"""PEC csv: lines about the test, ``#END RESULTS CHECK``, then headings and one row per point."""

import re

from fitting.readers.records.table import RecordTable

FORMAT = "PEC csv"

_END_OF_HEADER = re.compile(r"(?m)^#END RESULTS CHECK,*\n(?P<headings>.*)\n")


def recognises(text: str) -> bool:
    """Whether the line before the headings is there."""
    return _END_OF_HEADER.search(text) is not None


def table(text: str) -> RecordTable | None:
    """Headings and rows; of several cells in the file the first is taken."""
    match = _END_OF_HEADER.search(text)
    if match is None:
        return None
    headings = [heading.strip() for heading in match["headings"].split(",")]
    rows = [line.split(",") for line in text[match.end() :].split("\n") if line.strip()]
    cells = [_find_cell(headings, row) for row in rows]
    others = sorted(set(cells) - set(cells[:1]))
    warning = f"Only cell {cells[0]} was read; the file also holds {', '.join(others)}."
    return RecordTable(
        headings,
        [row for row, cell in zip(rows, cells, strict=True) if cell == cells[0]],
        warnings=(warning,) if others else (),
    )


def _find_cell(headings: list[str], row: list[str]) -> str:
    named = dict(zip(headings, row, strict=False))
    return f"{named.get('Test', '')}/{named.get('Cell', '')}"
