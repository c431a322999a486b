"""The whole way with real events: drop, accept, fit, export; save, reopen, undo, close."""

import csv
import gc
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.workbench import Workbench
from fitting.commands.main import run_command
from fitting.data.result import is_fitted
from fitting.saving.project_file import open_project
from fitting.simulation.example import write_example

Drop = Callable[[QWidget, Sequence[Path], QPoint], bool]
_LONG = 240_000


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    # no test waits for an answer that nobody gives
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    return _start(qtbot, tmp_path / "autosave")


def test_drop_accept_fit_export_gives_what_the_command_line_gives(
    bench: Workbench,
    drop: Drop,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    spectra = write_example(tmp_path / "example")
    _drop_and_accept(bench, spectra, drop, qtbot)
    qtbot.keyClick(bench.window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=_LONG)
    by_window = tmp_path / "by window"
    qtbot.keyClick(bench.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = bench.export.dialog
    assert dialog is not None
    dialog.folder.setText(str(by_window))
    with qtbot.waitSignal(bench.export._job.ended, timeout=_LONG):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    by_command = tmp_path / "by command"
    assert run_command(["fit", str(spectra), "--out", str(by_command), "--quiet"]) == 0
    tables = sorted(path.name for path in by_command.glob("*.csv"))
    assert tables
    assert sorted(path.name for path in by_window.glob("*.csv")) == tables
    for name in (*tables, "recipe.json"):
        assert (by_window / name).read_bytes() == (by_command / name).read_bytes(), name


def test_an_empty_window_shows_how_to_begin_and_offers_only_that(bench: Workbench) -> None:
    assert bench.window.welcome.isVisible()
    assert all(dock.isHidden() for dock in bench.docks.all())
    enabled = {name: bench._actions[name].isEnabled() for name in ("open_files", "export", "stop")}
    assert enabled == {"open_files": True, "export": False, "stop": False}


def test_a_broken_file_is_listed_and_the_others_open(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    assert list(bench.document.project.analyses) == ["P 2p", "S 2p"]
    assert [entry.source for entry in bench.document.project.unread] == ["torn.txt"]


def test_what_is_saved_opens_to_the_same_state(
    bench: Workbench,
    spectra_folder: Path,
    drop: Drop,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    bench.fits.fit_series()
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=_LONG)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "LPSC"), ""))
    qtbot.keyClick(bench.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not bench.document.is_changed
    assert "LPSC.thio" in bench.window.windowTitle()
    reopened = open_project(tmp_path / "LPSC.thio")
    for region, analysis in bench.document.project.analyses.items():
        again = reopened.analyses[region]
        assert again.recipe == analysis.recipe
        assert again.result is not None
        assert analysis.result is not None
        np.testing.assert_array_equal(again.result["value"], analysis.result["value"])


def test_a_dropped_project_is_opened(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot, tmp_path: Path
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    assert bench.files._save_to(tmp_path / "a.thio")
    with qtbot.waitSignal(bench.document.path_changed, timeout=_LONG):
        assert drop(bench.window, [tmp_path / "a.thio"], bench.window.rect().center())
    assert not bench.document.undo_stack.canUndo()
    assert bench.document.path == tmp_path / "a.thio"


def test_fits_and_openings_are_undone_one_by_one(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    bench.fits.fit_series()
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=_LONG)
    undo = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(bench.window, *undo)
    assert all(one.result is None for one in bench.document.project.analyses.values())
    qtbot.keyClick(bench.window, *undo)
    assert not bench.document.project.analyses
    assert bench.window.welcome.isVisible()
    bench.document.undo_stack.redo()
    bench.document.undo_stack.redo()
    results = [one.result for one in bench.document.project.analyses.values()]
    assert all(result is not None and is_fitted(result).all() for result in results)


def test_files_dropped_later_can_be_added(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    later.mkdir()
    late = next(spectra_folder.glob("*S2p_4.30V*"))
    late.rename(later / late.name)
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    assert bench.document.project.analyses["S 2p"].series.sizes["spectrum"] == 4
    drop(bench.window, [later], bench.window.rect().center())
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    assert bench.files.preview is not None
    assert bench.files.preview.add_button is not None
    with qtbot.waitSignal(bench.document.project_changed, timeout=_LONG):
        qtbot.mouseClick(bench.files.preview.add_button, Qt.MouseButton.LeftButton)
    assert bench.document.project.analyses["S 2p"].series.sizes["spectrum"] == 5


def test_the_example_says_that_it_is_simulated(bench: Workbench, qtbot: QtBot) -> None:
    bench._actions["open_example"].trigger()
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    assert bench.files.preview is not None
    with qtbot.waitSignal(bench.document.project_changed, timeout=_LONG):
        qtbot.mouseClick(bench.files.preview.open_button, Qt.MouseButton.LeftButton)
    assert any("simulated" in note for note in bench.document.project.notes)


def test_unsaved_changes_are_asked_about(
    bench: Workbench,
    spectra_folder: Path,
    drop: Drop,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    assert not bench.window.close()
    assert bench.window.isVisible()
    assert bench.window.close()


def test_keys_go_from_spectrum_to_spectrum_and_region_to_region(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    control = Qt.KeyboardModifier.ControlModifier
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(bench.window, key, control)
        seen.append((bench.document.view.region, bench.document.view.spectrum))
    assert seen == [("P 2p", 1), ("P 2p", 2), ("P 2p", 1), ("S 2p", 0)]


def test_the_copied_script_runs_and_gives_the_same_tables(
    bench: Workbench,
    spectra_folder: Path,
    drop: Drop,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    bench.fits.fit_series()
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=_LONG)
    bench.files._save_to(tmp_path / "a.thio")
    bench.export.export_into(tmp_path / "by window")
    qtbot.waitUntil(lambda: not bench.export.is_running, timeout=_LONG)
    bench._actions["copy_python"].trigger()
    monkeypatch.chdir(tmp_path)
    exec(QGuiApplication.clipboard().text(), {})
    for table in (tmp_path / "by window").glob("*.csv"):
        # the last digit of an error may differ: the spectra lie elsewhere in memory
        again, first = _cells(tmp_path / "results" / table.name), _cells(table)
        assert again.keys() == first.keys()
        for place, value in first.items():
            is_number = isinstance(value, float)
            assert again[place] == (pytest.approx(value, rel=1e-6) if is_number else value), place


def test_what_a_crash_has_left_is_offered_and_opened(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot, tmp_path: Path
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    with qtbot.waitSignal(bench.autosave._job.ended, timeout=_LONG):
        bench.autosave.keep()
    assert bench.autosave._lock is not None
    bench.autosave._lock.unlock()
    after = _start(qtbot, tmp_path / "autosave")
    box = after.offer_recovery()
    assert box is not None
    with qtbot.waitSignal(after.recovery._job.ended, timeout=_LONG):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Open), Qt.MouseButton.LeftButton)
    assert list(after.document.project.analyses) == ["P 2p", "S 2p"]
    assert after.document.is_changed


def test_hidden_panels_stay_hidden_at_the_next_start(
    bench: Workbench, spectra_folder: Path, drop: Drop, qtbot: QtBot, tmp_path: Path
) -> None:
    _drop_and_accept(bench, spectra_folder, drop, qtbot)
    bench.docks["series_map"].close()
    bench.document.mark_saved(None)
    bench.window.close()
    again = _start(qtbot, tmp_path / "autosave")
    again.document.open(bench.document.project, None)
    assert again.docks["series_map"].isHidden()
    assert not again.docks["trends"].isHidden()


def test_nothing_is_left_running_or_open(qtbot: QtBot, tmp_path: Path) -> None:
    # what other tests have left is not counted
    gc.freeze()

    def open_and_close() -> None:
        window = MainWindow()
        window.show()
        Workbench(window, tmp_path / "autosave")
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        # what the timer of the window would do a little later
        gc.collect()

    open_and_close()
    threads = threading.active_count()
    widgets = len(QApplication.allWidgets())
    for _ in range(3):
        open_and_close()
    assert threading.active_count() <= threads
    assert len(QApplication.allWidgets()) == widgets


def _cells(table: Path) -> dict[tuple[int, str], float | str]:
    """What a table holds by row and heading, numbers as numbers."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (number, name): _number(text)
        for number, row in enumerate(rows)
        for name, text in row.items()
    }


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _start(qtbot: QtBot, autosaves: Path) -> Workbench:
    window = MainWindow()
    bench = Workbench(window, autosaves)
    # a test that fails must not wait for an answer about unsaved changes
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.show()
    return bench


def _drop_and_accept(bench: Workbench, folder: Path, drop: Drop, qtbot: QtBot) -> None:
    """Everything a user does until the proposed model is on the screen."""
    assert drop(bench.window, [folder], bench.window.rect().center())
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    assert bench.files.preview is not None
    with qtbot.waitSignal(bench.document.project_changed, timeout=_LONG):
        qtbot.mouseClick(bench.files.preview.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bench.files._opening.is_running)
    # keys go to the window that is active
    bench.window.activateWindow()
    qtbot.waitUntil(bench.window.isActiveWindow)
