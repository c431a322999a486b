"""Measure the joint fit beside lmfit: ``python -m benchmarks.joint``.

W3 of the bar: 200 S 2p spectra of 241 points, six doublets on a co-fitted Shirley background, with
positions, widths, mixing and scattering in common; areas and level of each are its own. Compared is
one lmfit of all spectra at once with vectorised residual and analytic Jacobian, which is what a
careful analyst would write; it gets 40 spectra, and so do we for the ratio.

Rounds are interleaved and the fastest of each kept, because a machine with other work to do only
ever makes them slower; the median is printed too.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import lmfit
import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.workloads import Workload, first, sulfur
from fitting.data.series import FloatArray
from fitting.models.function import compile_model
from fitting.models.model import Background, Parameter
from fitting.solvers.joint.fit import solve_jointly
from fitting.solvers.spectra import Solution, Spectra

SPECTRA = 200
COMPARED = 40
_ALL = ("position", "fwhm", "mixing", "factor")
_BAR_MS = 60.0
_BAR_RATIO = 200.0
_MOST = 500
_SHIRLEY = Background(
    "shirley",
    {
        "offset": Parameter(100.0),
        "slope": Parameter(0.0, vary=False),
        "factor": Parameter(0.02, 0.0, 1.0),
    },
)
_TRUTH = {"position": 0.1, "fwhm": 0.15, "mixing": 0.1, "factor": 0.01}
"""How far the common truth lies from the start, as one standard deviation."""


def main() -> None:
    """Measure W3 and its variants."""
    sizes = {"rounds": Size(3, 1, "rounds of lmfit"), "ours": Size(25, 3, "of ours in each round")}
    options = parse(benchmark_parser(__doc__, **sizes))
    publish("joint", measure(options.rounds, options.ours), options, _table)


def measure(rounds: int, ours_per_round: int) -> Figures:
    """All figures; ``rounds`` of lmfit, and so many of ours after each."""
    workload = overlapped(SPECTRA)
    few = first(workload, COMPARED)
    runs = {
        "W3": _run(workload, workload.spectra, _ALL),
        "W3 without Shirley": _run(*_pair(overlapped(SPECTRA, shirley=False)), _ALL),
        "W3, five axes": _run(workload, _with_axes(workload, 5), _ALL),
        "W3, an axis each": _run(workload, _with_axes(workload, SPECTRA), _ALL),
        "W3, mixing and factor of each": _run(workload, workload.spectra, ("position", "fwhm")),
        f"{COMPARED} spectra": _run(workload, few, _ALL),
    }
    spent: dict[str, list[float]] = {name: [] for name in ("lmfit", *runs)}
    found = [run() for run in runs.values()]
    for _ in range(rounds):
        began = time.perf_counter()
        reference = _lmfit_jointly(workload, few, _ALL)
        spent["lmfit"].append(time.perf_counter() - began)
        for name, run in runs.items():
            for _ in range(ours_per_round):
                began = time.perf_counter()
                run()
                spent[name].append(time.perf_counter() - began)
    fastest = {name: 1e3 * min(times) for name, times in spent.items()}
    return {
        "says": (__doc__ or "").partition("\n\n")[2].partition("\n\n")[0].replace("\n", " "),
        "ms, fastest": fastest,
        "ms, median": {name: 1e3 * float(np.median(times)) for name, times in spent.items()},
        "evaluations": dict(zip(runs, (int(one.evaluations[0]) for one in found), strict=True)),
        "converged": all(bool(one.converged.all()) for one in found),
        f"times faster than lmfit, {COMPARED} spectra": fastest["lmfit"]
        / fastest[f"{COMPARED} spectra"],
        "agreement with lmfit": _agreement(workload, found[-1], reference),
    }


def overlapped(count: int, *, shirley: bool = True, seed: int = 3) -> Workload:
    """Spectra that differ in areas and level only, simulated from the model of W2."""
    base = sulfur(1)
    model = replace(base.model, background=_SHIRLEY) if shirley else base.model
    function = compile_model(model, base.function.positions)
    rng = np.random.default_rng(seed)
    truth = np.tile(function.affine.start, (count, 1))
    for column, name in enumerate(function.affine.free):
        short = name.rpartition(".")[2]
        if short == "area":
            truth[:, column] = rng.uniform(500.0, 5000.0, count)
        elif short == "offset":
            truth[:, column] = rng.uniform(50.0, 150.0, count)
        else:
            truth[:, column] += rng.normal(0.0, _TRUTH[short])
    counts = rng.poisson(function.value(function.affine.expand(truth))).astype(float)
    weight = 1.0 / np.sqrt(np.maximum(counts, 20.0))
    start = np.tile(function.affine.start, (count, 1))
    spectra = Spectra(counts, weight, np.zeros(count), start)
    return Workload(
        "W3", "6 S 2p doublets, only areas and level not shared", model, function, spectra
    )


def _pair(workload: Workload) -> tuple[Workload, Spectra]:
    return workload, workload.spectra


def _with_axes(workload: Workload, axes: int) -> Spectra:
    """The spectra with so many different offsets of their axes, too small to matter."""
    offsets = 1e-6 * np.asarray(np.arange(len(workload.spectra.start)) % axes, float)
    return replace(workload.spectra, offsets=offsets)


def _run(workload: Workload, spectra: Spectra, share: Sequence[str]) -> Callable[[], Solution]:
    shared = _is_shared(workload, share)
    return lambda: solve_jointly(workload.function, spectra, shared, _MOST)


def _is_shared(workload: Workload, share: Sequence[str]) -> np.ndarray:
    kinds = [name.rpartition(".")[2] for name in workload.function.affine.free]
    return np.array([kind in share for kind in kinds])


def _lmfit_jointly(
    workload: Workload, spectra: Spectra, share: Sequence[str]
) -> lmfit.minimizer.MinimizerResult:
    """One ``lmfit.minimize`` of all spectra; without bounds, which would only slow it down."""
    function, affine = workload.function, workload.function.affine
    shared, count = _is_shared(workload, share), len(spectra.start)
    columns = np.empty((count, shared.size), dtype=int)
    own = int((~shared).sum())
    columns[:, ~shared] = np.arange(count * own).reshape(count, own)
    columns[:, shared] = count * own + np.arange(shared.sum())
    size = count * own + int(shared.sum())
    parameters = lmfit.Parameters()
    start = np.empty(size)
    start[columns] = affine.start
    for index, value in enumerate(start):
        parameters.add(f"q{index}", value)

    def free_of(given: lmfit.Parameters) -> FloatArray:
        return np.array([parameter.value for parameter in given.values()])[columns]

    def residual(given: lmfit.Parameters) -> FloatArray:
        value = function.value(affine.expand(free_of(given)))
        return ((spectra.intensity - value) * spectra.weight).ravel()

    def slopes(given: lmfit.Parameters) -> FloatArray:
        # lmfit wants the derivative of the residual, data - model: minus that of the model.
        _, rows = function.value_and_jacobian(affine.expand(free_of(given)))
        of_free = -function.free_jacobian(rows) * spectra.weight[:, None]
        whole = np.zeros((size, *spectra.weight.shape))
        for index in range(count):
            whole[columns[index], index] = of_free[index]
        return whole.reshape(size, -1)

    return lmfit.minimize(residual, parameters, Dfun=slopes, col_deriv=1)


def _agreement(
    workload: Workload, ours: Solution, reference: lmfit.minimizer.MinimizerResult
) -> dict[str, float]:
    """Chi-square and areas of both, and their standard errors."""
    free = workload.function.affine.free
    areas = [index for index, name in enumerate(free) if name.endswith(".area")]
    own = np.flatnonzero(~_is_shared(workload, _ALL))
    places = [own.tolist().index(area) for area in areas]
    every = list(reference.params.values())[: len(ours.free) * own.size]
    value = np.array([one.value for one in every]).reshape(-1, own.size)[:, places]
    stderr = np.array([one.stderr for one in every]).reshape(-1, own.size)[:, places]
    mine = np.sqrt(np.diagonal(ours.covariance, axis1=1, axis2=2))[:, areas]
    alone = _areas_with_shared_known(workload, ours)[:, areas]
    return {
        "chi-square over lmfit's, minus 1": float(ours.chi_square.sum() / reference.chisqr) - 1.0,
        "largest difference of an area (stderr)": float(
            np.max(np.abs(ours.free[:, areas] - value) / stderr)
        ),
        "largest difference of its stderr (%)": float(100.0 * np.max(np.abs(mine / stderr - 1.0))),
        "stderr if what is shared were known (%)": float(100.0 * np.min(alone / stderr)),
    }


def _areas_with_shared_known(workload: Workload, ours: Solution) -> FloatArray:
    """Standard errors that leave out what the shared parameters add; shape (b, f)."""
    shared = _is_shared(workload, _ALL)
    precision = np.linalg.inv(ours.covariance)
    own = np.flatnonzero(~shared)
    known = np.linalg.inv(precision[:, own[:, None], own])
    stderr = np.full(ours.free.shape, np.nan)
    stderr[:, own] = np.sqrt(np.diagonal(known, axis1=1, axis2=2))
    return stderr


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}", "", figures["says"], ""]
    lines.append(f"{'':34}{'fastest':>10}{'median':>10}  ms")
    for name, value in figures["ms, fastest"].items():
        label = f"lmfit, {COMPARED} spectra" if name == "lmfit" else name
        lines.append(f"{label:34}{value:10.1f}{figures['ms, median'][name]:10.1f}")
    ratio = figures[f"times faster than lmfit, {COMPARED} spectra"]
    w3 = figures["ms, fastest"]["W3"]
    lines += [
        "",
        f"W3 in {w3:.0f} ms, bar {_BAR_MS:g}: {'met' if w3 < _BAR_MS else 'MISSED'}",
        f"{ratio:.0f} times faster than lmfit with {COMPARED} spectra, bar {_BAR_RATIO:g}: "
        f"{'met' if ratio >= _BAR_RATIO else 'MISSED'}",
    ]
    lines += [f"{name}: {value:.3g}" for name, value in figures["agreement with lmfit"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
