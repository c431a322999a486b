"""Fit series on a ``dask.distributed`` cluster, through the same function as on one machine.

A worker that is lost does not matter: its pieces are fitted again by another. The numbers are those
of one machine whose compiled engine is ready.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.extras import how_to_get
from fitting.data.result import FittedBlock
from fitting.data.series import BASELINE, SPECTRUM, axis_of
from fitting.fits.block import IndexArray
from fitting.fits.each import fit_series
from fitting.fits.options import FitOptions
from fitting.models.function import compile_model
from fitting.models.model import Model
from fitting.solvers.engine import FEW_SPECTRA, Engine, choose_engine, prepare_compiled

_BLOCKS_PER_TASK = 8
_TASKS_PER_THREAD = 4
"""So many wait on the cluster for every thread: enough to keep it busy, not all at once."""
_PATIENCE = 10
"""Seconds to wait for the scheduler, and for its first worker."""
_SENT = ("intensity", "sigma", BASELINE)
"""Variables that a fit needs, as far as a series has them."""


def fit_on_cluster(
    series: xr.Dataset, model: Model, options: FitOptions, scheduler: str
) -> Iterator[FittedBlock]:
    """Fit the spectra of a series on a running scheduler; stop iterating to cancel.

    Blocks come as they are ready, in any order. The workers need this program installed.

    Parameters
    ----------
    series
        In memory, or in chunks of dask: a piece is loaded when its turn has come.
    scheduler
        Address of the scheduler, such as "tcp://192.168.0.10:8786".

    Raises
    ------
    RecipeError
        If dask.distributed is not installed, nothing answers at the address, or no worker is there
        or left.
    """
    with closing(connect_to_cluster(scheduler)) as client:
        yield from fit_with(client, series, model, options)


def connect_to_cluster(scheduler: str) -> Any:
    """A ``distributed.Client`` of a scheduler with workers; close it in the end.

    Raises
    ------
    RecipeError
        If dask.distributed is not installed, nothing answers at the address, there is no worker,
        or the workers have not this version of the program.
    """
    distributed = _import_distributed()
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise RecipeError(
            f"No scheduler answers at {scheduler!r}. Start one with 'dask scheduler' and give the "
            "address that it prints."
        ) from error
    try:
        _check_workers(client, scheduler)
    except BaseException:
        client.close()
        raise
    return client


def fit_with(
    client: Any,
    series: xr.Dataset,
    model: Model,
    options: FitOptions,
    *,
    spectra: Sequence[int] | IndexArray | None = None,
) -> Iterator[FittedBlock]:
    """Fit with a client of ``connect_to_cluster``; see ``fit_on_cluster``.

    What needs the whole series (a joint fit, starts from other spectra) is one task.

    Parameters
    ----------
    spectra
        Indices of those to fit; all if left out.
    """
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    sent = series[[name for name in _SENT if name in series]]
    with _told_in_words():
        if options.share or options.seed_from != "library":
            yield from _fit_in_one_task(client, series, model, options, chosen)
            return
        part = sent if spectra is None else sent.isel({SPECTRUM: chosen})
        for block in _fit_pieces(client, part, model, options):
            yield replace(block, spectra=chosen[block.spectra])


def _import_distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise RecipeError(
            "A scheduler is named, but dask.distributed is not installed. "
            f"{how_to_get('distributed')}"
        ) from error


def _check_workers(client: Any, scheduler: str) -> None:
    """Raise ``RecipeError`` if there is no worker, or one without this version of the program."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        versions = client.run(_version_of_worker)
    except TimeoutError as error:
        raise RecipeError(
            f"The scheduler at {scheduler!r} has no workers. Start some with "
            f"'dask worker {scheduler}'."
        ) from error
    except ImportError as error:
        raise RecipeError(
            f"The workers at {scheduler!r} do not have this program ({error}). Install "
            f"thioscope {version('thioscope')} where they run."
        ) from error
    others = {worker: found for worker, found in versions.items() if found != _version_of_worker()}
    if others:
        worker, found = next(iter(others.items()))
        raise RecipeError(
            f"The worker at {worker} has thioscope {found}, here it is {_version_of_worker()}. "
            "Install the same version on both."
        )


@contextmanager
def _told_in_words() -> Iterator[None]:
    distributed = _import_distributed()
    lost = (CancelledError, import_module("distributed.comm").CommClosedError)
    try:
        yield
    except distributed.KilledWorker as error:
        raise RecipeError(
            "A piece of the series ended every worker that tried it, for want of memory as a "
            "rule. Start workers with more memory, or choose a smaller block_size."
        ) from error
    except lost as error:
        raise RecipeError(
            "The scheduler was lost while it fitted. Start it anew and fit again."
        ) from error


def _fit_in_one_task(
    client: Any, series: xr.Dataset, model: Model, options: FitOptions, chosen: IndexArray
) -> Iterator[FittedBlock]:
    task = client.submit(_fit_whole, series.load(), model, options, chosen, pure=False)
    try:
        yield from task.result()
    finally:
        client.cancel([task])


def _fit_pieces(
    client: Any, series: xr.Dataset, model: Model, options: FitOptions
) -> Iterator[FittedBlock]:
    """A sliding window of tasks; each sends its own piece of the data."""
    distributed = _import_distributed()
    count, size = series.sizes[SPECTRUM], options.block_size * _BLOCKS_PER_TASK
    starts = iter(range(0, count, size))

    def submit(first: int) -> Any:
        piece = series.isel({SPECTRUM: slice(first, first + size)}).load()
        return client.submit(_fit_piece, piece, model, options, (first, count), pure=False)

    waiting: set[Any] = set()
    try:
        while True:
            room = _room_for_tasks(client) - len(waiting)
            waiting |= {submit(first) for first in islice(starts, max(room, 0))}
            if not waiting:
                return
            with client.as_current():
                done = distributed.wait(waiting, return_when="FIRST_COMPLETED").done
            waiting -= done
            for task in done:
                yield from task.result()
    finally:
        client.cancel(list(waiting))


def _room_for_tasks(client: Any) -> int:
    """Tasks that may wait at a time; workers come and go."""
    threads = int(sum(client.nthreads().values()))
    return max(threads, 1) * _TASKS_PER_THREAD


def _version_of_worker() -> str:
    return version("thioscope")


def _fit_whole(
    series: xr.Dataset, model: Model, options: FitOptions, chosen: IndexArray
) -> list[FittedBlock]:
    """What a worker does with a series whose spectra cannot be fitted apart from each other."""
    engine = _choose_engine(series, model, options, chosen.size)
    options = replace(options, engine=engine, workers=options.workers or 1)
    return list(fit_series(series, model, options, spectra=chosen))


def _fit_piece(
    piece: xr.Dataset, model: Model, options: FitOptions, part: tuple[int, int]
) -> list[FittedBlock]:
    """What a worker does; ``part``: index of its first spectrum, and how many the series has."""
    first, count = part
    # A worker with several threads has a task for each.
    options = replace(
        options, engine=_choose_engine(piece, model, options, count), workers=options.workers or 1
    )
    return [
        replace(block, spectra=np.asarray(block.spectra) + first)
        for block in fit_series(piece, model, options)
    ]


def _choose_engine(piece: xr.Dataset, model: Model, options: FitOptions, count: int) -> Engine:
    """That of the whole series, whether or not this worker has just been started."""
    if options.engine == "auto" and count < FEW_SPECTRA:
        return "numpy"
    prepare_compiled().exception()
    return choose_engine(options.engine, compile_model(model, piece[axis_of(piece)].values))
