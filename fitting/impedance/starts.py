"""Starts of a circuit from a coarse distribution of relaxation times.

Arcs of a fixed shape stand on a coarse grid of time constants; with them the circuit is linear in
its resistances. The sets of places that leave the smallest sum of squares are found by taking one
arc after the other into the best sets so far (a beam search), for all spectra at once.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.impedance.circuit_function import Block, CircuitFunction
from fitting.impedance.least_squares import SweepArrays, parameter_bounds
from fitting.impedance.series import ComplexArray

_GRID_STEP = np.log(10.0) * 0.75
_BEYOND = np.log(10.0) * 0.75
"""How far time constants may lie beyond the measured frequencies."""
_SHAPE = 0.88
"""Exponent of the arcs at the start."""
_TAIL = 0.8
_KEPT = 5
"""Sets of places that are kept at every stage."""
_NEGATIVE = 3.0
"""By what a negative resistance makes the sum of squares worse."""
_RIDGE = 1e-9
_LEAST_SHARE = 1e-3
_LINEAR = frozenset({"R", "C", "L", "Q", "W"})
_AMOUNTS = {"C": -1.0, "Q": -1.0}
"""Elements whose impedance falls with their parameter."""


def find_starts(function: CircuitFunction, data: SweepArrays, count: int) -> FloatArray:
    """The best starts of every spectrum, shape (count, n, p)."""
    simple = [one for one in function.series_blocks if one.kind.letter in _LINEAR]
    arcs = [one for one in _find_places(function) if one not in simple]
    grid = _make_grid(data)
    columns = [_respond_simple(block, data) for block in simple]
    columns += [_respond_place(data, time) for time in grid]
    product, projection = _find_products(columns, data)
    sets = _search_sets(product, projection, len(simple), len(grid), len(arcs))
    rows = np.arange(len(data.weight))
    starts = []
    for chosen in (sets[:, min(rank, sets.shape[1] - 1)] for rank in range(count)):
        amounts, _ = _solve_sets(product[rows], projection[rows], chosen[:, None, :])
        starts.append(_make_start(function, data, simple, arcs, grid, chosen, amounts[:, 0]))
    return np.stack(starts)


def _find_places(function: CircuitFunction) -> list[Block]:
    """One block with a resistance for every group that makes an arc, in the order of the text."""
    series = set(function.series_blocks)
    inner = [block for block in function.blocks if block not in series]
    holders = [block for block in inner if block.kind.letter == "R" or block.is_arc]
    places = [block for block in function.blocks if block in series or block in holders]
    return [block for block in places if block.kind.letter not in _LINEAR or block in inner]


def _make_grid(data: SweepArrays) -> FloatArray:
    """Logarithms of time constants (s)."""
    known = data.log_omega[data.weight > 0]
    low, high = -known.max() - _BEYOND, -known.min() + _BEYOND
    return np.linspace(low, high, max(round((high - low) / _GRID_STEP) + 1, 4))


def _respond_simple(block: Block, data: SweepArrays) -> ComplexArray:
    unit = np.zeros((1, 1))
    columns = [unit, np.full((1, 1), _TAIL)] if block.kind.letter == "Q" else [unit]
    return block.kind.respond(data.log_omega, columns)[0]


def _respond_place(data: SweepArrays, time: float) -> ComplexArray:
    power = np.exp(_SHAPE * (data.log_omega + time)) * np.exp(0.5j * np.pi * _SHAPE)
    return np.asarray(1 / (1 + power), dtype=complex)


def _find_products(
    columns: Sequence[ComplexArray], data: SweepArrays
) -> tuple[FloatArray, FloatArray]:
    """Normal matrix of all columns, scaled to a unit diagonal, and the data on them."""
    stacked = np.stack(columns, axis=1) * data.weight[:, None, :]
    flat = stacked.view(float)
    measured = np.ascontiguousarray(data.impedance * data.weight).view(float)
    product = np.matmul(flat, flat.transpose(0, 2, 1))
    return product, np.matmul(flat, measured[:, :, None])[:, :, 0]


def _search_sets(
    product: FloatArray, projection: FloatArray, fixed: int, grid: int, arcs: int
) -> NDArray[np.intp]:
    """The best sets of columns of every spectrum, best first, shape (n, kept, fixed + arcs)."""
    count = len(product)
    sets = np.broadcast_to(np.arange(fixed), (count, 1, fixed)).astype(np.intp)
    for _ in range(arcs):
        wide = np.repeat(sets, grid, axis=1)
        new = np.tile(np.arange(fixed, fixed + grid), sets.shape[1])
        grown = np.concatenate(
            [wide, np.broadcast_to(new[None, :, None], (*wide.shape[:2], 1))], axis=2
        )
        grown[:, :, fixed:] = np.sort(grown[:, :, fixed:], axis=2)
        _, gain = _solve_sets(product, projection, grown)
        gain[_has_twice(grown, fixed)] = -np.inf
        order = np.argsort(-gain, axis=1, kind="stable")
        sets = _keep_distinct(np.take_along_axis(grown, order[:, :, None], axis=1))
    return sets


def _solve_sets(
    product: FloatArray, projection: FloatArray, sets: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Amounts of the columns of each set, and by what the set lowers the sum of squares."""
    rows = np.arange(len(product))[:, None, None]
    right = projection[rows, sets]
    if not sets.shape[2]:
        return right, np.zeros(sets.shape[:2])
    matrix = product[rows[..., None], sets[..., :, None], sets[..., None, :]]
    scale = np.sqrt(np.einsum("nkpp->nkp", matrix))
    scaled = matrix / (scale[..., :, None] * scale[..., None, :])
    scaled[..., range(sets.shape[2]), range(sets.shape[2])] += _RIDGE
    amounts = np.linalg.solve(scaled, (right / scale)[..., None])[..., 0]
    gain = np.einsum("nkp,nkp->nk", amounts, right / scale)
    # what a column with a negative amount has gained does not count, and more
    lost = np.where(amounts < 0, amounts**2, 0.0).sum(axis=2)
    return amounts / scale, gain - _NEGATIVE * lost


def _has_twice(sets: NDArray[np.intp], fixed: int) -> NDArray[np.bool_]:
    return np.asarray((np.diff(sets[:, :, fixed:], axis=2) == 0).any(axis=2))


def _keep_distinct(sets: NDArray[np.intp]) -> NDArray[np.intp]:
    """The first few sets that differ; the same set comes from several that were grown."""
    kept = np.empty((len(sets), min(_KEPT, sets.shape[1]), sets.shape[2]), dtype=np.intp)
    # equal sets have equal gains, so they follow each other
    is_new = np.ones(sets.shape[:2], dtype=bool)
    is_new[:, 1:] = (sets[:, 1:] != sets[:, :-1]).any(axis=2)
    rank = np.argsort(~is_new, axis=1, kind="stable")[:, : kept.shape[1]]
    kept[:] = np.take_along_axis(sets, rank[:, :, None], axis=1)
    return kept


def _make_start(
    function: CircuitFunction,
    data: SweepArrays,
    simple: Sequence[Block],
    arcs: Sequence[Block],
    grid: FloatArray,
    chosen: NDArray[np.intp],
    amounts: FloatArray,
) -> FloatArray:
    """Fitted parameters of every spectrum; what the linear problem does not tell is typical."""
    lower, upper = parameter_bounds(function)
    scale = np.median(np.where(data.weight > 0, np.abs(data.impedance), np.nan), axis=1)
    span = np.nanmax(np.where(data.weight > 0, np.abs(data.impedance), np.nan), axis=1)
    scale = np.where(np.isfinite(scale), scale, span)
    theta = _typical_parameters(function, scale, data)
    for place, block in enumerate(simple):
        sign = _AMOUNTS.get(block.kind.letter, 1.0)
        amount = amounts[:, place]
        typical = theta[:, block.first]
        theta[:, block.first] = np.where(
            amount > 0, sign * np.log(np.where(amount > 0, amount, 1.0)), typical
        )
        if block.kind.letter == "Q":
            theta[:, block.first + 1] = _TAIL
    for place, block in enumerate(arcs, start=len(simple)):
        resistance = np.maximum(amounts[:, place], _LEAST_SHARE * scale)
        theta[:, block.first] = np.log(resistance)
        if len(block.kind.parameters) > 1:
            theta[:, block.first + 1] = grid[chosen[:, place] - len(simple)]
        if block.is_arc and len(block.kind.parameters) > 2:
            theta[:, block.first + 2] = _SHAPE
    return np.clip(theta, lower, upper)


def _typical_parameters(
    function: CircuitFunction, scale: FloatArray, data: SweepArrays
) -> FloatArray:
    """Parameters such that each element has about the modulus of the data in its middle."""
    slowest = np.min(np.where(data.weight > 0, data.log_omega, np.inf), axis=1)
    fastest = np.max(np.where(data.weight > 0, data.log_omega, -np.inf), axis=1)
    middle = 0.5 * (slowest + fastest)
    log_scale = np.log(scale)
    theta = np.empty((len(scale), len(function.parameters)))
    for block in function.blocks:
        start = {
            "C": -log_scale - middle,
            "Q": -log_scale - _TAIL * middle,
            "L": log_scale - fastest - np.log(100.0),
            "W": log_scale + 0.5 * slowest - np.log(3.0),
        }.get(block.kind.letter, log_scale - np.log(3.0))
        theta[:, block.first] = start
        for index, one in enumerate(block.kind.parameters[1:], start=block.first + 1):
            theta[:, index] = -middle if one.is_logarithmic else _SHAPE
    return theta
