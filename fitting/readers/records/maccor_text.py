"""Maccor text: some lines about the test, then ``Rec# Cyc# Step TestTime ... Volts ... DPt Time``.

The elapsed time is a clock text ("0d 03:17:42.38") or a number of minutes; currents have no sign,
the letter of the state (C, D, R) tells it.
"""

import re

from fitting.readers.records.table import RecordTable

FORMAT = "Maccor text"

_HEADINGS = re.compile(r"(?m)^Rec#?\t(?:Cyc#?|Cycle)[^\t]*\t.*$")


def recognises(text: str) -> bool:
    """Whether there is a line of Maccor's headings near the start."""
    return _HEADINGS.search(text[:8000]) is not None


def table(text: str) -> RecordTable | None:
    """Headings and rows."""
    match = _HEADINGS.search(text)
    if match is None:
        return None
    rows = [line.split("\t") for line in text[match.end() :].split("\n") if line.strip()]
    return RecordTable([heading.strip() for heading in match[0].split("\t")], rows)
