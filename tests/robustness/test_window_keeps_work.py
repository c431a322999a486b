"""What happens around an open window, such as another program at its file, costs no work."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.autosave import Autosave, LeftBehind, left_behind
from app.document import Document
from app.main_window import MainWindow
from app.project_place import ProjectPlace
from app.workbench import Workbench
from fitting.data.errors import ProjectFileError
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.saving.project_file import open_project, save_project
from fitting.simulation.series import simulate_series

_LONG = 30_000
_BUTTONS = QMessageBox.StandardButton


@pytest.fixture
def project() -> Project:
    model = model_from_library("argyrodite S 2p", background="linear")
    series = simulate_series(
        model,
        {**{f"{peak.name}.area": np.full(3, 2000.0) for peak in model.peaks}},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        sources={"a.txt": "0" * 64},
    )
    return Project({"S 2p": Analysis(series, Recipe(model))}, notes=("mine",))


@pytest.fixture
def path(project: Project, tmp_path: Path) -> Path:
    save_project(project, tmp_path / "a.thio")
    return tmp_path / "a.thio"


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Workbench]:
    window = MainWindow()
    bench = Workbench(window, tmp_path / "autosave")
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.show()
    yield bench
    bench.files.wait()


@pytest.fixture
def other_window(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has the project open."""
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from app.document import Document\nfrom app.project_place import ProjectPlace\n"
        "application, document = QCoreApplication([]), Document()\n"
        "place = ProjectPlace(document)\n"
        "document.mark_saved(Path(sys.argv[1]))\n"
        "print(place.holder or 'held', flush=True)\nsys.stdin.read()\n"
    )
    words = [sys.executable, "-c", code, str(path)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_file_replaced_under_the_window_is_noticed(
    bench: Workbench, path: Path, qtbot: QtBot
) -> None:
    _open(bench, path, qtbot)
    _write_as_somebody_else(path)
    qtbot.waitUntil(lambda: "another program" in bench.window.status.sentence.text())


@pytest.mark.parametrize("answer", [_BUTTONS.Cancel, _BUTTONS.Yes])
def test_saving_over_what_somebody_else_wrote_asks(
    bench: Workbench,
    path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
) -> None:
    _open(bench, path, qtbot)
    _write_as_somebody_else(path)
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *words: asked.append(words[2]) or answer)
    assert bench.files.save() == (answer == _BUTTONS.Yes)
    assert "a.thio was written to by another program" in asked[0]
    assert open_project(path).notes == (("mine",) if answer == _BUTTONS.Yes else ("theirs",))


def test_our_own_saves_ask_nothing(
    bench: Workbench, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(bench, path, qtbot)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: pytest.fail("asked"))
    for _ in range(3):
        assert bench.files.save()
        qtbot.wait(20)
    assert "another program" not in bench.window.status.sentence.text()


def test_a_file_that_has_gone_is_written_again(bench: Workbench, path: Path, qtbot: QtBot) -> None:
    _open(bench, path, qtbot)
    path.unlink()
    assert bench.files.save()
    assert open_project(path).notes == ("mine",)


def test_a_folder_that_has_gone_is_said_and_the_work_stays(
    bench: Workbench, path: Path, qtbot: QtBot
) -> None:
    _open(bench, path, qtbot)
    _change(bench.document)
    path.unlink()
    bench.document._path = path.parent / "gone" / path.name
    assert not bench.files.save()
    (box,) = bench.window.findChildren(QMessageBox)
    assert "not a folder that can be written" in box.text()
    assert bench.document.is_changed
    assert bench.document.project.notes == ("mine",)


def test_a_project_open_in_another_window_is_said(
    bench: Workbench, path: Path, qtbot: QtBot, other_window: "subprocess.Popen[str]"
) -> None:
    _open(bench, path, qtbot)
    (box,) = bench.window.findChildren(QMessageBox)
    assert "a.thio is also open in another window" in box.text()
    # it can be worked on all the same
    assert bench.document.path == path


def test_a_window_that_was_killed_holds_no_project(
    path: Path, other_window: "subprocess.Popen[str]"
) -> None:
    other_window.kill()
    other_window.wait()
    document = Document()
    place = ProjectPlace(document)
    document.mark_saved(path)
    assert place.holder == ""
    place.release()
    assert sorted(entry.name for entry in path.parent.glob(".*lock")) == []


def test_closing_leaves_no_lock(bench: Workbench, path: Path, qtbot: QtBot) -> None:
    _open(bench, path, qtbot)
    assert list(path.parent.glob(".a.thio.lock"))
    bench.window.close()
    assert not list(path.parent.glob(".a.thio.lock"))


def test_a_folder_without_write_permission_can_be_opened_from(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document()
    place = ProjectPlace(document)
    monkeypatch.setattr("app.project_place.QLockFile.tryLock", lambda *_: False)
    document.mark_saved(path)
    assert place.holder == ""


def test_saving_removes_the_older_copy(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    autosave = Autosave(document, tmp_path / "autosave")
    _change(document)
    _keep(autosave, qtbot)
    assert list((tmp_path / "autosave").glob("*.thio"))
    document.mark_saved(tmp_path / "a.thio")
    assert not list((tmp_path / "autosave").glob("*.thio"))
    autosave.discard()


def test_a_copy_is_not_given_up_before_its_work_is_saved(
    document: Document, project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "autosave"
    folder.mkdir()
    save_project(project, folder / "0123.thio")
    (found,) = left_behind(folder)
    document.change(project, "Recover")
    autosave = Autosave(document, folder)
    autosave.adopt(found)
    assert open_project(found.path).notes == ("mine",)
    assert left_behind(folder) == []
    document.mark_saved(tmp_path / "a.thio")
    assert not found.path.exists()
    autosave.discard()


def test_a_disk_too_full_for_copies_is_said_once_until_it_works_again(
    document: Document, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    autosave = Autosave(document, tmp_path / "autosave")
    said: list[Exception] = []
    autosave.failed.connect(said.append)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    _change(document)
    with monkeypatch.context() as patch:
        patch.setattr("fitting.data.whole_file.os.fsync", full)
        for _ in range(3):
            _keep(autosave, qtbot)
    assert len(said) == 1
    assert isinstance(said[0], ProjectFileError)
    assert "No space left" in str(said[0])
    _keep(autosave, qtbot)
    (copy,) = (tmp_path / "autosave").glob("*.thio")
    assert open_project(copy).analyses
    autosave.discard()


def test_a_folder_for_copies_that_cannot_be_made_is_said(
    document: Document, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    autosave = Autosave(document, tmp_path / "file" / "autosave")
    said: list[Exception] = []
    autosave.failed.connect(said.append)
    _change(document)
    autosave.keep()
    autosave.keep()
    assert len(said) == 1
    assert "cannot be kept in" in str(said[0])


def test_what_was_killed_before_its_first_copy_is_swept_away(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom PySide6.QtCore import QLockFile\n"
        "lock = QLockFile(sys.argv[1])\nassert lock.tryLock(0)\nos._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "77.lock")], check=True)
    for name in ("77.json", ".77.thio.00aa.part"):
        (tmp_path / name).touch()
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_copy_leaves_nothing(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "autosave"
    folder.mkdir()
    save_project(project, folder / "88.thio")
    (folder / ".88.thio.00aa.part").touch()
    LeftBehind(folder / "88.thio", None).discard()
    assert list(folder.iterdir()) == []


@pytest.fixture
def document(project: Project, qtbot: QtBot) -> Document:
    document = Document()
    document.open(project, None)
    return document


def _open(bench: Workbench, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.document.path_changed, timeout=_LONG):
        bench.open_paths([path])
    qtbot.waitUntil(lambda: not bench.files._opening.is_running, timeout=_LONG)


def _write_as_somebody_else(path: Path) -> None:
    # a file system may count time in steps
    time.sleep(0.02)
    save_project(Project(notes=("theirs",)), path)


def _change(document: Document) -> None:
    document.look_at(region="S 2p")
    document.set_parameter("PS4.position", value=161.2)


def _keep(autosave: Autosave, qtbot: QtBot) -> None:
    with qtbot.waitSignal(autosave._job.ended):
        autosave.keep()
