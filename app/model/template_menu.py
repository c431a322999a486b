"""A button that keeps the model on the screen as a template, and drops those of before."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from app.document import Document
from app.model.templates import delete_template, list_templates, save_template
from fitting.data.errors import ThioscopeError
from fitting.models.model import Model


class TemplateMenu(QToolButton):
    """Its templates stand in the list of models of their region, beside those of the library."""

    changed = Signal()
    """There are other templates."""
    refused = Signal(str)
    """Why one could not be kept."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._known: tuple[str, Mapping[str, Model]] = ("", {})
        self.setText("…")
        self.setToolTip("Keep this model as a template for this region, or delete templates")
        self.setAccessibleName("Templates")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self.fill)

    def templates(self) -> Mapping[str, Model]:
        """Those of the region on the screen, by name."""
        region = self._document.view.region
        if self._known[0] != region:
            self._known = (region, list_templates(region))
        return self._known[1]

    def fill(self) -> None:
        """List what can be done now."""
        menu = self.menu()
        menu.clear()
        keep = menu.addAction("Keep as a template…", self._ask_name)
        keep.setEnabled(self._document.analysis is not None)
        if self.templates():
            menu.addSeparator()
        for name in self.templates():
            menu.addAction(f"Delete {name}").triggered.connect(partial(self._delete, name))

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Template")
        dialog.setLabelText(f"Name of the template for {self._document.view.region}")
        dialog.textValueSelected.connect(self._keep)
        dialog.open()

    def _keep(self, name: str) -> None:
        analysis = self._document.analysis
        if analysis is None:
            return
        try:
            save_template(name, analysis.region, analysis.recipe)
        except ThioscopeError as error:
            self.refused.emit(str(error))
        self._forget()

    def _delete(self, name: str, _: bool = False) -> None:
        delete_template(name, self._document.view.region)
        self._forget()

    def _forget(self) -> None:
        self._known = ("", {})
        self.changed.emit()
