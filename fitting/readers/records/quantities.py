"""Which column of a record is what, and in which unit, by its heading."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "voltage": (
        r"<?Ewe>?/m?V",
        r"<?Ecell>?/m?V",
        r"Ewe-Ece/m?V",
        r"voltage\s*[\[(/]?\s*m?V\s*[\])]?",
        r"volts?",
        r"(cell[_ ]?)?(voltage|potential)",
        r"(voltage|potential|ewe?|u|v)\s*([\[(/_ ]\s*m?V)?\s*[\])]?(\s*vs\.?.*)?",
        r"spannung.*",
    ),
    "time": (
        r"test[_ ]?time\s*/\s*s(ec)?",
        r"total[_ ]?time.*",
        r"cumulative[_ ]?time.*",
        r"test[_ ]?time.*",
        r"(elapsed[_ ]?)?time\s*[\[(/_ ]\s*(s|sec|seconds|min|h)\s*[\])]?",
        r"time",
        r"t\s*[\[(/]\s*(s|min|h)\s*[\])]?",
        r"zeit.*",
    ),
    "stamp": (
        r"unix[_ ]?time.*",
        r"timestamp",
        r"(absolute|sys(tem)?|real)[_ ]?time",
        r"date[_ ]?time.*",
        r"dpt time",
        r"date",
        r"datum.*",
    ),
    "current": (
        r"<?I>?/[mµu]?A",
        r"current\s*[\[(/_ ]\s*[mµu]?A\s*[\])]?",
        r"amps?",
        r"current",
        r"i\s*[\[(/]\s*[mµu]?A\s*[\])]?",
        r"control/mA",
    ),
    "cycle": (
        r"cycle number",
        r"cycle[-_ ]?(index|c|count.*|no\.?|id|number)?",
        r"cyc#",
        r"full cycle",
    ),
    "step": (r"step[-_ ]?(index|number|id|no\.?|count.*)?", r"ns"),
    "capacity": (
        r"capacity\s*[\[(/_ ]\s*[mµu]?A\.?h\s*[\])]?",
        r"cap\. \[m?Ah\]",
        r"amp-hr",
        r"capacity",
        r"\(q-qo\)/mA\.h",
        r"q charge/discharge/mA\.h",
        r"charge[_ ]capacity.*",
    ),
    "state": (r"md", r"state", r"step[_ ]type", r"status", r"mode"),
}
"""Patterns by quantity, the most certain first; the first column that fits the first is taken."""
_NOT_A_TIME = re.compile(r"(?i)step|charge|load on|start|relative")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column found."""

    index: int
    heading: str
    factor: float
    """SI units (s, V, A; A h for charge) per unit of the column."""


def find_quantities(
    headings: Sequence[str], named: Mapping[str, str] | None = None
) -> dict[str, Quantity]:
    """The quantities among the headings.

    Parameters
    ----------
    named
        Heading by quantity, where the user says which column is what.
    """
    found: dict[str, Quantity] = {}
    for quantity, patterns in _HEADINGS.items():
        index = _find_index(headings, quantity, patterns, (named or {}).get(quantity))
        if index is not None:
            factor = _unit_factor(quantity, headings[index])
            found[quantity] = Quantity(index, headings[index], factor)
    return found


def _find_index(
    headings: Sequence[str], quantity: str, patterns: Sequence[str], named: str | None
) -> int | None:
    if named is not None:
        return headings.index(named) if named in headings else None
    for pattern in patterns:
        for index, heading in enumerate(headings):
            is_other = quantity == "time" and _NOT_A_TIME.search(heading)
            if not is_other and re.fullmatch(pattern, heading.strip(), re.IGNORECASE):
                return index
    return None


def _unit_factor(quantity: str, heading: str) -> float:
    """Unit of a heading in SI; without one it is the SI unit itself."""
    if quantity == "time":
        if re.search(r"(?i)[\[(/_ ]\s*min", heading):
            return 60.0
        return 3600.0 if re.search(r"(?i)[\[(/_ ]\s*h(ours?)?\s*[\])]?$", heading) else 1.0
    unit = {"voltage": "V", "current": "A", "capacity": r"A\.?h"}.get(quantity)
    prefix = re.search(rf"(?<![A-Za-z])([mµu]){unit}\b", heading) if unit else None
    return {"m": 1e-3, "µ": 1e-6, "u": 1e-6}[prefix[1]] if prefix else 1.0
