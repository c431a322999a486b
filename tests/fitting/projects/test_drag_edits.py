"""What dragging by hand does to a model."""

import numpy as np
import pytest

from fitting.models.from_library import model_from_library
from fitting.models.function import compile_model
from fitting.models.model import Model, Parameter, parameter_names, with_parameter
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.intensity import RemoveSpikes
from fitting.projects.drag_edits import (
    is_held,
    starting_where_fitted,
    unit_height,
    with_freed,
    with_held,
    with_lower_limit,
    with_range,
    with_upper_limit,
    with_value,
)
from fitting.projects.recipe import Recipe
from fitting.simulation.series import true_parameters
from libraries.loader import catalogue


@pytest.fixture
def model() -> Model:
    return model_from_library(catalogue().default_model("S 2p"))


def test_a_tied_width_moves_what_it_is_tied_to(model: Model) -> None:
    wider = with_value(model, "polysulfide.fwhm", 1.5)
    assert wider.peak("PS4").parameters["fwhm"].value == 1.5
    assert wider.ties == model.ties


def test_a_value_stops_at_its_bound(model: Model) -> None:
    bound = model.peak("PS4").parameters["position"].max
    assert _value(with_value(model, "PS4.position", 999.0), "PS4.position") == bound
    assert _value(with_value(model, "PS4.area", -5.0), "PS4.area") == 0.0


def test_a_limit_stops_at_the_start_value(model: Model) -> None:
    value = _value(model, "PS4.position")
    assert with_lower_limit(model, "PS4.position", 999.0).peak("PS4").parameters[
        "position"
    ].min == pytest.approx(value)
    limited = with_upper_limit(model, "PS4.position", value + 0.1)
    assert limited.peak("PS4").parameters["position"].max == pytest.approx(value + 0.1)


def test_values_of_a_fit_become_start_values_but_areas_are_found_again(model: Model) -> None:
    fitted = {"PS4.position": 161.5, "PS4.area": 7000.0, "background.factor": 0.02}
    values = true_parameters(model, fitted, 1)[0]
    started = starting_where_fitted(model, values)
    assert _value(started, "PS4.position") == 161.5
    assert _value(started, "background.factor") == 0.02
    assert _value(started, "PS4.area") == 1.0


def test_a_fixed_area_stays_at_the_value_it_is_fixed_to(model: Model) -> None:
    fixed = with_parameter(model, "PS4.area", value=300.0, vary=False)
    values = true_parameters(fixed, {}, 1)[0]
    assert _value(starting_where_fitted(fixed, values), "PS4.area") == 300.0


def test_holding_a_tied_width_holds_what_it_follows(model: Model) -> None:
    held = with_held(model, "sulfate.fwhm", 1.4)
    assert held.peak("PS4").parameters["fwhm"] == Parameter(1.4, 0.6, 2.2, vary=False)
    assert is_held(held, "polysulfide.fwhm")
    assert not is_held(with_freed(held, "sulfate.fwhm"), "PS4.fwhm")


def test_an_area_that_is_let_go_is_found_again(model: Model) -> None:
    held = with_held(model, "PS4.area", 700.0)
    assert _value(held, "PS4.area") == 700.0
    assert with_freed(held, "PS4.area") == model


def test_a_range_takes_the_place_of_the_one_before(model: Model) -> None:
    recipe = Recipe(model, (CropAxis(150.0, 175.0), RemoveSpikes()))
    assert with_range(recipe, 158.0, 172.0).steps == (CropAxis(158.0, 172.0), RemoveSpikes())


def test_the_first_range_comes_before_all_other_steps(model: Model) -> None:
    recipe = with_range(Recipe(model, (RemoveSpikes(),)), 158.0, 172.0)
    assert recipe.steps == (CropAxis(158.0, 172.0), RemoveSpikes())


@pytest.mark.parametrize("x", [160.0, 161.3, 162.4])
def test_the_height_is_that_of_the_drawn_peak(model: Model, x: float) -> None:
    values = true_parameters(model, {"PS4.area": 3.0}, 1)
    drawn = compile_model(model, np.array([x - 1.0, x])).curves(values).components[0, 0, 1]
    named = dict(zip(parameter_names(model), values[0], strict=True))
    assert 3.0 * unit_height(model.peak("PS4"), named, x) == pytest.approx(drawn, rel=1e-12)


def test_a_single_line_has_the_height_of_its_shape() -> None:
    model = model_from_library(catalogue().default_model("C 1s"))
    values = true_parameters(model, {"C-C.mixing": 0.0}, 1)[0]
    named = dict(zip(parameter_names(model), values, strict=True))
    peak = np.sqrt(4 * np.log(2) / np.pi) / named["C-C.fwhm"]
    assert unit_height(model.peak("C-C"), named, 284.8) == pytest.approx(peak, rel=1e-9)


def _value(model: Model, name: str) -> float:
    return dict(model.parameters())[name].value
