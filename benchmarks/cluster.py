"""Fit a series on a local cluster: ``python -m benchmarks.cluster``.

Simulated spectra are fitted from disk on this machine, and then on 4 workers of which one is killed
in mid-run: the numbers must be the same, and none may be missing. Then a part of them is fitted
with 1, 2 and 4 workers. Needs the extra [cluster].
"""

import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr
from distributed import LocalCluster

from benchmarks.command import Figures, benchmark_parser, parse, publish
from benchmarks.large_series import SIZES, write_series
from benchmarks.workloads import bands_on_a_line
from fitting.data.result import FittedBlock
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.each import fit_series
from fitting.fits.options import FitOptions
from fitting.models.model import parameter_names
from fitting.pipeline.cluster import fit_on_cluster
from fitting.solvers.engine import prepare_compiled

MODEL = bands_on_a_line((380.0, 425.0, 475.0))
OPTIONS = FitOptions(block_size=128, weights="data", workers=1)
_WORKERS = 4
_MEMORY = "2GB"


def main() -> None:
    """Write the series, fit it here and there."""
    options = parse(benchmark_parser(__doc__, **SIZES))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "series.nc"
        write_series(source, MODEL, np.linspace(320.0, 540.0, options.points), options.spectra)
        prepare_compiled().result()
        with xr.open_dataset(source, engine="h5netcdf", cache=False) as stored:
            series = stored.set_coords("axis_offset").drop_vars(SPECTRUM)
            figures = {
                "spectra": options.spectra,
                "points": options.points,
                **_with_a_worker_killed(series),
                "scaling": _scaling(series.isel({SPECTRUM: slice(0, options.spectra // 5)})),
            }
    publish("cluster", figures, options, _table)


def _with_a_worker_killed(series: xr.Dataset) -> Figures:
    """All of the series here and on the cluster; the numbers compared."""
    here, seconds_here = _timed(series, lambda: fit_series(series, MODEL, OPTIONS))
    with _cluster(_WORKERS) as cluster:
        _warm_up(series, cluster)
        half = series.sizes[SPECTRUM] // 2

        def kill(fitted: int) -> None:
            if fitted >= half and not killed:
                process = next(iter(cluster.workers.values())).process.process
                killed.append(process.pid)
                process.kill()

        killed: list[int] = []
        there, seconds_there = _timed(
            series,
            lambda: fit_on_cluster(series, MODEL, OPTIONS, cluster.scheduler_address),
            kill,
        )
    return {
        "one process, one thread, s": seconds_here,
        f"{_WORKERS} workers, one of them killed, s": seconds_there,
        "workers killed": len(killed),
        "spectra without a result": int(np.isnan(there[0]).any(axis=1).sum()),
        "values that differ": int((here[0] != there[0]).sum()),
        "errors that differ": int(
            (~np.isclose(here[1], there[1], rtol=0.0, atol=0.0, equal_nan=True)).sum()
        ),
    }


def _scaling(series: xr.Dataset) -> dict[str, float]:
    """Seconds for a part of the series, in one process and with more and more workers."""
    seconds = {"0": _timed(series, lambda: fit_series(series, MODEL, OPTIONS))[1]}
    for workers in (1, 2, 4):
        with _cluster(workers) as cluster:
            _warm_up(series, cluster)
            address = cluster.scheduler_address
            seconds[str(workers)] = min(
                _timed(series, partial(fit_on_cluster, series, MODEL, OPTIONS, address))[1]
                for _ in range(2)
            )
    return {"spectra": series.sizes[SPECTRUM], **{f"{n} workers, s": s for n, s in seconds.items()}}


def _timed(
    series: xr.Dataset,
    fit: Callable[[], Iterable[FittedBlock]],
    watch: Callable[[int], None] = lambda _: None,
) -> tuple[tuple[FloatArray, FloatArray], float]:
    """Values and variances, each (n, p), nan where nothing came; and seconds."""
    shape = (series.sizes[SPECTRUM], len(parameter_names(MODEL)))
    value, variance = np.full(shape, np.nan), np.full(shape, np.nan)
    fitted = 0
    began = time.perf_counter()
    for block in fit():
        value[block.spectra] = block.value
        variance[block.spectra] = np.diagonal(block.covariance, axis1=1, axis2=2)
        fitted += len(block.spectra)
        watch(fitted)
    return (value, variance), time.perf_counter() - began


def _cluster(workers: int) -> LocalCluster:
    return LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers,
        threads_per_worker=1,
        memory_limit=_MEMORY,
        dashboard_address=None,
        silence_logs=50,
    )


def _warm_up(series: xr.Dataset, cluster: LocalCluster) -> None:
    """Have every worker load its compiled engine."""
    few = series.isel({SPECTRUM: slice(0, 20 * OPTIONS.block_size)})
    list(fit_on_cluster(few, MODEL, OPTIONS, cluster.scheduler_address))


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}"]
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += ["", f"{name}:", *(f"  {key:20} {part:10.1f}" for key, part in value.items())]
        elif not isinstance(value, str):
            lines.append(f"{name:40} {value:12.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
