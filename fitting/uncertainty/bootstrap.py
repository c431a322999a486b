"""Parametric bootstrap: the fit of many replicas of each spectrum, and what their scatter says.

B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, Chapman & Hall 1993. A replica is
drawn from the fitted model and fitted like the spectrum itself: the same model, bounds and weights.
Ends near a bound, where a species may be absent, are those of the profile interval.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.model import Model
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantity import Quantity, tabulated_quantities, values_of
from fitting.uncertainty.fitted import fitted_spectra
from fitting.uncertainty.percentiles import percentile_block
from fitting.uncertainty.profile import ends_near_bounds
from fitting.uncertainty.replicas import replicas_of

REPLICAS = 1000
_SAME_DIGITS = 20_000
"""So many replicas are fitted by numpy, compiled engine or not: the digits repeat."""


def bootstrap_spectra(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    *,
    quantities: Sequence[Quantity] = (),
    replicas: int = REPLICAS,
    seed: int = 0,
    spectra: Sequence[int] | None = None,
) -> Iterator[IntervalBlock]:
    """95 % intervals, scatter and bias, one spectrum after the other; stop iterating to cancel.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    options
        Those of the fit: replicas are fitted in the same way.
    quantities
        Those of the tables if left out.
    seed
        The same seed gives the same replicas of a spectrum, whichever others are done.
    """
    wanted = tuple(quantities) or tabulated_quantities(model)
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    repeats = options.engine == "auto" and chosen.size * replicas <= _SAME_DIGITS
    engine = "numpy" if repeats else options.engine
    options = replace(options, engine=engine, seed_from="library")
    fitted = is_fitted(result)
    best = values_of(result, model, wanted)
    for spectrum in chosen:
        nothing = np.full((1, len(wanted)), np.nan)
        block = IntervalBlock(np.array([spectrum]), nothing, nothing)
        if fitted[spectrum]:
            rng = np.random.default_rng([seed, int(spectrum)])
            drawn = replicas_of(series, result, model, int(spectrum), replicas, rng)
            values = _refit_replicas(drawn, result, model, options, (int(spectrum), wanted))
            block = percentile_block(block.spectra, best[spectrum], values)
            near = fitted_spectra(series, result, model, options, block.spectra)
            block = with_ends_near_bounds(block, ends_near_bounds(near, model, wanted))
        yield block


def with_ends_near_bounds(block: IntervalBlock, ends: FloatArray) -> IntervalBlock:
    """The intervals with those ends, shape (2, b, q), that are not nan.

    A species that is there by chance only has replicas that have it all: their percentiles alone
    would say that it is present.
    """
    return replace(
        block,
        low95=np.where(np.isnan(ends[0] + block.low95), block.low95, ends[0]),
        high95=np.where(np.isnan(ends[1] + block.high95), block.high95, ends[1]),
    )


def _refit_replicas(
    drawn: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    what: tuple[int, Sequence[Quantity]],
) -> FloatArray:
    """Quantities of all replicas that could be fitted, shape (r, q); ratios to nothing are inf."""
    spectrum, quantities = what
    starts = np.repeat(result["value"].values[[spectrum]], drawn.sizes[SPECTRUM], axis=0)
    refitted = fit_all_spectra(drawn, model, options, starts=starts)
    usable = refitted.isel({SPECTRUM: np.flatnonzero(is_fitted(refitted))})
    values = values_of(usable, model, quantities)
    return np.where(np.isnan(values), np.inf, values)
