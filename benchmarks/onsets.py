"""How often a stated onset interval holds the truth: ``python -m benchmarks.onsets``.

Series of a charge and a discharge are simulated as counts, with species that appear or fade at a
known potential, and go the whole way: proposed recipe, fit, shares of the area, change point. Two
kinds, S 2p and Raman under fluorescence; each as the program proposes it, every spectrum by itself,
and with positions and shapes common to the series and no baseline subtracted before.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import xarray as xr

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.fits.each import fit
from fitting.fits.options import FitOptions
from fitting.model import Model
from fitting.model_from_library import model_from_library
from fitting.preprocessing.steps import apply_steps
from fitting.propose import Choices, propose_recipe
from fitting.quantities.species_onsets import SpeciesOnset, species_onsets
from fitting.regions import RAMAN
from fitting.series import FloatArray
from fitting.simulate import simulate_series
from libraries.loader import catalogue

_SEED = 20261121
_FITS = {
    "as proposed": Choices(options=FitOptions(engine="compiled", workers=2)),
    "joint, baseline in the fit": Choices(
        baseline="none", options=FitOptions(share=("position", "fwhm", "mixing"))
    ),
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


KINDS = (Kind("S 2p", (3e3, 3e4), (0.15, 0.5)), Kind(RAMAN, (1e5, 5e5), (0.15, 0.5)))


def main() -> None:
    """Measure each kind, fitted in each way."""
    parser = benchmark_parser(__doc__, series=Size(500, 20, "series of each kind"))
    parser.add_argument("--kind", choices=[kind.region for kind in KINDS], action="append")
    options = parse(parser)
    figures: Figures = {}
    for kind, name in product(KINDS, _FITS):
        if not options.kind or kind.region in options.kind:
            tell(f"{kind.region}, {name}")
            figures[f"{kind.region}, {name}"] = list(_measured(kind, options.series, _FITS[name]))
    publish("onsets", figures, options, _table)


def _measured(kind: Kind, count: int, fits: Choices) -> Iterator[dict[str, object]]:
    """Coverage by branch and direction."""
    rng = np.random.default_rng(_SEED)
    seen: Counter[tuple[str, str, str]] = Counter()
    widths: dict[tuple[str, str], list[float]] = {}
    for _ in range(count):
        simulated = _simulate(kind, rng)
        for one in species_onsets(_fitted(simulated, fits), simulated.model):
            truth = simulated.onset[one.branch]
            key = (str(one.branch), one.onset.direction)
            seen[*key, _verdict(one, truth)] += 1
            widths.setdefault(key, []).append(one.onset.high95 - one.onset.low95)
    for branch, direction in sorted(widths):
        held, below, above = (seen[branch, direction, part] for part in ("held", "below", "above"))
        stated = held + below + above
        yield {
            "branch": branch,
            "direction": direction,
            "series": count,
            "stated": stated,
            "held_percent": round(100.0 * held / stated, 2),
            "truth_below": below,
            "truth_above": above,
            "median_width_V": round(float(np.nanmedian(widths[branch, direction])), 4),
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
        values |= {"background.offset": 700.0, "background.factor": 0.035}
    return values


def _fitted(simulated: Simulated, fits: Choices) -> xr.Dataset:
    recipe = propose_recipe(simulated.series, catalogue(), fits)
    assert recipe is not None
    return fit(apply_steps(simulated.series, recipe.steps), recipe.model, recipe.options)


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
