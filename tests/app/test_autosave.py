"""Copies of unsaved work: kept while it is open, found after a crash."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.autosave import Autosave, left_behind
from app.document import Document
from fitting.saving.project_file import open_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "autosave"


def test_unsaved_work_is_copied(document: Document, folder: Path, qtbot: QtBot) -> None:
    autosave = Autosave(document, folder)
    _change(document)
    _keep(autosave, qtbot)
    (copy,) = folder.glob("*.thio")
    kept = open_project(copy)
    assert kept.analyses["S 2p"].recipe == document.project.analyses["S 2p"].recipe
    autosave.discard()


def test_what_is_saved_is_not_copied(document: Document, folder: Path) -> None:
    autosave = Autosave(document, folder)
    autosave.keep()
    assert not folder.exists()
    autosave.discard()


def test_a_clean_end_leaves_nothing(document: Document, folder: Path, qtbot: QtBot) -> None:
    autosave = Autosave(document, folder)
    _change(document)
    _keep(autosave, qtbot)
    autosave.discard()
    assert list(folder.iterdir()) == []


def test_a_running_program_keeps_its_copy(document: Document, folder: Path, qtbot: QtBot) -> None:
    autosave = Autosave(document, folder)
    _change(document)
    _keep(autosave, qtbot)
    assert left_behind(folder) == []
    autosave.discard()


def test_a_crash_leaves_a_copy_that_knows_its_file(
    document: Document, folder: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    document.mark_saved(tmp_path / "LPSC.thio")
    autosave = Autosave(document, folder)
    _change(document)
    _keep(autosave, qtbot)
    assert autosave._lock is not None
    autosave._lock.unlock()
    (found,) = left_behind(folder)
    assert found.project_path == tmp_path / "LPSC.thio"
    found.discard()
    assert left_behind(folder) == []


def test_no_folder_means_nothing_was_left(folder: Path) -> None:
    assert left_behind(folder) == []


def _change(document: Document) -> None:
    document.look_at(region="S 2p")
    document.set_parameter("PS4.position", value=161.2)


def _keep(autosave: Autosave, qtbot: QtBot) -> None:
    with qtbot.waitSignal(autosave._job.ended):
        autosave.keep()
