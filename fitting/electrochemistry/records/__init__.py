"""Potentiostat records: ``read_record(path)`` finds out the format by the content and reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from fitting.electrochemistry.records import (
    ec_lab_text,
    generic_csv,
    maccor_text,
    neware_csv,
    pec_csv,
)
from fitting.electrochemistry.records.record import PotentialRecord
from fitting.electrochemistry.records.table import RecordTable, record_from_table
from fitting.errors import UnreadableFileError
from fitting.readers import foreign
from fitting.readers.text import decoded, read_text

__all__ = ["RECORD_FORMATS", "PotentialRecord", "read_record"]

_HEAD_SIZE = 1 << 16


class RecordFormat(Protocol):
    """What every module in ``RECORD_FORMATS`` offers."""

    FORMAT: str

    def recognises(self, text: str) -> bool:
        """Whether a text that begins like this has this format."""

    def table(self, text: str) -> RecordTable | None:
        """Headings and rows, ``None`` if they are not complete."""


RECORD_FORMATS: tuple[RecordFormat, ...] = (
    ec_lab_text,
    neware_csv,
    maccor_text,
    pec_csv,
    generic_csv,
)
"""Most specific first."""


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
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_SIZE)
        advice = None if decoded(head) is not None else foreign.advice_for(head)
        if advice:
            raise UnreadableFileError(f"{path.name}: this is {advice}")
        text = read_text(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFileError(f"{path.name}: the record cannot be read ({reason}).") from error
    if named:
        found = generic_csv.table_of_names(text, set(named.values()))
        return record_from_table(path.name, generic_csv.FORMAT, _needed(path, found), named)
    for known in RECORD_FORMATS:
        if known.recognises(text):
            return record_from_table(path.name, known.FORMAT, _needed(path, known.table(text)))
    raise _unknown(path)


def _needed(path: Path, table: RecordTable | None) -> RecordTable:
    if table is None or not table.rows:
        raise UnreadableFileError(
            f"{path.name}: the record has no rows below its headings. Export it again."
        )
    return table


def _unknown(path: Path) -> UnreadableFileError:
    known = ", ".join(known.FORMAT for known in RECORD_FORMATS)
    return UnreadableFileError(
        f"{path.name}: this is no potentiostat record that can be read, nor a side table with the "
        f"columns file and voltage. Export the record as text with headings for time and voltage. "
        f"Records are read from: {known}."
    )
