"""How figures look: kept in recipes, refused where it cannot be drawn."""

from pathlib import Path

import pytest

from fitting.data.errors import RecipeError
from fitting.projects.figure_style import (
    FigureStyle,
    read_style,
    style_from_json,
    style_to_json,
    write_style,
)
from fitting.projects.recipe import RecipeBook, recipes_from_json, recipes_to_json

CHOSEN = FigureStyle(
    width=136.0,
    font="DejaVu Serif",
    font_size=8.0,
    colours={"PS4": "#112233"},
    names={"PS4": "PS₄"},
    spectra={"S 2p": (0, 3)},
    order="time",
    has_residual=False,
    formats=("pdf",),
)


def test_a_style_comes_back_from_its_file(tmp_path: Path) -> None:
    write_style(CHOSEN, tmp_path / "style.json")
    assert read_style(tmp_path / "style.json") == CHOSEN


def test_a_recipe_keeps_the_style_and_says_nothing_of_the_usual_one() -> None:
    assert recipes_from_json(recipes_to_json(RecipeBook({}, figure_style=CHOSEN)), "r") == (
        RecipeBook({}, figure_style=CHOSEN)
    )
    assert "figure_style" not in recipes_to_json(RecipeBook({}))
    assert style_to_json(FigureStyle()) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 3.0},
        {"width": "wide"},
        {"font_size": 40},
        {"colours": {"PS4": "blue"}},
        {"colours": ["#112233"]},
        {"names": {"PS4": 3}},
        {"spectra": {"S 2p": [-1]}},
        {"spectra": {"S 2p": "all"}},
        {"formats": ["bmp"]},
        {"formats": "pdf"},
        {"order": "beauty"},
        {"dots_per_inch": 1e9},
        {"colour": {}},
        [],
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(RecipeError, match=r"^style\.json"):
        style_from_json(wrong, "style.json")
