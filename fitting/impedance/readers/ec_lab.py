"""EC-Lab of Bio-Logic (.mpt, .mpr): PEIS and GEIS, also between other techniques of one file.

The columns ``freq/Hz``, ``Re(Z)/Ohm`` and ``-Im(Z)/Ohm`` are those of the impedance against the
working electrode; rows of other techniques have the frequency 0. ``<Ewe>/V`` is the potential,
``cycle number`` the number of the sweep within a loop.
"""

from dataclasses import replace

from fitting.data.errors import UnreadableFileError
from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.readers.records.ec_lab_binary import read_mpr_columns, recognise_mpr
from fitting.readers.records.ec_lab_text import read_ec_lab, recognise_ec_lab
from fitting.readers.records.record_format import RecordFile, RecordTable

_FREQUENCY = "freq/Hz"
_COLUMNS = (_FREQUENCY, "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s",
            "<Ewe>/V", "cycle number", "z cycle", "Temperature/°C")  # fmt: skip
"""Others of an .mpt, such as |Ewe|/V, are amplitudes or those of other electrodes."""


def recognise_mpt(file: RecordFile) -> bool:
    """Whether the file is a text of EC-Lab with a column of frequencies."""
    if not recognise_ec_lab(file):
        return False
    table = read_ec_lab(file)
    return table is not None and _FREQUENCY in table.headings and _has_sweep(table)


def read_mpt(file: RecordFile) -> RecordTable | None:
    """The columns of the impedance."""
    table = read_ec_lab(file)
    if table is None:
        return None
    places = [table.headings.index(name) for name in _COLUMNS if name in table.headings]
    rows = [[row[place] if place < len(row) else "" for place in places] for row in table.rows]
    headings = [table.headings[place] for place in places]
    return _without_other_rows(replace(table, headings=headings, rows=rows, warnings=()))


def recognise_impedance_mpr(file: RecordFile) -> bool:
    """Whether the file is a binary of EC-Lab with frequencies; a damaged one is left to others."""
    if not recognise_mpr(file):
        return False
    try:
        table = read_mpr_columns(file, _COLUMNS)
    except UnreadableFileError:
        return False
    return _FREQUENCY in table.headings and _has_sweep(table)


def read_impedance_mpr(file: RecordFile) -> RecordTable:
    """The columns of the impedance."""
    return _without_other_rows(replace(read_mpr_columns(file, _COLUMNS), warnings=()))


def _has_sweep(table: RecordTable) -> bool:
    place = table.headings.index(_FREQUENCY)
    return any(_is_positive(row[place]) for row in table.rows if place < len(row))


def _is_positive(cell: str) -> bool:
    try:
        return float(cell.replace(",", ".")) > 0
    except ValueError:
        return False


def _without_other_rows(table: RecordTable) -> RecordTable:
    place = table.headings.index(_FREQUENCY)
    return replace(table, rows=[row for row in table.rows if _is_positive(row[place])])


TEXT = ImpedanceFormat("EC-Lab text", recognise_mpt, read_mpt, "`.mpt`, any locale")
BINARY = ImpedanceFormat("EC-Lab binary", recognise_impedance_mpr, read_impedance_mpr, "`.mpr`")
