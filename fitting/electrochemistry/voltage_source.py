"""The file that a user gives for the voltages: a side table, or a potentiostat record."""

from dataclasses import replace
from pathlib import Path

from fitting.data.errors import VoltageError
from fitting.data.voltage_scale import VoltageScale
from fitting.electrochemistry.side_table import SideTable, is_side_table, read_side_table
from fitting.readers.boundary import read_whole
from fitting.readers.records import PotentialRecord, read_record
from fitting.readers.records.dates import DateOrder
from fitting.readers.spectra.text import decode_text


def read_voltage_source(
    path: Path, scale: VoltageScale | None = None, order: DateOrder | None = None
) -> SideTable | PotentialRecord:
    """Read a side table or a record, whichever the file is.

    Parameters
    ----------
    scale
        What its voltages are measured against; ``None`` for what it says, else Li+/Li.
    order
        Which of day and month stands first in the dates of a record, where the user says it.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is of no known format.
    VoltageError
        If a side table contradicts itself.
    """
    if is_side_table(_read_text(path)):
        return read_side_table(path, scale)
    return on_scale(read_record(path, order=order), scale)


def on_scale(record: PotentialRecord, scale: VoltageScale | None) -> PotentialRecord:
    """The record on a scale, or on the one that it states itself.

    Raises
    ------
    VoltageError
        If it states an electrode whose potential nobody has said.
    """
    if scale is not None:
        return replace(record, scale=scale)
    if record.electrode:
        raise VoltageError(
            f"{record.file}: the voltages are stated against {record.electrode}. Say where that "
            f"electrode lies vs Li+/Li (command line: --voltage-scale '{record.electrode}' "
            "--voltage-offset V)."
        )
    return record


def _read_text(path: Path) -> str:
    """The file as text; empty if it is binary or cannot be opened, which its reader will say."""
    try:
        return decode_text(read_whole(path)) or ""
    except OSError:
        return ""
