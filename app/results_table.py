"""What the fit gave for the region on the screen, as a table."""

from PySide6.QtWidgets import (
    QAbstractItemView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document import Document, View
from fitting.project import Project
from fitting.table_rows import species_rows

_SHOWN = ("spectrum", "voltage_V", "species", "fraction_percent", "fraction_stderr")


class ResultsTable(QWidget):
    """Lists the species of every spectrum with their shares."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.table = QTableWidget(0, len(_SHOWN))
        self.table.setHorizontalHeaderLabels(_SHOWN)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the result of the document's view."""
        analysis = self._document.analysis
        if analysis is None or analysis.result is None:
            self.table.setRowCount(0)
            return
        rows = species_rows(analysis)
        self.table.setRowCount(len(rows["species"]))
        for column, name in enumerate(_SHOWN):
            for row, value in enumerate(rows[name]):
                text = f"{value:.4g}" if isinstance(value, float) else str(value)
                self.table.setItem(row, column, QTableWidgetItem(text))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refresh()
