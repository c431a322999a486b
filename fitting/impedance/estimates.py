"""Estimates of an impedance analysis: one row for each quantity of each spectrum."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.series import SPECTRUM, FloatArray
from fitting.impedance.analysis import FITTED, ImpedanceAnalysis, find_fitted
from fitting.impedance.assignments import assign_element
from fitting.impedance.circuit import parse_circuit
from fitting.impedance.circuit_fit import CircuitFit
from fitting.impedance.circuit_function import compile_circuit
from fitting.impedance.least_squares import Minimum, weigh_sweeps
from fitting.impedance.named_circuits import NamedCircuit, name_of
from fitting.impedance.quantities import FoundQuantity, find_quantities
from fitting.impedance.series import impedances_of

AT_BOUND, NOT_DETERMINED = "at bound", "not determined"
_LARGEST_FACTOR = 10.0
"""An interval whose ends differ by more determines nothing."""


@dataclass(frozen=True, slots=True)
class ImpedanceEstimate:
    """One quantity of one spectrum; nan where nothing is known."""

    spectrum: int
    circuit: str
    element: str
    quantity: str
    value: float
    stderr: float
    low: float
    high: float
    unit: str
    assignment: str
    status: str
    """"fitted", "at bound" or "not determined"; empty for a spectrum without a fit."""


def list_estimates(analysis: ImpedanceAnalysis) -> list[ImpedanceEstimate]:
    """All estimates, spectrum by spectrum."""
    if analysis.result is None:
        return []
    circuits = analysis.result["circuit"].values.astype(str)
    is_fitted = find_fitted(analysis.result)
    found: list[ImpedanceEstimate] = []
    for circuit in dict.fromkeys(circuits[is_fitted]):
        rows = np.flatnonzero((circuits == circuit) & is_fitted)
        found += _estimate_rows(analysis, circuit, rows)
    return sorted(found, key=lambda one: one.spectrum)


def fit_of_rows(analysis: ImpedanceAnalysis, circuit: str, rows: np.ndarray) -> CircuitFit:
    """The fit of spectra that have one circuit, as it is kept in the result."""
    assert analysis.result is not None
    function = compile_circuit(parse_circuit(circuit))
    size = len(function.parameters)
    result = analysis.result.isel({SPECTRUM: rows})
    frequency, impedance = impedances_of(analysis.series.isel({SPECTRUM: rows}))
    data = weigh_sweeps(frequency, impedance)
    theta = result["theta"].values[:, :size]
    is_shared = np.zeros(size, dtype=bool)
    if analysis.recipe.shares_exponents:
        is_shared = np.array([not one.is_logarithmic for one in function.parameters])
    free = np.count_nonzero(~is_shared) + np.count_nonzero(is_shared) / len(rows)
    cost = result["scatter"].values ** 2 * np.maximum(data.counts - free, 1.0)
    minimum = Minimum(
        theta,
        cost,
        np.empty(0),
        result["at_bound"].values[:, :size].astype(bool),
        np.ones(len(rows), dtype=bool),
    )
    covariance = result["covariance"].values[:, :size, :size]
    return CircuitFit(function, data, minimum, covariance, is_shared, theta[None])


def _estimate_rows(
    analysis: ImpedanceAnalysis, circuit: str, rows: np.ndarray
) -> Iterator[ImpedanceEstimate]:
    fitted = fit_of_rows(analysis, circuit, rows)
    named = name_of(circuit)
    electrolyte = _find_electrolyte(fitted, named)
    unit = str(analysis.series.attrs["unit"])
    assert analysis.result is not None
    ends = analysis.result.isel({SPECTRUM: rows})
    for one in find_quantities(fitted, electrolyte, analysis.recipe.geometry, unit):
        low, high = _find_ends(one, ends)
        rests_on = list(one.definition.rests_on)
        is_void = np.any(fitted.minimum.is_at_bound[:, rests_on], axis=1)
        for place, row in enumerate(rows):
            if is_void[place]:
                # a conductance of nothing would be infinite
                continue
            yield ImpedanceEstimate(
                int(row),
                circuit,
                one.definition.element,
                one.definition.name,
                float(one.value[place]),
                float(one.stderr[place]),
                float(low[place]),
                float(high[place]),
                one.definition.unit,
                _assign(one, fitted, place, named, electrolyte),
                _find_status(one, fitted, place, low[place], high[place]),
            )


def _find_electrolyte(fitted: CircuitFit, named: NamedCircuit | None) -> tuple[str, ...]:
    """Resistances of the electrolyte: those the circuit names, else the first in series."""
    if named is not None:
        return named.electrolyte
    names = [block.elements[0].name for block in fitted.function.series_blocks
             if block.elements[0].letter == "R"]  # fmt: skip
    return tuple(names[:1])


def _find_ends(one: FoundQuantity, ends: xr.Dataset) -> tuple[FloatArray, FloatArray]:
    """Ends of the profile interval, where there is one; empty where it is open."""
    index = one.definition.parameter
    if index is None:
        return one.low, one.high
    low, high = (np.exp(ends[name].values[:, index]) for name in ("low", "high"))
    has_profile = ~np.isnan(low)
    return np.where(has_profile, low, one.low), np.where(has_profile, high, one.high)


def _assign(
    one: FoundQuantity,
    fitted: CircuitFit,
    place: int,
    named: NamedCircuit | None,
    electrolyte: tuple[str, ...],
) -> str:
    name = one.definition.name
    if name == "conductivity" and named is None:
        return f"proposed: from {electrolyte[0]}, the first resistance in series"
    if not name.startswith("R") or name == "R_total":
        return ""
    frequency = None
    if one.definition.time is not None:
        frequency = float(np.exp(-fitted.theta[place, one.definition.time]) / (2 * np.pi))
    return assign_element(one.definition.element, frequency, named)


def _find_status(
    one: FoundQuantity, fitted: CircuitFit, place: int, low: float, high: float
) -> str:
    index = one.definition.parameter
    if index is not None and fitted.minimum.is_at_bound[place, index]:
        return AT_BOUND
    if not np.isfinite(high) or low <= 0 or high / low > _LARGEST_FACTOR:
        return NOT_DETERMINED
    return FITTED
