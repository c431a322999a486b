"""Weights of counted spectra from the model in place of the data.

The root of a measured count is a biased weight: a point that is low by chance weighs more, which
pulls areas and background down, by about one count a point. With the variance of what the model
expects, repeated, least squares becomes the maximum likelihood of counting statistics.
"""

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray, get_column, noises_of, units_of

REWEIGHTINGS = 2
"""Fits after the first with the weights of the fit before: more change nothing that matters."""
_UNTOUCHED = 1e-6
"""Relative difference to the root of the counts below which sigma is that root."""


def counting_gain(series: xr.Dataset) -> FloatArray:
    """Intensity of one count in each spectrum, shape (n, 1); nan where it is not known."""
    seconds = get_column(series, "seconds_per_point").astype(float)
    units, is_counted = units_of(series), noises_of(series) == "poisson"
    gain = np.where(units == "counts", 1.0, np.where(units == "counts/s", 1.0 / seconds, np.nan))
    return np.where(is_counted, gain, np.nan)[:, None]


def expected_sigma(
    intensity: FloatArray, sigma: FloatArray, model: FloatArray, gain: FloatArray
) -> FloatArray:
    """Standard deviation of the counts that the model expects, shape (b, m).

    Where sigma is more than the root of the intensity, a baseline was subtracted after counting:
    its counts are added. No variance is less than that of one count.

    Parameters
    ----------
    intensity, sigma, model : shape (b, m)
    gain : shape (b, 1)
        Intensity of one count; where it is nan, sigma stays what it is.
    """
    known = np.where(np.isfinite(gain), gain, 1.0)
    variance = known * np.maximum(model + subtracted_intensity(intensity, sigma, gain), known)
    usable = np.isfinite(gain) & np.isfinite(sigma) & np.isfinite(variance)
    return np.where(usable, np.sqrt(np.where(usable, variance, 1.0)), sigma)


def subtracted_intensity(intensity: FloatArray, sigma: FloatArray, gain: FloatArray) -> FloatArray:
    """Counted intensity that a step has subtracted, as sigma tells, shape (b, m); mostly 0.

    Parameters
    ----------
    intensity, sigma : shape (b, m)
    gain : shape (b, 1)
        Intensity of one count; where it is nan, nothing is known, and one count is taken for 1.
    """
    known = np.where(np.isfinite(gain), gain, 1.0)
    counted = known * np.maximum(intensity, known)
    is_untouched = np.abs(sigma**2 - counted) <= _UNTOUCHED * counted
    return np.where(is_untouched, 0.0, sigma**2 / known - intensity)
