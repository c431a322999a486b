"""Measure the engine beside its peers: ``python benchmarks/engine.py [--json] [--quick]``.

All run in turn in one process, several rounds, and the medians are compared: ratios carry over to
other machines, seconds do not. The figures are kept in ``benchmarks/results`` with machine and
date, and time against number of spectra and of peaks is plotted there.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# One thread for the linear algebra of numpy: threads are the engine's own business.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np  # noqa: E402

from benchmarks import bulk, peers, scaling  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from benchmarks.workloads import Workload, first, raman, sulfur  # noqa: E402
from fitting.solver.engine import prepare_compiled  # noqa: E402
from fitting.solver.minimise import solve as solve_in_numpy  # noqa: E402
from fitting.solver.starts import with_several_starts  # noqa: E402

RESULTS = Path(__file__).parent / "results"
_MOST = 500
_BAR = {
    ("W1p", "lmfit stock"): 1400.0,
    ("W1p", "lmfit lean"): 200.0,
    ("W1", "lmfit stock"): 1000.0,
    ("W2", "lmfit stock"): 14000.0,
}
"""At least this many times faster, per core, with the compiled engine."""


def main() -> None:
    """Measure, print a table or JSON, keep the figures and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="one round, few spectra")
    options = parser.parse_args()
    rounds, count = (1, 64) if options.quick else (5, 256)
    figures: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
    for workload in (raman(count), raman(count, twin=True), sulfur(count)):
        figures[workload.name] = _measure(workload, rounds)
    figures["baselines"] = bulk.measure_baselines(20 if options.quick else 100)
    figures["whole path"] = bulk.measure_whole_path(200 if options.quick else 2000)
    figures["joint"] = bulk.measure_joint(40 if options.quick else 200, rounds)
    figures["scaling"] = scaling.measure(quick=options.quick)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "engine.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    scaling.plot(figures["scaling"], RESULTS / "engine.svg")
    print(json.dumps(figures, indent=2) if options.json else _table(figures))


def _measure(workload: Workload, rounds: int) -> dict[str, Any]:
    """Milliseconds per spectrum of every solver, interleaved; and whether they agree."""
    compiled = prepare_compiled().result()
    count = len(workload.spectra.start)
    function = workload.function
    solvers: dict[str, tuple[int, Callable[[Any], Any]]] = {
        "lmfit stock": (1, lambda s: peers.lmfit_stock(workload, s)),
        "lmfit lean": (1, lambda s: peers.lmfit_lean(workload, s)),
        "lmfit, analytic Jacobian": (4, lambda s: peers.lmfit_analytic(workload, s)),
        "scipy trf": (4, lambda s: peers.scipy_trf(workload, s)),
        "numpy": (64, lambda s: solve_in_numpy(function, s, _MOST)),
        "compiled, 1 thread": (count, lambda s: compiled(function, s, _MOST, threads=1)),
        "compiled, all threads": (count, lambda s: compiled(function, s, _MOST)),
        "compiled, several starts": (
            count,
            lambda s: with_several_starts(compiled)(function, s, _MOST),
        ),
    }
    spent: dict[str, list[float]] = {name: [] for name in solvers}
    for _ in range(rounds):
        for name, (size, run) in solvers.items():
            part = first(workload, min(size, count))
            began = time.perf_counter()
            run(part)
            spent[name].append((time.perf_counter() - began) / len(part.start) * 1e3)
    milliseconds = {name: float(np.median(values)) for name, values in spent.items()}
    one = milliseconds["compiled, 1 thread"]
    return {
        "says": f"{workload.says}, {len(function.affine.free)} free parameters",
        "ms per spectrum": milliseconds,
        "times faster, per core": {
            name: milliseconds[name] / one
            for name in ("lmfit stock", "lmfit lean", "lmfit, analytic Jacobian", "scipy trf")
        },
        "agreement": _agreement(workload, compiled, min(count, 40)),
        "cfityk": "not installed" if shutil.which("cfityk") is None else "installed, not measured",
    }


def _agreement(workload: Workload, compiled: Any, count: int) -> dict[str, float]:
    """Shares of spectra: lmfit no better from the library, and none from where we ended."""
    spectra = first(workload, count)
    ours = compiled(workload.function, spectra, _MOST)
    robust = with_several_starts(compiled)(workload.function, spectra, _MOST)
    library = peers.lmfit_analytic(workload, spectra)
    again = [
        peers.polished(workload, spectra, row, ours.free[row]) for row in range(len(spectra.start))
    ]
    chi_square = np.array([chi for chi, _ in again])
    stderr = np.sqrt(np.diagonal(ours.covariance, axis1=1, axis2=2))
    moved = np.abs(np.stack([free for _, free in again]) - ours.free)
    moved = np.where(stderr > 0, moved / np.where(stderr > 0, stderr, 1.0), 0.0).max(axis=1)
    return {
        "spectra": count,
        "converged": float(ours.converged.mean()),
        "evaluations": float(ours.evaluations.mean()),
        "not worse than lmfit": float((ours.chi_square <= library * (1 + 1e-6)).mean()),
        "not worse, several starts": float((robust.chi_square <= library * (1 + 1e-6)).mean()),
        "restart lowers nothing": float((chi_square >= ours.chi_square * (1 - 1e-6)).mean()),
        "restart moves nothing": float((moved <= 0.01).mean()),
    }


def _table(figures: dict[str, Any]) -> str:
    lines = [f"{figures['machine']}, {figures['date']}", ""]
    for name in ("W1p", "W1", "W2"):
        part = figures[name]
        lines.append(f"{name}: {part['says']}")
        for solver, value in part["ms per spectrum"].items():
            lines.append(f"  {solver:26} {value:10.3f} ms per spectrum")
        for solver, ratio in part["times faster, per core"].items():
            bar = _BAR.get((name, solver))
            met = "" if bar is None else f"   bar {bar:g}: {'met' if ratio >= bar else 'MISSED'}"
            lines.append(f"  {ratio:8.0f} times faster than {solver}{met}")
        lines += [f"  {key}: {value:.4g}" for key, value in part["agreement"].items()]
        lines.append("")
    for name in ("joint", "baselines", "whole path"):
        lines.append(f"{name}:")
        lines += [f"  {key}: {value:.4g}" for key, value in figures[name].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
