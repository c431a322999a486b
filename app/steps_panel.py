"""The steps that prepare the region on the screen before it is fitted."""

from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from app.document import Document, View
from fitting.preprocessing.steps import step_to_json
from fitting.project import Project


class StepsPanel(QWidget):
    """Lists the steps of the recipe."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.list = QListWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the steps of the document's view."""
        self.list.clear()
        analysis = self._document.analysis
        for step in () if analysis is None else analysis.recipe.steps:
            name, *settings = step_to_json(step).items()
            said = ", ".join(f"{key} {value}" for key, value in settings)
            self.list.addItem(f"{name[1]}  {said}")

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refresh()
