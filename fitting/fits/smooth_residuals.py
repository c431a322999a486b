"""What a fit leaves of a spectrum, without its noise: a Gaussian process over the residuals.

The covariance of the process is ``t^2 exp(-(x - x')^2 / (2 l^2))``: its length is taken from a few
that lines of the spectrum allow, by the likelihood of the residuals, its size averaged by that
likelihood (C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning, MIT
Press 2006, 2.2 and 5.4). The mean of a process is what makes a noisy curve a regressor without
bias: what it misses does not depend on it (R. J. Carroll et al., Measurement Error in Nonlinear
Models, 2nd ed. (2006), 4.1).
"""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray

_LENGTHS = (0.35, 0.7, 1.4)
"""Lengths that are tried, in standard deviations of the narrowest line."""
_SIZES = np.logspace(-2.0, 4.0, 49)
"""Squared sizes that are tried, in squared noise."""


@dataclass(frozen=True, slots=True)
class SmoothCurve:
    """A curve on m points, and what is not known of it."""

    value: FloatArray
    """Shape (m,)."""
    covariance: FloatArray
    """Shape (m, m)."""


def smooth_residuals(
    x: FloatArray, residual: FloatArray, sigma: FloatArray, places: FloatArray, width: float
) -> SmoothCurve:
    """The residuals without noise; beyond the measured range they fade within a width.

    Parameters
    ----------
    x, residual, sigma : shape (n,)
        Where something was measured.
    places : shape (m,)
        Where the curve is wanted.
    width
        Standard deviation of the narrowest line of the spectrum (unit of x).
    """
    length, size = _find_process(x, residual, sigma, width)
    known = size * _correlation(x, x, length) + np.diag(sigma**2)
    across = size * _correlation(places, x, length)
    solved = np.linalg.solve(known, np.column_stack([residual, across.T]))
    covariance = size * _correlation(places, places, length) - across @ solved[:, 1:]
    beyond = np.maximum(np.maximum(x.min() - places, places - x.max()), 0.0)
    fading = np.exp(-0.5 * (beyond / length) ** 2)
    return SmoothCurve(fading * (across @ solved[:, 0]), covariance * np.outer(fading, fading))


def _find_process(
    x: FloatArray, residual: FloatArray, sigma: FloatArray, width: float
) -> tuple[float, float]:
    """Length and squared size of the process."""
    noise = float(np.median(sigma) ** 2)
    best, found = -np.inf, (width, 0.0)
    for length in width * np.array(_LENGTHS):
        scaled = _correlation(x, x, length) / np.outer(sigma, sigma)
        values, axes = np.linalg.eigh(scaled)
        square = (axes.T @ (residual / sigma)) ** 2
        wider = 1.0 + noise * _SIZES[:, None] * np.maximum(values, 0.0)
        likelihood = -0.5 * np.sum(np.log(wider) + square / wider, axis=1)
        if likelihood.max() > best:
            best = likelihood.max()
            weights = np.exp(likelihood - best)
            found = float(length), noise * float(weights @ _SIZES / weights.sum())
    return found


def _correlation(one: FloatArray, other: FloatArray, length: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((one[:, None] - other) / length) ** 2))
