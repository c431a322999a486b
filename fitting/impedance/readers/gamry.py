"""Gamry text (.DTA) of an impedance experiment: the table ``ZCURVE``, or several of them.

Below ``ZCURVE`` stand a line of names (``Pt Time Freq Zreal Zimag ... Vdc``), one of units and the
rows, which begin with a tab; decimal marks are those of the computer. ``DATE`` and ``TIME`` of the
head are when the measurement was begun, on the local clock.
"""

import re

from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.readers.records.gamry_dta import find_start, recognise_gamry
from fitting.readers.records.record_format import RecordFile, RecordTable

_CURVE = re.compile(r"(?m)^ZCURVE\d*\tTABLE\b.*$")
_NAMES, _FIRST_ROW = 1, 3
_WANTED = {"Freq": "frequency/Hz", "Zreal": "Re(Z)/Ohm", "Zimag": "Im(Z)/Ohm", "Time": "time/s",
           "Vdc": "voltage/V", "Temp": "temperature"}  # fmt: skip
_SWEEP = "sweep"


def recognise_impedance_dta(file: RecordFile) -> bool:
    """Whether the file is one of Gamry with a table of impedances."""
    return recognise_gamry(file) and _CURVE.search(file.text) is not None


def read_dta(file: RecordFile) -> RecordTable | None:
    """The rows of all impedance tables; ``None`` if one is cut off in its head."""
    starts = list(_CURVE.finditer(file.text))
    rows = []
    for number, match in enumerate(starts):
        lines = file.text[match.start() :].split("\n")
        if len(lines) <= _FIRST_ROW:
            return None
        names = [name.strip() for name in lines[_NAMES].split("\t")]
        for line in lines[_FIRST_ROW:]:
            if not line.startswith("\t"):
                break
            cells = dict(zip(names, line.split("\t"), strict=False))
            rows.append([*(cells.get(name, "") for name in _WANTED), str(number)])
    headings = [*_WANTED.values(), _SWEEP]
    return RecordTable(headings, rows, start=find_start(file.text[: starts[0].start()]))


FORMAT = ImpedanceFormat("Gamry text", recognise_impedance_dta, read_dta, "`.DTA`")
