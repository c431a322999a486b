"""The list of regions and spectra: choose what is looked at, fit or remove some."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTreeView,
    QWidget,
)

from app.document import Document, View
from app.spectra.series_tree import SeriesTree
from app.theme import SPACING
from fitting.data.errors import SeriesError
from fitting.data.joining.scans import has_scans
from fitting.projects.project import Project, with_scans_summed, without_spectra

_EMPTY = (
    "Drop files or folders anywhere on this window.\n\n"
    "XPS and Raman spectra open together; voltages are read from file names where they say them."
)


class SeriesList(QWidget):
    """Regions with their spectra; a click shows the spectrum."""

    fit_requested = Signal(str, object)
    """Region, and the spectra to fit as a tuple of indices, or ``None`` for all."""
    selection_changed = Signal(str, object)
    """Region on the screen, and its selected spectra as a tuple."""
    refused = Signal(object)
    """The error that says why something was not done."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._tree = SeriesTree(self)
        self.view = _View(self._tree, self)
        self.view.setAccessibleName("Regions and spectra")
        self.view.removal_requested.connect(self.remove_selected)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._empty = _empty_state()
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._empty)
        self._layout.addWidget(self.view)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._on_project_changed(Project(), document.project)

    def selected(self) -> dict[str, list[int]]:
        """The selected spectra by region; a selected region stands for all of its spectra."""
        chosen: dict[str, set[int]] = {}
        for index in self.view.selectionModel().selectedRows():
            region, spectrum = self._tree.place_of(index)
            spectra = range(self._tree.rowCount(index)) if spectrum is None else (spectrum,)
            chosen.setdefault(region, set()).update(spectra)
        return {region: sorted(spectra) for region, spectra in chosen.items()}

    def remove_selected(self) -> None:
        """Take the selected spectra out of the project; undo brings them back."""
        chosen = self.selected()
        project = self._document.project
        for region, spectra in chosen.items():
            project = without_spectra(project, region, spectra)
        count = sum(map(len, chosen.values()))
        if count:
            text = "Remove 1 spectrum" if count == 1 else f"Remove {count} spectra"
            self._document.change(project, text)

    def sum_scans(self) -> None:
        """Add up the scans of every selected region that has some; undo takes them apart again."""
        project = self._document.project
        try:
            for region in self._regions_with_scans():
                project = with_scans_summed(project, region)
        except SeriesError as error:
            self.refused.emit(error)
        else:
            self._document.change(project, "Sum scans")

    def _regions_with_scans(self) -> list[str]:
        analyses = self._document.project.analyses
        return [region for region in self.selected() if has_scans(analyses[region].series)]

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.analyses and _list_contents(old) == _list_contents(new):
            return
        self._tree.show_project(new)
        self._layout.setCurrentWidget(self.view if new.analyses else self._empty)
        self._show_current(self._document.view)

    def _on_view_changed(self, old: View, new: View) -> None:
        if (old.region, old.spectrum) != (new.region, new.spectrum):
            self._show_current(new)

    def _show_current(self, view: View) -> None:
        index = self._tree.index_of(view.region, view.spectrum)
        if not index.isValid() or index == self.view.currentIndex():
            return
        self.view.setExpanded(index.parent(), True)
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.view.scrollTo(index)

    def _on_current_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if not current.isValid():
            return
        region, spectrum = self._tree.place_of(current)
        if spectrum is not None:
            self._document.look_at(region=region, spectrum=spectrum)
        elif region != self._document.view.region:
            self._document.look_at(region=region, spectrum=0)

    def _on_selection_changed(self, *_: object) -> None:
        region = self._document.view.region
        self.selection_changed.emit(region, tuple(self.selected().get(region, ())))

    def _open_menu(self, place: QPoint) -> None:
        chosen = self.selected()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Fit these spectra", self._fit_selected)
        if self._regions_with_scans():
            menu.addAction("Sum scans", self.sum_scans)
        menu.addAction("Remove from project", self.remove_selected)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _fit_selected(self) -> None:
        for region, spectra in self.selected().items():
            self.fit_requested.emit(region, tuple(spectra))


class _View(QTreeView):
    """The tree as it looks; the Delete key removes what is selected."""

    removal_requested = Signal()

    def __init__(self, tree: SeriesTree, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(tree)
        self.setUniformRowHeights(True)
        self.setIndentation(SPACING)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setStretchLastSection(False)
        # widths follow the rows on the screen: measuring all of a long series takes too long
        header.setResizeContentsPrecision(0)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in range(1, tree.columnCount()):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Delete):
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)


def _empty_state() -> QLabel:
    label = QLabel(_EMPTY)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _list_contents(project: Project) -> list[tuple[object, ...]]:
    """What the list shows of a project; series and results are compared by identity."""
    return [
        (region, id(analysis.series), id(analysis.result), analysis.is_current, project.order)
        for region, analysis in project.analyses.items()
    ]
