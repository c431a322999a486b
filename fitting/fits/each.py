"""Fit every spectrum of a series with one model, as blocks that come one after the other.

The generator knows no thread and no progress bar: whoever takes its blocks shows the progress, and
cancels by taking no more. Started from the library, the numbers of a spectrum do not depend on
which others are fitted, or in which order.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.result import FittedBlock, Status, empty_result, with_blocks
from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.block import IndexArray, fit_block, start_values
from fitting.fits.measured import check_peaks
from fitting.fits.neighbours import fit_from_neighbours
from fitting.fits.options import FitOptions, Seed, Weights
from fitting.fits.shared import fit_shared, is_shared
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Model
from fitting.solvers.engine import FEW_SPECTRA, choose_engine
from fitting.solvers.numpy.block_size import affordable_in_numpy

__all__ = ["FitOptions", "Seed", "Weights", "fit_all_spectra", "fit_series"]

_log = logging.getLogger(__name__)

_DEFAULT = FitOptions()


def fit_all_spectra(
    series: xr.Dataset,
    model: Model,
    options: FitOptions = _DEFAULT,
    *,
    spectra: Sequence[int] | IndexArray | None = None,
    starts: FloatArray | None = None,
) -> xr.Dataset:
    """The result of fitting a series; see ``fit_series``."""
    free = len(compile_model(model, series[axis_of(series)].values).affine.free)
    blocks = fit_series(series, model, options, spectra=spectra, starts=starts)
    return with_blocks(empty_result(series, model, free), blocks)


def fit_series(
    series: xr.Dataset,
    model: Model,
    options: FitOptions = _DEFAULT,
    *,
    spectra: Sequence[int] | IndexArray | None = None,
    starts: FloatArray | None = None,
) -> Iterator[FittedBlock]:
    """Fit the spectra of a series block by block; stop iterating to cancel.

    With options that share parameters it is a joint fit: see ``fit_shared``.

    Parameters
    ----------
    spectra
        Indices of those to fit, in this order; all if left out. What shares parameters with them
        is fitted with them.
    starts : shape (n, p)
        Start values of all parameters of all n spectra, such as an earlier result's; nan for those
        of the model. Areas and the line of the background are found, not started from.

    Raises
    ------
    ModelError
        If the model has no peaks or cannot be resolved.
    """
    check_peaks(model)
    function = compile_model(model, series[axis_of(series)].values)
    if is_shared(function, options).any():
        yield from fit_shared(series, model, options, spectra=spectra, starts=starts)
        return
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    start = start_values(function, series.sizes[SPECTRUM], starts)
    size = options.block_size if options.seed_from == "library" else 1
    if options.engine == "auto" and chosen.size < FEW_SPECTRA:
        options = replace(options, engine="numpy")
    if choose_engine(options.engine, function) == "numpy":
        size = min(size, affordable_in_numpy(function))
    _log.info(
        "Fitting %d spectra with %d free parameters; engine: %s.",
        chosen.size,
        start.shape[1],
        choose_engine(options.engine, function),
    )
    if options.seed_from == "neighbours":
        yield from fit_from_neighbours(series, model, function, (chosen, start), options)
        return
    previous: FloatArray | None = None
    for first in range(0, chosen.size, size):
        rows = chosen[first : first + size]
        seed = start[rows] if previous is None else np.tile(previous, (rows.size, 1))
        block = fit_block(series.isel({SPECTRUM: rows}), model, function, seed, options)
        yield replace(block, spectra=rows)
        if options.seed_from == "previous":
            previous = _last_converged(function, block, previous)


def _last_converged(
    function: ModelFunction, block: FittedBlock, previous: FloatArray | None
) -> FloatArray | None:
    """Free parameters of the last spectrum so far that can be started from."""
    usable = np.flatnonzero(np.isin(block.status, (Status.CONVERGED, Status.AT_BOUND)))
    if not usable.size:
        return previous
    affine = function.affine
    return block.value[usable[-1], [affine.names.index(name) for name in affine.free]]
