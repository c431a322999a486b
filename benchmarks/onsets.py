"""How often a stated onset interval holds the truth: ``python -m benchmarks.onsets``.

Series of a charge and a discharge are simulated as counts, with species that appear or fade at a
known potential, and go the whole way: proposed recipe, fit, shares of the area, change point. S 2p
and Raman under fluorescence; each as the program proposes it, every spectrum by itself, and with
positions and shapes common to the series and no baseline subtracted before, where the errors of the
shares have a part in common; S 2p jointly with few counts too, where that part is large.
"""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.data.regions import RAMAN
from fitting.data.series import FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.pipeline.propose import Choices, propose_recipe
from fitting.preprocessing.steps import apply_steps
from fitting.quantities.species_onsets import SpeciesOnset, species_onsets
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

_SEED = 20261121
PROPOSED, JOINT = "as proposed", "joint, baseline in the fit"
_FITS = {
    PROPOSED: Choices(options=FitOptions(engine="compiled", workers=1)),
    JOINT: Choices(baseline="none", options=FitOptions(share=("position", "fwhm", "mixing"))),
}
_RAMAN_GRID = np.arange(110.0, 720.0, 1.2)
_FLUORESCENCE = (
    700.0 + 900.0 * np.exp(-(_RAMAN_GRID - 110.0) / 420.0) + 0.35 * (_RAMAN_GRID - 110.0)
)
_PRODUCT = "polysulfide"


@dataclass(frozen=True, slots=True)
class Simulated:
    """A series, and where its species begin to change on each branch (V)."""

    series: xr.Dataset
    model: Model
    onset: dict[str, float]
    """By branch."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is simulated."""

    region: str
    total: tuple[float, float]
    """Least and largest area of everything."""
    share: tuple[float, float]
    """Least and largest share of the product in the end."""
    offset: float = 700.0
    """Counts under the S 2p spectra."""


KINDS = {
    "S 2p": Kind("S 2p", (3e3, 3e4), (0.15, 0.5)),
    "S 2p, few counts": Kind("S 2p", (6e2, 2e3), (0.3, 0.6), 70.0),
    "Raman": Kind(RAMAN, (1e5, 5e5), (0.15, 0.5)),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One series, drawn from its number, and how it is fitted."""

    kind: str
    fits: str
    number: int


@dataclass(frozen=True, slots=True)
class Stated:
    """One onset that was stated."""

    branch: str
    direction: str
    verdict: str
    width: float


CELLS = (
    ("S 2p", PROPOSED),
    ("S 2p", JOINT),
    ("S 2p, few counts", JOINT),
    ("Raman", PROPOSED),
    ("Raman", JOINT),
)


def main() -> None:
    """Measure each kind, fitted in each way."""
    parser = benchmark_parser(__doc__, series=Size(60, 10, "series of each kind and fit"))
    parser.add_argument("--processes", type=int, default=1)
    options = parse(parser)
    figures: Figures = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
        for kind, fits in CELLS:
            tell(f"{kind}, {fits}")
            runs = [Run(kind, fits, number) for number in range(options.series)]
            found = list(pool.map(measure, runs, chunksize=4))
            figures[f"{kind}, {fits}"] = list(_rows(found))
    publish("onsets", figures, options, _table)


def measure(run: Run) -> list[Stated]:
    """Simulate and fit one series; the onsets that it states."""
    simulated = _simulate(KINDS[run.kind], np.random.default_rng([_SEED, run.number]))
    result = _fitted(simulated, _FITS[run.fits])
    return [
        Stated(
            str(one.branch),
            one.onset.direction,
            _verdict(one, simulated.onset[one.branch]),
            one.onset.high95 - one.onset.low95,
        )
        for one in species_onsets(result, simulated.model)
    ]


def _rows(found: list[list[Stated]]) -> Iterator[Figures]:
    """Coverage by branch and direction, and of all."""
    stated = [one for series in found for one in series]
    keys = sorted({(one.branch, one.direction) for one in stated})
    for branch, direction in keys:
        some = [one for one in stated if (one.branch, one.direction) == (branch, direction)]
        yield _row(branch, direction, len(found), some)
    yield _row("both", "either", len(found), stated)


def _row(branch: str, direction: str, series: int, stated: list[Stated]) -> Figures:
    verdicts = Counter(one.verdict for one in stated)
    return {
        "branch": branch,
        "direction": direction,
        "series": series,
        "stated": len(stated),
        "held_percent": round(100.0 * verdicts["held"] / max(len(stated), 1), 2),
        "truth_below": verdicts["below"],
        "truth_above": verdicts["above"],
        "median_width_V": round(float(np.nanmedian([one.width for one in stated])), 4),
    }


def _verdict(one: SpeciesOnset, truth: float) -> str:
    if one.onset.low95 > truth:
        return "below"
    return "above" if one.onset.high95 < truth else "held"


def _simulate(kind: Kind, rng: np.random.Generator) -> Simulated:
    """The product grows from its onset to the end of charge, and goes again on discharge."""
    charge = np.sort(rng.uniform(2.3, 4.3, rng.integers(14, 30)))
    discharge = np.sort(rng.uniform(2.3, 4.25, rng.integers(14, 30)))[::-1]
    begins, goes = rng.uniform(2.7, 3.6), rng.uniform(3.0, 3.9)
    reached = rng.uniform(*kind.share)
    share = np.concatenate(
        [
            reached * np.clip((charge - begins) / (4.3 - begins), 0.0, 1.0),
            reached * np.clip(1.0 - (goes - discharge) / (goes - 2.0), 0.0, 1.0),
        ]
    )
    voltage = np.concatenate([charge, discharge])
    model = model_from_library(catalogue().default_model(kind.region))
    series = simulate_series(
        model,
        _values(kind, model, share, float(rng.uniform(*kind.total)), rng),
        _RAMAN_GRID if kind.region == RAMAN else np.arange(155.0, 175.01, 0.1),
        rng,
        region=kind.region,
        smooth=_FLUORESCENCE if kind.region == RAMAN else 0.0,
        voltage=voltage,
        branch=["charge"] * charge.size + ["discharge"] * discharge.size,
        time=1800.0 * np.arange(voltage.size),
    )
    return Simulated(series, model, {"charge": begins, "discharge": goes})


def _values(
    kind: Kind, model: Model, share: FloatArray, total: float, rng: np.random.Generator
) -> dict[str, FloatArray | float]:
    """True parameters; intensities wander from spectrum to spectrum by a tenth."""
    amount = total * rng.uniform(0.9, 1.1, share.size)
    values: dict[str, FloatArray | float] = {}
    for peak in model.peaks:
        bands = sum(other.species == peak.species for other in model.peaks)
        part = {_PRODUCT: share, "PS4": 1.0 - share}.get(peak.species, np.zeros(share.size))
        values[f"{peak.name}.area"] = amount * part / bands
        values[f"{peak.name}.fwhm"] = 14.0 if kind.region == RAMAN else 1.25
    if kind.region != RAMAN:
        values |= {"background.offset": kind.offset, "background.factor": 0.035}
    return values


def _fitted(simulated: Simulated, fits: Choices) -> xr.Dataset:
    recipe = propose_recipe(simulated.series, catalogue(), fits)
    assert recipe is not None
    return fit_all_spectra(
        apply_steps(simulated.series, recipe.steps), recipe.model, recipe.options
    )


def _table(figures: Figures) -> str:
    """A line for each branch and direction."""
    lines = [f"{figures['machine']}, {figures['date']}"]
    for name, rows in figures.items():
        if isinstance(rows, list):
            lines += ["", name, *(f"  {_said(row)}" for row in rows)]
    return "\n".join(lines)


def _said(row: Figures) -> str:
    return (
        f"{row['branch']:9} {row['direction']:8} {row['held_percent']:6.2f} % of {row['stated']:4} "
        f"hold the truth, {row['truth_below']} below, {row['truth_above']} above; median width "
        f"{row['median_width_V']:.4f} V"
    )


if __name__ == "__main__":
    main()
