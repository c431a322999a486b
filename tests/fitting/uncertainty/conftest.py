"""A small S 2p series with a known truth, fitted once for all tests."""

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr

from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import Model, with_parameter
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series

NUMPY = FitOptions(engine="numpy")
PLACES = {
    "PS4": (161.3, 160.5, 161.9),
    "polysulfide": (162.9, 162.0, 165.0),
    "sulfite": (166.8, 166.3, 167.3),
    "sulfate": (168.8, 168.3, 169.3),
}
"""Where the lines truly are and may go (eV), whatever the library says."""


@dataclass(frozen=True)
class Case:
    """A fitted series and the true areas of its species."""

    series: xr.Dataset
    result: xr.Dataset
    model: Model
    areas: dict[str, float]

    @property
    def fitted(self) -> tuple[xr.Dataset, xr.Dataset, Model]:
        return self.series, self.result, self.model

    @property
    def analysis(self) -> Analysis:
        recipe = Recipe(self.model, (), NUMPY)
        return Analysis(self.series, recipe, self.result, recipe)


def make_case(count: int, total: float, seed: int, **shares: float) -> Case:
    """Spectra of the library's S 2p model on a Shirley background with Poisson counts."""
    model = model_from_library("argyrodite S 2p")
    for name, (place, low, high) in PLACES.items():
        model = with_parameter(model, f"{name}.position", value=place, min=low, max=high)
    areas = {name: total * share for name, share in shares.items()}
    values = {f"{name}.area": area for name, area in areas.items()}
    values |= {f"{peak.name}.fwhm": 1.3 for peak in model.peaks}
    values |= {"background.offset": 0.1 * total, "background.factor": 0.03}
    series = simulate_series(
        model,
        {name: np.full(count, value) for name, value in values.items()},
        np.arange(157.0, 173.01, 0.1),
        np.random.default_rng(seed),
        region="S 2p",
        voltage=np.linspace(2.5, 4.0, count),
    )
    return Case(series, fit_all_spectra(series, model, NUMPY), model, areas)


@pytest.fixture(scope="session")
def case() -> Case:
    """Four spectra at good statistics; there is no sulfite."""
    return make_case(4, 3e4, 5, PS4=0.6, polysulfide=0.3, sulfite=0.0, sulfate=0.1)
