"""Neware binary records (.nda, .ndax), by the package NewareNDA where it is installed.

Its column ``Time`` counts from the start of each step; ``Timestamp`` is the local time of day, in
newer versions with its time zone.
"""

import warnings

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.records.faults import PARSER_FAULTS
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_ZIP, _NDA = b"PK\x03\x04", b"NEWARE"
_STEP_TIME = "Step Time"


def recognise_neware_binary(file: RecordFile) -> bool:
    """Whether the file begins like an .nda, or is a zip archive with Neware's tables in it."""
    return file.head.startswith(_NDA) or (file.head.startswith(_ZIP) and b".ndc" in file.head)


def read_neware_binary(file: RecordFile) -> RecordTable:
    """Headings and rows."""
    path = file.path
    neware = load_for_file(path, "NewareNDA", "NewareNDA", "export it as csv from BTSDA")
    try:
        with warnings.catch_warnings():
            # how it uses pandas is not for our user to mend
            warnings.simplefilter("ignore")
            frame = neware.read(str(path), log_level="CRITICAL")
    except PARSER_FAULTS as error:
        raise UnreadableFileError(
            f"{path.name}: the Neware record is damaged or of an unknown version ({error}). Export "
            "it as csv from BTSDA."
        ) from error
    headings = [_STEP_TIME if name == "Time" else str(name) for name in frame.columns]
    rows = [[str(cell) for cell in row] for row in frame.itertuples(index=False)]
    return RecordTable(headings, rows)


FORMAT = RecordFormat(
    "Neware binary", recognise_neware_binary, read_neware_binary, "`.nda`, `.ndax`", "NewareNDA"
)
