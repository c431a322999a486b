"""Arbin databases (.res), by the package access-parser where it is installed.

The rows stand in ``Channel_Normal_Table``, in the order in which they were stored.
"""

import struct
from pathlib import Path

from fitting.electrochemistry.records.extras import optional_module
from fitting.electrochemistry.records.table import RecordTable
from fitting.errors import UnreadableFileError

FORMAT = "Arbin database"

_ACCESS = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
_TABLE = "Channel_Normal_Table"
_COLUMNS = ("Test_Time", "DateTime", "Step_Index", "Cycle_Index", "Current", "Voltage")
_FAULTS = (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, struct.error)
"""What the package raises on a damaged file."""


def recognises(head: bytes) -> bool:
    """Whether the file is an Access database."""
    return head.startswith(_ACCESS)


def table(path: Path) -> RecordTable:
    """Headings and rows."""
    package = optional_module(
        "access_parser",
        "arbin",
        f"{path.name}: an Arbin record",
        "or export the record as csv from MITS Pro",
    )
    try:
        columns = package.AccessParser(str(path)).parse_table(_TABLE)
        found = [name for name in _COLUMNS if name in columns]
        cells = [[_text(cell) for cell in columns[name]] for name in found]
        return RecordTable(found, list(zip(*cells, strict=True)))
    except _FAULTS as error:
        raise UnreadableFileError(
            f"{path.name}: no Arbin record can be read from this database ({error}). Export it as "
            "csv from MITS Pro."
        ) from error


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
