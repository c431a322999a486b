"""Records that packages of the user read, such as those whose licence keeps them out of here.

A package announces itself by an entry point of the group ``thioscope.records``. It names an object,
such as a module, with ``FORMAT`` (a name), ``recognises(head)`` (whether the first bytes are its
format's) and ``table(path)``, which gives a mapping of headings with their units ("time/s",
"Ewe/V") to columns, or a ``RecordTable``.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol

from fitting.data.errors import UnreadableFileError
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.table import RecordTable

GROUP = "thioscope.records"


class RecordPlugIn(Protocol):
    """What an entry point names."""

    FORMAT: str

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins like this has this format."""

    def table(self, path: Path) -> RecordTable | Mapping[str, Sequence[object]]:
        """The rows of the record."""


def plug_ins() -> Iterator[RecordPlugIn]:
    """The plug-ins that are installed.

    Raises
    ------
    UnreadableFileError
        If one cannot be loaded, with its name.
    """
    for entry in entry_points(group=GROUP):
        yield _load_plug_in(entry)


def plug_in_table(plug_in: RecordPlugIn, path: Path) -> RecordTable:
    """What a plug-in reads from a file.

    Raises
    ------
    UnreadableFileError
        If it fails.
    """
    try:
        found = plug_in.table(path)
    except PARSER_FAULTS as error:
        raise UnreadableFileError(
            f"{path.name}: the plug-in for {plug_in.FORMAT} could not read it ({error}). Export "
            "the record as text."
        ) from error
    if isinstance(found, RecordTable):
        return found
    columns = [[_cell_text(cell) for cell in column] for column in found.values()]
    return RecordTable([str(name).strip() for name in found], list(zip(*columns, strict=False)))


def _load_plug_in(entry: EntryPoint) -> RecordPlugIn:
    try:
        plug_in: Any = entry.load()
    except (ImportError, AttributeError) as error:
        raise UnreadableFileError(
            f"The plug-in {entry.name!r} for records cannot be loaded ({error}). Install it again "
            "or remove it."
        ) from error
    return plug_in  # type: ignore[no-any-return]


def _cell_text(cell: object) -> str:
    return "" if cell is None else str(cell)
