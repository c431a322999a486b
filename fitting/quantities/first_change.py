"""Where a quantity first leaves its baseline, and its steps, without a shape of the change.

A change is seen at the first spectrum up to which some window of spectra differs from all before it
at 95 %, the number of windows counted in (Bonferroni). Before that spectrum the change must have
begun, whatever its shape: that is the upper end of the interval. The lower end takes only that the
change gains speed no faster than its square: a quadratic rise that reaches what is seen there must
not be contradicted by the spectra before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc, ndtri

from fitting.data.series import FloatArray

CONFIDENT = 0.025
"""Probability of a change that is none; that of a 95 % interval on one side."""
_WINDOWS = (1, 2, 4)
"""Spectra that are averaged before they are compared with all before them."""
_STARTS = 200
"""Trial beginnings of the quadratic rise."""
_DEVIANCE = 3.84
"""95 % of chi-square of one degree of freedom."""
_MOST_LEVELS = 7
_EVIDENCE_OF_LEVEL = 6.0
"""BIC by which one more level must be better: strong evidence (Kass and Raftery 1995)."""
_LEAST_FIT = 0.01
_LEAST_PLATEAU = 2
"""Spectra of a level; one alone is on the way from one to the next."""
_MOST_SPECTRA = 1000
_NORMAL_MEDIAN = 0.6745
"""Median of the absolute value of a standard normal number."""


@dataclass(frozen=True, slots=True)
class Trend:
    """n values in the order of progress along a branch."""

    progress: FloatArray
    value: FloatArray
    sigma: FloatArray
    """Standard deviation of what each value has of its own."""
    common: FloatArray
    """What the errors have in common, shape (n, r); ``common @ common.T`` is its covariance."""


@dataclass(frozen=True, slots=True)
class FirstChange:
    """Where a quantity leaves its baseline, in units of the progress; nan where not bounded."""

    place: float
    """Between the last spectrum at the baseline and the first above or below it."""
    low95: float
    high95: float
    rises: bool


def order_trend(
    progress: FloatArray, value: FloatArray, sigma: FloatArray, common: FloatArray
) -> Trend:
    """The values that are known, in order, with errors no less than their scatter."""
    usable = np.isfinite(progress) & np.isfinite(value) & np.isfinite(sigma) & (sigma > 0)
    order = np.flatnonzero(usable)[np.argsort(progress[usable], kind="stable")]
    shared = common[order]
    own = sigma[order] ** 2 - np.einsum("nr,nr->n", shared, shared)
    own = np.sqrt(np.maximum(own, 1e-2 * sigma[order] ** 2))
    trend = Trend(progress[order], value[order], own, shared)
    return Trend(trend.progress, trend.value, own * max(1.0, scatter_of(trend)), shared)


def scatter_of(trend: Trend) -> float:
    """Scatter of neighbours about a straight line, in standard deviations; steps hardly count."""
    if trend.value.size < 5:
        return 1.0
    before, here, after = trend.progress[:-2], trend.progress[1:-1], trend.progress[2:]
    span = after - before
    share = np.where(span > 0, (here - before) / np.where(span > 0, span, 1.0), 0.5)
    value, variance = trend.value, trend.sigma**2
    distance = value[1:-1] - (1.0 - share) * value[:-2] - share * value[2:]
    spread = variance[1:-1] + (1.0 - share) ** 2 * variance[:-2] + share**2 * variance[2:]
    return float(np.median(np.abs(distance) / np.sqrt(spread)) / _NORMAL_MEDIAN)


def find_first_change(trend: Trend, chance: float = CONFIDENT) -> FirstChange | None:
    """The first change, or ``None`` if no spectrum is away from the baseline.

    Parameters
    ----------
    chance
        Probability to find one in a constant quantity.
    """
    count = trend.value.size
    limit = -float(ndtri(chance / (2 * len(_WINDOWS) * max(count, 1))))
    for end in range(1, count):
        for size in _WINDOWS:
            start = end - size + 1
            if start < 1:
                continue
            contrast = _contrast_window(trend, start, end)
            if abs(contrast) > limit:
                return _describe_change(trend, start, end, contrast > 0)
    return None


def find_steps(trend: Trend) -> tuple[float, ...]:
    """Where the quantity steps from level to level; none where levels do not describe it.

    The levels with the least BIC; a single spectrum between two of them is on the way.
    """
    count = trend.value.size
    if not 2 * _LEAST_PLATEAU < count <= _MOST_SPECTRA:
        return ()
    cost = _cost_of_levels(trend)
    edges, deviance = _divide_levels(cost)
    best = 0
    penalty = 2.0 * np.log(count) + _EVIDENCE_OF_LEVEL
    for levels in range(1, len(deviance)):
        if deviance[best] - deviance[levels] > (levels - best) * penalty:
            best = levels
    freedom = count - 2 * best - 1
    if freedom < 1 or chdtrc(freedom, deviance[best]) < _LEAST_FIT:
        return ()
    return tuple(_places_of_steps(trend, edges[best]))


def find_last_at_baseline(trend: Trend, steps: tuple[float, ...]) -> float:
    """The last spectrum that cannot as well belong to the level after the first step, at 95 %.

    Parameters
    ----------
    steps
        What ``find_steps`` found, one at the least.
    """
    x, end = trend.progress, (steps[1] if len(steps) > 1 else np.inf)
    before = np.flatnonzero(x < steps[0])
    after = (x > steps[0]) & (x < end)
    base, level = (
        float(np.average(trend.value[rows], weights=trend.sigma[rows] ** -2.0))
        for rows in (before, after)
    )
    for place in before[::-1]:
        here, sigma = trend.value[place], trend.sigma[place]
        if ((here - level) ** 2 - (here - base) ** 2) / sigma**2 > _DEVIANCE:
            return float(x[place])
    return np.nan


def _contrast_window(trend: Trend, start: int, end: int) -> float:
    """Mean of a window minus that of all before it, in standard deviations."""
    weight = 1.0 / trend.sigma**2
    before, within = weight[:start], weight[start : end + 1]
    base = before @ trend.value[:start] / before.sum()
    here = within @ trend.value[start : end + 1] / within.sum()
    shared = within @ trend.common[start : end + 1] / within.sum()
    shared = shared - before @ trend.common[:start] / before.sum()
    spread = np.sqrt(1.0 / before.sum() + 1.0 / within.sum() + shared @ shared)
    return float((here - base) / spread)


def _describe_change(trend: Trend, start: int, end: int, rises: bool) -> FirstChange:
    low = _find_low_end(trend, start, end)
    last = trend.progress[start - 1]
    place = 0.5 * (last + trend.progress[start])
    if start == 1:
        place = np.nan
    return FirstChange(float(place), low, float(trend.progress[end]), rises)


def _find_low_end(trend: Trend, start: int, end: int) -> float:
    """Earliest beginning of a quadratic rise that the spectra up to the window allow."""
    rows = slice(0, end + 1)
    x, y, sigma = trend.progress[rows], trend.value[rows], trend.sigma[rows]
    span = x[-1] - x[0]
    trials = np.linspace(x[0] - span, x[start], _STARTS, endpoint=False)
    square = np.maximum(x - trials[:, None], 0.0) ** 2
    square /= square.max(axis=1, keepdims=True)
    deviance = np.array([_fit_rise(row, y, sigma) for row in square])
    inside = np.flatnonzero(deviance <= deviance.min() + _DEVIANCE)
    first = float(trials[inside[0]])
    return first if first > x[0] else np.nan


def _fit_rise(shape: FloatArray, value: FloatArray, sigma: FloatArray) -> float:
    design = np.stack([np.ones_like(shape), shape], axis=1) / sigma[:, None]
    level = np.linalg.lstsq(design, value / sigma, rcond=None)[0]
    return float(np.sum((value / sigma - design @ level) ** 2))


def _cost_of_levels(trend: Trend) -> FloatArray:
    """Chi-square about the mean of spectra i to j, shape (n, n); infinite below the diagonal."""
    least = trend.sigma.min()
    weight = (least / trend.sigma) ** 2
    value = (trend.value - trend.value.mean()) / least
    # summed from each spectrum on: a difference of sums loses a weight that is small in them
    total, mean, square = (
        np.cumsum(np.triu(np.broadcast_to(weight * value**power, (value.size,) * 2)), axis=1)
        for power in range(3)
    )
    first, last = np.triu_indices(value.size)
    cost = np.full((value.size, value.size), np.inf)
    within = np.divide(mean**2, total, out=np.zeros_like(total), where=total > 0)
    cost[first, last] = np.maximum(square - within, 0.0)[first, last]
    return cost


def _divide_levels(cost: FloatArray) -> tuple[list[list[int]], list[float]]:
    """For one level, two and so on: where each after the first begins, and the chi-square."""
    count = len(cost)
    least = cost[0]
    edges: list[list[list[int]]] = [[[] for _ in range(count)]]
    found: list[list[int]] = [[]]
    deviance = [float(least[-1])]
    for _ in range(min(_MOST_LEVELS, count) - 1):
        together = np.full((count, count), np.inf)
        together[1:] = least[:-1, None] + cost[1:]
        begin = np.argmin(together, axis=0)
        least = together[begin, np.arange(count)]
        edges.append([[*edges[-1][max(one - 1, 0)], int(one)] for one in begin])
        found.append(edges[-1][-1])
        deviance.append(float(least[-1]))
    return found, deviance


def _places_of_steps(trend: Trend, edges: list[int]) -> Iterator[float]:
    """The middle of every way from one level to the next."""
    begins = [0, *edges]
    ends = [*edges, trend.value.size]
    flat = [
        (begin, end)
        for begin, end in zip(begins, ends, strict=True)
        if end - begin >= _LEAST_PLATEAU or end == trend.value.size or begin == 0
    ]
    for (_, end), (begin, _) in pairwise(flat):
        yield float(0.5 * (trend.progress[end - 1] + trend.progress[begin]))
