"""The standard deviation of measured intensity: from counting statistics, or from its scatter.

What ``attrs["noise"]`` of a series says:

``"poisson"``
    The counts are known, so ``sigma = sqrt(counts)``, of a rate ``sqrt(rate / seconds)``. It does
    not matter how many scans were summed as long as the counts, or the seconds of all scans
    together, are meant. As the root of a measured count it is itself noisy (a count that is low
    by chance weighs too much), so a fit may replace it by the root of its model.
``"estimated"``
    Gain, averaging or filtering is unknown, so the noise is read off the scatter of neighbouring
    points, as ``variance = constant + slope * intensity``.
``"given"``
    A column of the file says it.
"""

import numpy as np
from numpy.typing import ArrayLike

from fitting.data.series import FloatArray

_PORTION = 256
_BINS = 8
_POINTS_PER_BIN = 12
_CONTRAST = 1.15
"""Levels that differ by less than this factor cannot tell how noise grows with intensity."""
_SHARES = np.linspace(1.0, 0.0, 21)
"""Parts of the variance at the median level that grow with intensity; the first is counting."""
_TOLERANCE = 0.1
"""Misfits of the logarithm of the variance that do not tell one law from another."""
_DIFFERENCE = np.array([1.0, -3.0, 3.0, -1.0])
_MEDIAN_TO_SIGMA = 1.4826


def is_counts(intensity: ArrayLike) -> bool:
    """Whether the numbers can be counts: whole, not negative, and in steps of one.

    Whole numbers in steps of two or more (a gain, a rate from a dwell time) are not counts.
    """
    values = np.asarray(intensity, dtype=float)
    values = values[np.isfinite(values)]
    if values.size < 2 or values.min() < 0 or not 1 < values.max() < 2**53:
        return False
    if np.any(values != np.floor(values)):
        return False
    return int(np.gcd.reduce(np.diff(values).astype(np.int64))) == 1


def poisson_sigma(intensity: ArrayLike, seconds_per_point: ArrayLike = 1.0) -> FloatArray:
    """Standard deviation of counts, or of counts per second.

    Parameters
    ----------
    intensity : shape (..., m)
        Counts; with ``seconds_per_point`` counts per second.
    seconds_per_point : broadcastable to intensity
        Counting time of one point, all scans added (s). For counts averaged over scans instead of
        summed, the number of scans.

    Returns
    -------
    shape of intensity
        At least the value for one count; infinite where the intensity is not finite.
    """
    rate = np.asarray(intensity, dtype=float)
    seconds = np.broadcast_to(np.asarray(seconds_per_point, dtype=float), rate.shape)
    with np.errstate(invalid="ignore"):
        sigma = np.sqrt(np.maximum(rate * seconds, 1.0)) / seconds
    return np.where(np.isfinite(rate), sigma, np.inf)


def estimated_sigma(intensity: ArrayLike) -> FloatArray:
    """Standard deviation from the scatter of neighbouring points, spectrum by spectrum.

    Third differences remove everything that is smooth over four points; their median absolute
    value withstands spikes and narrow lines. Where a spectrum has enough points on levels that
    differ enough, the variance is split into a constant and a part that grows with intensity.

    Parameters
    ----------
    intensity : shape (m,) or (n, m)

    Returns
    -------
    shape of intensity
        Positive; infinite where the intensity is not finite.
    """
    values = np.atleast_2d(np.asarray(intensity, dtype=float))
    sigma = np.empty_like(values)
    complete = np.isfinite(values).all(axis=1)
    # in portions: a map of many spectra would need ten times its size at once
    for rows in np.array_split(np.flatnonzero(complete), max(1, len(values) // _PORTION)):
        if rows.size:
            sigma[rows] = _sigma_of_complete(values[rows])
    for row in np.flatnonzero(~complete):
        measured = np.isfinite(values[row])
        sigma[row] = np.inf
        if measured.any():
            sigma[row, measured] = _sigma_of_complete(values[row : row + 1, measured])[0]
    return sigma.reshape(np.shape(intensity))


def _sigma_of_complete(values: FloatArray) -> FloatArray:
    """As ``estimated_sigma`` for spectra without gaps, shape (n, m)."""
    points = values.shape[1]
    if points < _DIFFERENCE.size:
        return np.broadcast_to(_rounding_floor(values), values.shape).copy()
    scatter = _third_difference(values)
    levels = _smooth_points(values)
    constant = _MEDIAN_TO_SIGMA * np.median(np.abs(scatter), axis=1, keepdims=True)
    sigma = np.broadcast_to(constant, values.shape).copy()
    if points >= _BINS * _POINTS_PER_BIN:
        inner = levels[:, 1 : points - 2]
        growing = _has_contrast(inner)
        if growing.any():
            sigma[growing] = _growing_sigma(scatter[growing], inner[growing], levels[growing])
    return np.maximum(sigma, _rounding_floor(values))


def _third_difference(values: FloatArray) -> FloatArray:
    """Third differences, scaled to the standard deviation of one point; shape (n, m - 3)."""
    c = _DIFFERENCE / np.linalg.norm(_DIFFERENCE)
    first = c[0] * values[:, 3:] + c[1] * values[:, 2:-1]
    return np.asarray(first + c[2] * values[:, 1:-2] + c[3] * values[:, :-3])


def _smooth_points(values: FloatArray) -> FloatArray:
    """Mean of each point and up to two neighbours on either side, not negative."""
    points = values.shape[1]
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    start = np.maximum(np.arange(points) - 2, 0)
    stop = np.minimum(np.arange(points) + 3, points)
    return np.asarray(np.maximum((sums[:, stop] - sums[:, start]) / (stop - start), 0.0))


def _has_contrast(levels: FloatArray) -> FloatArray:
    low, high = np.quantile(levels, [0.1, 0.9], axis=1)
    return np.asarray((low > 0) & (high > _CONTRAST * low))


def _growing_sigma(scatter: FloatArray, inner: FloatArray, levels: FloatArray) -> FloatArray:
    """Sigma at ``levels`` of the law that fits the scatter in bins of equal level best.

    The law is ``variance = scale * (1 - share + share * level / typical level)``. Medians of
    logarithms keep a bin full of narrow lines from deciding.
    """
    typical = np.median(inner, axis=1, keepdims=True)
    variance, bin_level = _bin_scatter(scatter, inner)
    laws = _noise_law(bin_level / typical, _SHARES[:, None, None])
    misfit = np.log(variance)[None] - np.log(laws)
    log_scale = np.median(misfit, axis=2, keepdims=True)
    cost = np.mean(np.abs(misfit - log_scale), axis=2)
    # the shares run from counting to constant: counting, unless the scatter speaks against it
    best = np.argmax(cost <= cost.min(axis=0) + _TOLERANCE, axis=0)
    rows = np.arange(len(levels))
    scale = np.exp(log_scale[best, rows])
    return np.asarray(np.sqrt(scale * _noise_law(levels / typical, _SHARES[best][:, None])))


def _noise_law(relative_level: FloatArray, share: FloatArray) -> FloatArray:
    # a twentieth of the typical variance keeps empty channels from weighing without limit
    return np.maximum(1 - share + share * relative_level, 0.05)


def _bin_scatter(scatter: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Variance of the scatter and median level in bins of equal numbers of points, (n, bins)."""
    per_bin = levels.shape[1] // _BINS
    order = np.argsort(levels, axis=1)[:, : per_bin * _BINS]
    shape = (len(levels), _BINS, per_bin)
    sorted_scatter = np.abs(np.take_along_axis(scatter, order, axis=1)).reshape(shape)
    sorted_levels = np.take_along_axis(levels, order, axis=1).reshape(shape)
    sigma = _MEDIAN_TO_SIGMA * np.median(sorted_scatter, axis=2)
    floor = np.maximum(1e-3 * np.max(sigma, axis=1, keepdims=True), np.finfo(float).tiny)
    return np.maximum(sigma, floor) ** 2, np.median(sorted_levels, axis=2)


def _rounding_floor(values: FloatArray) -> FloatArray:
    """The least sigma of each spectrum: what rounding alone gives, and never zero; (n, 1)."""
    size = np.max(np.abs(values), axis=1, keepdims=True)
    span = np.ptp(values, axis=1, keepdims=True)
    floor = np.maximum(1e-6 * span, 1e-9 * size)
    return np.where(floor > 0, floor, 1.0)
