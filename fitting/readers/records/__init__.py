"""Potentiostat records: ``read_record(path)`` finds out the format by the content and reads it.

A format is the ``FORMAT`` of one module (a ``RecordFormat``), listed below; packages of the user
add theirs by an entry point (``plug_ins``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.readers.boundary import contain_faults
from fitting.readers.records import (
    arbin_database,
    ec_lab_binary,
    ec_lab_text,
    gamry_dta,
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
from fitting.readers.records.dates import DateOrder
from fitting.readers.records.generic_csv import heading_candidates, table_of_names
from fitting.readers.records.plug_ins import load_plug_ins
from fitting.readers.records.record import PotentialRecord
from fitting.readers.records.record_format import (
    RecordFile,
    RecordFormat,
    RecordTable,
    open_record_file,
    table_of_columns,
)
from fitting.readers.records.table import record_from_table
from fitting.readers.spectra import foreign

__all__ = [
    "RECORD_FORMATS",
    "PotentialRecord",
    "RecordFile",
    "RecordFormat",
    "RecordTable",
    "open_columns",
    "read_record",
    "record_of_columns",
]

RECORD_FORMATS: tuple[RecordFormat, ...] = (
    neware_binary.FORMAT,
    arbin_database.FORMAT,
    record_workbook.FORMAT,
    ec_lab_binary.FORMAT,
    ec_lab_text.FORMAT,
    gamry_dta.FORMAT,
    neware_csv.FORMAT,
    maccor_text.FORMAT,
    pec_csv.FORMAT,
    generic_csv.FORMAT,
)
"""Most specific first."""


def read_record(
    path: Path, named: Mapping[str, str] | None = None, order: DateOrder | None = None
) -> PotentialRecord:
    """Read a potentiostat record.

    Parameters
    ----------
    named
        Heading by quantity (voltage, time, stamp, current, cycle, step, capacity), for a table
        whose headings are not understood.
    order
        Which of day and month stands first in its dates, where they can be confused.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is of no format that is read, or holds no potentials.
    """
    with contain_faults(path):
        file = open_record_file(path)
        if named:
            return _read_as_said(file, named, order)
        faults: list[str] = []
        for known in _iterate_formats(faults):
            if known.recognise_file(file):
                return record_from_table(
                    path.name, known.name, _need_rows(file, known), order=order
                )
        for headings in heading_candidates(file.text):
            remembered = remembered_columns(headings)
            if remembered:
                return _read_as_said(file, remembered, order)
        raise _unknown_format_error(file, faults)


def open_columns(path: Path) -> list[str]:
    """Headings of a table of which nobody has said yet what its columns are; else empty."""
    try:
        with contain_faults(path):
            file = open_record_file(path)
            is_known = any(known.recognise_file(file) for known in _iterate_formats([]))
    except UnreadableFileError:
        return []
    candidates = [] if is_known else heading_candidates(file.text)
    if not candidates or any(remembered_columns(headings) for headings in candidates):
        return []
    return max(candidates, key=len)


def record_of_columns(
    path: Path, named: Mapping[str, str], order: DateOrder | None = None
) -> PotentialRecord:
    """Read a table as the user says, and remember it for tables with the same headings.

    Raises
    ------
    VoltageError
        If the voltage or the time is missing.
    UnreadableFileError
        If there are no such columns, or no potentials in them.
    """
    check_mapping(named)
    record = read_record(path, named, order)
    for headings in heading_candidates(open_record_file(path).text):
        if set(named.values()) <= set(headings):
            remember_columns(headings, named)
            break
    return record


def _iterate_formats(faults: list[str]) -> Iterator[RecordFormat]:
    """Our formats, then those of plug-ins; a plug-in that cannot be loaded is put into faults."""
    yield from RECORD_FORMATS
    for found in load_plug_ins():
        if isinstance(found, str):
            faults.append(found)
        else:
            yield found


def _read_as_said(
    file: RecordFile, named: Mapping[str, str], order: DateOrder | None
) -> PotentialRecord:
    table = table_of_names(file.text, set(named.values()))
    if table is None or not table.rows:
        raise _no_rows_error(file)
    return record_from_table(file.path.name, generic_csv.FORMAT.name, table, named, order)


def _need_rows(file: RecordFile, known: RecordFormat) -> RecordTable:
    found = known.read_table(file)
    table = found if found is None or isinstance(found, RecordTable) else table_of_columns(found)
    if table is None or not table.rows:
        raise _no_rows_error(file)
    return table


def _no_rows_error(file: RecordFile) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file.path.name}: the record has no rows below its headings. Export it again."
    )


def _unknown_format_error(file: RecordFile, faults: list[str]) -> UnreadableFileError:
    advice = "" if file.text else foreign.advice_for(file.head)
    if advice:
        return UnreadableFileError(" ".join([f"{file.path.name}: this is {advice}", *faults]))
    sentence = (
        f"{file.path.name}: this is no potentiostat record that can be read, nor a side table with "
        "the columns file and voltage. If it is a table of a record, say which column is what "
        "(command line: --columns time=HEADING,voltage=HEADING), or export the record as text. "
        f"Records are read from: {', '.join(known.name for known in RECORD_FORMATS)}."
    )
    return UnreadableFileError(" ".join([sentence, *faults]))
