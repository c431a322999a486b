"""Sentences of the program as they read in the window: its fields instead of the options."""

import re
from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "technique": "Technique",
    "energy-scale": "Energies",
    "intensity": "Intensities",
    "assume-region": "Region",
    "photon-energy": "Photon energy (eV)",
    "laser": "Laser (nm)",
    "sum-scans": "Sum scans",
    "resample": "Resample",
    "voltage": "Attach potentiostat record",
    "voltage-offset": "Voltages of the record are against",
    "columns": "Attach potentiostat record",
    "series-start": "First spectrum at (h)",
    "series-step": "Between spectra (s)",
    "record-start": "Offset (s)",
    "clock-offset": "Offset (s)",
    "clock-zone": "Time zone of the record",
    "day-first": "Day first",
    "month-first": "Month first",
    "overwrite": "Export",
    "acquisition": "Measurement settings",
}
"""What is written at the field, button or menu entry that does what an option does."""
_ASIDE = re.compile(r" \(command line: [^)]*\)")
_WITH = re.compile(r"\bwith (?=--[a-z])")
_OPTION = re.compile(
    r"--(?P<name>[a-z][a-z-]*)"
    r"(?: (?P<given>[A-Z]{2,}|raman|xps|kinetic|binding|negative|\w+=\S*[\w.]"
    r"|[-+]?\d[\w:.+-]*\w|\d))?"
)
_COMMANDS: Mapping[str, str] = {
    "thioscope library check lists them": "the Library panel lists them",
    "thioscope check --repair": "exporting again into",
}


def say_in_window(text: str) -> str:
    """The sentence with what the command line calls an option as the window names it."""
    if "--" not in text and "thioscope " not in text:
        return text
    for command, words in _COMMANDS.items():
        text = text.replace(command, words)
    text = _ASIDE.sub("", text)
    text = _WITH.sub("in ", text)
    return _OPTION.sub(_name_field, text)


def _name_field(found: re.Match[str]) -> str:
    field = FIELDS.get(found["name"])
    if field is None:
        return found[0]
    given = found["given"] or ""
    # letters alone stand for what the user knows
    shown = "" if not given or given.isupper() or "=" in given else f": {given}"
    return f"“{field}”{shown}"
