"""Measure the baselines of long series: ``python benchmarks/baselines.py [--json] [--quick]``.

pybaselines and the compiled kernel, one thread each, in turn in one process; the least of the
rounds counts, as other programs only ever add to it. The figures are kept in
``benchmarks/results/baselines.json`` with machine and date.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path[0] = str(Path(__file__).parents[1])

import numpy as np  # noqa: E402
from pybaselines import Baseline  # noqa: E402

from benchmarks.machine import machine  # noqa: E402
from benchmarks.workloads import raman  # noqa: E402
from fitting.preprocessing.baseline_bulk import bulk_baselines  # noqa: E402
from fitting.series import FloatArray  # noqa: E402
from fitting.solver.engine import prepare_compiled  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "baselines.json"
_BAR = {"asls": 12.0, "arpls": 5.0}
"""At least this many times faster than pybaselines, per core."""
_LAM, _P, _MOST = 1e6, 0.01, 200
_COMPARED = 32


def main() -> None:
    """Measure, print a table or JSON, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="few spectra and rounds; not kept")
    options = parser.parse_args()
    count, rounds = (256, 2) if options.quick else (2000, 7)
    figures: dict[str, Any] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "spectra": count,
    }
    prepare_compiled().result()
    grid, counts = _spectra(count)
    for method in _BAR:
        figures[method] = _measure(method, grid, counts, rounds)
    if not options.quick:
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2) if options.json else _table(figures))


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
    from fitting.solver.kernel import baselines as kernel

    kind = kernel.ASLS if method == "asls" else kernel.ARPLS
    setting = {"lam": _LAM, "max_iter": _MOST} | ({"p": _P} if method == "asls" else {})
    estimate = getattr(Baseline(grid), method)
    few = counts[:_COMPARED]
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "pybaselines": (len(few), lambda: [estimate(row, **setting) for row in few]),
        "one thread": (len(counts), lambda: kernel.smooth(counts, kind, _LAM, _P, _MOST)),
        "all threads": (len(counts), lambda: bulk_baselines(counts, method, _LAM, _P, _MOST)),
    }
    least = dict.fromkeys(runs, np.inf)
    for _ in range(rounds):
        for name, (size, run) in runs.items():
            began = time.perf_counter()
            run()
            least[name] = min(least[name], (time.perf_counter() - began) / size * 1e6)
    found, _ = kernel.smooth(few, kind, _LAM, _P, _MOST)
    expected = np.array([estimate(row, **setting)[0] for row in few])
    return {
        **{f"{name}, us per spectrum": spent for name, spent in least.items()},
        "times faster, per core": least["pybaselines"] / least["one thread"],
        "times faster, all threads": least["pybaselines"] / least["all threads"],
        "largest relative difference": float(np.abs(found / expected - 1.0).max()),
    }


def _table(figures: dict[str, Any]) -> str:
    lines = [f"{figures['machine']}, {figures['date']}; {figures['spectra']} spectra"]
    for method, bar in _BAR.items():
        lines += ["", method]
        lines += [f"  {name:28} {value:10.3g}" for name, value in figures[method].items()]
        is_met = figures[method]["times faster, per core"] >= bar
        lines.append(f"  bar: {bar:g} times faster per core {'met' if is_met else 'MISSED'}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
