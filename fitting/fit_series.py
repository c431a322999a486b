"""Fit every spectrum of a series with one model, as blocks that come one after the other.

The generator knows no thread and no progress bar: whoever takes its blocks shows the progress, and
cancels by taking no more. Started from the library, the numbers of a spectrum do not depend on
which others are fitted, or in which order.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.errors import RecipeError
from fitting.fit_status import status_of, why_not_fitted
from fitting.measured import Measured, measured
from fitting.model import Model
from fitting.model_function import ModelFunction, compile_model
from fitting.result import FittedBlock, Status, empty_result, with_blocks
from fitting.series import SPECTRUM, FloatArray, axis_of
from fitting.solver.engine import Engine, choose_engine, solver_of
from fitting.solver.spectra import Solution

Seed = Literal["library", "previous"]
Weights = Literal["model", "data"]
IndexArray = NDArray[np.int_]

_log = logging.getLogger(__name__)
_FEW_SPECTRA = 256
"""A shorter series is fitted by numpy, compiled engine or not: it takes no longer than a second,
and the same files give the same numbers to the last digit whether or not that engine is ready."""
_REWEIGHTINGS = 2
"""Fits after the first with the weights of the fit before: more change nothing that matters."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a series is fitted; what is fitted is the model."""

    seed_from: Seed = "library"
    """Start from the model's start values, or from the last spectrum that converged."""
    weights: Weights = "model"
    """For counted data: variance from the fitted model, or from each measured count. The second
    pulls areas down where counts are few. Other data keep the sigma of the series."""
    block_size: int = 32
    """Spectra solved together: the unit of progress and of cancelling. One if each starts from the
    one before."""
    engine: Engine = "auto"
    """"auto", "compiled" (numba), "numpy", or "lmfit": the reference, hundreds of times slower.
    They agree within a thousandth of a standard error."""
    max_evaluations: int = 2000
    """Evaluations of the model after which a spectrum is given up."""
    workers: int = 0
    """Threads to solve with; 0 for as many as there are processors."""

    def __post_init__(self) -> None:
        for name, kind in (("seed_from", Seed), ("weights", Weights), ("engine", Engine)):
            if getattr(self, name) not in get_args(kind):
                raise RecipeError(
                    f"{name} is {getattr(self, name)!r}. "
                    f"Choose one of: {', '.join(get_args(kind))}."
                )
        for name, least in (("block_size", 1), ("max_evaluations", 1), ("workers", 0)):
            if getattr(self, name) < least:
                raise RecipeError(f"{name} is {getattr(self, name)}; it must be {least} or more.")


_DEFAULT = FitOptions()


def fit(
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

    Parameters
    ----------
    spectra
        Indices of those to fit, in this order; all if left out.
    starts : shape (n, p)
        Start values of all parameters of all n spectra, such as an earlier result's; nan for those
        of the model. Areas and the line of the background are found, not started from.

    Raises
    ------
    ModelError
        If the model cannot be resolved.
    """
    function = compile_model(model, series[axis_of(series)].values)
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    start = _start_values(function, series.sizes[SPECTRUM], starts)
    size = options.block_size if options.seed_from == "library" else 1
    if options.engine == "auto" and chosen.size < _FEW_SPECTRA:
        options = replace(options, engine="numpy")
    _log.info(
        "Fitting %d spectra with %d free parameters; engine: %s.",
        chosen.size,
        start.shape[1],
        choose_engine(options.engine, function),
    )
    previous: FloatArray | None = None
    for first in range(0, chosen.size, size):
        rows = chosen[first : first + size]
        seed = start[rows] if previous is None else np.tile(previous, (rows.size, 1))
        block = _fit_block(series.isel({SPECTRUM: rows}), model, function, seed, options)
        yield replace(block, spectra=rows)
        if options.seed_from == "previous":
            previous = _last_converged(function, block, previous)


def _start_values(function: ModelFunction, count: int, starts: FloatArray | None) -> FloatArray:
    """Free parameters to start from, within their bounds, shape (n, f)."""
    affine = function.affine
    start = np.tile(affine.start, (count, 1))
    if starts is not None:
        given = starts[:, [affine.names.index(name) for name in affine.free]]
        start = np.where(np.isfinite(given), given, start)
    return np.clip(start, affine.lower, affine.upper)


def _last_converged(
    function: ModelFunction, block: FittedBlock, previous: FloatArray | None
) -> FloatArray | None:
    """Free parameters of the last spectrum so far that can be started from."""
    usable = np.flatnonzero(np.isin(block.status, (Status.CONVERGED, Status.AT_BOUND)))
    if not usable.size:
        return previous
    affine = function.affine
    return block.value[usable[-1], [affine.names.index(name) for name in affine.free]]


def _fit_block(
    part: xr.Dataset, model: Model, function: ModelFunction, start: FloatArray, options: FitOptions
) -> FittedBlock:
    data = measured(part, model, function)
    seen = data.is_seen
    free_count = len(function.affine.free)
    reasons = [
        why_not_fitted(*row, free_count)
        for row in zip(data.intensity, seen, data.static, strict=True)
    ]
    block = _unfitted_block(len(function.affine.names), seen.sum(axis=1), reasons)
    rows = np.flatnonzero([not reason for reason in reasons])
    if not rows.size:
        return block
    return _filled(block, rows, function, _solve(function, data.take(rows), start[rows], options))


def _solve(
    function: ModelFunction, data: Measured, start: FloatArray, options: FitOptions
) -> Solution:
    """Solve the spectra of a block, with the weights of the model where they are asked for."""
    engine, threads = choose_engine(options.engine, function), options.workers
    solve = solver_of(engine, function, threads=threads)
    solution = solve(function, data.spectra(data.sigma, start), options.max_evaluations)
    if options.weights == "data" or not data.is_counted:
        return solution
    solve = solver_of(engine, function, threads=threads, several_starts=False)
    for _ in range(_REWEIGHTINGS):
        sigma = data.modelled_sigma(function, function.affine.expand(solution.free))
        spectra = data.spectra(sigma, solution.free)
        solution = solve(function, spectra, options.max_evaluations)
    return solution


def _unfitted_block(size: int, points: IndexArray, reasons: Sequence[str]) -> FittedBlock:
    count = len(reasons)
    return FittedBlock(
        spectra=np.arange(count),
        value=np.full((count, size), np.nan),
        covariance=np.full((count, size, size), np.nan),
        chi_square=np.full(count, np.nan),
        points=points,
        status=np.full(count, int(Status.FAILED)),
        message=tuple(reasons),
        without_error=np.zeros((count, size), dtype=bool),
    )


def _filled(
    block: FittedBlock, rows: IndexArray, function: ModelFunction, solution: Solution
) -> FittedBlock:
    """The block with solved spectra in some of its rows."""
    affine = function.affine
    endings = [status_of(function, solution, index) for index in range(rows.size)]
    status = np.array([ending[0] for ending in endings])
    value, covariance, chi_square = (
        block.value.copy(),
        block.covariance.copy(),
        block.chi_square.copy(),
    )
    value[rows] = affine.expand(solution.free)
    chi_square[rows] = solution.chi_square
    is_usable = status != Status.FAILED
    covariance[rows[is_usable]] = affine.expand_covariance(solution.covariance[is_usable])
    flagged = solution.at_bound | solution.undetermined
    without_error = np.zeros(block.value.shape, dtype=bool)
    without_error[rows] = (flagged[:, None, :] & (affine.matrix != 0)).any(axis=2)
    messages = dict(zip(rows.tolist(), (ending[1] for ending in endings), strict=True))
    statuses = block.status.copy()
    statuses[rows] = status
    return replace(
        block,
        value=value,
        covariance=covariance,
        chi_square=chi_square,
        status=statuses,
        message=tuple(messages.get(row, text) for row, text in enumerate(block.message)),
        without_error=without_error,
    )
