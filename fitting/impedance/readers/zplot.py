"""ZPlot text (.z) of Scribner: a head of labelled lines, ``End Comments``, then the rows.

The last line before ``End Comments`` names the columns (``Freq(Hz) Ampl Bias Time(Sec) Z'(a)
Z''(b) GD Err Range``); older files name none and have these in this order. ``Date`` is month-day-
year, ``Time`` the start on the local clock.
"""

import re

import numpy as np

from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.readers.records.dates import parse_start
from fitting.readers.records.record_format import RecordFile, RecordTable

_END = "End Comments"
_STATED = re.compile(r"(?m)^\s*(Date|Time):\s+(.+?)\s*$")
_ORDER = ("Freq(Hz)", "Ampl", "Bias", "Time(Sec)", "Z'(a)", "Z''(b)", "GD", "Err", "Range")
_WANTED = {"Freq(Hz)": "frequency/Hz", "Z'(a)": "Re(Z)/Ohm", "Z''(b)": "Im(Z)/Ohm",
           "Time(Sec)": "time/s"}  # fmt: skip


def recognise_zplot(file: RecordFile) -> bool:
    """Whether the first line is that of ZPlot."""
    return file.text.lstrip().startswith("ZPLOT2 ASCII")


def read_zplot(file: RecordFile) -> RecordTable | None:
    """The rows; ``None`` if the head does not end."""
    head, found, body = file.text.partition(_END)
    if not found:
        return None
    named = [name.strip() for name in head.rstrip().split("\n")[-1].split("\t")]
    names = named if "Freq(Hz)" in named else list(_ORDER)
    rows = [re.split(r"[\t ,;]+", line.strip()) for line in body.split("\n") if line.strip()]
    places = {name: names.index(name) for name in _WANTED if name in names}
    cells = [[row[at] if at < len(row) else "" for at in places.values()] for row in rows]
    stated = dict(_STATED.findall(head))
    start = np.nan
    if {"Date", "Time"} <= stated.keys():
        start = parse_start(f"{stated['Date']} {stated['Time']}", "month first")
    return RecordTable([_WANTED[name] for name in places], cells, start=start)


FORMAT = ImpedanceFormat("ZPlot text", recognise_zplot, read_zplot, "`.z`")
