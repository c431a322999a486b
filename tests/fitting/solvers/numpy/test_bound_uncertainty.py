"""Errors of areas where a width ended at a bound."""

import numpy as np
import xarray as xr

from fitting.data.regions import RAMAN
from fitting.data.result import Status
from fitting.data.series import FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.models.model import Background, Model, Parameter, Peak, parameter_names, with_parameter
from fitting.quantities.quantify import area_estimate, species_areas
from fitting.simulation.series import simulate_series

GRID = np.arange(300.0, 600.0, 2.0)
WIDEST = 40.0


def band(*, vary: bool = True) -> Model:
    """A band on a straight line, of a width that may be up to ``WIDEST``."""
    shape = {
        "area": Parameter(1.0, min=0.0),
        "position": Parameter(450.0, 430.0, 470.0),
        "fwhm": Parameter(WIDEST if not vary else 25.0, 10.0, WIDEST, vary=vary),
    }
    line = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)})
    return Model((Peak("band", "PS4", "gaussian", shape),), line)


def spectra_of(width: float, count: int) -> tuple[FloatArray, xr.Dataset]:
    rng = np.random.default_rng(3)
    values = {"band.area": np.full(count, 1500.0), "band.fwhm": width, "background.offset": 100.0}
    return values["band.area"], simulate_series(band(), values, GRID, rng, region=RAMAN)


def test_intervals_of_an_area_hold_where_its_width_ended_at_a_bound() -> None:
    truth, series = spectra_of(0.95 * WIDEST, 400)
    result = fit_all_spectra(series, band())
    found = area_estimate(species_areas(result, band()), "PS4")
    is_at_bound = result["status"].values == Status.AT_BOUND
    assert is_at_bound.sum() > 50
    held = (found.low95 <= truth) & (truth <= found.high95)
    assert held[is_at_bound].mean() > 0.9


def test_error_of_an_area_is_more_than_with_the_width_held_where_it_ended() -> None:
    _, series = spectra_of(1.2 * WIDEST, 5)
    free, fixed = (fit_all_spectra(series, band(vary=vary)) for vary in (True, False))
    area, width = (parameter_names(band()).index(f"band.{name}") for name in ("area", "fwhm"))
    assert (free["status"].values == Status.AT_BOUND).all()
    assert (free["stderr"].values[:, area] > 1.05 * fixed["stderr"].values[:, area]).all()
    assert not np.any(free["stderr"].values[:, width] > 0)


def test_an_area_at_zero_stays_without_an_error() -> None:
    _, series = spectra_of(25.0, 3)
    model = with_parameter(band(), "band.position", value=440.0, max=445.0)
    inverted = series.assign(intensity=200.0 - series["intensity"])
    result = fit_all_spectra(inverted, model)
    area = parameter_names(model).index("band.area")
    assert not np.any(result["stderr"].values[:, area] > 0)
