"""Text of Elins (.i2b): remarks, a line with the number of points, then frequency, Z' and Z''."""

import re

from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.readers.records.record_format import RecordFile, RecordTable

ENDING = ".i2b"
_COUNT = re.compile(r"(?m)^[ \t]*(\d+)[ \t]*\n(?=[ \t]*[\d.]+(?:[eE][+\-]?\d+)?[ \t])")


def recognise_i2b(file: RecordFile) -> bool:
    """Whether the file is named so and has a line with the number of its points."""
    return file.path.suffix.lower() == ENDING and _COUNT.search(file.text) is not None


def read_i2b(file: RecordFile) -> RecordTable | None:
    """The points; ``None`` if there are fewer than stated."""
    match = _COUNT.search(file.text)
    if match is None:
        return None
    rows = [line.split() for line in file.text[match.end() :].split("\n") if line.strip()]
    if len(rows) < int(match[1]):
        return None
    return RecordTable(["frequency/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm"], rows[: int(match[1])])


FORMAT = ImpedanceFormat("Elins text", recognise_i2b, read_i2b, "`.i2b`")
