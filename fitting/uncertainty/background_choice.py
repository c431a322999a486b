"""The choice of background as a systematic error: the same spectra fitted with other ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.result import empty_result, with_blocks
from fitting.data.series import FloatArray, axis_of
from fitting.fits.each import fit_series
from fitting.fits.options import FitOptions
from fitting.models.from_library import starting_background
from fitting.models.function import compile_model
from fitting.models.model import BACKGROUND, Model
from fitting.quantities.quantity import Quantity, values_of


def background_shifts(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    quantities: Sequence[Quantity],
    options: FitOptions,
    spectra: Sequence[int] | None = None,
) -> Iterator[FloatArray]:
    """How far each quantity moves with each of the other backgrounds of the options.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    spectra
        Indices of those to fit again; all if left out.

    Yields
    ------
    shape (n, q)
        Nan where the other fit failed, or was not asked for.

    Raises
    ------
    ThioscopeError
        If the model has ties to its background, which another one cannot keep.
    """
    if any(BACKGROUND in (tie.target + tie.source) for tie in model.ties):
        raise ThioscopeError(
            "The model has ties to its background, so it cannot be fitted with another one. "
            "Remove the ties, or leave other backgrounds out."
        )
    best = values_of(result, model, quantities)
    for kind in options.other_backgrounds:
        if kind == model.background.kind:
            continue
        other = replace(model, background=starting_background(kind))
        free = len(compile_model(other, series[axis_of(series)].values).affine.free)
        blocks = fit_series(series, other, options, spectra=spectra)
        refitted = with_blocks(empty_result(series, other, free), blocks)
        yield values_of(refitted, other, quantities) - best


def largest_shift(shifts: Sequence[FloatArray]) -> FloatArray:
    """The largest of the shifts without its sign, shape (n, q); nan where there is none."""
    sizes = np.abs(np.stack(shifts))
    known = np.isfinite(sizes)
    largest = np.where(known, sizes, 0.0).max(axis=0)
    return np.asarray(np.where(known.any(axis=0), largest, np.nan))
