"""A circuit fitted to many spectra: several starts, neighbours as starts, arcs in order.

Every spectrum is fitted from the best few starts for a few steps, the best of them to its end, then
once more from where its neighbours ended: spectra of a series are alike.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.circuit_function import Block, CircuitFunction
from fitting.impedance.least_squares import (
    BoolArray,
    Minimum,
    SweepArrays,
    minimise_squares,
)
from fitting.impedance.starts import find_starts

_STARTS, _FIRST_STEPS, _NEIGHBOUR_STEPS = 5, 12, 40
_BETTER = 0.999
_SINGULAR = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class CircuitFit:
    """A fit of one circuit to some spectra."""

    function: CircuitFunction
    data: SweepArrays
    minimum: Minimum
    covariance: FloatArray
    """Of the fitted parameters, scaled by the scatter, shape (n, p, p); nan where the spectrum does
    not determine them."""
    is_shared: BoolArray
    """Parameters that are the same in all spectra, shape (p,)."""
    tried: FloatArray
    """Where the other starts led after their first steps, shape (k, n, p)."""

    @property
    def theta(self) -> FloatArray:
        """Fitted parameters, shape (n, p)."""
        return self.minimum.theta

    @property
    def degrees(self) -> FloatArray:
        """Degrees of freedom of every spectrum, shape (n,)."""
        free = np.count_nonzero(~self.is_shared) + np.count_nonzero(self.is_shared) / len(
            self.theta
        )
        return np.asarray(np.maximum(self.data.counts - free, 1.0))

    @property
    def variance(self) -> FloatArray:
        """Square of the relative scatter of the impedance, shape (n,)."""
        return np.asarray(self.minimum.cost / self.degrees)


def fit_circuit(
    function: CircuitFunction, data: SweepArrays, shares_exponents: bool = False
) -> CircuitFit:
    """Fit a circuit to spectra; with their exponents in common where that is wanted."""
    starts = find_starts(function, data, _STARTS)
    tried = [minimise_squares(function, data, one, most_steps=_FIRST_STEPS) for one in starts]
    best = np.argmin([one.cost for one in tried], axis=0)
    theta = np.stack([one.theta for one in tried])[best, np.arange(len(best))]
    minimum = _order_arcs(function, data, minimise_squares(function, data, theta))
    for shift in (1, -1):
        if len(theta) > 1:
            minimum = _try_neighbours(function, data, minimum, shift)
    shared = np.zeros(theta.shape[1], dtype=bool)
    if shares_exponents and len(theta) > 1:
        shared = np.array([not one.is_logarithmic for one in function.parameters])
        minimum = minimise_squares(function, data, minimum.theta, is_shared=shared)
    minimum = _order_arcs(function, data, minimum)
    ends = np.stack([one.theta for one in tried])
    return _make_fit(function, data, minimum, shared, ends)


def settle_fit(fitted: CircuitFit) -> tuple[CircuitFit, list[CircuitFit]]:
    """The fit after all starts were followed to their ends, and the other minima that they led to.

    Where arcs overlap, several minima are nearly as good as the best one: intervals have to look
    from each of them. Spectra that share parameters keep the one that they have.
    """
    if fitted.is_shared.any():
        return fitted, []
    function, data, best = fitted.function, fitted.data, fitted.minimum
    ends = [minimise_squares(function, data, one) for one in fitted.tried]
    ordered = [_order_arcs(function, data, one) for one in ends]
    for one in ordered:
        best = choose_better(best, one)
    make = partial(_make_fit, function, data, shared=fitted.is_shared, tried=fitted.tried)
    return make(best), [make(one) for one in (fitted.minimum, *ordered)]


def _make_fit(
    function: CircuitFunction,
    data: SweepArrays,
    minimum: Minimum,
    shared: BoolArray,
    tried: FloatArray,
) -> CircuitFit:
    bare = CircuitFit(function, data, minimum, np.empty(0), shared, tried)
    return replace(bare, covariance=_find_covariance(bare))


def _try_neighbours(
    function: CircuitFunction, data: SweepArrays, minimum: Minimum, shift: int
) -> Minimum:
    """Each spectrum once more from where the one beside it ended."""
    theta = np.roll(minimum.theta, shift, axis=0)
    found = minimise_squares(function, data, theta, most_steps=_NEIGHBOUR_STEPS)
    return choose_better(minimum, found)


def choose_better(former: Minimum, found: Minimum) -> Minimum:
    """Of each spectrum the lower minimum; the former where they are one."""
    is_better = found.cost < _BETTER * former.cost
    return Minimum(
        np.where(is_better[:, None], found.theta, former.theta),
        np.where(is_better, found.cost, former.cost),
        np.where(is_better[:, None, None], found.normal, former.normal),
        np.where(is_better[:, None], found.is_at_bound, former.is_at_bound),
        np.where(is_better, found.has_converged, former.has_converged),
    )


def _order_arcs(function: CircuitFunction, data: SweepArrays, minimum: Minimum) -> Minimum:
    """Arcs of one kind from the fastest to the slowest, as they stand in the text."""
    kinds: dict[str, list[Block]] = {}
    for block in function.series_blocks:
        if block.is_arc:
            kinds.setdefault(block.kind.letter, []).append(block)
    theta = minimum.theta.copy()
    for blocks in kinds.values():
        times = np.stack([minimum.theta[:, block.first + 1] for block in blocks], axis=1)
        order = np.argsort(times, axis=1, kind="stable")
        held = np.stack([minimum.theta[:, block.columns] for block in blocks], axis=1)
        sorted_held = np.take_along_axis(held, order[:, :, None], axis=1)
        for place, block in enumerate(blocks):
            theta[:, block.columns] = sorted_held[:, place]
    if np.array_equal(theta, minimum.theta):
        return minimum
    # the normal matrix in the new order
    again = minimise_squares(function, data, theta, most_steps=1)
    return replace(again, has_converged=minimum.has_converged)


def _find_covariance(fitted: CircuitFit) -> FloatArray:
    """Inverse of the normal matrix times the scatter; parameters at a bound have no error."""
    minimum, shared = fitted.minimum, fitted.is_shared
    held = minimum.is_at_bound
    if shared.any():
        held = held | (held.any(axis=0) & shared)
    normal = np.where(held[:, :, None] | held[:, None, :], 0.0, minimum.normal)
    scale = np.sqrt(np.einsum("npp->np", normal)) + held
    is_blind = scale.min(axis=1) == 0
    scale = np.where(scale > 0, scale, 1.0)
    scaled = normal / (scale[:, :, None] * scale[:, None, :])
    places = np.arange(scaled.shape[1])
    scaled[:, places, places] = 1.0
    smallest = np.linalg.eigvalsh(scaled)[:, 0]
    is_singular = is_blind | (smallest < _SINGULAR)
    scaled[is_singular] = np.eye(len(places))
    inverse = np.linalg.inv(scaled) / (scale[:, :, None] * scale[:, None, :])
    inverse = np.where(held[:, :, None] | held[:, None, :], 0.0, inverse)
    if shared.any():
        inverse = _widen_by_shared(normal, inverse, shared)
    covariance = inverse * fitted.variance[:, None, None]
    covariance[is_singular] = np.nan
    return np.asarray(covariance)


def _widen_by_shared(normal: FloatArray, inverse: FloatArray, shared: BoolArray) -> FloatArray:
    """Covariances where shared parameters are known from all spectra together."""
    own = ~shared
    blocks = normal[:, own][:, :, own]
    diagonal = np.einsum("npp->np", blocks)
    blocks = blocks + np.eye(blocks.shape[1]) * (diagonal == 0)[:, None, :]
    borders = normal[:, own][:, :, shared]
    solved = np.linalg.solve(blocks, borders)
    left = normal[:, shared][:, :, shared] - np.matmul(borders.transpose(0, 2, 1), solved)
    common = np.linalg.pinv(left.sum(axis=0))
    wide = inverse.copy()
    inner, outer = np.flatnonzero(shared), np.flatnonzero(own)
    across = -np.matmul(solved, common)
    is_free = diagonal > 0
    alone = np.linalg.inv(blocks) * is_free[:, None, :] * is_free[:, :, None]
    every = np.arange(len(wide))[:, None, None]
    wide[every, outer[:, None], outer] = alone + np.matmul(-across, solved.transpose(0, 2, 1))
    wide[every, outer[:, None], inner] = across
    wide[every, inner[:, None], outer] = across.transpose(0, 2, 1)
    wide[every, inner[:, None], inner] = common
    return wide
