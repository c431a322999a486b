"""Voltage, branch and cycle from the names of files, columns and groups, never guessed.

A voltage is a number with its unit, set off from its surroundings: "2.55V", "3,60 V", "E=2p55V",
"2V55", "3100 mV", "-0.3V", "3.6 Volt". Where a name allows more than one reading ("2V-3p8V",
"3_6V", "3 6V", "3·6V"), it is refused with the readings.
"""

import re
from dataclasses import dataclass

from fitting.data.errors import VoltageError
from fitting.data.regions import without_region
from fitting.data.voltage_scale import VoltageScale, scale_from_text

LARGEST = 10.0
"""A larger number of volts (V) belongs to an ion gun or a power supply, not to a cell."""

# words that are written right before the number, as in "charge3.6V"
_BEFORE_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(charged?|discharged?|dis|dch|chg?|ocv|ocp|ewe|to|at|e|u)(?=[+-]?\d)",
    re.IGNORECASE,
)
_GAP = "[ _\u00a0\u2009\u202f]?"
"""Blanks, narrow ones too, or a low line between a number and its unit."""
_VOLTAGE = re.compile(
    rf"""(?<![A-Za-z0-9])(?<!\d[.,])(?<!\de[+-])(?:
        (?P<number>[+\-−]?\d+(?:[.,p]\d+)?){_GAP}(?P<unit>m?[Vv]|(?:milli)?[Vv]olts?)
        (?!{_GAP}(?:/|per)?{_GAP}s(?:ec)?(?![A-Za-z0-9]))  # no sweep rate
      | (?P<whole>[+\-−]?\d+)V(?P<part>\d+)
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
# "2-3.8V" is a window
_WINDOW_BEFORE = re.compile(
    r"(?<![A-Za-z0-9])(?<!\d[.,])(?P<number>\d+(?:[.,p]\d+)?)[ _]?[-–—~][ _]?$"
)
# "3_6V", "3 6V", "3·6V" and "3. 6V" may be 3.6 V or the sixth volt of scan 3
_DIGIT_BEFORE = re.compile(r"(?<![A-Za-z0-9.,])(?P<number>\d)(?:[^\w()\[\]/=\t]|_){1,2}$")
_AGAINST = re.compile(
    r"(?:\bvs|(?<=_)vs)[ ._]*(?P<electrode>Li[/+]{0,2}Li\+?|Li[-–−_ /]?In|In[-–−_ /]?Li|Li)"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)
_OPEN_CIRCUIT = re.compile(r"(?<![A-Za-z])(ocv|ocp)(?![A-Za-z])", re.IGNORECASE)
_EQUALS = re.compile(r"(?<![A-Za-z])(e|u|ewe|voltage|potential)\s*[=:]", re.IGNORECASE)
_BRANCHES = {
    "charge": re.compile(
        r"(?<![A-Za-z])(?:charg(?:ed?|ing)|chg|ch(?![ _-]?\d))(?![A-Za-z])", re.IGNORECASE
    ),
    "discharge": re.compile(
        r"(?<![A-Za-z])(?:discharg(?:ed?|ing)|dischg?|dchg?|dis)(?![A-Za-z])", re.IGNORECASE
    ),
}
_JOINTS = r"\s_.,;:()\[\]-"
_TECHNIQUE = re.compile(r"(?<![A-Za-z])(?:raman|xps)(?![A-Za-z])", re.IGNORECASE)
_CYCLE = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        c(?P<letter>\d{1,4})(?![A-Za-z0-9/]|\.\d)
      | (?i:cyc?|cycle)[ _=-]?(?P<word>\d{1,5})(?![A-Za-z0-9/]|\.\d)
      | (?P<ordinal>\d{1,4})(?i:st|nd|rd|th)(?:[ _-]?(?i:cycle))?(?![A-Za-z0-9])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class NamedVoltage:
    """A voltage that a name tells."""

    value: float
    """V, against ``scale``."""
    scale: VoltageScale | None
    """``None`` if the name does not say it, as in "2.55V" against "1.93V_vs_Li-In"."""


def voltage_from_name(name: str) -> NamedVoltage | None:
    """The voltage in a name, ``None`` if it tells none.

    Raises
    ------
    VoltageError
        If more than one voltage can be read from it.
    """
    text = _separate_words(name)
    values = _find_voltages(text)
    if not values:
        return None
    if len(values) > 1:
        raise VoltageError(
            f"{name}: the voltage can be read as {_list_values(values)}. "
            "Say which in a side table (columns: file, voltage) or in the window."
        )
    against = _AGAINST.search(text)
    electrode = against["electrode"].replace("_", "-") if against else ""
    return NamedVoltage(values[0], scale_from_text(electrode))


def branch_from_name(name: str) -> str:
    """ "charge" or "discharge" if the name says just one of them, else empty."""
    text = _VOLTAGE.sub(" ", _separate_words(name))
    found = [branch for branch, pattern in _BRANCHES.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else ""


def cycle_from_name(name: str) -> int | None:
    """The cycle number if the name says just one, as in "c1", "cycle 2" or "3rd"."""
    numbers = {int(match[match.lastgroup or 0]) for match in _CYCLE.finditer(name)}
    return numbers.pop() if len(numbers) == 1 else None


def sample_from_name(name: str) -> str:
    """The name without region, technique, voltage, branch and cycle: what its files share."""
    text = _EQUALS.sub(" ", _separate_words(without_region(name)))
    for pattern in (_AGAINST, _VOLTAGE, _OPEN_CIRCUIT, _CYCLE, _TECHNIQUE, *_BRANCHES.values()):
        text = pattern.sub("\t", text)
    # what stood between two tokens goes with them
    return re.sub(rf"[{_JOINTS}]*\t[{_JOINTS}]*", "_", text).strip(" _-.,;:()[]")


def name_without_extension(name: str) -> str:
    """A file name without its extension; "LPSC_2.55V" has none."""
    return re.sub(r"\.[A-Za-z]\w{0,4}$", "", name)


def _separate_words(name: str) -> str:
    """The name with a blank between a known word and the number that follows it."""
    return _BEFORE_NUMBER.sub(r"\1 ", name)


def _find_voltages(text: str) -> list[float]:
    """Every different voltage that the text can be read to say (V), in order."""
    values: list[float] = []
    for match in _VOLTAGE.finditer(text):
        value = _value_of_match(match)
        if abs(value) >= LARGEST:
            continue
        values += [*_other_readings(text[: match.start()], match), value]
    return list(dict.fromkeys(values))


def _value_of_match(match: re.Match[str]) -> float:
    if match["number"] is None:
        return float(f"{match['whole']}.{match['part']}".replace("−", "-"))
    number = _parse_number(match["number"])
    return number / 1000 if match["unit"].startswith("m") else number


def _parse_number(text: str) -> float:
    return float(text.replace(",", ".").replace("p", ".").replace("−", "-"))


def _other_readings(before: str, match: re.Match[str]) -> list[float]:
    """Voltages that come about if the number before, as in "3_6V" or "2-3.8V", belongs to it."""
    number = match["number"] or match["whole"]
    if number[0] in "+-−":
        return []
    if (window := _WINDOW_BEFORE.search(before)) is not None:
        first = _parse_number(window["number"])
        return [first] if first < LARGEST else []
    digit = _DIGIT_BEFORE.search(before)
    if digit is None or not number.isdigit() or _is_cycle(digit):
        return []
    if (match["unit"] or "V").startswith("m"):
        # "3 600 mV" may be in thousands
        return [float(digit["number"] + number) / 1000] if len(number) == 3 else []
    return [float(f"{digit['number']}.{number}")]


def _is_cycle(digit: re.Match[str]) -> bool:
    """Whether a word before it says what the digit is, as in "cycle 3 4V"."""
    return any(match.end() == digit.end("number") for match in _CYCLE.finditer(digit.string))


def _list_values(values: list[float]) -> str:
    texts = [f"{value:g} V" for value in values]
    return f"{', '.join(texts[:-1])} or {texts[-1]}"
