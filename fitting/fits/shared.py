"""The joint fit of a series: positions, widths or others are common to spectra, areas are not.

What is shared is known from all spectra together, so that species that overlap are told apart in
spectra that could not tell them apart by themselves. Spectra that share are one fit: they are
fitted, and fitted again, together, and their errors come from their common covariance.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.result import FittedBlock
from fitting.data.series import SPECTRUM, FloatArray, axis_of, get_column
from fitting.fits.block import (
    IndexArray,
    counting_nothing,
    filled_block,
    start_values,
    unfitted_block,
)
from fitting.fits.component_noise import with_component_noise
from fitting.fits.measured import Measured, check_peaks, take_measured
from fitting.fits.options import GROUPINGS, FitOptions
from fitting.fits.status import why_not_fitted, why_not_fitted_jointly
from fitting.fits.weights import REWEIGHTINGS
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Model
from fitting.solvers.joint.errors import with_own_noise
from fitting.solvers.joint.fit import iterate_jointly
from fitting.solvers.joint.starts import iterate_from_several_starts
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.spectra import Solution, Spectra

Iterate = Callable[[ModelFunction, Spectra, BoolArray, int], Generator[None, None, Solution]]

_log = logging.getLogger(__name__)


def fit_shared(
    series: xr.Dataset,
    model: Model,
    options: FitOptions,
    *,
    spectra: Sequence[int] | IndexArray | None = None,
    starts: FloatArray | None = None,
    several_starts: bool = True,
) -> Iterator[FittedBlock]:
    """Fit the spectra of a series together, or group by group; stop iterating to cancel.

    One block for each group. Before it come blocks without spectra, several in a second: nothing is
    known yet, but the fit goes on.

    Parameters
    ----------
    spectra
        Indices of those to fit; all if left out. What shares with them is fitted with them: see
        ``fitted_together``.
    starts : shape (n, p)
        Start values of all parameters of all n spectra; nan for those of the model. Shared
        parameters start from their mean.
    several_starts
        Whether to start from elsewhere too where there may be a lower minimum.

    Raises
    ------
    ModelError
        If the model has no peaks or cannot be resolved.
    """
    check_peaks(model)
    function = compile_model(model, series[axis_of(series)].values)
    shared = is_shared(function, options)
    start = start_values(function, series.sizes[SPECTRUM], starts)
    iterate = iterate_from_several_starts if several_starts else iterate_jointly
    _log.info("Joint fit; shared: %s.", ", ".join(shared_names(function, options)) or "nothing")
    for group in _select_groups(series, options, spectra):
        part = series.isel({SPECTRUM: group})
        for block in _fit_group(part, model, function, (shared, start[group], iterate), options):
            yield replace(block, spectra=group[block.spectra])


def fitted_together(
    series: xr.Dataset, options: FitOptions, spectra: Sequence[int] | IndexArray | None
) -> IndexArray:
    """Indices of the spectra that a fit of these comes to: with all that share with them."""
    if not options.share:
        return _select_indices(series, spectra)
    return np.concatenate([np.zeros(0, int), *_select_groups(series, options, spectra)])


def groupings_of(series: xr.Dataset) -> tuple[str, ...]:
    """Coordinates in which the spectra differ, of those that may make groups of them."""
    return tuple(
        name
        for name in GROUPINGS
        if name in series.coords and _has_different_values(series[name].values)
    )


def is_shared(function: ModelFunction, options: FitOptions) -> BoolArray:
    """Which free parameters of a model have one value for several spectra, shape (f,)."""
    kinds = [name.rpartition(".")[2] for name in function.affine.free]
    return np.array([kind in options.share for kind in kinds], dtype=bool)


def shared_names(function: ModelFunction, options: FitOptions) -> tuple[str, ...]:
    """Full names of the parameters with one value for several spectra, tied ones included."""
    rows = (function.affine.matrix[:, is_shared(function, options)] != 0).any(axis=1)
    return tuple(np.array(function.affine.names)[rows].tolist())


def _has_different_values(values: np.ndarray) -> bool:
    """Whether there is more than one value; what is not known is one."""
    is_first = values == values[0]
    return not bool((is_first | ((values != values) & (values[0] != values[0]))).all())


def _select_indices(series: xr.Dataset, spectra: Sequence[int] | IndexArray | None) -> IndexArray:
    return np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)


def _select_groups(
    series: xr.Dataset, options: FitOptions, spectra: Sequence[int] | IndexArray | None
) -> list[IndexArray]:
    """Indices of the spectra of each group that some of ``spectra`` belong to."""
    labels = [get_column(series, name) for name in options.share_by]
    groups: dict[tuple[str, ...], list[int]] = {}
    for index in range(series.sizes[SPECTRUM]):
        groups.setdefault(tuple(str(label[index]) for label in labels), []).append(index)
    wanted = set(_select_indices(series, spectra).tolist())
    return [np.array(group) for group in groups.values() if wanted.intersection(group)]


def _fit_group(
    part: xr.Dataset,
    model: Model,
    function: ModelFunction,
    begin: tuple[BoolArray, FloatArray, Iterate],
    options: FitOptions,
) -> Iterator[FittedBlock]:
    """Blocks of the spectra of one group; ``begin``: what they share, starts, first solver."""
    shared, start, iterate = begin
    data = take_measured(part, model)
    seen = data.is_seen
    own = int((~shared).sum())
    reasons = [
        why_not_fitted(*row, own) for row in zip(data.intensity, seen, data.static, strict=True)
    ]
    points = seen.sum(axis=1)
    rows = np.flatnonzero([not reason for reason in reasons])
    too_few = why_not_fitted_jointly(int(points[rows].sum()), rows.size * own + int(shared.sum()))
    if rows.size and too_few:
        reasons, rows = [reason or too_few for reason in reasons], rows[:0]
    block = unfitted_block(len(function.affine.names), points, reasons)
    if rows.size:
        steps = _solve_group(function, data.take(rows), (shared, start[rows], iterate), options)
        solution = yield from counting_nothing(steps, block)
        block = filled_block(block, rows, function, solution)
        data = data.take(rows)
        spectra = data.spectra(data.modelled_sigma(function, block.value[rows]), solution.free)
        block = with_component_noise(block, rows, function, spectra, solution, shared)
        share = points / points[rows].sum()
        block = replace(block, freedom=points - own - share * shared.sum())
    yield replace(block, shared=shared_names(function, options), engine="numpy")


def _solve_group(
    function: ModelFunction,
    data: Measured,
    begin: tuple[BoolArray, FloatArray, Iterate],
    options: FitOptions,
) -> Generator[None, None, Solution]:
    """Solve the spectra of a group, with the weights of the model where they are asked for."""
    shared, start, iterate = begin
    spectra = data.spectra(data.sigma, start)
    most = options.max_evaluations
    solution = yield from iterate(function, spectra, shared, most)
    rounds = REWEIGHTINGS if options.weights == "model" and data.is_counted else 0
    for _ in range(rounds):
        sigma = data.modelled_sigma(function, function.affine.expand(solution.free))
        spectra = data.spectra(sigma, solution.free)
        solution = yield from iterate_jointly(function, spectra, shared, most)
    return (yield from with_own_noise(function, spectra, shared, solution))
