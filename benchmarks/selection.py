"""How often the species chosen for a series are the right ones: ``python -m benchmarks.selection``.

Series of S 2p and Raman spectra are simulated from known sets of species, read through the recipe
that the program proposes (range, spikes, baseline), and given to the choice by BIC among all
species of the library's models. A species that is there is there in the second half of the series,
each time with a multiple of the detection limit of one spectrum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.fits.each import fit
from fitting.fits.options import FitOptions
from fitting.model import Model
from fitting.model_from_library import model_from_library
from fitting.preprocessing.steps import apply_steps
from fitting.propose import propose_recipe
from fitting.quantities.detection import detect_species
from fitting.recipe import Recipe
from fitting.regions import RAMAN
from fitting.selection.search import choose_species
from fitting.selection.species_subset import considered_species, full_model
from fitting.series import FloatArray, axis_of
from fitting.simulate import simulate_series
from libraries.catalogue import Catalogue
from libraries.loader import catalogue

SPECTRA = 10
STRENGTHS = (1.0, 1.5, 2.0, 3.0, 5.0)
"""Areas of what is there, in detection limits of one spectrum."""
STATED = {"S 2p": 1.5, RAMAN: 5.0}
"""The strengths that are stated: from here on the set is right in 95 % of series."""
_ENGINE = FitOptions(engine="compiled", workers=2)
_SEED = 20261121
_PILOT = 40


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of series."""

    region: str
    grid: FloatArray
    always: Mapping[str, float]
    """Species that are in every spectrum, and their areas."""
    fwhm: float
    level: FloatArray
    """Counts under the peaks."""
    scattering: float = 0.0
    share: tuple[str, ...] = ()
    """What is common to the series: without it three bands cost a dozen parameters a spectrum."""


_RAMAN_GRID = np.arange(110.0, 720.0, 1.2)
CASES = {
    "S 2p": Case(
        "S 2p", np.arange(155.0, 175.01, 0.1), {"PS4": 9000.0}, 1.25, np.array(700.0), 0.035
    ),
    RAMAN: Case(
        RAMAN,
        _RAMAN_GRID,
        {"PS4": 2.4e5},
        14.0,
        700.0 + 900.0 * np.exp(-(_RAMAN_GRID - 110.0) / 420.0) + 0.35 * (_RAMAN_GRID - 110.0),
        share=("position", "fwhm", "mixing"),
    ),
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was chosen for many series of one case at one strength."""

    series: int
    right: int
    """Series for which exactly the species that are there were chosen."""
    false: int
    """Species chosen that are not there, of ``absent``."""
    absent: int
    missed: int
    """Species not chosen that are there, of ``present``."""
    present: int


def main() -> None:
    """Measure each case at each strength."""
    parser = benchmark_parser(__doc__, series=Size(100, 10, "series of each case and strength"))
    parser.add_argument("--case", choices=tuple(CASES), action="append")
    options = parse(parser)
    known = catalogue()
    figures: Figures = {"spectra": SPECTRA, "stated_strength": STATED, "seed": _SEED}
    for name in options.case or CASES:
        figures[name] = dict(_measured(CASES[name], known, options.series))
    publish("selection", figures, options, _table)


def _measured(case: Case, known: Catalogue, count: int) -> Iterator[tuple[str, object]]:
    recipe = _recipe(case, known)
    limits = _detection_limits(case, recipe)
    yield "detection_limit_percent", {name: round(limit[1], 3) for name, limit in limits.items()}
    for strength in STRENGTHS:
        rng = np.random.default_rng(_SEED + round(10 * strength))
        weigh = partial(_weigh_one, case, recipe, limits, strength, rng)
        shares = _as_json(_summed(weigh() for _ in range(count)))
        tell(_said(case.region, strength, shares))
        yield f"strength {strength:g}", shares


def _recipe(case: Case, known: Catalogue) -> Recipe:
    """The proposed recipe with all species of the library's models."""
    blank = _simulated(case, model_from_library(known.default_model(case.region)), {}, 0)
    recipe = propose_recipe(blank, known)
    assert recipe is not None
    grid = apply_steps(blank, recipe.steps)[axis_of(blank)].values
    limits = float(grid[0]), float(grid[-1])
    names = considered_species(case.region, recipe.model, known, limits)
    model = full_model(case.region, recipe.model, names, known)
    return Recipe(model, recipe.steps, replace(_ENGINE, share=case.share))


def _detection_limits(case: Case, recipe: Recipe) -> dict[str, tuple[float, float]]:
    """Area and share (%) at the detection limit of one spectrum, of what need not be there."""
    series = _simulated(case, recipe.model, {}, 1, spectra=_PILOT)
    prepared = apply_steps(series, recipe.steps)
    result = fit(prepared, recipe.model, recipe.options)
    found = detect_species(prepared, result, recipe.model)
    limits: dict[str, tuple[float, float]] = {}
    for name in found.names:
        if name not in case.always:
            share = float(np.nanmedian(found.limit_percent[:, found.column(name)]))
            limits[name] = share / (100.0 - share) * sum(case.always.values()), share
    return limits


def _simulated(
    case: Case,
    model: Model,
    areas: Mapping[str, FloatArray],
    seed: int | np.random.Generator,
    spectra: int = SPECTRA,
) -> xr.Dataset:
    """Spectra of a model with the areas of its species, parted evenly among their bands."""
    values: dict[str, FloatArray | float] = {}
    for peak in model.peaks:
        bands = sum(other.species == peak.species for other in model.peaks)
        area = areas.get(peak.species, np.full(spectra, case.always.get(peak.species, 0.0)))
        values[f"{peak.name}.area"] = area / bands
        values[f"{peak.name}.fwhm"] = case.fwhm
    if case.scattering:
        values |= {"background.offset": float(case.level), "background.factor": case.scattering}
    return simulate_series(
        model,
        values,
        case.grid,
        np.random.default_rng(seed),
        region=case.region,
        smooth=0.0 if case.scattering else case.level,
        voltage=np.linspace(2.4, 4.3, spectra),
    )


def _weigh_one(
    case: Case,
    recipe: Recipe,
    limits: Mapping[str, tuple[float, float]],
    strength: float,
    rng: np.random.Generator,
) -> Weighed:
    """Choose the species of one series in which each optional one is there by chance."""
    there = [name for name in limits if rng.random() < 0.5]
    grown = np.arange(SPECTRA) >= SPECTRA // 2
    areas = {
        name: np.asarray(strength * limit * grown) if name in there else np.zeros(SPECTRA)
        for name, (limit, _) in limits.items()
    }
    series = _simulated(case, recipe.model, areas, rng)
    prepared = apply_steps(series, recipe.steps)
    chosen = set(choose_species(prepared, recipe.model, recipe.options).chosen)
    truth = {*case.always, *there}
    return Weighed(
        series=1,
        right=int(chosen == truth),
        false=len(chosen - truth),
        absent=len(limits) - len(there),
        missed=len(truth - chosen),
        present=len(there),
    )


def _summed(parts: Iterator[Weighed]) -> Weighed:
    rows = [(p.series, p.right, p.false, p.absent, p.missed, p.present) for p in parts]
    return Weighed(*(sum(column) for column in zip(*rows, strict=True)))


def _as_json(weighed: Weighed) -> Figures:
    return {
        "series": weighed.series,
        "right_percent": round(100.0 * weighed.right / weighed.series, 2),
        "false_percent": round(100.0 * weighed.false / max(weighed.absent, 1), 2),
        "missed_percent": round(100.0 * weighed.missed / max(weighed.present, 1), 2),
    }


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}"]
    for name in CASES:
        for strength in STRENGTHS if name in figures else ():
            lines.append(_said(name, strength, figures[name][f"strength {strength:g}"]))
    return "\n".join(lines)


def _said(name: str, strength: float, shares: Figures) -> str:
    return (
        f"{name:6} {strength:4.1f} x detection limit, {shares['series']} series: right set "
        f"{shares['right_percent']:.1f} %, false species {shares['false_percent']:.1f} %, "
        f"missed {shares['missed_percent']:.1f} %"
    )


if __name__ == "__main__":
    main()
