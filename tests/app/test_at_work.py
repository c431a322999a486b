"""What the window does around the work: its size, keys, the readout, stopping, recovery."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.document import Document
from app.main_window import MainWindow, first_geometry, fit_into
from app.plots.spectrum_plot import SpectrumPlot
from app.window import Loading
from app.workbench import Workbench
from fitting.projects.project import Project
from fitting.readers.options import ReadOptions
from fitting.saving.project_file import save_project

_LONG = 60_000
_FRAME = 40
"""Pixels of a title bar."""


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, project: Project) -> Workbench:
    window = MainWindow()
    bench = Workbench(window, tmp_path / "autosave")
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.show()
    bench.document.open(project, None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return bench


@pytest.mark.parametrize("room", [(1280, 720), (1366, 728), (1440, 860), (1920, 1040), (800, 600)])
def test_the_first_window_lies_on_the_screen_with_its_title(room: tuple[int, int]) -> None:
    screen = QRect(0, 0, *room)
    place = first_geometry(screen)
    assert screen.contains(place)
    assert place.top() >= _FRAME
    assert place.height() >= min(room[1], 900) - 2 * _FRAME


@settings(max_examples=50)
@given(
    room=st.tuples(st.integers(-3000, 3000), st.integers(-500, 500)),
    size=st.tuples(st.integers(640, 4000), st.integers(480, 2200)),
    place=st.tuples(*[st.integers(-5000, 5000)] * 2, *[st.integers(100, 5000)] * 2),
)
def test_wherever_a_window_was_it_comes_back_onto_the_screen(
    room: tuple[int, int], size: tuple[int, int], place: tuple[int, int, int, int]
) -> None:
    screen, remembered = QRect(*room, *size), QRect(*place)
    fitted = fit_into(screen, remembered)
    assert screen.contains(fitted)
    assert fitted.width() <= remembered.width()
    assert fit_into(screen, fitted) == fitted


def test_tab_goes_through_the_window_and_never_behind_a_tab(bench: Workbench, qtbot: QtBot) -> None:
    bench.docks["model"].raise_()
    QApplication.processEvents()
    hidden = [bench.docks[name] for name in ("library", "steps", "results", "audit")]
    bench.series.view.setFocus()
    reached = []
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert not any(dock.isAncestorOf(focused) for dock in hidden)
        reached.append(focused)
    assert any(bench.docks["model"].isAncestorOf(one) for one in reached)


def test_the_readout_tells_the_spectrum_that_is_shown_and_goes_with_the_pointer(
    document: Document, shown, mouse
) -> None:
    said: list[str] = []
    plot = SpectrumPlot(document)
    plot.hovered.connect(said.append)
    shown(plot, 800, 600)
    place = mouse(plot.spectrum_item).pixel(161.3, 1000.0)
    mouse(plot.spectrum_item).move(QPointF(place), held=False)
    first = said[-1]
    assert "measured" in first
    document.look_at(spectrum=4)
    assert "measured" in said[-1]
    assert said[-1] != first
    document.open(Project(), None)
    assert said[-1] == ""
    assert not any(line.isVisible() for line in plot._crosshair)


def test_the_readout_is_cleared_when_the_pointer_leaves(document: Document, shown, mouse) -> None:
    plot = SpectrumPlot(document)
    said: list[str] = []
    plot.hovered.connect(said.append)
    shown(plot, 800, 600)
    mouse(plot.spectrum_item).move(mouse(plot.spectrum_item).pixel(161.3, 1000.0), held=False)
    assert said[-1]
    plot.canvas.pointer_left.emit()
    assert said[-1] == ""


def test_undo_says_what_was_undone(bench: Workbench, qtbot: QtBot) -> None:
    bench.window.status.say("10 of 10 spectra are fitted.")
    bench.document.set_parameter("PS4.fwhm", value=1.0)
    qtbot.keyClick(bench.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.window.status.sentence.text() == "Undone: Change PS4.fwhm."
    bench._actions["redo"].trigger()
    assert bench.window.status.sentence.text() == "Done again: Change PS4.fwhm."


def test_reading_is_stopped_and_nothing_opens(
    bench: Workbench, qtbot: QtBot, spectra_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_slowly(*_: object) -> Iterator[object]:
        time.sleep(0.5)
        yield from ()

    monkeypatch.setattr("app.opening.opening._Read.__call__", read_slowly)
    bench.files.open_paths([spectra_folder], ReadOptions())
    assert bench._actions["stop"].isEnabled()
    began = time.monotonic()
    qtbot.keyClick(bench.window, Qt.Key.Key_Escape)
    assert time.monotonic() - began < 0.4
    assert "stopped" in bench.window.status.sentence.text()
    assert not bench._actions["stop"].isEnabled()
    assert bench._actions["open_files"].isEnabled()
    qtbot.wait(600)
    assert bench.files.preview is None


def test_what_a_crash_left_is_offered_before_the_files_that_were_named(
    qtbot: QtBot, tmp_path: Path, project: Project, spectra_folder: Path
) -> None:
    (tmp_path / "autosave").mkdir()
    save_project(project, tmp_path / "autosave" / "left.thio")
    window = MainWindow()
    loading = Loading(window, [spectra_folder], autosaves=tmp_path / "autosave")
    with qtbot.waitSignal(loading.loaded, timeout=_LONG) as loaded:
        loading.start()
    bench = loaded.args[0]
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    (box,) = window.findChildren(QMessageBox)
    qtbot.wait(50)
    assert bench.files.preview is None
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Open), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    assert bench.document.project.analyses
    bench.files.preview.reject()
