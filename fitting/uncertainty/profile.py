"""Profile likelihood intervals of areas, shares and ratios of species.

An interval holds every value at which the best fit that has it is not worse than the best of all
by more than a threshold (S. S. Wilks, Ann. Math. Stat. 9, 60 (1938); D. J. Venzon and S. H.
Moolgavkar, Appl. Stat. 37, 87 (1988)). A share q of two sums of areas N and D is linear in them
once its value is given: ``(1 - q) N - q D = 0`` holds it, and a ratio is a share of its two sides,
q / (1 - q). All other parameters are minimised again, within their bounds.

Many values are tried together: those of all spectra, quantities and ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.options import FitOptions
from fitting.models.model import Model
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.intervals import unified_threshold
from fitting.quantities.quantity import Quantity
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import Condition
from fitting.solvers.numpy.minimise import minimise_spectra
from fitting.solvers.spectra import Spectra
from fitting.uncertainty.fitted import MAX_EVALUATIONS, Fitted
from fitting.uncertainty.joint_fitted import fitted_in_blocks
from fitting.uncertainty.null_distribution import chance_rises

_BLOCK = 16
"""Spectra of which intervals are found together: the unit of progress and of cancelling."""
_STRENGTH = 1e3
"""A quantity is held at its value within this part of its standard error."""
_ROUNDS = 12
_CLOSE = 0.005
"""Part of the threshold's root to which an end is found."""
_GROWTH = 1.6
"""An end that was not reached is looked for this much further away."""
_LARGEST_GROWTH = 4.0
_FIRST = 1.96
"""Standard errors from the minimum at which an end is looked for first."""
_NEAR = 6.0
"""Standard errors from a bound within which chance matters there."""
_LEVEL = 0.95


@dataclass(slots=True)
class _Search:
    """Values that are tried for r ends of intervals."""

    spectrum: NDArray[np.int_]
    """Which of the fitted spectra, shape (r,)."""
    above: FloatArray
    """Areas above and below the line, shape (r, k)."""
    below: FloatArray
    is_share: BoolArray
    scale: FloatArray
    """Of a share, the sum of both sides; shape (r,) as all that follows."""
    best: FloatArray
    """Share, or area, at the minimum."""
    error: FloatArray
    """Its standard error where no area is held at zero."""
    bound: FloatArray
    """Where it can go no further; infinite if nowhere."""
    chance: FloatArray
    """Rise of chi-square that chance explains at the bound in 95 %, or nan far from it."""
    is_open: BoolArray
    """What has to be searched for still."""
    inside: FloatArray
    """The furthest value found within the interval, and there the root of chi-square's rise in
    units of its threshold."""
    inside_root: FloatArray
    outside: FloatArray
    """The nearest value beyond it; nan as long as there is none."""
    outside_root: FloatArray
    end: FloatArray
    """What is found, or tried last."""


def profile_intervals(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    quantities: Sequence[Quantity],
    options: FitOptions,
    *,
    spectra: Sequence[int] | None = None,
) -> Iterator[IntervalBlock]:
    """95 % intervals, some spectra after the other; stop iterating to cancel.

    An end is the bound of what areas can be (a share of 0 or 100 %, a ratio of 0 or infinity) where
    the data do not speak against it, and nan where none was found.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    options
        Those of the fit: the weights are needed.
    """
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    blocks = fitted_in_blocks(series, result, model, options, chosen, size=_BLOCK)
    for rows, fitted in blocks:
        ends = np.full((2, rows.size, len(quantities)), np.nan)
        if fitted.rows.size:
            search = _begin_search(fitted, model, quantities)
            ends[:, np.isin(rows, fitted.rows)] = _find_ends(fitted, search, quantities)
        yield IntervalBlock(rows, ends[0], ends[1])


def ends_near_bounds(fitted: Fitted, model: Model, quantities: Sequence[Quantity]) -> FloatArray:
    """Those ends, lower and upper, that lie towards a bound near by; else nan, shape (2, b, q).

    There, chance alone can bring a part of what was found, which only a threshold drawn from noise
    tells.
    """
    search = _begin_search(fitted, model, quantities)
    is_near = np.isfinite(search.chance) | ~np.isfinite(search.best)
    search.is_open &= is_near
    ends = _find_ends(fitted, search, quantities)
    return np.where(is_near.reshape(ends.shape), ends, np.nan)


def _find_ends(fitted: Fitted, search: _Search, quantities: Sequence[Quantity]) -> FloatArray:
    """Lower and upper ends, shape (2, b, q), in the unit of each quantity."""
    for _ in range(_ROUNDS):
        pending = np.flatnonzero(search.is_open)
        if not pending.size:
            break
        _try_next(fitted, search, pending)
    ends = search.end.reshape(2, fitted.rows.size, len(quantities))
    for column, quantity in enumerate(quantities):
        ends[:, :, column] = _in_its_unit(ends[:, :, column], quantity)
    return ends


def _in_its_unit(ends: FloatArray, quantity: Quantity) -> FloatArray:
    if quantity.kind == "fraction":
        return 100.0 * ends
    if quantity.kind == "area":
        return ends
    with np.errstate(divide="ignore"):
        return np.asarray(ends / (1.0 - ends))


def _begin_search(fitted: Fitted, model: Model, quantities: Sequence[Quantity]) -> _Search:
    """Every end to be found: lower ones first, spectrum by spectrum."""
    count, size = fitted.rows.size, len(quantities)
    sides = [quantity.sides(model) for quantity in quantities]
    above, below = (np.tile(np.array(side), (2 * count, 1)) for side in zip(*sides, strict=True))
    is_share = np.tile([quantity.kind != "area" for quantity in quantities], 2 * count)
    spectrum = np.tile(np.repeat(np.arange(count), size), 2)
    is_upper = np.repeat([False, True], count * size)
    areas = fitted.areas[spectrum]
    total = np.einsum("rk,rk->r", above + below, areas)
    value = np.einsum("rk,rk->r", above, areas)
    best = np.where(is_share, value / np.where(total > 0, total, np.nan), value)
    scale = np.where(is_share, total, 1.0)
    slope = (above - (is_share * best)[:, None] * (above + below)) / scale[:, None]
    covariance = fitted.released_covariance()[spectrum]
    error = np.sqrt(np.einsum("rk,rkl,rl->r", slope, covariance, slope))
    bound = np.where(is_upper, np.where(is_share, 1.0, np.inf), 0.0)
    is_open = np.isfinite(best) & np.isfinite(error) & (error > 0)
    chance = _by_chance(
        fitted,
        spectrum,
        np.where(is_upper[:, None], below, above) > 0,
        is_open & (np.abs(best - bound) < _NEAR * error),
    )
    return _Search(
        spectrum, above, below, is_share, scale, best, error, bound, chance, is_open,
        inside=best.copy(), inside_root=np.zeros(spectrum.size),
        outside=np.full(spectrum.size, np.nan), outside_root=np.full(spectrum.size, np.nan),
        end=np.where(np.isfinite(best), np.nan, bound),
    )  # fmt: skip


def _try_next(fitted: Fitted, search: _Search, rows: NDArray[np.int_]) -> None:
    """Fit once more with every open quantity held at the next value, and close what is found."""
    value = _next_values(search, rows)
    threshold = _threshold_at(fitted, search, rows, value)
    root = np.sqrt(_rise_at(fitted, search, rows, value) / threshold)
    is_inside = ~(root > 1.0)
    for mask, place, root_there in (
        (is_inside, search.inside, search.inside_root),
        (~is_inside, search.outside, search.outside_root),
    ):
        place[rows[mask]], root_there[rows[mask]] = value[mask], root[mask]
    is_found = np.abs(root - 1.0) <= _CLOSE
    is_found |= is_inside & (value == search.bound[rows])
    search.end[rows] = value
    search.is_open[rows[is_found]] = False


def _next_values(search: _Search, rows: NDArray[np.int_]) -> FloatArray:
    """Where the rise of chi-square should reach the threshold, as its root is about straight."""
    best, inside, outside = search.best[rows], search.inside[rows], search.outside[rows]
    root, beyond = search.inside_root[rows], search.outside_root[rows]
    bound = search.bound[rows]
    side = np.where(bound > best, 1.0, -1.0)
    side = np.where(bound == best, np.where(bound == 0.0, -1.0, 1.0), side)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = best + side * _FIRST * search.error[rows]
        further = best + (inside - best) * np.clip(1.0 / root, _GROWTH, _LARGEST_GROWTH)
        part = np.clip((1.0 - root) / (beyond - root), 0.02, 0.98)
    unbracketed = np.where(inside == best, first, further)
    value = np.where(np.isnan(outside), unbracketed, inside + part * (outside - inside))
    return np.where(side > 0, np.minimum(value, bound), np.maximum(value, bound))


def _by_chance(
    fitted: Fitted, spectrum: NDArray[np.int_], groups: BoolArray, near: BoolArray
) -> FloatArray:
    """What chance explains at the bound of the ends near it, where a group is absent; (r,)."""
    found: dict[tuple[int, bytes], float] = {}
    rises = np.full(spectrum.size, np.nan)
    for row in np.flatnonzero(near):
        key = int(spectrum[row]), groups[row].tobytes()
        if key not in found:
            drawn = chance_rises(fitted, int(spectrum[row]), groups[row])
            found[key] = float(np.quantile(drawn, _LEVEL))
        rises[row] = found[key]
    return rises


def _threshold_at(
    fitted: Fitted, search: _Search, rows: NDArray[np.int_], value: FloatArray
) -> FloatArray:
    """Rise of chi-square that bounds the interval at each value, shape (r,).

    At the bound what chance explains; from there it goes over into the ordinary threshold as that
    of Feldman and Cousins does, and as much further out as chance reaches further than theirs.
    """
    ordinary = fitted.threshold[search.spectrum[rows]]
    chance = search.chance[rows]
    last, first = unified_threshold(np.array([np.inf, 0.0]))
    with np.errstate(invalid="ignore"):
        distance = np.abs(value - search.bound[rows]) / search.error[rows]
        distance /= np.maximum(np.sqrt(chance / first), 1.0)
        part = (last - unified_threshold(distance)) / (last - first)
    near = ordinary / last * (last + (chance - last) * part)
    return np.where(np.isnan(chance), ordinary, near)


def _rise_at(
    fitted: Fitted, search: _Search, rows: NDArray[np.int_], value: FloatArray
) -> FloatArray:
    """Rise of chi-square over the minimum with the quantities held at values of shape (r,)."""
    spectrum = search.spectrum[rows]
    share = search.is_share[rows] * value
    slope = search.above[rows] - share[:, None] * (search.above + search.below)[rows]
    strength = _STRENGTH / (search.scale[rows] * search.error[rows])
    target = np.where(search.is_share[rows], 0.0, value)
    constant = slope @ fitted.function.affine.constant[list(fitted.area_rows)]
    held = Condition(
        (strength[:, None] * (slope @ fitted.area_slopes))[:, None],
        (strength * (target - constant))[:, None],
    )
    rest = fitted.rest
    condition = held if rest is None else held.joined(rest.take(spectrum))
    start = fitted.minimum.free[spectrum]
    spectra = fitted.spectra
    repeated = Spectra(
        spectra.intensity[spectrum], spectra.weight[spectrum], spectra.offsets[spectrum], start
    )
    solution = minimise_spectra(fitted.evaluator, repeated, MAX_EVALUATIONS, condition)
    rise = solution.chi_square - fitted.minimum.chi_square[spectrum]
    return np.where(solution.converged, np.maximum(rise, 0.0), np.nan)
