"""How many arcs the data support: circuits of more and more arcs, weighed by their evidence.

Of each circuit the Bayesian information criterion is summed over the spectra of a sample, so that
all of them get one circuit and their resistances can be compared. With and without a constant phase
element in series (blocking electrodes, diffusion), and with an inductor where the fastest points
are inductive.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.circuit import parse_circuit
from fitting.impedance.circuit_fit import CircuitFit, fit_circuit
from fitting.impedance.circuit_function import compile_circuit
from fitting.impedance.least_squares import SweepArrays

MOST_ARCS = 5
_WORSE = 2
"""Circuits that may follow the best one without being better."""
_FASTEST, _INDUCTIVE = 3, 0.03
"""Points looked at for inductance, and the imaginary part over the modulus that shows it."""


@dataclass(frozen=True, slots=True)
class WeighedCircuit:
    """A circuit that was weighed."""

    text: str
    bic: float
    """Bayesian information criterion, summed over the spectra."""


@dataclass(frozen=True, slots=True)
class ChosenCircuit:
    """The circuit that was chosen, its fit, and those it was weighed against."""

    fitted: CircuitFit
    weighed: tuple[WeighedCircuit, ...]
    """The best one first."""


def choose_circuit(data: SweepArrays) -> ChosenCircuit:
    """Fit circuits of more and more arcs and choose the one of the best evidence."""
    best: dict[str, CircuitFit] = {}
    weighed: list[WeighedCircuit] = []
    for family in _list_families(data):
        lowest, since = np.inf, 0
        for text in family:
            function = compile_circuit(parse_circuit(text))
            if len(function.parameters) + 2 > data.counts.min():
                break
            fitted = fit_circuit(function, data)
            bic = float(find_bic(fitted).sum())
            weighed.append(WeighedCircuit(function.circuit.text, bic))
            if bic < min((one.bic for one in weighed[:-1]), default=np.inf):
                best = {function.circuit.text: fitted}
            since = 0 if bic < lowest else since + 1
            lowest = min(bic, lowest)
            if since >= _WORSE:
                break
    ordered = tuple(sorted(weighed, key=lambda one: one.bic))
    return ChosenCircuit(_drop_empty_resistor(best[ordered[0].text], data), ordered)


def find_bic(fitted: CircuitFit) -> FloatArray:
    """The criterion of every spectrum, with its scatter unknown, shape (n,)."""
    counts = fitted.data.counts
    cost = np.maximum(fitted.minimum.cost, np.finfo(float).tiny)
    return np.asarray(counts * np.log(cost / counts) + fitted.theta.shape[1] * np.log(counts))


def _drop_empty_resistor(fitted: CircuitFit, data: SweepArrays) -> CircuitFit:
    """The fit without its resistor in series, where that came out as nothing."""
    first = next(one for one in fitted.function.series_blocks if one.kind.letter == "R")
    is_empty = fitted.minimum.is_at_bound[:, first.first].mean() > 0.5
    if not is_empty or len(fitted.function.blocks) == 1:
        return fitted
    text = fitted.function.circuit.text.replace("R0-", "", 1)
    return fit_circuit(compile_circuit(parse_circuit(text)), data)


def _list_families(data: SweepArrays) -> Iterator[list[str]]:
    inductor = "L-" if _is_inductive(data) else ""
    for tail in ("", "-Q"):
        circuits = [
            f"{inductor}R{'-(R|Q)' * arcs}{tail}" for arcs in range(0 if tail else 1, MOST_ARCS + 1)
        ]
        yield circuits


def _is_inductive(data: SweepArrays) -> bool:
    """Whether the fastest points of most spectra are inductive, beyond what scatter makes so."""
    order = np.argsort(np.where(data.weight > 0, -data.log_omega, np.inf), axis=1)[:, :_FASTEST]
    values = np.take_along_axis(data.impedance, order, axis=1)
    share = np.median(values.imag / np.abs(values), axis=1)
    return bool(np.mean(share > _INDUCTIVE) > 0.5)
