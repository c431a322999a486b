"""Every named model of the libraries fits spectra that were simulated of it."""

import numpy as np
import pytest

from fitting.data.errors import ModelError
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.models.model import parameter_names
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue
from libraries.species import NamedModel

MODELS = [model for model in catalogue().models() if model.species]
EMPTY = [model.name for model in catalogue().models() if not model.species]
SCALE = {"xps": (60000.0, 900.0), "raman": (60000.0, 300.0)}
"""Area of every line and offset of the background, in counts."""


@pytest.mark.parametrize("named", MODELS, ids=lambda model: model.name)
def test_a_named_model_gives_back_the_areas_of_its_own_spectrum(named: NamedModel) -> None:
    is_raman = named.region == "raman"
    area, offset = SCALE["raman" if is_raman else "xps"]
    model = model_from_library(named, background="linear")
    grid = np.arange(*named.crop, 1.0 if is_raman else 0.05)
    values = {f"{peak.name}.area": area for peak in model.peaks}
    values |= {"background.offset": offset, "background.slope": 0.0}
    rng = np.random.default_rng(7)
    series = simulate_series(model, values, grid, rng, region=named.region)
    result = fit_all_spectra(series, model)
    rows = [parameter_names(model).index(f"{peak.name}.area") for peak in model.peaks]
    found, covariance = result["value"].values[0, rows], result["covariance"].values[0]
    spread = np.ones(len(rows)) @ covariance[np.ix_(rows, rows)] @ np.ones(len(rows))
    assert abs(found.sum() - area * len(rows)) < 5.0 * np.sqrt(spread)
    error = np.sqrt(np.diag(covariance)[rows])
    known = error > 0
    assert (np.abs(found - area)[known] < 5.0 * error[known]).all()
    assert result["reduced_chi_square"].values[0] == pytest.approx(1.0, abs=0.35)


@pytest.mark.parametrize("name", EMPTY)
def test_every_region_has_a_model_without_peaks_for_ones_own(name: str) -> None:
    assert model_from_library(name).peaks == ()
    assert len(EMPTY) == len(catalogue().regions())


def test_a_model_without_peaks_is_not_fitted_but_told_in_a_sentence() -> None:
    full, empty = model_from_library("argyrodite S 2p"), model_from_library("empty S 2p")
    grid = np.arange(157.0, 173.0, 0.1)
    series = simulate_series(
        full, {"background.offset": 500.0}, grid, np.random.default_rng(1), region="S 2p"
    )
    with pytest.raises(ModelError, match="has no peaks"):
        fit_all_spectra(series, empty)
