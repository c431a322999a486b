"""PEC csv: lines about the test, ``#END RESULTS CHECK``, then headings and one row per point."""

import re

from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_END_OF_HEADER = re.compile(r"(?m)^#END RESULTS CHECK,*\n(?P<headings>.*)\n")


def recognise_pec(file: RecordFile) -> bool:
    """Whether the line before the headings is there."""
    return _END_OF_HEADER.search(file.text) is not None


def read_pec(file: RecordFile) -> RecordTable | None:
    """Headings and rows; of several cells in the file the first is taken."""
    match = _END_OF_HEADER.search(file.text)
    if match is None:
        return None
    headings = [heading.strip() for heading in match["headings"].split(",")]
    rows = [line.split(",") for line in file.text[match.end() :].split("\n") if line.strip()]
    cells = [_find_cell(headings, row) for row in rows]
    others = sorted(set(cells) - set(cells[:1]))
    warning = f"Only cell {cells[0]} was read; the file also holds {', '.join(others)}."
    return RecordTable(
        # the test and the cell have been looked at, and a cell is no channel here
        ["" if heading in ("Test", "Cell") else heading for heading in headings],
        [row for row, cell in zip(rows, cells, strict=True) if cell == cells[0]],
        warnings=(warning,) if others else (),
    )


def _find_cell(headings: list[str], row: list[str]) -> str:
    named = dict(zip(headings, row, strict=False))
    return f"{named.get('Test', '')}/{named.get('Cell', '')}"


FORMAT = RecordFormat("PEC csv", recognise_pec, read_pec, "csv")
