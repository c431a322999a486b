"""Shows the settings of the measurement, and keeps what is stated of them with the project."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.document import Document
from app.spectra.measurement_dialog import MeasurementDialog
from fitting.projects.project import Project

_COMMAND = "measurement"


class MeasurementActions(QObject):
    """The command that asks how the spectra were measured."""

    def __init__(self, window: QWidget, document: Document, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._document, self._action = window, document, actions[_COMMAND]
        self.dialog: MeasurementDialog | None = None
        self._action.triggered.connect(self.ask)
        document.project_changed.connect(self._on_project_changed)
        self._action.setEnabled(bool(document.project.analyses))

    def ask(self) -> None:
        """Open the dialog."""
        self.dialog = MeasurementDialog(self._document.project, self._window)
        self.dialog.stated.connect(self._on_stated)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_stated(self, stated: dict[str, float | str]) -> None:
        project = self._document.project
        if dict(project.acquisition) != stated:
            self._document.change(replace(project, acquisition=stated), "Measurement settings")

    def _on_closed(self, _: int) -> None:
        self.dialog = None

    def _on_project_changed(self, _: Project, new: Project) -> None:
        self._action.setEnabled(bool(new.analyses))
