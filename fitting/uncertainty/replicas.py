"""Replicas of a fitted spectrum: the fit's own model with fresh noise."""

import numpy as np
import xarray as xr

from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.measured import take_measured
from fitting.fits.weights import subtracted_intensity
from fitting.models.function import compile_model
from fitting.models.model import Model
from fitting.simulation.series import poisson_counts


def replicas_of(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    spectrum: int,
    count: int,
    rng: np.random.Generator,
) -> xr.Dataset:
    """A series of replicas of one spectrum; each is what the measurement might have been.

    Counts are drawn by Poisson's law where their size is known (with those of a baseline that was
    subtracted), other noise from a normal distribution. Deviations are widened by the root of the
    reduced chi-square, as the covariance is.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    """
    part = series.isel({SPECTRUM: [spectrum]})
    function = compile_model(model, series[axis_of(series)].values)
    data = take_measured(part, model)
    parameters = np.asarray(result["value"].values[[spectrum]])
    expected = function.value(parameters, data.offsets) + data.static
    wider = float(np.sqrt(result["reduced_chi_square"].values[spectrum]))
    shape = (count, function.positions.size)
    if not data.is_counted:
        noise = rng.standard_normal(shape) * np.where(data.is_seen, data.sigma, 0.0)
        return _repeat_spectrum(part, expected + wider * noise, np.broadcast_to(data.sigma, shape))
    gain = float(data.gain[0, 0])
    hidden = subtracted_intensity(data.intensity, data.sigma, data.gain)
    whole = np.where(data.is_seen, np.maximum(expected + hidden, 0.0), 0.0)
    counts = gain * poisson_counts(np.broadcast_to(whole / gain, shape), rng)
    intensity = expected + wider * (counts - whole)
    sigma = np.sqrt(gain * np.maximum(intensity + hidden, gain))
    return _repeat_spectrum(part, intensity, np.where(data.is_seen, sigma, np.inf))


def _repeat_spectrum(part: xr.Dataset, intensity: FloatArray, sigma: FloatArray) -> xr.Dataset:
    """The spectrum many times, with other numbers; what was not measured stays so."""
    axis = axis_of(part)
    many = part.isel({SPECTRUM: np.zeros(len(intensity), dtype=int)})
    seen = np.isfinite(many["intensity"].values) & np.isfinite(many["sigma"].values)
    return many.assign(
        intensity=((SPECTRUM, axis), np.where(seen, intensity, np.nan)),
        sigma=((SPECTRUM, axis), np.where(seen, sigma, np.inf)),
    )
