"""Measure the baselines of long series: ``python -m benchmarks.baselines``.

pybaselines and the compiled kernel, one thread each, in turn in one process; the least of the
rounds counts, as other programs only ever add to it.
"""

import time
from collections.abc import Callable

import numpy as np
from pybaselines import Baseline

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.workloads import raman
from fitting.data.series import FloatArray
from fitting.preprocessing.baseline_bulk import bulk_baselines
from fitting.solvers.engine import prepare_compiled

_BAR = {"asls": 12.0, "arpls": 5.0}
"""At least this many times faster than pybaselines, per core."""
_LAM, _P, _MOST = 1e6, 0.01, 200
_COMPARED = 32


def main() -> None:
    """Measure both methods."""
    sizes = {"spectra": Size(2000, 256, "spectra"), "rounds": Size(7, 2, "rounds")}
    options = parse(benchmark_parser(__doc__, **sizes))
    figures: Figures = {"spectra": options.spectra}
    prepare_compiled().result()
    grid, counts = _spectra(options.spectra)
    for method in _BAR:
        figures[method] = _measure(method, grid, counts, options.rounds)
    publish("baselines", figures, options, _table)


def _spectra(count: int) -> tuple[FloatArray, FloatArray]:
    """The Raman spectra of the engine's benchmark, on fluorescence: 1015 points."""
    workload = raman(count)
    grid = workload.function.positions
    rng = np.random.default_rng(5)
    curve = np.exp(-(((grid - 250.0) / 400.0) ** 2))
    fluorescence = rng.poisson(rng.uniform(300.0, 3000.0, (count, 1)) * curve)
    return grid, workload.spectra.intensity + fluorescence


def _measure(method: str, grid: FloatArray, counts: FloatArray, rounds: int) -> dict[str, float]:
    """Microseconds per spectrum, how many times faster, and the largest difference."""
    from fitting.solvers.compiled import baselines as kernel

    kind = kernel.ASLS if method == "asls" else kernel.ARPLS
    setting = {"lam": _LAM, "max_iter": _MOST} | ({"p": _P} if method == "asls" else {})
    estimate = getattr(Baseline(grid), method)
    few = counts[:_COMPARED]
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "pybaselines": (len(few), lambda: [estimate(row, **setting) for row in few]),
        "one thread": (len(counts), lambda: kernel.smooth_baselines(counts, kind, _LAM, _P, _MOST)),
        "all threads": (len(counts), lambda: bulk_baselines(counts, method, _LAM, _P, _MOST)),
    }
    least = dict.fromkeys(runs, np.inf)
    for _ in range(rounds):
        for name, (size, run) in runs.items():
            began = time.perf_counter()
            run()
            least[name] = min(least[name], (time.perf_counter() - began) / size * 1e6)
    found, _ = kernel.smooth_baselines(few, kind, _LAM, _P, _MOST)
    expected = np.array([estimate(row, **setting)[0] for row in few])
    return {
        **{f"{name}, us per spectrum": spent for name, spent in least.items()},
        "times faster, per core": least["pybaselines"] / least["one thread"],
        "times faster, all threads": least["pybaselines"] / least["all threads"],
        "largest relative difference": float(np.abs(found / expected - 1.0).max()),
    }


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}; {figures['spectra']} spectra"]
    for method, bar in _BAR.items():
        lines += ["", method]
        lines += [f"  {name:28} {value:10.3g}" for name, value in figures[method].items()]
        is_met = figures[method]["times faster, per core"] >= bar
        lines.append(f"  bar: {bar:g} times faster per core {'met' if is_met else 'MISSED'}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
