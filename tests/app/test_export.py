"""What leaves the window: the export folder, plots, refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from app.document import Document
from app.errors import ErrorDesk
from app.export import ExportActions
from app.export_dialog import ExportDialog
from app.main_window import MainWindow
from app.settings import remember_file
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


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """In place of a real export, of which other tests are: whether curves were asked for."""
    asked: list[bool] = []

    def write(_: Project, folder: Path, *__: object, curves: bool, **___: object) -> Iterator[Path]:
        asked.append(curves)
        folder.mkdir()
        (folder / "report.html").write_text("report")
        yield folder / "report.html"

    monkeypatch.setattr("app.export.export_project", write)
    return asked


def test_a_folder_that_is_not_there_is_proposed_and_made(
    export: ExportActions, tmp_path: Path, qtbot: QtBot, written: list[bool]
) -> None:
    remember_file(tmp_path)
    (tmp_path / "data").mkdir()
    remember_file(tmp_path / "data")
    export.export()
    assert export.dialog is not None
    assert export.dialog.value().folder == tmp_path / "thioscope-results"
    with qtbot.waitSignal(export._job.ended, timeout=_LONG):
        qtbot.keyClick(export.dialog, Qt.Key.Key_Return)
    assert (tmp_path / "thioscope-results" / "report.html").is_file()
    assert written == [True]
    assert export.dialog is None
    export.export()
    assert export.dialog is not None
    assert export.dialog.value().folder == tmp_path / "thioscope-results"
    export.dialog.reject()


def test_browsing_begins_in_a_folder_that_is_there(
    export: ExportActions, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "mine").mkdir()
    dialog = ExportDialog(tmp_path / "not" / "there", export._window)
    qtbot.addWidget(dialog)
    dialog.show()
    seen: list[Path] = []

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, QFileDialog)
        seen.append(Path(asked.directory().absolutePath()))
        field = asked.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        field.setText(str(tmp_path / "mine"))
        qtbot.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    qtbot.mouseClick(dialog.browse, Qt.MouseButton.LeftButton)
    assert seen == [tmp_path]
    assert dialog.value().folder == tmp_path / "mine"


def test_what_was_exported_is_offered_to_be_looked_at(
    export: ExportActions,
    window: MainWindow,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    written: list[bool],
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    assert not window.actions_by_name["open_report"].isEnabled()
    with qtbot.waitSignal(export._job.ended, timeout=_LONG):
        export.export_into(tmp_path / "out")
    assert written == [False]
    for button in window.status.offers:
        assert not button.isHidden()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path / "out"), str(tmp_path / "out" / "report.html")]
    window.status.say("Something else.")
    assert all(button.isHidden() for button in window.status.offers)


def test_the_data_on_the_screen_are_copied_as_columns(
    export: ExportActions, document: Document
) -> None:
    document.look_at(region="S 2p", spectrum=2)
    export.copy_data()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:2] == ["energy_eV", "intensity"]
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines) > 100


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
    assert ".svg, .pdf, .png or .tiff" in box.text()
    box.close()


def test_nothing_open_is_nothing_to_export(
    export: ExportActions, window: MainWindow, document: Document
) -> None:
    document.open(Project(), None)
    assert not window.actions_by_name["export"].isEnabled()
