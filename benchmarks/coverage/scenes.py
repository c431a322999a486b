"""Simulated series with a known truth, for measuring how often intervals hold it.

S 2p: four doublets of the library's default model on a co-fitted Shirley background. PS4 and
polysulfide make up most, sulfate is weak, sulfite is absent in every other spectrum and close to
the detection limit in the rest. Raman: five bands of PS4 and three of polysulfide, which is absent
in every fifth spectrum, on a curved fluorescence that is no polynomial. All is in counts, with
Poisson noise; positions and widths vary from spectrum to spectrum.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.regions import RAMAN
from fitting.data.series import FloatArray
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.pipeline.propose import DEFAULT_BASELINE
from fitting.preprocessing.baseline import SubtractBaseline
from fitting.preprocessing.steps import apply_steps
from fitting.quantities.quantify import species_names
from fitting.simulation.series import simulate_series

LEVELS = ("low", "middle", "high")
"""Of counts: about 250, 1,300 and 13,000 at the highest point of S 2p; a signal to noise of 30,
100 and 300 at that of Raman."""
_S2P_AREAS = {"low": 600.0, "middle": 3e3, "high": 3e4}
"""Of all species together, counts x eV."""
_RAMAN_AREAS = {"low": 4e4, "middle": 4e5, "high": 4e6}
"""Of the strongest PS4 band, counts x 1/cm."""
_PS4_BANDS = {"203": (0.20, 13.0), "269": (0.14, 14.0), "428": (1.0, 11.0), "577": (0.16, 15.0)}
_PS4_BANDS |= {"602": (0.09, 14.0)}
_POLYSULFIDE_BANDS = {"156": (0.45, 17.0), "223": (0.35, 18.0), "476": (1.0, 21.0)}
"""Area relative to the strongest band, and fwhm (1/cm)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A simulated series and its truth."""

    model: Model
    series: xr.Dataset
    areas: FloatArray
    """True area of each species of the model, shape (n, s)."""


def s2p(level: str, count: int, rng: np.random.Generator) -> Scene:
    """S 2p spectra of a composite cathode."""
    model = model_from_library("argyrodite S 2p")
    shares = rng.dirichlet([6.0, 3.0, 1.2], size=count)
    weak = np.where(np.arange(count) % 2, rng.uniform(0.0, 0.03, count), 0.0)
    total = _S2P_AREAS[level]
    areas = {
        "PS4": total * (1.0 - weak) * shares[:, 0],
        "polysulfide": total * (1.0 - weak) * shares[:, 1],
        "sulfite": total * weak,
        "sulfate": total * (1.0 - weak) * shares[:, 2],
    }
    values = {f"{species}.area": area for species, area in areas.items()}
    values |= {f"{peak.name}.fwhm": rng.uniform(1.15, 1.45, count) for peak in model.peaks}
    values |= _moved(model, 0.1, count, rng)
    values |= {"background.offset": np.full(count, 0.1 * total)}
    values |= {"background.factor": rng.uniform(0.01, 0.05, count)}
    grid = np.arange(157.0, 173.01, 0.1)
    series = simulate_series(model, values, grid, rng, region="S 2p")
    return Scene(model, series, _by_species(model, areas))


def raman(level: str, count: int, rng: np.random.Generator) -> Scene:
    """Raman spectra of a charging cathode composite, with the default baseline subtracted."""
    model = model_from_library("argyrodite Raman")
    grid = np.arange(120.0, 700.0, 1.2)
    grown = np.where(np.arange(count) % 5, rng.uniform(0.05, 1.0, count), 0.0)
    strongest = {"PS4": np.full(count, _RAMAN_AREAS[level]) * (1.0 - 0.5 * grown)}
    strongest["polysulfide"] = 0.45 * _RAMAN_AREAS[level] * grown
    values = _moved(model, 1.0, count, rng)
    mixing = rng.uniform(0.3, 0.8, count)
    for species, bands in (("PS4", _PS4_BANDS), ("polysulfide", _POLYSULFIDE_BANDS)):
        for band, (area, fwhm) in bands.items():
            values[f"{species} {band}.area"] = area * strongest[species]
            values[f"{species} {band}.fwhm"] = fwhm * rng.uniform(0.9, 1.1, count)
            values[f"{species} {band}.mixing"] = mixing
    smooth = _fluorescence(grid, _RAMAN_AREAS[level], count, rng)
    series = simulate_series(model, values, grid, rng, region=RAMAN, smooth=smooth)
    whole = {
        species: strongest[species] * sum(area for area, _ in bands.values())
        for species, bands in (("PS4", _PS4_BANDS), ("polysulfide", _POLYSULFIDE_BANDS))
    }
    flat = apply_steps(series, (SubtractBaseline(DEFAULT_BASELINE),))
    return Scene(model, flat, _by_species(model, whole))


SCENES: Mapping[str, Callable[[str, int, np.random.Generator], Scene]] = {
    "S 2p": s2p,
    "Raman": raman,
}


def _moved(
    model: Model, spread: float, count: int, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Positions around the library's, within the bounds."""
    return {
        f"{peak.name}.position": peak.parameters["position"].value
        + np.clip(rng.normal(0.0, spread, count), -2.5 * spread, 2.5 * spread)
        for peak in model.peaks
    }


def _fluorescence(
    grid: FloatArray, area: float, count: int, rng: np.random.Generator
) -> FloatArray:
    """A decay and a broad hump, of about the height of the strongest band; shape (n, m)."""
    height = area / 15.0
    decay = rng.uniform(150.0, 500.0, (count, 1))
    middle, width = rng.uniform(250.0, 600.0, (count, 1)), rng.uniform(150.0, 300.0, (count, 1))
    hump = np.exp(-0.5 * ((grid - middle) / width) ** 2)
    return np.asarray(height * (0.5 + np.exp((grid[0] - grid) / decay) + 0.5 * hump))


def _by_species(model: Model, areas: Mapping[str, FloatArray]) -> FloatArray:
    return np.stack([areas[name] for name in species_names(model)], axis=1)
