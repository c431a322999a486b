"""Voltage scales: against which electrode a voltage is stated, and its value vs Li+/Li."""

import re
from dataclasses import dataclass

from fitting.data.errors import VoltageError


@dataclass(frozen=True, slots=True)
class VoltageScale:
    """A reference electrode."""

    name: str
    offset: float
    """Potential of the electrode vs Li+/Li (V): what is added to a voltage against it."""
    source: str


LITHIUM = VoltageScale("Li+/Li", 0.0, "by definition")
LITHIUM_INDIUM = VoltageScale(
    "Li-In",
    0.62,
    "two-phase region In + LiIn: Santhosha et al., Batteries & Supercaps 2019, 2, 524",
)
SCALES = {scale.name: scale for scale in (LITHIUM, LITHIUM_INDIUM)}

_OTHER = "other"
_SPELLINGS = (
    (LITHIUM, re.compile(r"Li(/Li\+?|\+/Li|\(0\)|0)?|lithium", re.IGNORECASE)),
    (LITHIUM_INDIUM, re.compile(r"Li[-_ /]?In|In[-_ /]?Li|In[-_ /]LiIn", re.IGNORECASE)),
)


def voltage_scale(name: str, offset: float | None = None) -> VoltageScale:
    """The scale of that name: "Li+/Li", "Li-In", or another with its offset vs Li+/Li (V).

    An offset given for a known scale replaces the bundled one.

    Raises
    ------
    VoltageError
        If the name is not known and no offset is given.
    """
    known = scale_from_text(name)
    if known is None and offset is None:
        raise VoltageError(
            f"The potential of {name!r} vs Li+/Li is not known. Give it in volts with "
            f"--voltage-offset, or choose one of: {', '.join(SCALES)}, {_OTHER}."
        )
    if offset is None and known is not None:
        return known
    return VoltageScale(known.name if known else name, float(offset or 0.0), "given by the user")


def scale_from_text(text: str) -> VoltageScale | None:
    """The scale that a text such as "Li/Li+" or "InLi" means, ``None`` if it means none."""
    for scale, spelling in _SPELLINGS:
        if spelling.fullmatch(text.strip().replace("−", "-").replace("–", "-")):
            return scale
    return None
