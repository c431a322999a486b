"""The option that names a cluster, and what spectra are fitted with where it is given or not."""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from fitting.fits.each import fit_series
from fitting.pipeline.analyse import Solve


def add_cluster_argument(parser: ArgumentParser) -> None:
    """The address of a scheduler."""
    parser.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="fit on this dask.distributed cluster"
    )


@contextmanager
def fitting_on(scheduler: str | None) -> Iterator[Solve]:
    """What fits a series: this machine, or the cluster of a scheduler.

    Raises
    ------
    RecipeError
        If there is no such cluster, or it cannot be used.
    """
    if scheduler is None:
        yield fit_series
        return
    # Imported only where a cluster is asked for: dask is an extra, and takes a second.
    from fitting.pipeline.cluster import connect_to_cluster, fit_with

    with closing(connect_to_cluster(scheduler)) as client:
        # A lost connection is told in a sentence; the traceback helps nobody.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        yield partial(fit_with, client)
