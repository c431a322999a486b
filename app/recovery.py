"""Offers what a crash has left, and opens it off the GUI thread: the copy may be damaged."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QMessageBox

from app.autosave import Autosave, LeftBehind, left_behind
from app.document import Document
from app.errors import ErrorDesk
from app.job import Job
from app.main_window import MainWindow
from fitting.data.errors import DamagedProjectError
from fitting.data.plain_text import escape_controls
from fitting.projects.project import Project
from fitting.saving.project_file import open_project, rescue_project


class Recovery(QObject):
    """Asks about the last copy that no running program owns."""

    settled = Signal()
    """It was answered, and what was to be opened is open, or cannot be."""

    def __init__(
        self, window: MainWindow, document: Document, autosave: Autosave, desk: ErrorDesk
    ) -> None:
        super().__init__(window)
        self._window, self._document = window, document
        self._autosave, self._desk = autosave, desk
        self._found: LeftBehind | None = None
        self._job = Job(self)
        self._job.produced.connect(self._on_opened)
        self._job.failed.connect(desk.show)
        self._job.ended.connect(self._on_ended)

    def offer(self, folder: Path | None) -> QMessageBox | None:
        """Ask whether to open what a crash has left, if anything."""
        copies = left_behind(folder)
        if not copies:
            return None
        found = copies[0]
        name = found.project_path.name if found.project_path else "a project without a name"
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Recover",
            f"The program ended before {escape_controls(name)} was saved. "
            "Open the copy that was kept?",
            QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Discard,
            self._window,
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.buttonClicked.connect(partial(self._on_answered, box, found))
        box.open()
        return box

    def _on_answered(self, box: QMessageBox, found: LeftBehind, button: QAbstractButton) -> None:
        if box.standardButton(button) != QMessageBox.StandardButton.Open:
            found.discard()
            self.settled.emit()
        elif not self._job.is_running:
            self._found = found
            self._window.status.say("Opening the copy that was kept.")
            self._job.start(_OpenCopy(found.path))

    def _on_ended(self, _: bool) -> None:
        self.settled.emit()

    def _on_opened(self, opened: object) -> None:
        assert isinstance(opened, _Opened)
        assert self._found is not None
        self._document.open(Project(), self._found.project_path)
        self._document.change(opened.project, "Recover")
        self._window.status.say("The copy that was kept is open; it is not saved yet.")
        if opened.damage is None:
            self._autosave.adopt(self._found)
        else:
            # the damaged copy stays where it is, for whoever can get more out of it
            self._desk.show(opened.damage)


@dataclass(frozen=True, slots=True)
class _Opened:
    project: Project
    damage: DamagedProjectError | None


@dataclass(frozen=True, slots=True)
class _OpenCopy:
    path: Path

    def __call__(self) -> Iterator[_Opened]:
        try:
            yield _Opened(open_project(self.path), None)
        except DamagedProjectError as error:
            if not error.whole:
                raise
            yield _Opened(rescue_project(self.path), error)
