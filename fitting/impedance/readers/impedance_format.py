"""What a format of impedance spectra is: one object, made by the module that reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from fitting.readers.records.record_format import RecordFile, RecordTable


@dataclass(frozen=True, slots=True)
class ImpedanceFormat:
    """A format of files that hold impedance spectra."""

    name: str
    recognise_file: Callable[[RecordFile], bool]
    """Whether a file holds impedances in this format."""
    read_table: Callable[[RecordFile], RecordTable | None]
    """Headings, which name quantity and unit, and rows; ``None`` if the file is cut off."""
    files: str = ""
    """What its files are called, for the documentation."""
    limits: str = ""
    """What such files do not tell, or what of them is not read."""
