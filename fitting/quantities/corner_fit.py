"""Whether a trend with one corner describes a series: two tests that know no other shape.

The first asks whether the scatter about the best corner is more than that of neighbours; the second
whether one more bend or one more step, wherever it is, describes the values better by more than
chance (F test, the number of places counted in). The smaller probability counts twice.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import chdtrc, fdtrc

from fitting.data.series import FloatArray
from fitting.quantities.first_change import Trend

LEAST_PROBABILITY = 0.05
"""A corner that is less probable does not fit."""
_CORNERS = 50
_PLATEAUS = 25
_LEAST_FREEDOM = 2


def find_lack_of_fit(trend: Trend) -> float:
    """Probability of the scatter about the best corner if a corner is true; nan if not known."""
    count = trend.value.size
    shape, deviance, parameters = _find_best_corner(trend)
    freedom = count - parameters
    if freedom <= _LEAST_FREEDOM:
        return float("nan")
    by_scatter = float(chdtrc(freedom, deviance))
    further = list(_list_further_changes(trend))
    columns = np.stack([np.ones(count), shape], axis=1)
    least = min(_fit_columns(trend, np.column_stack([columns, one])) for one in further)
    ratio = max(deviance - least, 0.0) / 2.0 / max(least / (freedom - 2), 1e-12)
    by_change = min(1.0, float(fdtrc(2, freedom - 2, ratio)) * len(further))
    return min(1.0, 2.0 * min(by_scatter, by_change))


def _find_best_corner(trend: Trend) -> tuple[FloatArray, float, int]:
    """The best of the shapes that a change point may have; deviance and parameters."""
    x = trend.progress
    best = (np.zeros_like(x), np.inf, 3)
    for parameters, shape in _list_corners(x):
        deviance = _fit_columns(trend, np.stack([np.ones_like(x), shape], axis=1))
        # one more parameter has to be worth it
        if deviance + 2.0 * parameters < best[1] + 2.0 * best[2]:
            best = (shape, deviance, parameters)
    return best


def _list_corners(x: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    starts = np.linspace(x[0], x[-1], _CORNERS, endpoint=False)
    for start in starts:
        yield 3, np.maximum(x - start, 0.0)
    for end in np.linspace(x[0], x[-1], _PLATEAUS + 2)[1:-1]:
        for start in starts[starts < end]:
            ramp = np.clip((x - start) / (end - start), 0.0, 1.0)
            yield 4, ramp


def _list_further_changes(trend: Trend) -> Iterator[FloatArray]:
    x = trend.progress
    for place in range(1, x.size - 1):
        yield np.maximum(x - x[place], 0.0)
        yield (np.arange(x.size) >= place).astype(float)


def _fit_columns(trend: Trend, columns: FloatArray) -> float:
    """Least chi-square."""
    design, value = columns / trend.sigma[:, None], trend.value / trend.sigma
    level = np.linalg.lstsq(design, value, rcond=None)[0]
    return float(np.sum((value - design @ level) ** 2))
