"""Whole jobs: baselines of a series, and a series from data to result."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import xarray as xr

from benchmarks.workloads import raman
from fitting.data.series import SHIFT, make_series
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.preprocessing.baseline import SubtractBaseline, subtract_baseline
from fitting.solvers.engine import prepare_compiled


def measure_baselines(count: int) -> dict[str, float]:
    """Milliseconds per spectrum of each baseline, as a step of a series that is long enough."""
    prepare_compiled().exception()
    sizes = {"arpls": 1000, "asls": 1000, "airpls": count, "imodpoly": count}
    found = {}
    for method, size in sizes.items():
        run = partial(subtract_baseline, _raman_series(size), SubtractBaseline(method))
        spent = _median(run, 3)
        found[f"{method}, ms per spectrum"] = spent / size * 1e3
    return found


def measure_whole_path(count: int) -> dict[str, float]:
    """Seconds from a prepared series to the result Dataset, covariance included."""
    workload, series = raman(count), _raman_series(count)
    compiled = prepare_compiled().result()
    options = {
        "weights of the data": FitOptions(weights="data", engine="compiled", block_size=128),
        "weights of the model": FitOptions(weights="model", engine="compiled", block_size=128),
    }
    kernel = _median(lambda: compiled(workload.function, workload.spectra, 500), 3)
    found = {"spectra": float(count), "kernel alone, s": kernel}
    for name, option in options.items():
        found[f"{name}, s"] = _median(partial(fit_all_spectra, series, workload.model, option), 3)
    found["whole path over kernel"] = found["weights of the data, s"] / kernel
    return found


def _raman_series(count: int) -> xr.Dataset:
    workload = raman(count)
    counts = workload.spectra.intensity
    return make_series(
        SHIFT,
        workload.function.positions,
        counts,
        region="Raman",
        sigma=np.sqrt(np.maximum(counts, 1.0)),
        noise="poisson",
    )


def _median(run: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        spent.append(time.perf_counter() - began)
    return float(np.median(spent))
