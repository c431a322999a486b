"""Whole jobs: baselines of a series, a series from data to result, a joint fit."""

import time
from collections.abc import Callable

import numpy as np
import xarray as xr

from benchmarks.workloads import raman, sulfur
from fitting.fit_series import FitOptions, fit
from fitting.preprocessing.baseline import SubtractBaseline, subtract_baseline
from fitting.series import SHIFT, make_series
from fitting.solver.engine import prepare_compiled
from fitting.solver.joint import solve_jointly


def measure_baselines(count: int) -> dict[str, float]:
    """Milliseconds per spectrum of each baseline, as a step of a series that is long enough."""
    prepare_compiled().exception()
    sizes = {"arpls": 1000, "asls": 1000, "airpls": count, "imodpoly": count}
    found = {}
    for method, size in sizes.items():
        series, step = _raman_series(size), SubtractBaseline(method)
        spent = _median(lambda given=series, how=step: subtract_baseline(given, how), 3)
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
        found[f"{name}, s"] = _median(lambda option=option: fit(series, workload.model, option), 3)
    found["whole path over kernel"] = found["weights of the data, s"] / kernel
    return found


def measure_joint(count: int, rounds: int) -> dict[str, float]:
    """Milliseconds of the joint fit W3: doublets as in W2, all but the areas shared."""
    workload = sulfur(count)
    shared = np.array([not name.endswith(".area") for name in workload.function.affine.free])
    same = workload.function.affine.start
    truth = np.tile(same, (count, 1))
    rng = np.random.default_rng(3)
    areas = ~shared
    truth[:, areas] = rng.uniform(500.0, 5000.0, (count, int(areas.sum())))
    expected = workload.function.value(workload.function.affine.expand(truth))
    counts = rng.poisson(expected).astype(float)
    spectra = type(workload.spectra)(
        counts, 1.0 / np.sqrt(np.maximum(counts, 20.0)), np.zeros(count), workload.spectra.start
    )
    found = solve_jointly(workload.function, spectra, shared, 200)
    spent = _median(lambda: solve_jointly(workload.function, spectra, shared, 200), rounds)
    return {
        "spectra": float(count),
        "ms": spent * 1e3,
        "evaluations": float(found.evaluations[0]),
        "converged": float(found.converged.all()),
    }


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
