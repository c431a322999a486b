"""Records that packages of the user read, such as those whose licence keeps them out of here.

A package announces itself by an entry point of the group ``thioscope.records`` that names a
``RecordFormat``.
"""

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from fitting.data.errors import UnreadableFileError
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.record_format import RecordFile, RecordFormat

GROUP = "thioscope.records"


def load_plug_ins() -> Iterator[RecordFormat | str]:
    """The formats that are installed; in place of one that cannot be loaded, a sentence."""
    for entry in entry_points(group=GROUP):
        yield _load_plug_in(entry)


def guard_plug_in(plug_in: RecordFormat) -> RecordFormat:
    """The same format, whose faults are told as its own."""

    def read_table(file: RecordFile) -> object:
        try:
            return plug_in.read_table(file)
        except PARSER_FAULTS as error:
            raise UnreadableFileError(
                f"{file.path.name}: the plug-in for {plug_in.name} could not read it ({error}). "
                "Export the record as text."
            ) from error

    return RecordFormat(plug_in.name, plug_in.recognise_file, read_table)  # type: ignore[arg-type]


def _load_plug_in(entry: EntryPoint) -> RecordFormat | str:
    try:
        found = entry.load()
    except Exception as error:  # noqa: BLE001 - the boundary to code of others
        return (
            f"The plug-in {entry.name!r} for records cannot be loaded ({error}). Install it again "
            "or remove it."
        )
    if not isinstance(found, RecordFormat):
        return (
            f"The plug-in {entry.name!r} names no RecordFormat but a {type(found).__name__}. It "
            "needs an update."
        )
    return guard_plug_in(found)
