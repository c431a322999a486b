"""Whether the engine ends where lmfit does, or lower."""

from typing import Any

import numpy as np

from benchmarks.engine import peers
from benchmarks.workloads import Workload, first
from fitting.data.series import FloatArray
from fitting.solvers.numpy.starts import with_several_starts
from fitting.solvers.spectra import Solution

_MOST = 500
_ROUNDING = 1e-6
"""A chi-square is lower if it is so by more than this part of it."""
_MOVED = 0.01
"""A parameter is elsewhere beyond this many standard errors."""


def agreement(workload: Workload, compiled: Any, count: int) -> dict[str, float]:
    """Shares of spectra: lmfit no better from the library, and none from where we ended."""
    spectra = first(workload, count)
    ours = compiled(workload.function, spectra, _MOST)
    robust = with_several_starts(compiled)(workload.function, spectra, _MOST)
    library = peers.lmfit_analytic(workload, spectra)
    again = [peers.polished(workload, spectra, row, ours.free[row]) for row in range(count)]
    chi_square = np.array([chi for chi, _ in again])
    moved = np.abs(np.stack([free for _, free in again]) - ours.free)
    lowest = library * (1.0 + _ROUNDING)
    return {
        "spectra": float(count),
        "converged": float(ours.converged.mean()),
        "evaluations": float(ours.evaluations.mean()),
        "not worse than lmfit": float((ours.chi_square <= lowest).mean()),
        "not worse, several starts": float((robust.chi_square <= lowest).mean()),
        "restart lowers nothing": float((chi_square >= ours.chi_square * (1 - _ROUNDING)).mean()),
        "restart moves nothing": float((_in_errors(moved, ours).max(axis=1) <= _MOVED).mean()),
    }


def _in_errors(moved: FloatArray, ours: Solution) -> FloatArray:
    """Distances in standard errors; 0 where there is none, at a bound."""
    stderr = np.sqrt(np.diagonal(ours.covariance, axis1=1, axis2=2))
    return np.where(stderr > 0, moved / np.where(stderr > 0, stderr, 1.0), 0.0)
