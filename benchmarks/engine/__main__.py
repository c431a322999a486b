"""Measure the engine beside its peers: ``python -m benchmarks.engine``.

All run in turn in one process, several rounds. On one thread the processor's time is counted and
the least of the rounds kept, as other work on the machine only ever adds to it; several threads and
processes are compared by the clock. Ratios carry over to other machines, seconds do not. Time
against number of spectra and of peaks is plotted beside the figures. The bar is at the end of the
table, with what each figure must reach.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.command import RESULTS, Figures, benchmark_parser, parse, publish
from benchmarks.engine import batched_peers, bulk, limit, peers, scaling
from benchmarks.engine.agreement import agreement
from benchmarks.engine.goals import goals_table
from benchmarks.memory import resident_megabytes
from benchmarks.workloads import Workload, first, raman, sulfur
from fitting.solvers.engine import prepare_compiled
from fitting.solvers.numpy.minimise import solve_numpy as solve_in_numpy
from fitting.solvers.numpy.starts import with_several_starts
from fitting.solvers.spectra import Spectra

_MOST = 500
_SHORT = "compiled, 1 thread"
_SEVERAL = "compiled, several starts"
_THREADS = 4
_MEMORY_SPECTRA = 20_000


def main() -> None:
    """Measure everything, and plot how time grows."""
    options = parse(benchmark_parser(__doc__))
    figures = measure(quick=options.quick)
    publish("engine", figures, options, _table)
    if options.is_whole:
        scaling.plot(figures["scaling"], RESULTS / "engine.svg")


def measure(*, quick: bool) -> Figures:
    """All figures."""
    rounds, count = (1, 64) if quick else (5, 256)
    figures: Figures = {}
    workloads = (raman(count), raman(count, twin=True), sulfur(count))
    operations = limit.operations_per_second()
    for workload in workloads:
        figures[workload.name] = _measure(workload, rounds, 40 if quick else 200)
    spent = {one.name: figures[one.name]["ms per spectrum, one thread"] for one in workloads}
    figures["limit"] = {
        one.name: limit.least_operations(one, figures[one.name]["agreement"]["evaluations"])
        / operations
        / (1e-3 * spent[one.name][_SHORT])
        for one in workloads
    } | {"operations per second": operations}
    figures["several starts"] = {name: one[_SEVERAL] / one[_SHORT] for name, one in spent.items()}
    figures |= _measure_programs(workloads, 1 if quick else 2)
    figures["refit"] = {"ms": _refit(workloads[0])}
    figures["memory"] = {"MB": _memory_of(workloads[0])}
    figures["baselines, bulk"] = bulk.measure_baselines(20 if quick else 100)
    figures["whole path"] = bulk.measure_whole_path(200 if quick else 2000)
    figures["scaling"] = scaling.measure(quick=quick)
    return figures


def _measure(workload: Workload, rounds: int, compared: int) -> dict[str, Any]:
    """Milliseconds per spectrum of every solver, interleaved; and whether they agree."""
    compiled = prepare_compiled().result()
    count = len(workload.spectra.start)
    function = workload.function
    solvers: dict[str, tuple[int, Callable[[Spectra], Any]]] = {
        "lmfit stock": (2, lambda s: peers.lmfit_stock(workload, s)),
        "lmfit lean": (4, lambda s: peers.lmfit_lean(workload, s)),
        "lmfit, analytic Jacobian": (16, lambda s: peers.lmfit_analytic(workload, s)),
        "scipy trf": (16, lambda s: peers.scipy_trf(workload, s)),
        "numpy": (64, lambda s: solve_in_numpy(function, s, _MOST)),
        _SHORT: (count, lambda s: compiled(function, s, _MOST, threads=1)),
        _SEVERAL: (
            count,
            lambda s: with_several_starts(lambda *one: compiled(*one, threads=1))(
                function, s, _MOST
            ),
        ),
    }
    spent: dict[str, list[float]] = {name: [] for name in solvers}
    for _ in range(rounds):
        for name, (size, run) in solvers.items():
            part = first(workload, min(size, count))
            began = time.process_time()
            run(part)
            spent[name].append((time.process_time() - began) / len(part.start) * 1e3)
    milliseconds = {name: min(values) for name, values in spent.items()}
    return {
        "says": f"{workload.says}, {len(function.affine.free)} free parameters",
        "ms per spectrum, one thread": milliseconds,
        "times faster, per core": {
            name: milliseconds[name] / milliseconds[_SHORT]
            for name in ("lmfit stock", "lmfit lean", "lmfit, analytic Jacobian", "scipy trf")
        },
        "agreement": agreement(workload, compiled, min(count, compared)),
    }


def _measure_programs(workloads: tuple[Workload, ...], rounds: int) -> dict[str, Any]:
    """How many times faster four threads are than fitspy's processes and SPECTROview's engine."""
    found: dict[str, Any] = {name: {} for name in batched_peers.NAMES}
    for workload in workloads:
        few = first(workload, 16)
        runs: dict[str, Callable[[], object]] = {
            "fitspy": partial(batched_peers.run_fitspy, workload, few, _THREADS)
        }
        if workload.name == "W1p":
            runs["spectroview"] = partial(
                batched_peers.run_spectroview, workload, first(workload, 64)
            )
        sizes = {"fitspy": len(few.start), "spectroview": 64}
        ours = _in_threads(workload)
        for name, run in runs.items():
            if batched_peers.is_installed(name):
                theirs = min(_seconds(run) for _ in range(rounds)) / sizes[name]
                found[name][workload.name] = theirs / ours
        found.setdefault("ms per spectrum, four threads", {})[workload.name] = 1e3 * ours
    return found


def _in_threads(workload: Workload) -> float:
    """Seconds per spectrum with four threads."""
    compiled = prepare_compiled().result()
    spectra = workload.spectra
    spent = [
        _seconds(lambda: compiled(workload.function, spectra, _MOST, threads=_THREADS))
        for _ in range(9)
    ]
    return min(spent) / len(spectra.start)


def _refit(workload: Workload) -> float:
    """Milliseconds of the processor to fit one spectrum in numpy, as the window does."""
    one, spent = first(workload, 1), []
    for _ in range(15):
        began = time.process_time()
        solve_in_numpy(workload.function, one, _MOST)
        spent.append(time.process_time() - began)
    return 1e3 * min(spent)


def _memory_of(workload: Workload) -> float:
    """Megabytes that the process holds more of after 20,000 spectra than after the first."""
    compiled = prepare_compiled().result()
    count = len(workload.spectra.start)
    compiled(workload.function, workload.spectra, _MOST)
    before = resident_megabytes()
    for _ in range(-(-_MEMORY_SPECTRA // count)):
        compiled(workload.function, workload.spectra, _MOST)
    return max(resident_megabytes() - before, 0.0)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}", ""]
    for name in ("W1p", "W1", "W2"):
        part = figures[name]
        lines.append(f"{name}: {part['says']}")
        for solver, value in part["ms per spectrum, one thread"].items():
            ratio = value / part["ms per spectrum, one thread"][_SHORT]
            lines.append(f"  {solver:26} {value:10.3f} ms per spectrum {ratio:10.2f} times ours")
        lines += [f"  {key}: {value:.4g}" for key, value in part["agreement"].items()]
        lines.append("")
    for name in ("baselines, bulk", "whole path", "limit", "ms per spectrum, four threads"):
        lines.append(f"{name}:")
        lines += [f"  {key}: {value:.4g}" for key, value in figures[name].items()]
    return "\n".join([*lines, "", "The bar:", *goals_table(figures)])


if __name__ == "__main__":
    main()
