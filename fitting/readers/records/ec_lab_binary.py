"""EC-Lab binary records (.mpr) of Bio-Logic, without a package.

``VMP data`` holds the number of rows (u4), the number of columns (u1; u2 since EC-Lab 11.50), their
ids (u2 each, ``mpr_columns``), and the rows from a byte that its version sets. ``VMP LOG`` holds
the start as an OLE date (days since 1899-12-30, f8) on the local clock; ``time/s``, which need not
begin with 0, counts from it, as in the text that EC-Lab exports.

What EC-Lab adds in that text is computed as it does, told from 40 public pairs: the average current
where the charge between two rows is stored (``dq``) is that charge over the time between them, and
the number of a cycle is half that of the half cycle.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.boundary import read_whole
from fitting.readers.budget import begin_meter
from fitting.readers.records.ec_lab_text import describe_electrodes
from fitting.readers.records.mpr_columns import row_type
from fitting.readers.records.mpr_modules import MAGIC, MprModule, damaged_error, find_modules
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

Rows = np.ndarray[tuple[int], np.dtype[np.void]]

_FIRST_ROWS = {(False, 2): 405, (False, 3): 406, (True, 11): 1007}
"""Byte of ``VMP data`` at which the rows begin, by kind of head and version."""
_START = 585
"""Byte of ``VMP LOG`` at which the start stands."""
_OLE_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_OLE_DAYS = (32_874.0, 73_050.0)
"""OLE dates of 1990 and 2100."""
_USED = (
    "time/s", "Ewe/V", "<Ewe>/V", "Ece/V", "<Ece>/V", "I/mA", "<I>/mA", "control/mA",
    "cycle number", "Ns", "(Q-Qo)/mA.h", "Q charge/discharge/mA.h",
)  # fmt: skip
"""Columns that a record has a use for."""
_SECONDS = 3600.0
_CELL_BYTES = 64
"""What a number takes as the text of a cell."""


def recognise_mpr(file: RecordFile) -> bool:
    """Whether the file begins like one of Bio-Logic."""
    return file.head.startswith(MAGIC)


def read_mpr(file: RecordFile) -> RecordTable:
    """Headings and rows of what a record has a use for.

    Raises
    ------
    UnreadableFileError
        As ``read_mpr_columns`` does.
    """
    return read_mpr_columns(file, _USED)


def read_mpr_columns(file: RecordFile, wanted: Sequence[str]) -> RecordTable:
    """Headings and rows of those of the wanted columns that the file holds.

    Raises
    ------
    UnreadableFileError
        If the file is cut off or damaged, or holds columns or a version that are not known.
    """
    name = file.path.name
    meter = begin_meter(file.path)
    modules = find_modules(read_whole(file.path), meter)
    if "VMP data" not in modules:
        raise damaged_error(name, "holds no measured values (no module 'VMP data')")
    rows = _read_rows(name, modules["VMP data"])
    columns = _collect_columns(rows, wanted)
    meter.take_bytes(_CELL_BYTES * len(columns) * len(rows))
    start, notes = _find_start(modules)
    return RecordTable(
        headings=list(columns),
        rows=list(
            zip(*([str(cell) for cell in column] for column in columns.values()), strict=True)
        ),
        start=start,
        warnings=(*notes, *describe_electrodes(list(columns))),
        date_order="month first",
    )


def _read_rows(name: str, module: MprModule) -> Rows:
    """The rows of ``VMP data``, whose number and length have to fill it to the byte."""
    content = module.content
    first = _FIRST_ROWS.get((module.is_long, module.version))
    if first is None:
        raise damaged_error(name, f"is of version {module.version}, which is not known")
    if len(content) < first:
        raise damaged_error(name, "is damaged: its module 'VMP data' is too short for its head")
    (count,) = struct.unpack_from("<I", content)
    width, after = (
        (struct.unpack_from("<H", content, 4)[0], 6) if module.is_long else (content[4], 5)
    )
    if after + 2 * width > first:
        raise damaged_error(name, f"is damaged: it should have {width} columns")
    kind = row_type(struct.unpack_from(f"<{width}H", content, after))
    if isinstance(kind, int):
        raise damaged_error(name, f"has a column of a kind that is not known (id {kind})")
    if len(content) - first != count * kind.itemsize:
        raise damaged_error(
            name,
            f"is damaged: {count} rows of {kind.itemsize} bytes do not fill the "
            f"{len(content) - first} bytes of its rows",
        )
    return np.frombuffer(content, kind, count, first)


def _collect_columns(rows: Rows, wanted: Sequence[str]) -> dict[str, FloatArray]:
    """The columns of use by heading, and those that EC-Lab adds in its text."""
    held = rows.dtype.names or ()
    columns = {heading: rows[heading] for heading in wanted if heading in held}
    if "half cycle" in held and "cycle number" not in held:
        columns["cycle number"] = rows["half cycle"] // 2
    charge = next((heading for heading in ("dq/mA.h", "dQ/mA.h") if heading in held), None)
    if charge and "time/s" in held and not {"I/mA", "<I>/mA"} & columns.keys():
        columns["<I>/mA"] = _average_current(rows["time/s"], rows[charge])
    return columns


def _average_current(time: FloatArray, charge: FloatArray) -> FloatArray:
    """Charge since the row before (mA h) over the time since then (s), in mA."""
    current = np.zeros(len(time))
    # numbers of a damaged file may overflow; they are refused later, by what a cell can have
    with np.errstate(over="ignore", invalid="ignore"):
        passed = np.diff(time, prepend=np.nan)
        np.divide(charge * _SECONDS, passed, out=current, where=passed > 0)
    return current


def _find_start(modules: dict[str, MprModule]) -> tuple[float, tuple[str, ...]]:
    """Unix time of the start on the clock on the wall (s), or why there is none.

    A date before that of the settings or after that of the log is not the start.
    """
    settings, log = modules.get("VMP Set"), modules.get("VMP LOG")
    if log is not None and len(log.content) >= _START + 8:
        (days,) = struct.unpack_from("<d", log.content, _START)
        if _OLE_DAYS[0] < days < _OLE_DAYS[1]:
            start = _OLE_EPOCH + timedelta(days=days)
            if _lies_between(settings.date if settings else None, start.date(), log.date):
                return start.timestamp(), ()
    note = "The start of the record was not found in the file; its times count from 0."
    return np.nan, (note,)


def _lies_between(first: date | None, day: date, last: date | None) -> bool:
    """Whether a day lies between two, where they are known, with a day to spare on both sides."""
    spare = timedelta(days=1)
    return (first is None or day >= first - spare) and (last is None or day <= last + spare)


FORMAT = RecordFormat("EC-Lab binary", recognise_mpr, read_mpr, "`.mpr`")
