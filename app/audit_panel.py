"""What the audit found; a click shows the spectrum it is about."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.document import Document
from fitting.audit import Finding, audit_project
from fitting.project import Project
from libraries.loader import catalogue


class AuditPanel(QWidget):
    """Lists the findings of all regions."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.list = QListWidget()
        self.list.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.list.itemClicked.connect(self._on_clicked)
        document.project_changed.connect(self._on_project_changed)
        self._on_project_changed(Project(), document.project)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is new.analyses:
            return
        self.list.clear()
        for finding in audit_project(new, catalogue()):
            item = QListWidgetItem(f"{finding.severity}: {finding.region}: {finding.message}")
            item.setData(Qt.ItemDataRole.UserRole, finding)
            self.list.addItem(item)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        finding = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(finding, Finding) and finding.spectrum is not None:
            self._document.look_at(region=finding.region, spectrum=finding.spectrum)
