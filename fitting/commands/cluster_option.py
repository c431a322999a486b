"""The option that names a cluster, and how an analysis is fitted with it or without."""

import logging
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from fitting.data.result import FittedBlock
from fitting.pipeline.analyse import fit_analysis
from fitting.projects.project import Analysis

FitAnalysis = Callable[[Analysis], Iterator[FittedBlock]]


def add_cluster_argument(parser: ArgumentParser) -> None:
    """The address of a scheduler."""
    parser.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="fit on this dask.distributed cluster"
    )


@contextmanager
def fitting_on(scheduler: str | None) -> Iterator[FitAnalysis]:
    """How an analysis is fitted: on this machine, or on the cluster of a scheduler.

    Raises
    ------
    RecipeError
        If there is no such cluster, or it cannot be used.
    """
    if scheduler is None:
        yield fit_analysis
        return
    # Imported only where a cluster is asked for: dask is an extra, and takes a second.
    from fitting.pipeline.cluster import connect_to_cluster, fit_analysis_with

    with closing(connect_to_cluster(scheduler)) as client:
        # A lost connection is told in a sentence; the traceback helps nobody.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        yield partial(fit_analysis_with, client)
