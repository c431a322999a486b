"""Fit a series on a ``dask.distributed`` cluster, through the same function as on one machine."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
import xarray as xr

from fitting.errors import RecipeError
from fitting.fit_series import FitOptions, fit_series
from fitting.model import Model
from fitting.result import FittedBlock
from fitting.series import SPECTRUM

_BLOCKS_PER_TASK = 8
_TASKS_PER_WORKER = 4
"""So many tasks wait on the cluster for every worker: enough to keep it busy, not all at once."""


def fit_on_cluster(
    series: xr.Dataset, model: Model, options: FitOptions, scheduler: str
) -> Iterator[FittedBlock]:
    """Fit the spectra of a series on a running scheduler; stop iterating to cancel.

    Blocks come as they are ready, in any order. The workers need this program installed.

    Parameters
    ----------
    scheduler
        Address of the scheduler, such as "tcp://192.168.0.10:8786".

    Raises
    ------
    RecipeError
        If dask.distributed is not installed, nothing answers at the address, or each spectrum is
        to start from the one before.
    """
    if options.seed_from == "previous":
        raise RecipeError(
            "On a cluster no spectrum can start from the one before. Choose seed_from library."
        )
    client = _connect(scheduler)
    try:
        yield from _fit_with(client, series, model, options)
    finally:
        client.close()


def _connect(scheduler: str) -> Any:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise RecipeError(
            "A scheduler is named, but dask.distributed is not installed. Install the extra "
            "[cluster]."
        ) from error
    try:
        return distributed.Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise RecipeError(
            f"No scheduler answers at {scheduler!r}. Start one with 'dask scheduler' and give the "
            "address that it prints."
        ) from error


def _fit_with(
    client: Any, series: xr.Dataset, model: Model, options: FitOptions
) -> Iterator[FittedBlock]:
    """A sliding window of tasks; each sends its own piece of the data."""
    distributed: Any = import_module("distributed")
    size = options.block_size * _BLOCKS_PER_TASK
    starts = iter(range(0, series.sizes[SPECTRUM], size))
    workers = max(len(client.scheduler_info()["workers"]), 1)

    def submit(first: int) -> Any:
        rows = slice(first, first + size)
        piece = series.isel({SPECTRUM: rows}).load()
        return client.submit(_fit_piece, piece, model, options, first, pure=False)

    waiting = {submit(first) for first in islice(starts, workers * _TASKS_PER_WORKER)}
    try:
        while waiting:
            with client.as_current():
                done = distributed.wait(waiting, return_when="FIRST_COMPLETED").done
            waiting -= done
            waiting |= {submit(first) for first in islice(starts, len(done))}
            for task in done:
                yield from task.result()
    finally:
        client.cancel(list(waiting))


def _fit_piece(
    piece: xr.Dataset, model: Model, options: FitOptions, first: int
) -> list[FittedBlock]:
    """What a worker does; its indices are those of the whole series."""
    return [
        replace(block, spectra=np.asarray(block.spectra) + first)
        for block in fit_series(piece, model, options)
    ]
