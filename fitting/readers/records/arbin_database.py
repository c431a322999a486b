"""Arbin databases (.res), by the package access-parser where it is installed.

The rows stand in ``Channel_Normal_Table``, in the order in which they were stored.
"""

from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.table import RecordTable

FORMAT = "Arbin database"

_ACCESS = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
_TABLE = "Channel_Normal_Table"
_COLUMNS = ("Test_Time", "DateTime", "Step_Index", "Cycle_Index", "Current", "Voltage")


def recognises(head: bytes) -> bool:
    """Whether the file is an Access database."""
    return head.startswith(_ACCESS)


def table(path: Path) -> RecordTable:
    """Headings and rows."""
    instead = "export the record as csv from MITS Pro"
    package = load_for_file(path, "access_parser", "access-parser", instead)
    construct = load_for_file(path, "construct", "construct", instead)
    try:
        columns = package.AccessParser(str(path)).parse_table(_TABLE)
        found = [name for name in _COLUMNS if name in columns]
        cells = [[_cell_text(cell) for cell in columns[name]] for name in found]
        return RecordTable(found, list(zip(*cells, strict=True)))
    except (*PARSER_FAULTS, construct.ConstructError) as error:
        raise UnreadableFileError(
            f"{path.name}: no Arbin record can be read from this database ({error}). Export it as "
            "csv from MITS Pro."
        ) from error


def _cell_text(cell: object) -> str:
    return "" if cell is None else str(cell)
