"""Circuits with a name and a source, and what their elements stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fitting.impedance.circuit import Circuit, CircuitError, parse_circuit


@dataclass(frozen=True, slots=True)
class NamedCircuit:
    """A circuit that somebody has published, or that is in general use."""

    name: str
    text: str
    meaning: str
    source: str
    """Key of the paper, or a sentence."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What the elements with a label stand for."""
    electrolyte: tuple[str, ...] = ()
    """Resistances that make up that of the electrolyte, for its conductivity."""


_LABELS_FULL_CELL = {
    "SE": "solid electrolyte",
    "GB": "grain boundaries of the electrolyte",
    "cat": "electrolyte | cathode",
    "an": "electrolyte | anode",
}
NAMED_CIRCUITS = {
    one.name: one
    for one in (
        NamedCircuit(
            "full-cell",
            "(R_SE|Q_SE)-(R_GB|Q_GB)-(R_cat|Q_cat)-(R_an|Q_an)-Q_diff",
            "cell with a composite cathode, measured to 1 MHz",
            "giraldo2021 Fig. 7e",
            {**_LABELS_FULL_CELL, "diff": "diffusion"},
            ("R_SE",),
        ),
        NamedCircuit(
            "full-cell-low",
            "R_SE-(R_GB|Q_GB)-(R_cat|Q_cat)-(R_an|Q_an)",
            "cell with a composite cathode, without points fast enough for the electrolyte's arc",
            "giraldo2021 Fig. 5e",
            _LABELS_FULL_CELL,
            ("R_SE",),
        ),
        NamedCircuit(
            "symmetric",
            "R_b-(R_gb|Q_gb)-(R_int|Q_int)-W_diff",
            "Li|SE|Li at rest or after cycles",
            "zeng2022 Fig. 2e",
            {
                "b": "bulk of the electrolyte",
                "gb": "grain boundaries of the electrolyte",
                "int": "interfacial layer Li | electrolyte",
                "diff": "diffusion",
            },
            ("R_b", "R_gb"),
        ),
        NamedCircuit(
            "blocking",
            "(R_b|Q_b)-(R_gb|Q_gb)-Q_el",
            "pellet between blocking electrodes",
            "cao2020 Fig. S2b",
            {
                "b": "bulk of the electrolyte",
                "gb": "grain boundaries of the electrolyte",
                "el": "blocking electrodes",
            },
            ("R_b",),
        ),
        NamedCircuit(
            "blocking-low",
            "R_SE-Q_el",
            "pellet between blocking electrodes, one resistance for the whole electrolyte",
            "in general use where the arc of the pellet lies beyond the fastest point",
            {"SE": "solid electrolyte", "el": "blocking electrodes"},
            ("R_SE",),
        ),
    )
}  # fmt: skip


def find_circuit(text: str) -> tuple[Circuit, NamedCircuit | None]:
    """The circuit of a name or a text.

    Raises
    ------
    CircuitError
        If it is neither.
    """
    named = NAMED_CIRCUITS.get(text.strip().lower())
    if named is not None:
        return parse_circuit(named.text), named
    try:
        return parse_circuit(text), None
    except CircuitError as error:
        known = ", ".join(NAMED_CIRCUITS)
        raise CircuitError(f"{error} Circuits with a name: {known}.") from error


def name_of(circuit: str) -> NamedCircuit | None:
    """The named circuit that has this text."""
    return next((one for one in NAMED_CIRCUITS.values() if one.text == circuit), None)
