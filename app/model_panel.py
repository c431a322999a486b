"""The model of the region on the screen."""

from PySide6.QtWidgets import (
    QAbstractItemView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document import Document, View
from fitting.project import Project

_TITLES = ("Parameter", "Start", "Min", "Max", "Fixed")


class ModelPanel(QWidget):
    """Lists the parameters of the model."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.table = QTableWidget(0, len(_TITLES))
        self.table.setHorizontalHeaderLabels(_TITLES)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the model of the document's view."""
        analysis = self._document.analysis
        parameters = [] if analysis is None else list(analysis.recipe.model.parameters())
        self.table.setRowCount(len(parameters))
        for row, (name, one) in enumerate(parameters):
            numbers = [f"{number:g}" for number in (one.value, one.min, one.max)]
            texts = [name, *numbers, "" if one.vary else "fixed"]
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refresh()
