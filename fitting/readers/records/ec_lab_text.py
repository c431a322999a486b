"""EC-Lab text (.mpt) of Bio-Logic, in any locale.

``Nb header lines : N`` counts the lines up to and with the line of headings. ``Acquisition started
on`` is month/day/year on the local clock, and the column ``time/s``, which need not begin with 0,
counts from it; dates may stand in that column as well. ``Ewe/V`` is the potential of the working
electrode, ``<Ewe>/V`` and ``<Ewe/V>`` its averages; ``control/V/mA`` is not.
"""

import re

import numpy as np

from fitting.readers.records.dates import parse_start
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_HEADER_LINES = re.compile(r"Nb header lines\s*:\s*(\d+)")
_STARTED = re.compile(r"Acquisition started on\s*:\s*(\S+ \S+)")


def recognise_ec_lab(file: RecordFile) -> bool:
    """Whether the first line is that of EC-Lab."""
    return file.text.lstrip().startswith("EC-Lab ASCII FILE")


def read_ec_lab(file: RecordFile) -> RecordTable | None:
    """Headings and rows; ``None`` if the header is not complete."""
    text = file.text.lstrip()
    count = _HEADER_LINES.search(text)
    lines = text.split("\n")
    if count is None or not 0 < int(count[1]) < len(lines):
        return None
    header, body = lines[: int(count[1])], lines[int(count[1]) :]
    started = _STARTED.search("\n".join(header))
    return RecordTable(
        headings=[heading.strip() for heading in header[-1].split("\t")],
        rows=[line.split("\t") for line in body if line.strip()],
        start=parse_start(started[1], "month first") if started else np.nan,
        warnings=describe_electrodes(header[-1].split("\t")),
        date_order="month first",
    )


def describe_electrodes(headings: list[str]) -> tuple[str, ...]:
    """What is said of the potential where that of a counter electrode was recorded as well."""
    if not any(heading.strip("<>").startswith("Ece") for heading in headings):
        return ()
    return ("The record holds Ewe and Ece; the potential is Ewe, against the reference electrode.",)


FORMAT = RecordFormat("EC-Lab text", recognise_ec_lab, read_ec_lab, "`.mpt`, any locale")
