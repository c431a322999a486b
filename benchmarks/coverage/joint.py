"""Measure what a joint fit gains: ``python -m benchmarks.coverage.joint``.

Series of S 2p spectra of three doublets that overlap (PS4, polysulfide and P2S5, 0.9 eV apart at a
width of 1.2 eV) on a co-fitted Shirley background, in counts with Poisson noise. Each series is
fitted spectrum by spectrum, and jointly with positions, width, mixing and scattering in common. How
far the shares of the species scatter about their truth is compared, and how often their 95 %
intervals hold it; and the pulls, (fit - truth) / stderr, of everything free are summed up.

Spectra of one series share the error of what they have in common: coverage over few series scatters
more than its number of shares tells.
"""

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from fitting.fits.each import fit
from fitting.fits.options import FitOptions
from fitting.model import Background, Model, Parameter, Peak, Tie, parameter_names
from fitting.parameters import resolve_ties
from fitting.quantities.intervals import student_t
from fitting.quantities.quantify import (
    degrees_of_freedom,
    fractions,
    species_areas,
)
from fitting.series import FloatArray
from fitting.simulate import simulate_series, true_parameters

SHARE = ("position", "fwhm", "mixing", "factor")
LEVELS = {"low": 150.0, "middle": 600.0, "high": 3000.0}
"""Area of all species together (counts x eV): about 70, 240 and 1,200 counts at the highest point
of the first spectrum, background included."""
_SPECIES = {"PS4": 161.5, "polysulfide": 162.4, "P2S5": 163.3}
_GRID = np.linspace(156.0, 172.0, 161)
_SPECTRA = 20
_GAIN_BAR = 2.0
_COVERAGE_BAR = (93.0, 97.0)


def main() -> None:
    """Measure each level of counts."""
    options = parse(benchmark_parser(__doc__, series=Size(300, 30, "series at each level")))
    says = f"{options.series} series of {_SPECTRA} spectra at each level"
    levels = {level: measure(level, options.series, seed) for seed, level in enumerate(LEVELS)}
    publish("coverage-joint", {"says": says, **levels}, options, _table)


def measure(level: str, series: int, seed: int) -> Figures:
    """Scatter, coverage and pulls at one level of counts."""
    model = overlapping_model()
    truth = _truth(LEVELS[level])
    share = np.stack([truth[f"{name}.area"] for name in _SPECIES], axis=1)
    share = 100.0 * share / share.sum(axis=1, keepdims=True)
    error: dict[str, list[FloatArray]] = {"single": [], "joint": []}
    inside: dict[str, list[FloatArray]] = {"single": [], "joint": []}
    pulls = []
    for number in range(series):
        rng = np.random.default_rng([seed, number])
        spectra = simulate_series(model, truth, _GRID, rng, region="S 2p")
        for name, options in (("single", FitOptions()), ("joint", FitOptions(share=SHARE))):
            result = fit(spectra, model, options)
            value, spread = fractions(species_areas(result, model))
            stderr = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
            reach = student_t(degrees_of_freedom(result))[:, None] * stderr
            error[name].append(value - share)
            inside[name].append(np.where(reach > 0, np.abs(value - share) <= reach, np.nan))
            if name == "joint":
                pulls.append(_pulls(result, model, truth))
    scatter = {name: _root_mean_square(values) for name, values in error.items()}
    return {
        "scatter of shares, single (% points)": dict(zip(_SPECIES, scatter["single"], strict=True)),
        "scatter of shares, joint (% points)": dict(zip(_SPECIES, scatter["joint"], strict=True)),
        "single over joint": {
            **dict(zip(_SPECIES, (scatter["single"] / scatter["joint"]).tolist(), strict=True)),
            "all": float(np.linalg.norm(scatter["single"]) / np.linalg.norm(scatter["joint"])),
        },
        "bias of shares, joint (stderr of one)": dict(
            zip(
                _SPECIES,
                (np.nanmean(error["joint"], axis=(0, 1)) / scatter["joint"]).tolist(),
                strict=True,
            )
        ),
        "coverage, single (%)": 100.0 * float(np.nanmean(inside["single"])),
        "coverage, joint (%)": 100.0 * float(np.nanmean(inside["joint"])),
        "without an interval, single (%)": 100.0 * float(np.isnan(inside["single"]).mean()),
        "without an interval, joint (%)": 100.0 * float(np.isnan(inside["joint"]).mean()),
        "pulls, joint": _summed(model, np.array(pulls)),
    }


def overlapping_model() -> Model:
    """Three doublets of one width and mixing on a Shirley background."""
    peaks = tuple(
        Peak(
            name,
            name,
            "pseudo-voigt",
            {
                "area": Parameter(100.0, 0.0),
                "position": Parameter(place, place - 0.5, place + 0.5),
                "fwhm": Parameter(1.1, 0.6, 2.0),
                "mixing": Parameter(0.3, 0.0, 1.0),
                "separation": Parameter(1.18, vary=False),
                "area_ratio": Parameter(0.5, vary=False),
            },
        )
        for name, place in _SPECIES.items()
    )
    ties = tuple(
        Tie(f"{name}.{short}", f"PS4.{short}")
        for name in list(_SPECIES)[1:]
        for short in ("fwhm", "mixing")
    )
    level = {
        "offset": Parameter(20.0),
        "slope": Parameter(0.0, vary=False),
        "factor": Parameter(0.03, 0.0, 1.0),
    }
    return Model(peaks, Background("shirley", level), ties)


def _truth(total: float) -> dict[str, FloatArray]:
    """PS4 is oxidised along the series; the library's values are not the true ones."""
    along = np.linspace(0.0, 1.0, _SPECTRA)
    same = np.ones(_SPECTRA)
    return {
        "PS4.area": total * (0.75 - 0.4 * along),
        "polysulfide.area": total * (0.15 + 0.3 * along),
        "P2S5.area": total * (0.1 + 0.1 * along),
        "PS4.position": 161.55 * same,
        "polysulfide.position": 162.45 * same,
        "P2S5.position": 163.35 * same,
        "PS4.fwhm": 1.2 * same,
        "PS4.mixing": 0.35 * same,
        "background.offset": 0.05 * total * same,
        "background.factor": 0.04 * same,
    }


def _pulls(result: xr.Dataset, model: Model, truth: dict[str, FloatArray]) -> FloatArray:
    """Of all free parameters, shape (n, f); nan where there is no error."""
    names = parameter_names(model)
    rows = [names.index(name) for name in resolve_ties(model).free]
    error = result["value"].values[:, rows] - true_parameters(model, truth, _SPECTRA)[:, rows]
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
        part = figures[level]
        gain = part["single over joint"]["all"]
        covered = part["coverage, joint (%)"]
        lines += ["", f"{level} counts"]
        for name in _SPECIES:
            single = part["scatter of shares, single (% points)"][name]
            joint = part["scatter of shares, joint (% points)"][name]
            bias = part["bias of shares, joint (stderr of one)"][name]
            lines.append(
                f"  {name:12} scatter {single:6.2f} single, {joint:6.2f} joint: "
                f"{single / joint:5.2f} times; bias {bias:+.2f}"
            )
        lines.append(
            f"  scatter of all shares {gain:.2f} times smaller, bar {_GAIN_BAR:g}: "
            f"{_met(gain >= _GAIN_BAR)}"
        )
        low, high = _COVERAGE_BAR
        lines.append(
            f"  coverage {covered:.1f} % joint ({part['coverage, single (%)']:.1f} % single), bar "
            f"{low:g} to {high:g}: {_met(low <= covered <= high)}; without an interval "
            f"{part['without an interval, joint (%)']:.1f} % "
            f"({part['without an interval, single (%)']:.1f} %)"
        )
        for name, pull in part["pulls, joint"].items():
            lines.append(f"  pull of {name:22} {pull['mean']:+.2f} +- {pull['std']:.2f}")
    return "\n".join(lines)


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
