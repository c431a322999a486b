"""Series are prepared once, and again when something in them changes."""

import pytest

from app.document import Document
from fitting.data.errors import SeriesError
from fitting.preprocessing.steps import apply_steps
from fitting.projects.drag_edits import with_range


def test_a_series_is_prepared_once(document: Document) -> None:
    first = document.prepared()
    assert first is not None
    assert document.analysis is not None
    expected = apply_steps(document.analysis.series, document.analysis.recipe.steps)
    assert first.equals(expected)
    document.set_parameter("PS4.position", value=161.4)
    document.look_at(spectrum=3)
    assert document.prepared() is first


def test_going_to_another_region_and_back_prepares_nothing_anew(document: Document) -> None:
    first = document.prepared()
    document.look_at(region="P 2p")
    assert document.prepared() is not first
    document.look_at(region="S 2p")
    assert document.prepared() is first


def test_other_steps_prepare_it_anew(document: Document) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 160.0, 165.0), "Range")
    prepared = document.prepared()
    assert prepared is not None
    assert prepared["energy"].values[-1] <= 165.001


def test_a_step_that_leaves_nothing_is_an_error(document: Document) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 10.0, 20.0), "Range")
    with pytest.raises(SeriesError, match="Choose a range inside it"):
        document.prepared()


def test_without_a_project_there_is_nothing_to_prepare() -> None:
    assert Document().prepared() is None
