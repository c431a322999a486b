"""Potentiostat records: ``read_record(path)`` finds out the format by the content and reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from fitting.data.errors import UnreadableFileError
from fitting.readers.boundary import check_regular, contain_faults
from fitting.readers.records import (
    arbin_database,
    ec_lab_text,
    generic_csv,
    maccor_text,
    neware_binary,
    neware_csv,
    pec_csv,
    record_workbook,
)
from fitting.readers.records.column_mapping import (
    check_mapping,
    remember_columns,
    remembered_columns,
)
from fitting.readers.records.plug_ins import plug_in_table, plug_ins
from fitting.readers.records.record import PotentialRecord
from fitting.readers.records.table import RecordTable, record_from_table
from fitting.readers.spectra import foreign
from fitting.readers.spectra.text import decode_text, read_text

__all__ = [
    "BINARY_FORMATS",
    "RECORD_FORMATS",
    "PotentialRecord",
    "open_columns",
    "read_record",
    "record_of_columns",
]

_HEAD_SIZE = 1 << 16


class RecordFormat(Protocol):
    """What every module in ``RECORD_FORMATS`` offers."""

    FORMAT: str

    def recognises(self, text: str) -> bool:
        """Whether a text that begins like this has this format."""

    def table(self, text: str) -> RecordTable | None:
        """Headings and rows, ``None`` if they are not complete."""


class BinaryFormat(Protocol):
    """What every module in ``BINARY_FORMATS`` offers."""

    FORMAT: str

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins like this has this format."""

    def table(self, path: Path) -> RecordTable:
        """Headings and rows."""


RECORD_FORMATS: tuple[RecordFormat, ...] = (
    ec_lab_text,
    neware_csv,
    maccor_text,
    pec_csv,
    generic_csv,
)
"""Most specific first."""
BINARY_FORMATS: tuple[BinaryFormat, ...] = (neware_binary, arbin_database, record_workbook)


def read_record(path: Path, named: Mapping[str, str] | None = None) -> PotentialRecord:
    """Read a potentiostat record.

    Parameters
    ----------
    named
        Heading by quantity (voltage, time, stamp, current, cycle, step, capacity), for a table
        whose headings are not understood.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is of no format that is read, or holds no potentials.
    """
    with contain_faults(path):
        check_regular(path)
        with path.open("rb") as file:
            head = file.read(_HEAD_SIZE)
        found = _from_binary(path, head)
        return found or _from_text(path, read_text(path), named)


def open_columns(path: Path) -> list[str]:
    """Headings of a table of which nobody has said yet what its columns are; else empty."""
    try:
        with contain_faults(path):
            check_regular(path)
            text = decode_text(path.read_bytes())
    except UnreadableFileError:
        return []
    if text is None or any(known.recognises(text) for known in RECORD_FORMATS):
        return []
    candidates = generic_csv.heading_candidates(text)
    if not candidates or any(remembered_columns(headings) for headings in candidates):
        return []
    return max(candidates, key=len)


def record_of_columns(path: Path, named: Mapping[str, str]) -> PotentialRecord:
    """Read a table as the user says, and remember it for tables with the same headings.

    Raises
    ------
    VoltageError
        If the voltage or the time is missing.
    UnreadableFileError
        If there are no such columns, or no potentials in them.
    """
    check_mapping(named)
    record = read_record(path, named)
    candidates = generic_csv.heading_candidates(read_text(path))
    for headings in candidates:
        if set(named.values()) <= set(headings):
            remember_columns(headings, named)
            break
    return record


def _from_binary(path: Path, head: bytes) -> PotentialRecord | None:
    """The record in a file that is no text; ``None`` if it may be text."""
    for known in BINARY_FORMATS:
        if known.recognises(head):
            stored = known.table(path)
            return record_from_table(path.name, known.FORMAT, _need_columns(path, stored))
    for plug_in in plug_ins():
        if plug_in.recognises(head):
            table = _need_columns(path, plug_in_table(plug_in, path))
            return record_from_table(path.name, plug_in.FORMAT, table)
    advice = None if decode_text(head) is not None else foreign.advice_for(head)
    if advice:
        raise UnreadableFileError(f"{path.name}: this is {advice}")
    return None


def _from_text(path: Path, text: str, named: Mapping[str, str] | None) -> PotentialRecord:
    if named:
        found = generic_csv.table_of_names(text, set(named.values()))
        return record_from_table(path.name, generic_csv.FORMAT, _need_columns(path, found), named)
    for known in RECORD_FORMATS:
        if known.recognises(text):
            exported = known.table(text)
            return record_from_table(path.name, known.FORMAT, _need_columns(path, exported))
    for headings in generic_csv.heading_candidates(text):
        remembered = remembered_columns(headings)
        if remembered:
            return _from_text(path, text, remembered)
    raise _unknown_format_error(path)


def _need_columns(path: Path, table: RecordTable | None) -> RecordTable:
    if table is None or not table.rows:
        raise UnreadableFileError(
            f"{path.name}: the record has no rows below its headings. Export it again."
        )
    return table


def _unknown_format_error(path: Path) -> UnreadableFileError:
    formats = [one.FORMAT for one in RECORD_FORMATS] + [one.FORMAT for one in BINARY_FORMATS]
    return UnreadableFileError(
        f"{path.name}: this is no potentiostat record that can be read, nor a side table with the "
        "columns file and voltage. If it is a table of a record, say which column is what "
        "(command line: --columns time=HEADING,voltage=HEADING), or export the record as text. "
        f"Records are read from: {', '.join(formats)}."
    )
