"""What a format of records is: one object, with its name, how it is recognised and how it is read.

A package of the user's may bring one of its own, see ``plug_ins``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.boundary import read_whole
from fitting.readers.decoding import decode_text
from fitting.readers.records.dates import DateOrder
from fitting.readers.records.numbers import parse_numbers

HEAD_SIZE = 1 << 16
"""Bytes of a file by which it is recognised."""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Headings and cells of a record."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    start: float = np.nan
    """Unix time at which the elapsed time is 0 (s), where the header states it."""
    warnings: tuple[str, ...] = field(default=())
    date_order: DateOrder | None = None
    """Which of day and month stands first in dates, where the format says it."""
    parts: Sequence[int] = field(default=())
    """For every row the number of the sheet or table it is from; empty if there is one only."""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file as formats look at it."""

    path: Path
    head: bytes
    """Its first bytes."""
    text: str = ""
    """All of it as text with line ends made one; empty if it is binary."""


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A format of potentiostat records."""

    name: str
    recognise_file: Callable[[RecordFile], bool]
    """Whether a file has this format."""
    read_table: Callable[[RecordFile], RecordTable | Mapping[str, Sequence[object]] | None]
    """Headings and rows, or columns by heading with units ("Ewe/V"); ``None`` if cut off."""
    files: str = ""
    """What its files are called, for the documentation."""
    package: str = ""
    """The package that reads it, where it has to be installed."""


def open_record_file(path: Path) -> RecordFile:
    """The file, decoded if it is text.

    Raises
    ------
    UnreadableFileError
        If it is a folder, a pipe or a device, or too large.
    OSError
        If it cannot be read.
    """
    data = read_whole(path)
    return RecordFile(path, data[:HEAD_SIZE], decode_text(data) or "")


def table_of_columns(columns: Mapping[str, Sequence[object]]) -> RecordTable:
    """The table that has these columns."""
    cells = [[_cell_text(cell) for cell in column] for column in columns.values()]
    return RecordTable([str(name).strip() for name in columns], list(zip(*cells, strict=False)))


def column_texts(table: RecordTable, index: int) -> list[str]:
    """The cells of one column without blanks around them; empty where a row is short."""
    return [row[index].strip() if index < len(row) else "" for row in table.rows]


def column_numbers(table: RecordTable, index: int) -> FloatArray:
    """The numbers of one column; nan where there is none."""
    return parse_numbers(column_texts(table, index))


def _cell_text(cell: object) -> str:
    return "" if cell is None else str(cell)
