"""The window's state: views that exist, species added, changes in a row as one step."""

import pytest

from app.document import Document, View
from fitting.data.errors import ModelError
from fitting.projects.project import Project


def test_a_view_stays_within_the_series(document: Document) -> None:
    document.look_at(region="P 2p", spectrum=99)
    assert document.view == View("P 2p", 4, "")


def test_nobody_is_told_of_a_view_that_is_there_already(document: Document) -> None:
    told: list[object] = []
    document.view_changed.connect(lambda *views: told.append(views))
    document.look_at(spectrum=0)
    assert told == []
    document.look_at(spectrum=1)
    assert len(told) == 1


def test_an_added_species_is_looked_at_and_can_be_undone(document: Document) -> None:
    document.add_species("Li2S")
    assert document.view.peak == "Li2S"
    assert document.undo_stack.undoText() == "Add Li2S"
    document.undo_stack.undo()
    assert document.analysis is not None
    assert "Li2S" not in [peak.name for peak in document.analysis.recipe.model.peaks]


def test_a_species_that_is_there_is_not_added_again(document: Document) -> None:
    with pytest.raises(ModelError, match="already"):
        document.add_species("PS4")
    assert document.undo_stack.count() == 0


def test_changes_of_one_drag_are_one_step(document: Document) -> None:
    for value in (161.1, 161.2, 161.25):
        document.set_parameter("PS4.position", value=value, merge_key="drag 1")
    document.set_parameter("PS4.position", value=161.3, merge_key="drag 2")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.analysis is not None
    assert document.analysis.recipe.model.peak("PS4").parameters["position"].value == 161.25


def test_what_is_taken_back_can_neither_be_undone_nor_done_again(document: Document) -> None:
    document.set_parameter("PS4.position", value=161.0)
    for value in (161.1, 161.2):
        document.set_parameter("PS4.position", value=value, merge_key="drag")
    document.take_back("another drag")
    assert document.undo_stack.count() == 2
    document.take_back("drag")
    assert document.undo_stack.count() == 1
    assert not document.undo_stack.canRedo()
    assert document.analysis is not None
    assert dict(document.analysis.recipe.model.parameters())["PS4.position"].value == 161.0


def test_memory_of_the_former_project_is_returned(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    returned: list[bool] = []
    monkeypatch.setattr(
        "app.document.return_free_memory", lambda: returned.append(bool(document.project.analyses))
    )
    document.open(Project(), None)
    assert returned == [False]
