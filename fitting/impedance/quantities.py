"""Quantities of a fitted circuit with their errors: resistances, capacitances, times, conductivity.

Effective capacitances are those of Hirschorn et al., Electrochim. Acta 2010, 55, 6218: for a
distribution through a layer, C = tau / R with tau = (R Q)^(1/n) (as giraldo2021 states them); and
of Brug et al., J. Electroanal. Chem. 1984, 176, 275, for a distribution over a surface,
C = Q^(1/n) (1/R_s + 1/R)^((n - 1)/n) with all resistance in series before it, R_s. Errors come from
the full covariance; intervals of what is positive are symmetric in the logarithm.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.circuit_fit import CircuitFit
from fitting.impedance.circuit_function import Block, CircuitFunction
from fitting.impedance.elements import ELEMENT_KINDS
from fitting.impedance.profile import student_quantile

Compute = Callable[[FloatArray], FloatArray]
"""From fitted parameters (n, p) to the quantity, shape (n,)."""

_STEP = 1e-5


@dataclass(frozen=True, slots=True)
class Geometry:
    """The pellet; nan where it is not known."""

    area: float = np.nan
    """cm2."""
    thickness: float = np.nan
    """cm."""


UNKNOWN_GEOMETRY = Geometry()


@dataclass(frozen=True, slots=True)
class QuantityDefinition:
    """How a quantity follows from the fitted parameters."""

    name: str
    element: str
    unit: str
    compute: Compute
    parameter: int | None = None
    """The fitted parameter that it is, whose profile is its interval."""
    time: int | None = None
    """The fitted time constant of its arc."""
    rests_on: tuple[int, ...] = ()
    """Fitted parameters without which it means nothing, such as where one is at its bound."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundQuantity:
    """Values of a quantity in every spectrum, shape (n,); nan where nothing is known."""

    definition: QuantityDefinition
    value: FloatArray
    stderr: FloatArray
    low: FloatArray
    high: FloatArray


def find_quantities(
    fitted: CircuitFit,
    electrolyte: Sequence[str] = (),
    geometry: Geometry = UNKNOWN_GEOMETRY,
    unit: str = "Ohm",
) -> list[FoundQuantity]:
    """All quantities of a fit.

    Parameters
    ----------
    electrolyte
        Names of the resistances that are those of the electrolyte.
    unit
        Of the impedance: "Ohm" or "Ohm cm2".
    """
    quantile = student_quantile(fitted)
    definitions = define_quantities(fitted.function, electrolyte, geometry, unit)
    return [_evaluate(one, fitted, quantile) for one in definitions]


def define_quantities(
    function: CircuitFunction, electrolyte: Sequence[str], geometry: Geometry, unit: str
) -> list[QuantityDefinition]:
    """The quantities that a circuit has."""
    is_by_area = unit != "Ohm"
    found = []
    for block in function.blocks:
        found += list(_define_arc(block, function) if block.is_arc else _define_element(block))
    resistances = [one for one in found if one.name.startswith("R") and one.unit == "Ohm"]
    if len(resistances) > 1:
        found.append(_define_sum("R_total", resistances))
    conducting = [one for one in resistances if one.name in electrolyte]
    if conducting and np.isfinite(geometry.thickness):
        found += _define_conductivity(conducting, geometry, is_by_area)
    return [_by_area(one) for one in found] if is_by_area else found


def _define_arc(block: Block, function: CircuitFunction) -> Iterator[QuantityDefinition]:
    resistor, other = block.elements
    first = block.first
    has_exponent = len(block.kind.parameters) > 2

    def exponent(theta: FloatArray) -> FloatArray:
        return theta[:, first + 2] if has_exponent else np.ones(len(theta))

    def amount(theta: FloatArray) -> FloatArray:
        return np.asarray(np.exp(exponent(theta) * theta[:, first + 1] - theta[:, first]))

    def hirschorn(theta: FloatArray) -> FloatArray:
        return np.asarray(np.exp(theta[:, first + 1] - theta[:, first]))

    def brug(theta: FloatArray) -> FloatArray:
        before = _sum_before(theta, function, block)
        share = (exponent(theta) - 1) / exponent(theta)
        conductance = 1 / before + np.exp(-theta[:, first])
        return np.asarray(amount(theta) ** (1 / exponent(theta)) * conductance**share)

    define = QuantityDefinition
    time = first + 1
    yield define(resistor.name, resistor.name, "Ohm", _exponential(first), first, time)
    if has_exponent:
        yield define(other.name, other.name, "F s^(n-1)", amount, None, time)
        yield define(f"n{other.label}", other.name, "1", exponent, first + 2, time)
        yield define(f"C{other.label}_eff", other.name, "F", hirschorn, None, time)
        before = tuple(one.first for one in _list_before(function, block))
        if before:
            yield define(f"C{other.label}_Brug", other.name, "F", brug, None, time, before)
    else:
        yield define(other.name, other.name, "F", hirschorn, None, time)
    yield define(f"tau{other.label}", other.name, "s", _exponential(time), time, time)


def _define_element(block: Block) -> Iterator[QuantityDefinition]:
    (element,) = block.elements
    for index, one in enumerate(block.kind.parameters, start=block.first):
        name = element.name if one.symbol == block.kind.letter else f"{one.symbol}{element.label}"
        if block.kind.letter in ("Wo", "Ws", "G"):
            name = f"{one.symbol}_{element.name}"
        compute = _exponential(index) if one.is_logarithmic else _plain(index)
        yield QuantityDefinition(name, element.name, one.unit, compute, index)


def _define_sum(name: str, parts: Sequence[QuantityDefinition]) -> QuantityDefinition:
    def add(theta: FloatArray) -> FloatArray:
        return np.asarray(sum(one.compute(theta) for one in parts))

    return QuantityDefinition(name, " + ".join(one.element for one in parts), "Ohm", add)


def _define_conductivity(
    parts: Sequence[QuantityDefinition], geometry: Geometry, is_by_area: bool
) -> list[QuantityDefinition]:
    area = 1.0 if is_by_area else geometry.area
    if not np.isfinite(area):
        return []
    total = _define_sum("", parts)

    def conduct(theta: FloatArray) -> FloatArray:
        return np.asarray(geometry.thickness / (area * total.compute(theta)))

    places = tuple(one.parameter for one in parts if one.parameter is not None)
    return [QuantityDefinition("conductivity", total.element, "S/cm", conduct, rests_on=places)]


def _by_area(one: QuantityDefinition) -> QuantityDefinition:
    units = {"Ohm": "Ohm cm2", "F": "F/cm2", "F s^(n-1)": "F s^(n-1)/cm2", "H": "H cm2",
             "Ohm s^(-1/2)": "Ohm cm2 s^(-1/2)"}  # fmt: skip
    unit = units.get(one.unit, one.unit)
    return replace(one, unit=unit)


def _sum_before(theta: FloatArray, function: CircuitFunction, block: Block) -> FloatArray:
    """Resistance of the resistors in series with an arc, and of the arcs before it."""
    before = _list_before(function, block)
    return np.asarray(sum(np.exp(theta[:, one.first]) for one in before))


def _list_before(function: CircuitFunction, block: Block) -> list[Block]:
    before = [one for one in function.series_blocks if one.kind.letter == "R"]
    arcs = [one for one in function.series_blocks if one.is_arc]
    return before + (arcs[: arcs.index(block)] if block in arcs else [])


def _exponential(index: int) -> Compute:
    return lambda theta: np.asarray(np.exp(theta[:, index]))


def _plain(index: int) -> Compute:
    return lambda theta: theta[:, index]


def _evaluate(
    definition: QuantityDefinition, fitted: CircuitFit, quantile: FloatArray
) -> FoundQuantity:
    """Value and errors by the slopes of the quantity along all parameters."""
    theta = fitted.theta
    value = definition.compute(theta)
    slopes = np.empty(theta.shape)
    for index in range(theta.shape[1]):
        step = np.zeros(theta.shape[1])
        step[index] = _STEP
        above, below = definition.compute(theta + step), definition.compute(theta - step)
        slopes[:, index] = (above - below) / (2 * _STEP)
    variance = np.einsum("np,npq,nq->n", slopes, fitted.covariance, slopes)
    stderr = np.sqrt(np.maximum(variance, 0.0))
    if definition.unit == ELEMENT_KINDS["Q"].parameters[1].unit:
        reach = quantile * stderr
        bound = ELEMENT_KINDS["Q"].parameters[1].upper
        return FoundQuantity(
            definition, value, stderr, value - reach, np.minimum(value + reach, bound)
        )
    factor = np.exp(np.minimum(quantile * stderr / value, 700.0))
    return FoundQuantity(definition, value, stderr, value / factor, value * factor)
