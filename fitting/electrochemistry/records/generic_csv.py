"""Any table with headings for voltage and time: Arbin, LAND, Battery Data Format, spreadsheets."""

from fitting.electrochemistry.records.quantities import quantities
from fitting.electrochemistry.records.table import RecordTable

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
            if names <= set(_split(line, separator)):
                return table_below(lines, index, separator)
    return None


def table_below(lines: list[str], index: int, separator: str) -> RecordTable:
    """The table whose headings are in that line."""
    body = (line for line in lines[index + 1 :] if line.strip(separator + " \t"))
    return RecordTable(_split(lines[index], separator), [_split(line, separator) for line in body])


def _heading_line(lines: list[str]) -> tuple[int, str] | None:
    """Number and separator of the first line whose cells name a voltage and a time."""
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        for separator in _SEPARATORS:
            found = quantities(_split(line, separator)) if separator in line else {}
            if "voltage" in found and {"time", "stamp"} & found.keys():
                return index, separator
    return None


def _split(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(separator)]
