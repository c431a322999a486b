"""The records of our own potentiostat: hours and millivolts, one pair on a line."""

from fitting import RecordFile, RecordFormat

_FIRST_LINE = b"MY LAB RECORD"


def recognise_record(file: RecordFile) -> bool:
    """Whether a file begins as ours do."""
    return file.head.startswith(_FIRST_LINE)


def read_record(file: RecordFile) -> dict[str, list[str]]:
    """Columns by their headings, with units."""
    pairs = [line.split() for line in file.text.splitlines()[1:] if line.strip()]
    hours, millivolts = zip(*pairs, strict=True)
    return {"time/h": list(hours), "Ewe/mV": list(millivolts)}


FORMAT = RecordFormat("our potentiostat", recognise_record, read_record)
