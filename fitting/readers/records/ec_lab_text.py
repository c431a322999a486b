"""EC-Lab text (.mpt) of Bio-Logic, in any locale.

``Nb header lines : N`` counts the lines up to and with the line of headings. ``Acquisition started
on`` is month/day/year on the local clock, and the column ``time/s``, which need not begin with 0,
counts from it. ``Ewe/V`` is the potential of the working electrode; ``control/V/mA`` is not.
"""

import re

from fitting.readers.records.table import RecordTable
from fitting.readers.records.times import parse_stamps

FORMAT = "EC-Lab text"

_HEADER_LINES = re.compile(r"Nb header lines\s*:\s*(\d+)")
_STARTED = re.compile(r"Acquisition started on\s*:\s*(\S+ \S+)")


def recognises(text: str) -> bool:
    """Whether the first line is that of EC-Lab."""
    return text.lstrip().startswith("EC-Lab ASCII FILE")


def table(text: str) -> RecordTable | None:
    """Headings and rows; ``None`` if the header is not complete."""
    count = _HEADER_LINES.search(text)
    lines = text.split("\n")
    if count is None or not 0 < int(count[1]) < len(lines):
        return None
    header, body = lines[: int(count[1])], lines[int(count[1]) :]
    started = _STARTED.search("\n".join(header))
    return RecordTable(
        headings=[heading.strip() for heading in header[-1].split("\t")],
        rows=[line.split("\t") for line in body if line.strip()],
        start=_parse_start(started[1]) if started else float("nan"),
        warnings=_two_electrodes(header[-1]),
    )


def _parse_start(date: str) -> float:
    values, _ = parse_stamps([date], month_first=True)
    if values[0] != values[0]:
        values, _ = parse_stamps([date], month_first=False)
    return float(values[0])


def _two_electrodes(headings: str) -> tuple[str, ...]:
    if "Ece/V" not in headings:
        return ()
    return ("The record holds Ewe and Ece; the potential is Ewe, against the reference electrode.",)
