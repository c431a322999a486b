"""Profile intervals of resistances: how far one can go before the fit becomes too bad.

The resistance is held at a value, all else is fitted, and the value is sought at which the sum of
squares has grown by the factor 1 + t^2 / (degrees of freedom) (Bates and Watts, Nonlinear
Regression Analysis, 1988, chapter 6.1), for all spectra at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from fitting.data.series import FloatArray
from fitting.impedance.circuit_fit import CircuitFit
from fitting.impedance.least_squares import minimise_squares

LEVEL = 0.95
_STEPS, _INNER_STEPS = 6, 25
_CLOSE = 0.02
_APART = 1e-3
"""Difference of fitted parameters by which two minima are two."""
_LEAST_TARGET = 1e-3
_FARTHEST = np.log(1e3)
"""A resistance that may be a thousand times as large is not known upwards, nor so downwards."""


@dataclass(frozen=True, slots=True, eq=False)
class ProfileIntervals:
    """Logarithms of interval ends, shape (n,); infinite where there is no end."""

    low: FloatArray
    high: FloatArray


def student_quantile(fitted: CircuitFit) -> FloatArray:
    """Quantile of t for the level, shape (n,)."""
    return np.asarray(stdtrit(fitted.degrees, 0.5 + LEVEL / 2), dtype=float)


def profile_parameter(
    fitted: CircuitFit, index: int, others: Sequence[CircuitFit] = ()
) -> ProfileIntervals:
    """The interval of one fitted parameter of every spectrum.

    Parameters
    ----------
    others
        Further minima of the same spectra; those that are no worse than the limit belong to the
        interval, which reaches as far as it does from any of them.
    """
    target, best = student_quantile(fitted), fitted.theta[:, index]
    every = np.arange(len(best))
    low, high = (
        best + side * _find_end(_Side(fitted, index, side, target, fitted.variance), every)
        for side in (-1.0, 1.0)
    )
    for other in others:
        # minima within a thousandth count as one, so that another may even be a little better
        worse = np.maximum(other.minimum.cost - fitted.minimum.cost, 0.0) / fitted.variance
        is_other = np.abs(other.theta - fitted.theta).max(axis=1) > _APART
        rows = np.flatnonzero(is_other & (worse < target**2))
        left = np.sqrt(np.maximum(target**2 - worse, 0.0))
        place = other.theta[:, index]
        for side, ends in ((-1.0, low), (1.0, high)):
            reach = _find_end(_Side(other, index, side, left, fitted.variance), rows)
            # a parameter at its bound has no slope to follow
            reach = np.where(other.covariance[:, index, index] > 0, reach, 0.0)
            farther = np.maximum(side * ends, side * (place + side * reach))
            ends[rows] = side * farther[rows]
    return ProfileIntervals(low, high)


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """From where and how far an end is sought."""

    fitted: CircuitFit
    index: int
    side: float
    target: FloatArray
    """Standard errors by which the fit may become worse, shape (n,)."""
    variance: FloatArray
    """Of the scatter at the best minimum, shape (n,)."""


def _find_end(sought: _Side, rows: NDArray[np.intp]) -> FloatArray:
    """Distance of the end of the interval from the minimum for these spectra, shape (n,)."""
    index, target = sought.index, sought.target
    with np.errstate(invalid="ignore"):
        stderr = np.sqrt(sought.fitted.covariance[:, index, index])
        usable = np.isfinite(stderr) & (stderr > 0) & (target * stderr < _FARTHEST)
    distance = np.where(usable, target * stderr, np.inf)
    inner, outer = np.zeros(len(distance)), np.full(len(distance), np.inf)
    rows = rows[usable[rows]]
    for _ in range(_STEPS):
        if not rows.size:
            break
        ratio = _grow(sought, distance, rows) / np.maximum(target[rows], _LEAST_TARGET)
        is_inside = ratio < 1
        inner[rows[is_inside]] = distance[rows[is_inside]]
        outer[rows[~is_inside]] = distance[rows[~is_inside]]
        close = np.abs(ratio - 1) < _CLOSE
        rows, ratio = rows[~close], ratio[~close]
        guess = distance[rows] / np.clip(ratio, 0.3, 3.0)
        between = np.where(np.isfinite(outer[rows]), 0.5 * (inner[rows] + outer[rows]), guess)
        is_good = (guess > inner[rows]) & (guess < outer[rows])
        distance[rows] = np.where(is_good, guess, between)
        is_far = distance[rows] > _FARTHEST
        distance[rows[is_far]] = np.inf
        rows = rows[~is_far]
    return distance


def _grow(sought: _Side, distance: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
    """Root of the growth of the sum of squares, in standard errors, with one parameter held."""
    fitted, index = sought.fitted, sought.index
    covariance = fitted.covariance[rows]
    along = covariance[:, :, index] / covariance[:, index, index][:, None]
    moved = sought.side * distance[rows]
    start = fitted.theta[rows] + along * moved[:, None]
    start[:, index] = fitted.theta[rows, index] + moved
    # what spectra share is known from the others
    is_fixed = fitted.is_shared.copy()
    is_fixed[index] = True
    found = minimise_squares(
        fitted.function, fitted.data.take(rows), start, is_fixed=is_fixed, most_steps=_INNER_STEPS
    )
    growth = (found.cost - fitted.minimum.cost[rows]) / sought.variance[rows]
    return np.sqrt(np.maximum(growth, 0.0))
