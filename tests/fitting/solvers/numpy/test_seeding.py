"""Models drawn before a fit: areas and background found for the start values."""

import numpy as np
import pytest
import xarray as xr

from fitting.models.from_library import model_from_library
from fitting.models.model import Model, parameter_names, with_parameter
from fitting.simulation.series import simulate_series, true_parameters
from fitting.solvers.numpy.seeding import seeded_parameters
from libraries.loader import catalogue

_ENERGIES = np.arange(157.0, 173.0, 0.1)
_AREAS = {"PS4.area": 4000.0, "polysulfide.area": 900.0, "sulfite.area": 0.0, "sulfate.area": 300.0}
_TRUTH = {**_AREAS, "background.offset": 500.0}


@pytest.fixture
def model() -> Model:
    return model_from_library(catalogue().default_model("S 2p"), background="linear")


@pytest.fixture
def series(model: Model) -> xr.Dataset:
    return simulate_series(
        model, _TRUTH, _ENERGIES, np.random.default_rng(3), region="S 2p", axis_offset=[0.0, 0.4]
    )


@pytest.mark.parametrize("spectrum", [0, 1])
def test_areas_and_line_are_found_where_positions_and_widths_are_right(
    model: Model, series: xr.Dataset, spectrum: int
) -> None:
    found = dict(
        zip(parameter_names(model), seeded_parameters(series, model, spectrum), strict=True)
    )
    for name, area in _AREAS.items():
        assert found[name] == pytest.approx(area, abs=4 * np.sqrt(max(area, 500.0) * 2))
        assert found[name] >= 0
    assert found["background.offset"] == pytest.approx(500.0, rel=0.02)


def test_positions_widths_and_shapes_are_the_start_values(model: Model, series: xr.Dataset) -> None:
    found = seeded_parameters(series, model, 0)
    start = true_parameters(model, {}, 1)[0]
    is_found = [name.endswith(("area", "offset", "slope")) for name in parameter_names(model)]
    np.testing.assert_array_equal(found[~np.array(is_found)], start[~np.array(is_found)])


def test_an_area_that_is_fixed_or_set_by_hand_is_kept(model: Model, series: xr.Dataset) -> None:
    held = with_parameter(model, "PS4.area", value=2000.0)
    held = with_parameter(held, "sulfate.area", vary=False)
    found = dict(zip(parameter_names(model), seeded_parameters(series, held, 0), strict=True))
    assert found["PS4.area"] == 2000.0
    assert found["sulfate.area"] == 1.0
    assert found["polysulfide.area"] > 900.0


def test_bounds_of_areas_are_kept(model: Model, series: xr.Dataset) -> None:
    bounded = with_parameter(model, "PS4.area", max=1000.0)
    found = seeded_parameters(series, bounded, 0)
    assert found[parameter_names(model).index("PS4.area")] == 1000.0


def test_points_that_were_not_measured_do_not_matter(model: Model, series: xr.Dataset) -> None:
    torn = series.copy(deep=True)
    torn["intensity"].values[0, :30] = np.nan
    torn["sigma"].values[0, :30] = np.inf
    found = seeded_parameters(torn, model, 0)
    assert found[parameter_names(model).index("PS4.area")] == pytest.approx(4000.0, rel=0.1)


def test_a_spectrum_without_points_has_its_start_values(model: Model, series: xr.Dataset) -> None:
    empty = series.assign(intensity=series["intensity"] * np.nan)
    start = true_parameters(model, {}, 1)[0]
    np.testing.assert_array_equal(seeded_parameters(empty, model, 0), start)
