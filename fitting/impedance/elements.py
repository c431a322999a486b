"""Elements of circuits: impedance and its derivatives, with names, units and bounds.

Resistances, capacitances and times are fitted as logarithms; the exponent n of a constant phase
element is fitted as it is. Sources: Barsoukov and Macdonald, Impedance Spectroscopy, 3rd ed. 2018,
chapters 1.3 and 2.1; constant phase element as Z = 1 / (Q (i w)^n).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.series import ComplexArray

Response = tuple[ComplexArray, list[ComplexArray]]
"""Impedance (n, m), and its derivatives with respect to each fitted parameter."""
Columns = Sequence[FloatArray]
"""Fitted parameters, each of shape (n, 1)."""

_QUARTER = 0.5j * np.pi
_LARGEST_EXPONENT = 600.0


@dataclass(frozen=True, slots=True)
class ElementParameter:
    """One fitted parameter of an element."""

    symbol: str
    """Letter of its name: "R" of R1."""
    unit: str
    is_logarithmic: bool = True
    lower: float = 1e-30
    upper: float = 1e30
    start: float = 1.0


RESISTANCE = ElementParameter("R", "Ohm", lower=1e-6, upper=1e13, start=100.0)
CAPACITANCE = ElementParameter("C", "F", lower=1e-16, upper=1e6, start=1e-6)
TIME = ElementParameter("tau", "s", lower=1e-13, upper=1e10, start=1e-3)
EXPONENT = ElementParameter("n", "1", is_logarithmic=False, lower=0.3, upper=1.0, start=0.85)


@dataclass(frozen=True, slots=True)
class ElementKind:
    """A kind of element, or of a pair of them that is fitted as one."""

    letter: str
    meaning: str
    parameters: tuple[ElementParameter, ...]
    respond: Callable[[FloatArray, Columns], Response]
    """Impedance and derivatives at the logarithms of angular frequencies, shape (n, m)."""


def _respond_resistor(log_omega: FloatArray, columns: Columns) -> Response:
    impedance = np.asarray(np.broadcast_to(np.exp(columns[0]), log_omega.shape), dtype=complex)
    return impedance, [impedance]


def _respond_capacitor(log_omega: FloatArray, columns: Columns) -> Response:
    impedance = -1j * np.exp(-log_omega - columns[0])
    return impedance, [-impedance]


def _respond_inductor(log_omega: FloatArray, columns: Columns) -> Response:
    impedance = 1j * np.exp(log_omega + columns[0])
    return impedance, [impedance]


def _respond_constant_phase(log_omega: FloatArray, columns: Columns) -> Response:
    log_amount, exponent = columns
    turned = np.exp(-_QUARTER * exponent)
    impedance = np.exp(-log_amount - exponent * log_omega) * turned
    return impedance, [-impedance, -impedance * (log_omega + _QUARTER)]


def _respond_warburg(log_omega: FloatArray, columns: Columns) -> Response:
    impedance = np.exp(columns[0] - 0.5 * log_omega) * np.exp(-0.5 * _QUARTER)
    return impedance, [impedance]


def _respond_open_diffusion(log_omega: FloatArray, columns: Columns) -> Response:
    resistance = np.exp(columns[0])
    root = np.exp(0.5 * (log_omega + columns[1])) * np.exp(0.5 * _QUARTER)
    cotangent = 1 / np.tanh(root)
    impedance = resistance * cotangent / root
    by_time = -0.5 * (resistance * (cotangent**2 - 1) + impedance)
    return impedance, [impedance, by_time]


def _respond_short_diffusion(log_omega: FloatArray, columns: Columns) -> Response:
    resistance = np.exp(columns[0])
    root = np.exp(0.5 * (log_omega + columns[1])) * np.exp(0.5 * _QUARTER)
    tangent = np.tanh(root)
    impedance = resistance * tangent / root
    by_time = 0.5 * (resistance * (1 - tangent**2) - impedance)
    return impedance, [impedance, by_time]


def _respond_gerischer(log_omega: FloatArray, columns: Columns) -> Response:
    delayed = 1j * np.exp(log_omega + columns[1])
    impedance = np.asarray(np.exp(columns[0]) / np.sqrt(1 + delayed), dtype=complex)
    return impedance, [impedance, -0.5 * impedance * delayed / (1 + delayed)]


def _respond_arc(log_omega: FloatArray, columns: Columns) -> Response:
    log_resistance, log_time, exponent = columns
    delay = log_omega + log_time
    power = np.exp(np.minimum(exponent * delay, _LARGEST_EXPONENT)) * np.exp(_QUARTER * exponent)
    share = 1 / (1 + power)
    impedance = np.exp(log_resistance) * share
    by_power = impedance * (share - 1)
    return impedance, [impedance, exponent * by_power, by_power * (delay + _QUARTER)]


def _respond_ideal_arc(log_omega: FloatArray, columns: Columns) -> Response:
    log_resistance, log_time = columns
    power = 1j * np.exp(np.minimum(log_omega + log_time, _LARGEST_EXPONENT))
    share = 1 / (1 + power)
    impedance = np.exp(log_resistance) * share
    return impedance, [impedance, impedance * (share - 1)]


ARC = ElementKind("R|Q", "arc of a resistor and a constant phase element",
                  (RESISTANCE, TIME, EXPONENT), _respond_arc)  # fmt: skip
"""Fitted by its time constant (R Q)^(1/n), which R and n hardly share; Q follows from it."""
IDEAL_ARC = ElementKind(
    "R|C", "arc of a resistor and a capacitor", (RESISTANCE, TIME), _respond_ideal_arc
)
ELEMENT_KINDS = {
    kind.letter: kind
    for kind in (
        ElementKind("R", "resistor", (RESISTANCE,), _respond_resistor),
        ElementKind("C", "capacitor", (CAPACITANCE,), _respond_capacitor),
        ElementKind(
            "Q",
            "constant phase element",
            (ElementParameter("Q", "F s^(n-1)", lower=1e-16, upper=1e6, start=1e-6), EXPONENT),
            _respond_constant_phase,
        ),
        ElementKind(
            "L",
            "inductor",
            (ElementParameter("L", "H", lower=1e-14, upper=1e4, start=1e-7),),
            _respond_inductor,
        ),
        ElementKind(
            "W",
            "semi-infinite diffusion",
            (ElementParameter("W", "Ohm s^(-1/2)", lower=1e-9, upper=1e12, start=10.0),),
            _respond_warburg,
        ),
        ElementKind(
            "Wo", "diffusion in a layer that is closed behind", (RESISTANCE, TIME),
            _respond_open_diffusion,
        ),
        ElementKind(
            "Ws", "diffusion through a layer", (RESISTANCE, TIME), _respond_short_diffusion
        ),
        ElementKind("G", "Gerischer element", (RESISTANCE, TIME), _respond_gerischer),
    )
}  # fmt: skip
"""By the letters with which a circuit names them."""
