"""The reference library: which species there are for a region, added by a double click."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.document import Document, View
from fitting.model_from_library import peaks_of_species
from libraries.loader import catalogue


class LibraryBrowser(QWidget):
    """Lists the species of the region on the screen."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.list = QListWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.list.itemDoubleClicked.connect(self._add)
        document.view_changed.connect(self._on_view_changed)
        self._show_region(document.view.region)

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self._show_region(new.region)

    def _show_region(self, region: str) -> None:
        self.list.clear()
        if region not in catalogue().regions():
            return
        for species in catalogue().species(region):
            item = QListWidgetItem(f"{species.label}  {species.name}")
            item.setData(Qt.ItemDataRole.UserRole, species.id)
            item.setToolTip(species.note)
            self.list.addItem(item)

    def _add(self, item: QListWidgetItem) -> None:
        analysis = self._document.analysis
        if analysis is None:
            return
        species = str(item.data(Qt.ItemDataRole.UserRole))
        model = analysis.recipe.model
        names = {peak.name for peak in model.peaks}
        added = peaks_of_species(analysis.region, species, like=model)
        new = tuple(peak for peak in added if peak.name not in names)
        if new:
            self._document.change_model(
                lambda old: replace(old, peaks=(*old.peaks, *new)), f"Add {species}"
            )
