"""Arbin databases (.res), by the package access-parser where it is installed.

The rows stand in ``Channel_Normal_Table``, in the order in which they were stored.
"""

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.record_format import (
    RecordFile,
    RecordFormat,
    RecordTable,
    table_of_columns,
)

_ACCESS = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
_TABLE = "Channel_Normal_Table"
_COLUMNS = {
    "Test_Time": "Test_Time(s)",
    "DateTime": "DateTime",
    "Step_Index": "Step_Index",
    "Cycle_Index": "Cycle_Index",
    "Current": "Current(A)",
    "Voltage": "Voltage(V)",
}
"""Columns of the table, and their headings with the units that they have."""


def recognise_arbin(file: RecordFile) -> bool:
    """Whether the file is an Access database."""
    return file.head.startswith(_ACCESS)


def read_arbin(file: RecordFile) -> RecordTable:
    """Headings and rows."""
    path = file.path
    instead = "export the record as csv from MITS Pro"
    package = load_for_file(path, "access_parser", "access-parser", instead)
    construct = load_for_file(path, "construct", "construct", instead)
    try:
        columns = package.AccessParser(str(path)).parse_table(_TABLE)
        found = {heading: columns[name] for name, heading in _COLUMNS.items() if name in columns}
        return table_of_columns(found)
    except (*PARSER_FAULTS, construct.ConstructError) as error:
        raise UnreadableFileError(
            f"{path.name}: no Arbin record can be read from this database ({error}). Export it as "
            "csv from MITS Pro."
        ) from error


FORMAT = RecordFormat("Arbin database", recognise_arbin, read_arbin, "`.res`", "access-parser")
