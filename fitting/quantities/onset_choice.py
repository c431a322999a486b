"""The onset that is stated: of a change point where one fits, else where a change is first seen."""

from dataclasses import dataclass, replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.quantities.corner_fit import LEAST_PROBABILITY, find_lack_of_fit
from fitting.quantities.first_change import (
    FirstChange,
    Trend,
    find_first_change,
    find_last_at_baseline,
    find_steps,
    order_trend,
)
from fitting.quantities.onset import LEAST_POINTS, METHOD_BEFORE, Direction, Onset, find_onset

METHOD_FIRST_CHANGE = (
    "first change: between the last spectrum at the baseline and the first away from it at 95 %, "
    "without a shape; a change point does not fit"
)
METHOD_STEPS = (
    "steps: the first change, between the last spectrum at the baseline and the first away from it "
    "at 95 %, without a shape; a change point does not fit"
)
_WITHOUT_CORNER = 1e-4
"""Chance at which a first change is stated where evidence for a corner is missing."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The values with limits in place of what is not detected, as a corner takes them."""

    value: FloatArray
    beyond: FloatArray
    """-1 where the quantity lies below ``value``, 1 where above, 0 where it was measured."""
    bounds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BranchOnset:
    """What is found along one branch."""

    stated: Onset
    lack_of_fit: float
    """Probability of the scatter if a corner is true; nan if not known."""
    first_change: Onset | None
    """Where the quantity is first away from its baseline, whatever the shape."""
    steps: tuple[float, ...]
    """Where it steps (V), in the order of the branch; empty where a corner fits."""


def choose_onset(
    potential: FloatArray,
    value: FloatArray,
    stderr: FloatArray,
    common: FloatArray,
    limited: Limited,
    *,
    is_falling: bool = False,
) -> BranchOnset | None:
    """The onset along one branch, or ``None`` if nothing changes.

    Parameters
    ----------
    potential, value, stderr : shape (n,)
    common : shape (n, r)
        What the errors have in common; it is in ``stderr``.
    is_falling
        Whether the branch runs from high to low potential.
    """
    if np.unique(potential).size < LEAST_POINTS or np.ptp(value) == 0:
        return None
    sign = -1.0 if is_falling else 1.0
    trend = order_trend(sign * potential, value, stderr, common)
    corner = find_onset(
        potential,
        limited.value,
        stderr,
        bounds=limited.bounds,
        beyond=limited.beyond,
        common=common,
        is_falling=is_falling,
    )
    if corner is None:
        return _state_without_corner(trend, is_falling)
    first = find_first_change(trend)
    lack = find_lack_of_fit(trend)
    seen = None if first is None else _describe_onset(first, METHOD_FIRST_CHANGE, is_falling)
    if seen is None or not lack < LEAST_PROBABILITY:
        return BranchOnset(corner, lack, seen, ())
    return _state_first_change(trend, seen, lack, is_falling)


def _state_without_corner(trend: Trend, is_falling: bool) -> BranchOnset | None:
    """A change that no corner has evidence of needs more of its own."""
    first = find_first_change(trend, _WITHOUT_CORNER)
    if first is None:
        return None
    lack = find_lack_of_fit(trend)
    if not lack < LEAST_PROBABILITY:
        return None
    seen = _describe_onset(first, METHOD_FIRST_CHANGE, is_falling)
    return _state_first_change(trend, seen, lack, is_falling)


def _state_first_change(trend: Trend, seen: Onset, lack: float, is_falling: bool) -> BranchOnset:
    found = find_steps(trend)
    if not found:
        return BranchOnset(seen, lack, seen, ())
    # levels that fit say more of the baseline than a square does
    sign = -1.0 if is_falling else 1.0
    last = sign * find_last_at_baseline(trend, found)
    steps = tuple(sign * one for one in found)
    if is_falling:
        stated = replace(seen, high95=np.fmin(seen.high95, last), method=METHOD_STEPS)
    else:
        stated = replace(seen, low95=np.fmax(seen.low95, last), method=METHOD_STEPS)
    return BranchOnset(stated, lack, seen, steps)


def _describe_onset(first: FirstChange, method: str, is_falling: bool) -> Onset:
    direction: Direction = "appears" if first.rises else "fades"
    name = method if np.isfinite(first.place) else METHOD_BEFORE
    if is_falling:
        return Onset(direction, -first.place, -first.high95, -first.low95, name)
    return Onset(direction, first.place, first.low95, first.high95, name)
