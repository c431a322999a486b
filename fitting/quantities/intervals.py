"""95 % intervals: Student's t, and Fieller's theorem for a ratio of two correlated values."""

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from fitting.data.series import FloatArray

_LEVEL = 0.95
_TWO_SIDED_95 = 0.975
_NORMAL_95, _ONE_SIDED_95 = float(ndtri(_TWO_SIDED_95)), float(ndtri(_LEVEL))
_HALVINGS = 40


def student_t(freedom: FloatArray) -> FloatArray:
    """Two-sided 95 % quantile of Student's t; nan where there are no degrees of freedom."""
    known = np.where(freedom > 0, freedom, np.nan)
    return np.asarray(stdtrit(known, _TWO_SIDED_95))


def fieller_interval(
    value: FloatArray, covariance: FloatArray, quantile: FloatArray, *, is_nonnegative: bool
) -> tuple[FloatArray, FloatArray]:
    """Fieller's interval of ``value[:, 0] / value[:, 1]``.

    It holds every r with ``(a - r b)^2 <= t^2 var(a - r b)`` (Fieller E. C., J. R. Stat. Soc. B 16,
    175, 1954). What is not one interval is replaced by the smallest one that holds it. With
    ``is_nonnegative`` both are known not to be negative, which cuts the interval at zero.

    Parameters
    ----------
    value : shape (n, 2)
    covariance : shape (n, 2, 2)
    quantile : shape (n,)
        Student's t or normal quantile of the wanted level.

    Returns
    -------
    low, high : shape (n,)
        Infinite where the data do not bound the ratio on that side.
    """
    square = quantile**2
    # errors of what is hardly determined are so large that their fourth power has no number
    scale = _scale_of(value, covariance)
    a, b = (value / scale).T
    scaled = covariance / (scale[:, :, None] * scale[:, None, :])
    leading = b * b - square * scaled[:, 1, 1]
    middle = a * b - square * scaled[:, 0, 1]
    last = a * a - square * scaled[:, 0, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(middle * middle - leading * last, 0.0))
        first, second = (middle - root) / leading, (middle + root) / leading
        first, second = (one * scale[:, 0] / scale[:, 1] for one in (first, second))
    low, high = np.minimum(first, second), np.maximum(first, second)
    is_bounded = leading > 0
    if not is_nonnegative:
        return np.where(is_bounded, low, -np.inf), np.where(is_bounded, high, np.inf)
    # outside two roots of different sign: what is not negative begins at the upper root
    begins_above = (last > 0) & (low < 0) & (high > 0)
    open_low = np.where(begins_above, high, 0.0)
    unknown = ~np.isfinite(leading)
    low = np.where(is_bounded, np.maximum(low, 0.0), open_low)
    high = np.where(is_bounded, np.maximum(high, 0.0), np.inf)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def _scale_of(value: FloatArray, covariance: FloatArray) -> FloatArray:
    """The larger of each value and its standard error, 1 where that is no number; shape (n, 2)."""
    variance = np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0)
    scale = np.maximum(np.abs(value), np.sqrt(variance))
    return np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)


def unified_threshold(distance: FloatArray) -> FloatArray:
    """Rise of chi-square that bounds a 95 % interval of a value that cannot be negative.

    Near its bound the likelihood ratio of a value is not chi-square distributed; this is its 95 %
    quantile for a normal measurement (G. J. Feldman and R. D. Cousins, Phys. Rev. D 57, 3873
    (1998)): from 2.71 at the bound to 3.84 from 1.96 standard errors on.

    Parameters
    ----------
    distance
        Of the value from its bound, in standard errors; any shape.
    """
    d = np.clip(np.asarray(distance, dtype=float), 1e-6, _NORMAL_95)
    low, high = np.full(d.shape, _ONE_SIDED_95**2), np.full(d.shape, _NORMAL_95**2)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        held = ndtr(np.sqrt(middle)) - ndtr(-(d * d + middle) / (2.0 * d))
        low, high = np.where(held < _LEVEL, middle, low), np.where(held < _LEVEL, high, middle)
    return np.where(d >= _NORMAL_95, _NORMAL_95**2, 0.5 * (low + high))
