"""Baselines of a whole series by the compiled engine: many spectra at once, in several threads."""

import os
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray

BULK_METHODS = ("asls", "arpls")
_LARGEST_CHUNK = 512
_SMALLEST_CHUNK = 64
"""The last spectra of a chunk share the processor's lanes with nobody."""


def is_bulk_ready(method: str, count: int) -> bool:
    """Whether baselines of so many spectra can be found at once; asking begins to prepare it."""
    # Imported late: the window opens without it.
    from fitting.solvers.engine import FEW_SPECTRA, is_compiled_ready

    return method in BULK_METHODS and count >= FEW_SPECTRA and is_compiled_ready()


def bulk_baselines(
    intensity: FloatArray, method: str, lam: float, p: float, most: int
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    """Baselines, shape (n, m); which of them settled and which could not be found, shape (n,).

    Only where ``is_bulk_ready``.

    Parameters
    ----------
    intensity : shape (n, m)
        Finite.
    lam
        Weight of the squared second differences.
    p
        asls: weight of points above the baseline.
    most
        Iterations after which a baseline counts as not settled.
    """
    kernel = import_module("fitting.solvers.compiled.baselines")
    kind = kernel.ASLS if method == "asls" else kernel.ARPLS
    baseline, ending = np.empty_like(intensity), np.empty(len(intensity), dtype=int)

    def smooth(part: slice) -> None:
        baseline[part], ending[part] = kernel.smooth_baselines(intensity[part], kind, lam, p, most)

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(smooth, _split_chunks(len(intensity), threads)))
    return baseline, ending == kernel.SETTLED, ending == kernel.FAILED


def _split_chunks(count: int, threads: int) -> list[slice]:
    size = min(max(-(-count // threads), _SMALLEST_CHUNK), _LARGEST_CHUNK)
    return [slice(first, first + size) for first in range(0, count, size)]
