"""How often the species chosen for a series are the right ones: ``python -m benchmarks.selection``.

Series of S 2p and Raman spectra are simulated from known sets of species, read through the recipe
that the program proposes (range, spikes, baseline), and given to the choice by BIC among all
species of the library's models. Each optional species is there in every second series, in all
spectra, in half of them or in one alone, with a multiple of the share from which on the program
says that it is chosen. Beside it: how often "below x %" is said of what there is more of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.data.regions import RAMAN
from fitting.data.series import FloatArray, axis_of
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.pipeline.propose import propose_recipe
from fitting.preprocessing.steps import apply_steps
from fitting.projects.recipe import Recipe
from fitting.quantities.detection import absent_peaks, detect_species
from fitting.selection.limits import choice_limits
from fitting.selection.search import choose_species
from fitting.selection.species_subset import considered_species, full_model, with_only
from fitting.simulation.series import simulate_series
from libraries.catalogue import Catalogue
from libraries.loader import catalogue

SPECTRA = 10
PRESENT = {
    "all": np.ones(SPECTRA, dtype=bool),
    "half": np.arange(SPECTRA) >= SPECTRA // 2,
    "one": np.arange(SPECTRA) == 7,
}
"""The spectra that have a species which the series holds."""
CELLS = (("half", 0.7), ("half", 1.0), ("all", 1.0), ("one", 1.0))
"""Where the species are, and how much of them, in shares from which on they are chosen."""
_ENGINE = FitOptions(engine="compiled", workers=1)
_SEED = 20261121


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
    """What was chosen for series of one case."""

    series: int
    right: int
    """Series for which exactly the species that are there were chosen."""
    false: int
    """Species chosen that are not there, of ``absent``."""
    absent: int
    missed: int
    """Species not chosen that are there, of ``present``."""
    present: int
    too_low: int
    """Spectra with more of a species than the limit that is said of it, of ``with_species``."""
    with_species: int


def main() -> None:
    """Measure each case, wherever the species are and however much there is of them."""
    parser = benchmark_parser(__doc__, series=Size(60, 4, "series of each case and strength"))
    parser.add_argument("--case", choices=tuple(CASES), action="append")
    parser.add_argument("--processes", type=int, default=2)
    options = parse(parser)
    figures: Figures = {"spectra": SPECTRA, "seed": _SEED}
    with get_context("spawn").Pool(options.processes) as pool:
        for name in options.case or CASES:
            recipe = _recipe(CASES[name], catalogue())
            limits = _limits(CASES[name], recipe)
            figures[name] = {"chosen_from_percent": limits}
            for cell in CELLS:
                weigh = partial(_weigh_one, name, recipe, limits, cell)
                shares = _as_json(_summed(pool.imap_unordered(weigh, range(options.series))))
                figures[name][_cell_name(cell)] = shares
                tell(_said(name, _cell_name(cell), shares))
    publish("selection", figures, options, _table)


def _cell_name(cell: tuple[str, float]) -> str:
    where, strength = cell
    return f"{where} x {strength:g}"


def _recipe(case: Case, catalogue: Catalogue) -> Recipe:
    """The proposed recipe with all species of the library's models."""
    blank = _simulated(case, model_from_library(catalogue.default_model(case.region)), {}, 0)
    recipe = propose_recipe(blank, catalogue)
    assert recipe is not None
    grid = apply_steps(blank, recipe.steps)[axis_of(blank)].values
    limits = float(grid[0]), float(grid[-1])
    names = considered_species(case.region, recipe.model, catalogue, limits)
    model = full_model(case.region, recipe.model, names, catalogue)
    return Recipe(model, recipe.steps, replace(_ENGINE, share=case.share))


def _limits(case: Case, recipe: Recipe) -> dict[str, dict[str, float]]:
    """Shares (%) from which on a species is chosen, as the program states them."""
    model = with_only(recipe.model, list(case.always))
    prepared = apply_steps(_simulated(case, recipe.model, {}, 1), recipe.steps)
    result = fit_all_spectra(prepared, model, recipe.options)
    limits = choice_limits(prepared, result, model, recipe.model, recipe.options)
    return {
        one.species: {
            name: round(share, 4)
            for name, share in (("all", one.in_all), ("half", one.in_half), ("one", one.in_one))
        }
        for one in limits
    }


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
    name: str,
    recipe: Recipe,
    limits: Mapping[str, Mapping[str, float]],
    cell: tuple[str, float],
    number: int,
) -> Weighed:
    """Choose the species of one series in which each optional one is there by chance."""
    case, (where, strength) = CASES[name], cell
    rng = np.random.default_rng([_SEED, list(CASES).index(name), CELLS.index(cell), number])
    there = [species for species in limits if rng.random() < 0.5]
    known = sum(case.always.values())
    areas = {
        species: np.where(
            PRESENT[where] & (species in there), strength * _area(one[where], known), 0
        )
        for species, one in limits.items()
    }
    prepared = apply_steps(_simulated(case, recipe.model, areas, rng), recipe.steps)
    chosen = choose_species(prepared, recipe.model, recipe.options).chosen
    truth = {*case.always, *there}
    too_low, with_species = _limits_too_low(prepared, recipe, chosen, areas, known)
    return Weighed(
        series=1,
        right=int(set(chosen) == truth),
        false=len(set(chosen) - truth),
        absent=len(limits) - len(there),
        missed=len(truth - set(chosen)),
        present=len(there),
        too_low=too_low,
        with_species=with_species,
    )


def _area(share: float, others: float) -> float:
    """Area of a share in percent."""
    return share / (100.0 - share) * others


def _limits_too_low(
    prepared: xr.Dataset,
    recipe: Recipe,
    chosen: tuple[str, ...],
    areas: Mapping[str, FloatArray],
    known: float,
) -> tuple[int, int]:
    """How often less than there is of a species is said to be the most; spectra that have it."""
    model = with_only(recipe.model, chosen)
    result = fit_all_spectra(prepared, model, recipe.options)
    found = detect_species(prepared, result, model, absent_peaks(model, recipe.model))
    total = known + sum(areas.values())
    too_low = with_species = 0
    for species, area in areas.items():
        column = found.column(species)
        below = found.limit_percent[:, column] < 100.0 * area / total
        too_low += int((below & ~found.is_detected[:, column] & (area > 0)).sum())
        with_species += int((area > 0).sum())
    return too_low, with_species


def _summed(parts: Iterable[Weighed]) -> Weighed:
    rows = [astuple(part) for part in parts]
    return Weighed(*(sum(column) for column in zip(*rows, strict=True)))


def _as_json(weighed: Weighed) -> Figures:
    return {
        "series": weighed.series,
        "right_percent": round(100.0 * weighed.right / weighed.series, 2),
        "false_percent": round(100.0 * weighed.false / max(weighed.absent, 1), 2),
        "missed_percent": round(100.0 * weighed.missed / max(weighed.present, 1), 2),
        "limit_too_low_percent": round(100.0 * weighed.too_low / max(weighed.with_species, 1), 2),
    }


def _table(figures: Figures) -> str:
    return "\n".join([f"{figures['machine']}, {figures['date']}", *_lines(figures)])


def _lines(figures: Figures) -> Iterator[str]:
    for name in (name for name in CASES if name in figures):
        for cell in CELLS:
            yield _said(name, _cell_name(cell), figures[name][_cell_name(cell)])


def _said(name: str, cell: str, shares: Figures) -> str:
    return (
        f"{name:6} {cell:10} {shares['series']} series: right set {shares['right_percent']:.1f} %, "
        f"false species {shares['false_percent']:.1f} %, missed {shares['missed_percent']:.1f} %, "
        f"limit too low {shares['limit_too_low_percent']:.1f} %"
    )


if __name__ == "__main__":
    main()
