"""Which column of an impedance table is what: told by headings, whatever program wrote them.

A heading is a name and a unit, as in ``freq/Hz``, ``-Im(Z)/Ohm``, ``Z'' (Ω)``, ``Zphz``. A minus
before the name says that the values are those of the negative.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_PRIMES = str.maketrans({"′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "″": '"', "”": '"',
                         "−": "-", "–": "-", "Ω": "Ω", "∣": "|", "│": "|"})  # fmt: skip
_UNIT = re.compile(r"\s*(?:/\s*(?P<slash>[^/()\[\]]+)|[(\[]\s*(?P<bracket>[^()\[\]]*)\s*[)\]])\s*$")
_MINUS = re.compile(r"^(?:-\s*|neg(?:ative)?[ _.]?)(?=\S)", re.IGNORECASE)
_NAMES = {
    "frequency": r"f|freq(?:uency|\.)?|frequenz|频率",
    "angular frequency": r"ω|omega|angular[ _]freq(?:uency)?",
    "real": r"z'(?:\(a\))?|z[ _.]?re(?:al)?|re[ _]?\(?z\)?|real(?:[ _]?\(?z\)?| part)?|zr|z1",
    "imaginary": r"z(?:''|\")(?:\(b\))?|z[ _.]?im(?:ag)?|im(?:ag)?[ _]?\(?z\)?"
    r"|imag(?:inary)?(?: part)?|zi|z2",
    "modulus": r"\|z\||z|z[ _]?mod|modulus|magnitude|impedance|abs(?:\(z\)|[ _]z)|mod\(z\)|阻抗",
    "phase": r"phase(?:[ _]?\(?z\)?| angle)?|z[ _]?phz?|theta|θ|phi|φ|arg\(z\)|相位",
    "time": r"(?:corrected |elapsed )?time|t|zeit|时间",
    "voltage": r"<?ewe>?|potential|voltage|e ?dc|v ?dc|dc ?(?:potential|voltage)|potential \(dc\)",
    "cycle": r"cycle(?:[ _]?(?:number|index|no\.?))?|cyc#?|循环",
    "sweep": r"z cycle|spectrum|sweep|scan|measurement|run",
    "temperature": r"temp(?:erature)?|t ?cell",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _NAMES.items()}
_PREFIXES = {"": 1.0, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "µ": 1e-6, "μ": 1e-6, "G": 1e9}
_HERTZ = re.compile(r"(?P<prefix>[mkKMG]?)Hz", re.IGNORECASE)
_OHM = re.compile(
    r"(?P<prefix>[mkKMGµμ]?)(?:ohms?|Ω)(?P<area>\s*[.·*]?\s*cm\^?[2²])?", re.IGNORECASE
)
_DEGREES = re.compile(r"deg(?:rees?)?\.?|°", re.IGNORECASE)
_RADIANS = re.compile(r"rad(?:ians?)?\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SweepColumn:
    """One column that was understood."""

    index: int
    factor: float = 1.0
    """What the numbers are multiplied by: to Hz, Ohm or degrees, with their sign."""
    is_by_area: bool = False
    """Whether the unit is Ohm cm2."""
    has_unit: bool = False


SweepColumns = dict[str, SweepColumn]


def find_sweep_columns(headings: Sequence[str]) -> SweepColumns:
    """The columns by quantity: frequency, real, imaginary, modulus, phase, and the cell's state.

    Of several columns of one quantity the first is taken; ``count_pairs`` tells how many there are.
    """
    found: SweepColumns = {}
    for index, heading in enumerate(headings):
        known = _read_heading(index, heading)
        if known is not None:
            found.setdefault(*known)
    return found


def has_sweep_columns(found: SweepColumns) -> bool:
    """Whether the columns are those of impedances along a frequency."""
    names = found.keys()
    has_axis = bool(names & {"frequency", "angular frequency"})
    return has_axis and ({"real", "imaginary"} <= names or {"modulus", "phase"} <= names)


def count_pairs(headings: Sequence[str]) -> int:
    """How many columns are imaginary parts."""
    known = (_read_heading(index, heading) for index, heading in enumerate(headings))
    return sum(one is not None and one[0] == "imaginary" for one in known)


def _read_heading(index: int, heading: str) -> tuple[str, SweepColumn] | None:
    text = heading.translate(_PRIMES).strip()
    minus = _MINUS.match(text)
    name = text[minus.end() :] if minus else text
    unit = ""
    # "Re(Z)" ends in a bracket that is part of the name
    if not any(pattern.fullmatch(name) for pattern in _PATTERNS.values()):
        match = _UNIT.search(name)
        if match:
            unit = (match["slash"] or match["bracket"] or "").strip()
            name = name[: match.start()].strip()
        else:
            name, _, unit = _split_unit(name)
    for quantity, pattern in _PATTERNS.items():
        if pattern.fullmatch(name):
            column = _with_unit(quantity, SweepColumn(index, -1.0 if minus else 1.0), unit)
            return None if column is None else (quantity, column)
    return None


def _split_unit(name: str) -> tuple[str, str, str]:
    """Name and unit that a blank or a low line separates, as in ``Zreal_ohm``."""
    for mark in (" ", "_"):
        before, found, after = name.rpartition(mark)
        if found and (_HERTZ.fullmatch(after) or _OHM.fullmatch(after)
                      or _DEGREES.fullmatch(after) or _RADIANS.fullmatch(after)):  # fmt: skip
            return before, mark, after
    return name, "", ""


def _with_unit(quantity: str, column: SweepColumn, unit: str) -> SweepColumn | None:
    """The column with the factor of its unit; ``None`` where that is no unit of the quantity."""
    read: dict[str, Callable[[SweepColumn, str], SweepColumn | None]] = {
        "frequency": _read_hertz,
        "real": _read_ohm,
        "imaginary": _read_ohm,
        "modulus": _read_ohm,
        "phase": _read_angle,
        "time": _read_time,
        "voltage": _read_volt,
    }
    if quantity not in read or not unit or unit in ("#", "a.u."):
        return column
    return read[quantity](column, unit)


def _read_hertz(column: SweepColumn, unit: str) -> SweepColumn | None:
    match = _HERTZ.fullmatch(unit)
    if match is None:
        return None
    return SweepColumn(column.index, column.factor * _PREFIXES[match["prefix"]], has_unit=True)


def _read_ohm(column: SweepColumn, unit: str) -> SweepColumn | None:
    match = _OHM.fullmatch(unit)
    if match is None:
        return None
    factor = column.factor * _PREFIXES[match["prefix"]]
    return SweepColumn(column.index, factor, match["area"] is not None, has_unit=True)


def _read_angle(column: SweepColumn, unit: str) -> SweepColumn | None:
    if _RADIANS.fullmatch(unit):
        return SweepColumn(column.index, column.factor * np.degrees(1.0), has_unit=True)
    return SweepColumn(column.index, column.factor, has_unit=_DEGREES.fullmatch(unit) is not None)


def _read_time(column: SweepColumn, unit: str) -> SweepColumn | None:
    factors = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0, "ms": 1e-3}
    factor = factors.get(unit.lower())
    return None if factor is None else SweepColumn(column.index, factor, has_unit=True)


def _read_volt(column: SweepColumn, unit: str) -> SweepColumn | None:
    factor = {"V": 1.0, "mV": 1e-3}.get(unit.split(" ")[0])
    return None if factor is None else SweepColumn(column.index, factor, has_unit=True)
