"""Measure what a joint fit gains: ``python -m benchmarks.coverage.joint``.

Series of S 2p spectra of three doublets that overlap, in counts with Poisson noise, are fitted
spectrum by spectrum, and jointly with positions, width, mixing and scattering in common. How far
the shares of the species scatter about their truth is compared, with what the Cramer-Rao bound
allows beside it; how often 95 % intervals of shares and ratios hold the truth, by covariance,
profile likelihood and bootstrap of the joint fit; and the pulls, (fit - truth) / stderr, of
everything free are summed up.

Spectra of one series share the error of what they have in common: coverage over few series scatters
more than its number of shares tells. How far it does is found from the scatter between series.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.coverage.joint_scene import (
    GRID,
    LEVELS,
    SHARE,
    SPECIES,
    SPECTRA,
    least_scatter,
    overlapping_model,
    true_values,
)
from fitting.data.series import FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.model import Model, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import Quantity, tabulated_quantities, values_of
from fitting.simulation.series import simulate_series, true_parameters
from fitting.uncertainty.joint_bootstrap import joint_bootstrap
from fitting.uncertainty.profile import profile_intervals

METHODS = ("single", "covariance", "profile", "bootstrap")
_JOINT = FitOptions(share=SHARE)
_REPLICAS = 120
_GAIN_BAR = 2.0
_COVERAGE_BAR = (93.0, 97.0)


def main() -> None:
    """Measure each level of counts."""
    parser = benchmark_parser(
        __doc__,
        series=Size(300, 20, "series at each level"),
        asked=Size(120, 4, "of these with profile and bootstrap"),
    )
    parser.add_argument("--processes", type=int, default=1)
    options = parse(parser)
    says = (
        f"{options.series} series of {SPECTRA} spectra at each level, profile and bootstrap "
        f"({_REPLICAS} replicas) of {options.asked}"
    )
    runs = [
        Run(level, seed, number, number < options.asked)
        for seed, level in enumerate(LEVELS)
        for number in range(options.series)
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
        found = list(pool.map(measure, runs, chunksize=4))
    levels = {
        level: figures_of([one for one in found if one.run.level == level], level)
        for level in LEVELS
    }
    publish("coverage-joint", {"says": says, **levels}, options, _table)


@dataclass(frozen=True, slots=True)
class Run:
    """One series, drawn from a seed of its own."""

    level: str
    seed: int
    number: int
    is_asked: bool
    """Whether it gets profile and bootstrap intervals."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for n spectra, k species and q quantities."""

    run: Run
    error: dict[str, FloatArray]
    """Shares minus truth, single and joint, shape (n, k)."""
    held: dict[str, FloatArray]
    """Whether the interval holds the truth, by method; nan without one; shape (n, q)."""
    pulls: FloatArray
    """Of all free parameters of the joint fit, shape (n, f)."""


def measure(run: Run) -> Outcome:
    """Simulate, fit and find the intervals of one series."""
    model, truth = overlapping_model(), true_values(LEVELS[run.level])
    rng = np.random.default_rng([run.seed, run.number])
    spectra = simulate_series(model, truth, GRID, rng, region="S 2p")
    quantities = tabulated_quantities(model)
    expected = _true(quantities, truth)
    single, joint = fit_all_spectra(spectra, model), fit_all_spectra(spectra, model, _JOINT)
    held = {
        "single": _held_by_covariance(single, model, quantities, expected),
        "covariance": _held_by_covariance(joint, model, quantities, expected),
    }
    if run.is_asked:
        fitted = (spectra, joint, model)
        profiled = profile_intervals(*fitted, quantities, _JOINT)
        drawn = joint_bootstrap(*fitted, _JOINT, quantities=quantities, replicas=_REPLICAS)
        held["profile"] = _held(*_ends(list(profiled), expected), expected)
        held["bootstrap"] = _held(*_ends(list(drawn), expected), expected)
    count = len(SPECIES)
    error = {
        name: (values_of(result, model, quantities) - expected)[:, :count]
        for name, result in (("single", single), ("joint", joint))
    }
    return Outcome(run, error, held, _pulls(joint, model, truth))


def figures_of(outcomes: list[Outcome], level: str) -> Figures:
    """Scatter, coverage and pulls of the series of one level."""
    model = overlapping_model()
    names = [one.name for one in tabulated_quantities(model)]
    scatter = {
        name: _root_mean_square([one.error[name] for one in outcomes])
        for name in ("single", "joint")
    }
    least = least_scatter(LEVELS[level])
    bias = np.nanmean([one.error["joint"] for one in outcomes], axis=(0, 1)) / scatter["joint"]
    return {
        "scatter of shares (% points)": {one: _by_species(of) for one, of in scatter.items()},
        "Cramer-Rao bound (% points)": {one: _by_species(of) for one, of in least.items()},
        "single over joint": _gain(scatter["single"], scatter["joint"]),
        "single over joint, Cramer-Rao": _gain(least["single"], least["joint"]),
        "single over joint with all shared known, Cramer-Rao": _gain(
            least["single"], least["joint, all shared known"]
        ),
        "bias of shares, joint (stderr of one)": _by_species(bias),
        "coverage": {
            method: _coverage([one.held[method] for one in outcomes if method in one.held], names)
            for method in METHODS
        },
        "pulls, joint": _summed(model, np.array([one.pulls for one in outcomes])),
    }


def _true(quantities: tuple[Quantity, ...], truth: dict[str, FloatArray]) -> FloatArray:
    """True values, shape (n, q)."""
    total = sum(truth[f"{name}.area"] for name in SPECIES)
    values = []
    for one in quantities:
        above = sum(truth[f"{name}.area"] for name in one.species)
        below = sum(truth[f"{name}.area"] for name in one.relative_to)
        values.append(100.0 * above / total if one.kind == "fraction" else above / below)
    return np.stack(values, axis=1)


def _held_by_covariance(
    result: xr.Dataset, model: Model, quantities: tuple[Quantity, ...], truth: FloatArray
) -> FloatArray:
    areas = species_areas(result, model)
    estimates = [one.estimate(areas) for one in quantities]
    low = np.stack([one.low95 for one in estimates], axis=1)
    return _held(low, np.stack([one.high95 for one in estimates], axis=1), truth)


def _ends(blocks: list[IntervalBlock], truth: FloatArray) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(truth.shape, np.nan), np.full(truth.shape, np.nan)
    for block in blocks:
        low[block.spectra], high[block.spectra] = block.low95, block.high95
    return low, high


def _held(low: FloatArray, high: FloatArray, truth: FloatArray) -> FloatArray:
    is_known = ~(np.isnan(low) | np.isnan(high))
    return np.where(is_known, (low <= truth) & (truth <= high), np.nan)


def _coverage(held: list[FloatArray], names: list[str]) -> Figures:
    """Percent that hold the truth, of what was found; its standard error from the series."""
    if not held:
        return {}
    whole = np.array(held)
    by_series = np.nanmean(whole, axis=(1, 2))
    by_name = 100.0 * np.nanmean(whole, axis=(0, 1))
    return {
        "percent": round(100.0 * float(np.nanmean(whole)), 2),
        "stderr": round(100.0 * float(by_series.std(ddof=1) / np.sqrt(len(held))), 2),
        "series": len(held),
        "without an interval (%)": round(100.0 * float(np.isnan(whole).mean()), 3),
        "by quantity (%)": dict(zip(names, np.round(by_name, 2).tolist(), strict=True)),
    }


def _gain(single: FloatArray, joint: FloatArray) -> Figures:
    whole = float(np.linalg.norm(single) / np.linalg.norm(joint))
    return {**_by_species(single / joint), "all": round(whole, 3)}


def _by_species(values: FloatArray) -> dict[str, float]:
    return dict(zip(SPECIES, np.round(values, 3).tolist(), strict=True))


def _pulls(result: xr.Dataset, model: Model, truth: dict[str, FloatArray]) -> FloatArray:
    """Of all free parameters, shape (n, f); nan where there is no error."""
    names = parameter_names(model)
    rows = [names.index(name) for name in resolve_ties(model).free]
    error = result["value"].values[:, rows] - true_parameters(model, truth, SPECTRA)[:, rows]
    stderr = result["stderr"].values[:, rows]
    return np.asarray(error / np.where(stderr > 0, stderr, np.nan))


def _summed(model: Model, pulls: FloatArray) -> dict[str, dict[str, float]]:
    """Mean and standard deviation of the pulls, shape (series, n, f), of each parameter."""
    summed = {}
    for column, name in enumerate(resolve_ties(model).free):
        is_shared = name.rpartition(".")[2] in SHARE
        found = pulls[:, 0, column] if is_shared else pulls[:, :, column]
        summed[name] = {"mean": float(np.nanmean(found)), "std": float(np.nanstd(found))}
    return summed


def _root_mean_square(errors: list[FloatArray]) -> FloatArray:
    return np.asarray(np.sqrt(np.nanmean(np.square(errors), axis=(0, 1))))


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}", figures["says"]]
    for level in LEVELS:
        lines += ["", f"{level} counts", *_level_lines(figures[level])]
    return "\n".join(lines)


def _level_lines(part: Figures) -> list[str]:
    lines = []
    scatter, least = part["scatter of shares (% points)"], part["Cramer-Rao bound (% points)"]
    for name in SPECIES:
        lines.append(
            f"  {name:12} scatter {scatter['single'][name]:6.2f} single, "
            f"{scatter['joint'][name]:6.2f} joint (least {least['joint'][name]:.2f}): "
            f"{part['single over joint'][name]:5.2f} times, at most "
            f"{part['single over joint with all shared known, Cramer-Rao'][name]:.2f} between "
            f"bounds; bias {part['bias of shares, joint (stderr of one)'][name]:+.2f}"
        )
    gain = part["single over joint"]["all"]
    lines.append(
        f"  scatter of all shares {gain:.2f} times smaller, bar {_GAIN_BAR:g}: "
        f"{_met(gain >= _GAIN_BAR)}"
    )
    low, high = _COVERAGE_BAR
    for method, found in part["coverage"].items():
        if found:
            bar = f", bar {low:g} to {high:g}: {_met(low <= found['percent'] <= high)}"
            lines.append(
                f"  coverage, {method:10} {found['percent']:.1f} +- {found['stderr']:.1f} % of "
                f"{found['series']} series, without one {found['without an interval (%)']:.2f} %"
                f"{bar if method != 'single' else ''}"
            )
    for name, pull in part["pulls, joint"].items():
        lines.append(f"  pull of {name:22} {pull['mean']:+.2f} +- {pull['std']:.2f}")
    return lines


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
