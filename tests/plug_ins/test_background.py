"""A background that comes with a package of one file is at home everywhere."""

from collections.abc import Callable

import numpy as np
import pytest

from app.model.background_names import background_names
from fitting.data.techniques import XPS
from fitting.fits.each import fit_all_spectra
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.edits import with_background
from fitting.models.from_library import model_from_library
from fitting.models.function import compile_model
from fitting.models.model import parameter_names
from fitting.projects.recipe import Recipe, recipe_from_json, recipe_to_json
from fitting.simulation.series import simulate_series
from fitting.solvers.engine import can_compile

GRID = np.arange(157.0, 173.0, 0.1)
TRUTH = {"PS4.area": 5000.0, "background.floor": 800.0, "background.rise": 400.0}


def test_it_is_fitted_with_its_own_parameters(ramp: str) -> None:
    model = with_background(model_from_library("argyrodite S 2p"), ramp)
    series = simulate_series(model, TRUTH, GRID, np.random.default_rng(3), region="S 2p")
    result = fit_all_spectra(series, model)
    names = parameter_names(model)
    for name in ("background.floor", "background.rise"):
        value, error = (result[part].values[0, names.index(name)] for part in ("value", "stderr"))
        assert abs(value - TRUTH[name]) < 4.0 * error


def test_its_level_is_fitted_by_the_compiled_engine_too(ramp: str) -> None:
    model = with_background(model_from_library("argyrodite S 2p"), ramp)
    assert can_compile(compile_model(model, GRID))


def test_it_is_offered_in_the_window_and_kept_in_a_recipe(ramp: str) -> None:
    assert background_names(XPS)[ramp] == "Ramp"
    recipe = Recipe(with_background(model_from_library("argyrodite S 2p"), ramp))
    assert recipe_from_json(recipe_to_json(recipe), "recipe") == recipe


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("np.stack([np.ones_like(positions), np.sqrt(share)])", "np.sqrt(share)", "no curve for"),
        ('"ramp",\n', '"linear",\n', "there is a 'linear' already"),
    ],
)
def test_a_broken_one_is_a_sentence_and_stops_nothing(
    install: Callable[..., None], right: str, wrong: str, said: str
) -> None:
    install("background", "thioscope.backgrounds", "RAMP", right, wrong)
    assert "ramp" not in BACKGROUNDS
    [fault] = BACKGROUNDS.faults
    assert said in fault
