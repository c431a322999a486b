"""What leaves the window: the export folder, plots, refusals."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from app.document import Document
from app.errors import ErrorDesk
from app.export import ExportActions
from app.main_window import MainWindow
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project
from fitting.readers.spectra import read_spectra

_LONG = 60_000


@pytest.fixture
def export(window: MainWindow, document: Document) -> ExportActions:
    for analysis in list(document.project.analyses.values()):
        document.change_analysis(with_fit(analysis, fit_analysis(analysis)), "Fit")
    plot = QLabel("plot", window)
    plot.resize(300, 200)
    return ExportActions(window, document, ErrorDesk(window), plot, lambda: False)


def test_a_folder_that_holds_files_is_asked_about(
    export: ExportActions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    export.export_into(tmp_path)
    assert not export.is_running
    assert [path.name for path in tmp_path.glob("*.*")] == ["notes.txt"]


def test_the_status_line_says_where_the_files_are(
    export: ExportActions, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(export._job.ended, timeout=_LONG):
        export.export_into(tmp_path / "out")
    assert str(tmp_path / "out") in window.status.sentence.text()
    assert (tmp_path / "out" / "project.thio").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(
    export: ExportActions, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    export.export_into(tmp_path / "out")
    (box,) = window.findChildren(QMessageBox)
    assert "this is a file" in box.text()
    box.close()


def test_the_plot_is_copied_at_twice_its_size(export: ExportActions) -> None:
    export.copy_plot()
    assert QGuiApplication.clipboard().pixmap().width() == 600


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_the_fit_on_the_screen_is_saved_as_a_figure(
    export: ExportActions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"plot{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    export.save_plot()
    assert path.stat().st_size > 1000


def test_data_and_fit_are_saved_as_nexus(
    export: ExportActions, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    path = tmp_path / "cell.nxs"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(export._job.ended, timeout=_LONG):
        export.save_nexus()
    assert "1 file was written" in window.status.sentence.text()
    assert {series.attrs["region"] for series in read_spectra(path)} == {"S 2p", "P 2p"}
    assert window.actions_by_name["save_nexus"].isEnabled()


def test_an_unknown_kind_of_figure_is_refused(
    export: ExportActions, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plot.xyz"), ""))
    export.save_plot()
    (box,) = window.findChildren(QMessageBox)
    assert ".svg, .pdf or .png" in box.text()
    box.close()


def test_nothing_open_is_nothing_to_export(
    export: ExportActions, window: MainWindow, document: Document
) -> None:
    document.open(Project(), None)
    assert not window.actions_by_name["export"].isEnabled()
