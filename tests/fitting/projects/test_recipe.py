"""Recipes as JSON: round trips, and mistakes that are named."""

import json
from pathlib import Path
from typing import Any

import pytest

from fitting.data.errors import RecipeError
from fitting.fits.each import FitOptions
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.baseline import SubtractBaseline
from fitting.projects.recipe import (
    Recipe,
    RecipeBook,
    read_recipes,
    recipe_from_json,
    recipe_to_json,
    write_recipes,
)
from fitting.referencing.charge_reference import ChargeReference


def _peak(name: str, position: float) -> Peak:
    return Peak(
        name,
        "PS4",
        "pseudo-voigt",
        {
            "area": Parameter(1.0, min=0.0),
            "position": Parameter(position, min=position - 1, max=position + 1),
            "fwhm": Parameter(1.0, min=0.5, max=2.0),
            "mixing": Parameter(0.3, vary=False),
            "separation": Parameter(1.18, vary=False),
            "area_ratio": Parameter(0.5, vary=False),
        },
    )


def _recipe() -> Recipe:
    model = Model(
        (_peak("PS4", 161.5), _peak("polysulfide", 163.0)),
        Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0, vary=False)}),
        (Tie("polysulfide.fwhm", "PS4.fwhm", factor=1.1),),
    )
    return Recipe(model, (CropAxis(158, 172), SubtractBaseline(lam=1e5)), FitOptions(block_size=7))


def _json() -> dict[str, Any]:
    return json.loads(json.dumps(recipe_to_json(_recipe())))


def test_a_recipe_comes_back_from_json_as_it_was() -> None:
    assert recipe_from_json(_json(), "recipe.json") == _recipe()


def test_recipes_and_charge_reference_come_back_from_a_file(tmp_path: Path) -> None:
    book = RecipeBook({"S 2p": _recipe()}, ChargeReference())
    write_recipes(book, tmp_path / "recipe.json")
    assert read_recipes(tmp_path / "recipe.json") == book


@pytest.mark.parametrize(
    ("path", "wrong", "meant"),
    [
        (("options",), "block_sise", "block_size"),
        (("model", "peaks", 0), "line_shap", "line_shape"),
        (("model", "peaks", 0, "parameters", "area"), "maximum", "max"),
        (("model", "background"), "kindd", "kind"),
        (("model", "ties", 0), "facto", "factor"),
        (("steps", 0), "lo", "low"),
        ((), "step", "steps"),
    ],
)
def test_a_misspelt_field_is_named_with_what_was_meant(
    path: tuple[Any, ...], wrong: str, meant: str
) -> None:
    data = _json()
    place: Any = data
    for part in path:
        place = place[part]
    place[wrong] = 1
    with pytest.raises(RecipeError, match=rf"recipe\.json.*'{wrong}'.*{meant}"):
        recipe_from_json(data, "recipe.json")


@pytest.mark.parametrize("value", ["wide", None, True, [1]])
def test_a_value_of_the_wrong_type_is_refused(value: object) -> None:
    data = _json()
    data["model"]["peaks"][0]["parameters"]["fwhm"]["value"] = value
    with pytest.raises(RecipeError, match=r"peak 1.*fwhm"):
        recipe_from_json(data, "recipe.json")


def test_a_model_that_contradicts_itself_is_refused_with_the_place() -> None:
    data = _json()
    data["model"]["ties"][0]["source"] = "P2S5.fwhm"
    with pytest.raises(RecipeError, match=r"recipe\.json: model.*P2S5\.fwhm"):
        recipe_from_json(data, "recipe.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", '{"thioscope_recipe": 99}'])
def test_a_file_that_is_no_recipe_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(RecipeError, match=r"mine\.json"):
        read_recipes(path)


def test_a_missing_recipe_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.json"):
        read_recipes(tmp_path / "none.json")
