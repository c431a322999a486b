"""Fit a series from disk that does not fit in memory: ``python -m benchmarks.large_series``.

Writes a netCDF file of simulated spectra piece by piece, fits it block by block, writes what is
found as it comes, and says how much memory that took at most.
"""

import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.memory import most_megabytes
from benchmarks.workloads import bands_on_a_line
from fitting.data.series import SHIFT, SPECTRUM, make_series
from fitting.fits.each import fit_series
from fitting.fits.options import FitOptions
from fitting.models.function import compile_model
from fitting.models.model import Model, parameter_names
from fitting.solvers.engine import prepare_compiled

SIZES = {"spectra": Size(200_000, 8_000, "spectra"), "points": Size(500, 500, "points of each")}
_PIECE = 2000
_BLOCK = 256


def main() -> None:
    """Write, fit, report."""
    options = parse(benchmark_parser(__doc__, **SIZES))
    model = bands_on_a_line((380.0, 425.0, 475.0))
    positions = np.linspace(320.0, 540.0, options.points)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "series.nc", Path(folder) / "result.h5"
        write_series(source, model, positions, options.spectra)
        before = most_megabytes()
        prepare_compiled().result()
        began = time.perf_counter()
        with xr.open_dataset(source, engine="h5netcdf", cache=False) as series:
            fitted = _fit_to_file(series, model, target)
        spent = time.perf_counter() - began
        size = source.stat().st_size / 1e9
    figures = {
        "spectra": options.spectra,
        "points": options.points,
        "GB": size,
        "spectra fitted": fitted,
        "s": spent,
        "most memory before the fit, MB": before,
        "most memory, MB": most_megabytes(),
    }
    publish("large_series", figures, options, _table)


def write_series(path: Path, model: Model, positions: np.ndarray, count: int) -> None:
    """Simulate a series into a file: the first piece as one of the program, the rest appended."""
    function = compile_model(model, positions)
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        for first in range(0, count, _PIECE):
            size = min(_PIECE, count - first)
            truth = np.tile(function.affine.start, (size, 1)) * rng.normal(1.0, 0.004, (size, 1))
            counts = rng.poisson(function.value(function.affine.expand(truth))).astype(float)
            sigma = np.sqrt(np.maximum(counts, 1.0))
            if not first:
                series = make_series(
                    SHIFT, positions, counts, region="Raman", sigma=sigma, noise="poisson"
                )
                _make_file(file, series, count)
            file["intensity"][first : first + size] = counts
            file["sigma"][first : first + size] = sigma


def _make_file(file: h5py.File, series: xr.Dataset, count: int) -> None:
    points = series.sizes[SHIFT]
    file.attrs.update(series.attrs)
    file[SHIFT] = series[SHIFT].values
    file[SHIFT].make_scale(SHIFT)
    file[SPECTRUM] = np.arange(count)
    file[SPECTRUM].make_scale(SPECTRUM)
    file["axis_offset"] = np.zeros(count)
    file["axis_offset"].dims[0].attach_scale(file[SPECTRUM])
    for name in ("intensity", "sigma"):
        data = file.create_dataset(name, (count, points), dtype=float, chunks=(_BLOCK, points))
        data.dims[0].attach_scale(file[SPECTRUM])
        data.dims[1].attach_scale(file[SHIFT])


def _fit_to_file(series: xr.Dataset, model: Model, path: Path) -> int:
    names = parameter_names(model)
    count = series.sizes[SPECTRUM]
    series = series.set_coords("axis_offset").drop_vars(SPECTRUM)
    fitted = 0
    with h5py.File(path, "w") as file:
        value = file.create_dataset("value", (count, len(names)), dtype=float)
        covariance = file.create_dataset("covariance", (count, len(names), len(names)), dtype=float)
        for block in fit_series(series, model, FitOptions(block_size=_BLOCK, weights="data")):
            rows = slice(int(block.spectra[0]), int(block.spectra[-1]) + 1)
            value[rows], covariance[rows] = block.value, block.covariance
            fitted += int(np.isfinite(block.value).all(axis=1).sum())
    return fitted


def _table(figures: Figures) -> str:
    return (
        f"{figures['spectra fitted']} of {figures['spectra']} spectra of {figures['points']} "
        f"points ({figures['GB']:.2f} GB) fitted in {figures['s']:.0f} s; most memory "
        f"{figures['most memory, MB']:.0f} MB, "
        f"{figures['most memory before the fit, MB']:.0f} MB before the fit."
    )


if __name__ == "__main__":
    main()
