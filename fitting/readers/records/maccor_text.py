"""Maccor text: some lines about the test, then ``Rec# Cyc# Step TestTime ... Volts ... DPt Time``.

The elapsed time is a clock text ("0d 03:17:42.38") or a number in the unit of its heading
(``Test (Min)``); currents have no sign, the letter of the state (C, D, R) tells it.
"""

import re

from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

_HEADINGS = re.compile(r"(?m)^Rec#?\t(?:Cyc#?|Cycle)[^\t]*\t.*$")
_SEARCHED = 8000


def recognise_maccor(file: RecordFile) -> bool:
    """Whether there is a line of Maccor's headings near the start."""
    return _HEADINGS.search(file.text[:_SEARCHED]) is not None


def read_maccor(file: RecordFile) -> RecordTable | None:
    """Headings and rows."""
    match = _HEADINGS.search(file.text)
    if match is None:
        return None
    rows = [line.split("\t") for line in file.text[match.end() :].split("\n") if line.strip()]
    return RecordTable([heading.strip() for heading in match[0].split("\t")], rows)


FORMAT = RecordFormat("Maccor text", recognise_maccor, read_maccor, "text")
