"""What an element may stand for: as its circuit says, or proposed by its frequency, with a source.

A frequency does not prove anything: the proposal is marked as one, and where several processes are
published at it, all of them are named.
"""

from dataclasses import dataclass

from fitting.impedance.named_circuits import NamedCircuit


@dataclass(frozen=True, slots=True)
class FrequencyRange:
    """Characteristic frequencies of a process, as published."""

    low: float
    """Hz."""
    high: float
    process: str
    source: str


FREQUENCY_RANGES = (
    FrequencyRange(5e5, 1e12, "solid electrolyte", "giraldo2021"),
    FrequencyRange(1e4, 3e4, "grain boundaries of the electrolyte", "giraldo2021"),
    FrequencyRange(1e3, 2.5e5, "Li | electrolyte interface", "zeng2022"),
    FrequencyRange(1e2, 3e2, "electrolyte | cathode", "giraldo2021"),
    FrequencyRange(1.0, 1e1, "electrolyte | anode", "giraldo2021"),
)
"""giraldo2021: cells In-Li | sulfide | composite of NMC (Fig. 5); zeng2022: Li|SE|Li (Fig. 2e)."""


def assign_element(name: str, frequency: float | None, named: NamedCircuit | None) -> str:
    """What an element stands for, as words.

    Parameters
    ----------
    name
        Of the element, such as ``R_int``.
    frequency
        At the top of its arc (Hz), if it is one of an arc.
    """
    if named is not None:
        label = name.partition("_")[2]
        if label in named.parts:
            return f"{named.parts[label]} ({named.source})"
    if frequency is None:
        return ""
    found = [one for one in FREQUENCY_RANGES if one.low <= frequency <= one.high]
    if not found:
        return ""
    return "proposed by frequency: " + " or ".join(f"{one.process} ({one.source})" for one in found)
