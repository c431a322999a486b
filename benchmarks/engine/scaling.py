"""Time against the number of spectra and of peaks."""

import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from benchmarks.workloads import bands_on_a_line, raman
from fitting.models.function import compile_model
from fitting.solvers.engine import prepare_compiled
from fitting.solvers.numpy.minimise import solve_numpy as solve_in_numpy
from fitting.solvers.spectra import Spectra

_BLOCK = 64
_POINTS = 1015


def measure(*, quick: bool) -> dict[str, Any]:
    """Seconds for 10 to 20,000 spectra of W1p, and milliseconds per spectrum for 2 to 16 bands."""
    numbers = (10, 100, 1000) if quick else (10, 30, 100, 300, 1000, 3000, 10000, 20000)
    return {
        "by spectra": [_by_spectra(number) for number in numbers],
        "by peaks": [_by_peaks(number) for number in (2, 4, 8, 16)],
    }


def plot(figures: dict[str, Any], path: Path) -> None:
    """Draw both, with logarithmic axes."""
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.0, 3.8), layout="constrained")
    for name, mark in (("compiled", "o"), ("numpy", "s")):
        for axes, part, x in ((left, "by spectra", "spectra"), (right, "by peaks", "peaks")):
            rows = [row for row in figures[part] if name in row]
            axes.loglog(
                [row[x] for row in rows], [row[name] for row in rows], mark + "-", label=name
            )
    left.set(xlabel="Number of spectra", ylabel="Time (s)", title="8 bands, 1015 points")
    right.set(xlabel="Number of peaks", ylabel="Time per spectrum (ms)", title="1015 points")
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    figure.savefig(path)
    pyplot.close(figure)


def _by_spectra(number: int) -> dict[str, float]:
    """A thousand different spectra, over and over."""
    workload = raman(min(number, 1000))
    every = np.arange(number) % len(workload.spectra.start)
    blocks = [every[at : at + 1024] for at in range(0, number, 1024)]
    row = {"spectra": float(number)}
    compiled = prepare_compiled().result()
    began = time.perf_counter()
    for block in blocks:
        compiled(workload.function, _take(workload.spectra, block), 500)
    row["compiled"] = time.perf_counter() - began
    if number <= 1000:
        began = time.perf_counter()
        for at in range(0, number, _BLOCK):
            solve_in_numpy(workload.function, _take(workload.spectra, every[at : at + _BLOCK]), 500)
        row["numpy"] = time.perf_counter() - began
    return row


def _by_peaks(number: int) -> dict[str, float]:
    positions = np.linspace(150.0, 150.0 + 50.0 * (number + 1), _POINTS)
    model = bands_on_a_line(tuple(200.0 + 50.0 * index for index in range(number)))
    function = compile_model(model, positions)
    rng = np.random.default_rng(number)
    truth = np.tile(function.affine.start, (_BLOCK, 1)) * rng.normal(1.0, 0.005, (_BLOCK, 1))
    counts = rng.poisson(function.value(function.affine.expand(truth))).astype(float)
    weight = 1.0 / np.sqrt(np.maximum(counts, 1.0))
    start = np.tile(function.affine.start, (_BLOCK, 1))
    spectra = Spectra(counts, weight, np.zeros(_BLOCK), start)
    row = {"peaks": float(number)}
    solvers = {"compiled": prepare_compiled().result(), "numpy": solve_in_numpy}
    for name, solver in solvers.items():
        began = time.perf_counter()
        solver(function, spectra, 500)
        row[name] = (time.perf_counter() - began) / _BLOCK * 1e3
    return row


def _take(spectra: Spectra, rows: np.ndarray) -> Spectra:
    return Spectra(
        spectra.intensity[rows], spectra.weight[rows], spectra.offsets[rows], spectra.start[rows]
    )
