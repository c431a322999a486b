"""One block of spectra: on its way into a solver, solved, and as a block of results."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import FittedBlock, Status
from fitting.data.series import FloatArray
from fitting.fits.component_noise import with_component_noise
from fitting.fits.measured import Measured, take_measured
from fitting.fits.noise_correlation import correlated_points
from fitting.fits.options import FitOptions
from fitting.fits.status import status_of, why_not_fitted
from fitting.fits.weights import REWEIGHTINGS
from fitting.models.function import ModelFunction
from fitting.models.model import Model
from fitting.solvers.engine import choose_engine, solver_of
from fitting.solvers.numpy.bound_uncertainty import with_shapes_released
from fitting.solvers.spectra import Solution

IndexArray = NDArray[np.int_]
T = TypeVar("T")


def start_values(function: ModelFunction, count: int, starts: FloatArray | None) -> FloatArray:
    """Free parameters to start from, within their bounds, shape (n, f)."""
    affine = function.affine
    start = np.tile(affine.start, (count, 1))
    if starts is not None:
        given = starts[:, [affine.names.index(name) for name in affine.free]]
        start = np.where(np.isfinite(given), given, start)
    return np.clip(start, affine.lower, affine.upper)


def fit_block(
    part: xr.Dataset, model: Model, function: ModelFunction, start: FloatArray, options: FitOptions
) -> FittedBlock:
    """Fit the spectra of a series, each for itself, from starts of shape (b, f)."""
    data, block, rows = select_fittable(part, model, function)
    if not rows.size:
        return block
    # the engine that is ready now solves the block to its end
    options = replace(options, engine=choose_engine(options.engine, function))
    solution = first_solution(function, data, start[rows], options)
    solution = solve_reweighted(function, data, solution, options)
    block = solved_block(block, rows, function, solution, data)
    return replace(block, engine=options.engine)


def select_fittable(
    part: xr.Dataset, model: Model, function: ModelFunction
) -> tuple[Measured, FittedBlock, IndexArray]:
    """The numbers of those spectra that can be fitted, a block without results, and their rows."""
    data = take_measured(part, model)
    seen, free_count = data.is_seen, len(function.affine.free)
    reasons = [
        why_not_fitted(*row, free_count)
        for row in zip(data.intensity, seen, data.static, strict=True)
    ]
    block = unfitted_block(len(function.affine.names), seen.sum(axis=1), reasons)
    rows = np.flatnonzero([not reason for reason in reasons])
    return data.take(rows), block, rows


def first_solution(
    function: ModelFunction,
    data: Measured,
    start: FloatArray,
    options: FitOptions,
    *,
    several_starts: bool = True,
) -> Solution:
    """Solve with the weights of the data, from starts of shape (b, f)."""
    engine = choose_engine(options.engine, function)
    solve = solver_of(engine, function, threads=options.workers, several_starts=several_starts)
    return solve(function, data.spectra(data.sigma, start), options.max_evaluations)


def solve_reweighted(
    function: ModelFunction, data: Measured, solution: Solution, options: FitOptions
) -> Solution:
    """Solve again with the weights of the model, where they are asked for.

    The errors are those to be reported, with shapes at a bound no better known than it says.
    """
    spectra = data.spectra(data.sigma, solution.free)
    if options.weights == "data" or not data.is_counted:
        return with_shapes_released(function, spectra, solution)
    engine = choose_engine(options.engine, function)
    solve = solver_of(engine, function, threads=options.workers, several_starts=False)
    for _ in range(REWEIGHTINGS):
        sigma = data.modelled_sigma(function, function.affine.expand(solution.free))
        spectra = data.spectra(sigma, solution.free)
        solution = solve(function, spectra, options.max_evaluations)
    return with_shapes_released(function, spectra, solution)


def unfitted_block(size: int, points: IndexArray, reasons: Sequence[str]) -> FittedBlock:
    """A block of spectra that were not fitted, with a reason for each."""
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


def filled_block(
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


def solved_block(
    block: FittedBlock,
    rows: IndexArray,
    function: ModelFunction,
    solution: Solution,
    data: Measured,
) -> FittedBlock:
    """The block with spectra that were solved each for itself, and errors that know their noise.

    Points that scatter together, as of smoothed spectra, count for fewer. Where the counts are
    known, the noise is then no less than that of counting.
    """
    block = filled_block(block, rows, function, solution)
    sigma = data.modelled_sigma(function, block.value[rows])
    expected = function.value(block.value[rows], data.offsets) + data.static
    residuals = (data.intensity - expected) / sigma
    together = correlated_points(residuals, data.is_seen)
    freedom = np.maximum(data.is_seen.sum(axis=1) - len(function.affine.free), 1)
    noise = np.maximum(block.chi_square[rows] / freedom, np.finfo(float).tiny)
    least = np.where(np.isfinite(data.gain[:, 0]), 1.0 / noise, 0.0)
    factor = np.where(together > 1.0, np.maximum(together, least), 1.0)
    covariance = block.covariance.copy()
    covariance[rows] *= factor[:, None, None]
    block = replace(block, covariance=covariance)
    spectra = data.spectra(sigma, solution.free)
    return with_component_noise(block, rows, function, spectra, solution)


def counting_nothing(
    steps: Generator[None, None, T], block: FittedBlock
) -> Generator[FittedBlock, None, T]:
    """Yield a block without spectra for every step: nothing is known yet, but it goes on."""
    nothing = block.take(np.zeros(0, dtype=int))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: T = end.value
            return found
        yield nothing
