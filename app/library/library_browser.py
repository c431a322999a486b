"""The reference library: search it, see sources and their spread, add species to the model."""

from PySide6.QtCore import QModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Refusal
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.library.library_nodes import Spread
from app.library.library_text import describe_entry
from app.library.library_tree import SPREAD, SPREAD_ROLE, LibraryTree
from app.library.own_libraries import OwnLibraries
from app.spectra.series_tree import region_title
from app.theme import DENSE, SPACING, current_colours
from fitting.data.errors import ThioscopeError
from fitting.projects.project import Project
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError
from libraries.search import find_species

_EVERY_REGION = ""
_STRIP_WIDTH = 88
_SHADE = 70
"""Opacity of the bounds, of 255."""


class LibraryBrowser(QWidget):
    """Lists species; a double click or a drag onto the plot adds one to the model."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._is_all_chosen = False
        self.search = QLineEdit()
        self.regions = Chooser(self._regions())
        self.tree = LibraryTree(self)
        self.view = _View(self.tree)
        self.about = QTextBrowser()
        self.add = QPushButton("Add to model")
        self.own = OwnLibraries(document)
        self.refusal = Refusal()
        self._arrange()
        self._connect()
        self._follow_region(document.view.region)

    def refresh(self) -> None:
        """Search anew."""
        region = self.regions.value() or None
        found = find_species(self._known, self.search.text(), region)
        before = self.tree.entry_at(self.view.currentIndex())
        self.tree.show_entries(found)
        self._mark_present()
        self._none.setVisible(not found)
        self.view.setVisible(bool(found))
        if found:
            row = found.index(before) if before in found else 0
            self.view.setCurrentIndex(self.tree.index(row, 0))
        self._show_about()

    def add_current(self) -> None:
        """Add the chosen species to the model of its region."""
        entry = self.tree.entry_at(self.view.currentIndex())
        if entry is None:
            return
        if entry.region not in self._document.project.analyses:
            self.refusal.say(f"There are no {entry.region} spectra open to fit it to.")
            return
        self._document.look_at(region=entry.region)
        try:
            self._document.add_species(entry.species.id)
        except (ThioscopeError, LibraryError) as error:
            self.refusal.say(str(error))

    @property
    def _known(self) -> Catalogue:
        return self._document.catalogue

    def _regions(self) -> dict[str, str]:
        regions = {region: region_title(region) for region in self._known.regions()}
        return {_EVERY_REGION: "All regions", **regions}

    def _arrange(self) -> None:
        name_widgets(
            {
                "Search the library": self.search,
                "Region of the library": self.regions,
                "Species of the library": self.view,
                "About the species": self.about,
            }
        )
        self.search.setPlaceholderText("Species, source or position, such as 162.5")
        self.search.setClearButtonEnabled(True)
        self.about.setOpenExternalLinks(True)
        self.about.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.about.document().setDocumentMargin(SPACING)
        self.add.setToolTip("Or double-click the species, or drag it onto the spectrum")
        self._none = QLabel("Nothing fits. Search for less, or in all regions.")
        self._none.setContentsMargins(SPACING, 0, SPACING, 0)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(SPACING, SPACING, SPACING, 0)
        bottom.setContentsMargins(SPACING, 0, SPACING, SPACING)
        top.addWidget(self.search, 3)
        top.addWidget(self.regions, 1)
        bottom.addWidget(self.add)
        bottom.addStretch()
        bottom.addWidget(self.own)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.view)
        halves.addWidget(self.about)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(top)
        layout.addWidget(self._none)
        layout.addWidget(halves, 1)
        layout.addWidget(self.refusal)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.refresh)
        self.regions.chosen.connect(self._on_region_chosen)
        self.view.selectionModel().currentChanged.connect(self._show_about)
        self.view.add_requested.connect(self.add_current)
        self.add.clicked.connect(self.add_current)
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._document.catalogue_changed.connect(self._on_catalogue_changed)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is not new.analyses:
            self._mark_present()
            self.refusal.clear()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region and not self._is_all_chosen:
            self._follow_region(new.region)

    def _on_catalogue_changed(self) -> None:
        self.regions.offer(self._regions())
        if not self._is_all_chosen:
            self._follow_region(self._document.view.region)
        else:
            self.refresh()

    def _on_region_chosen(self, region: str) -> None:
        self._is_all_chosen = region == _EVERY_REGION
        self.refresh()

    def _follow_region(self, region: str) -> None:
        self.regions.setValue(region if region in self._known.regions() else _EVERY_REGION)
        self.refresh()

    def _mark_present(self) -> None:
        self.tree.mark_present(
            frozenset(
                (region, peak.species)
                for region, analysis in self._document.project.analyses.items()
                for peak in analysis.recipe.model.peaks
            )
        )

    def _show_about(self, *_: object) -> None:
        entry = self.tree.entry_at(self.view.currentIndex())
        self.about.setHtml("" if entry is None else describe_entry(entry, self._known))
        self.add.setEnabled(entry is not None and bool(entry.starts))
        self.refusal.clear()


class _View(QTreeView):
    """The tree as it looks; Return or a double click asks to add the current species."""

    add_requested = Signal()

    def __init__(self, tree: LibraryTree, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(tree)
        self.setStyleSheet(DENSE)
        self.setUniformRowHeights(True)
        self.setIndentation(2 * SPACING)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setItemDelegateForColumn(SPREAD, _Strip(self))
        self.doubleClicked.connect(self._on_double_clicked)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SPREAD, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(SPREAD, _STRIP_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.add_requested.emit()
        else:
            super().keyPressEvent(event)

    def _on_double_clicked(self, _: QModelIndex) -> None:
        self.add_requested.emit()


class _Strip(QStyledItemDelegate):
    """Draws a spread: the bounds as a bar, each source as a line, what is left out as a cross."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        super().paint(painter, option, index)
        spread = index.data(SPREAD_ROLE)
        if isinstance(spread, Spread):
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            place = QRectF(option.rect).adjusted(6, 4, -6, -4)
            _draw_spread(painter, place, spread, is_selected=is_selected)
            painter.restore()


def _draw_spread(painter: QPainter, place: QRectF, spread: Spread, *, is_selected: bool) -> None:
    chosen = current_colours()
    line, bar = (chosen.on_accent,) * 2 if is_selected else (chosen.text, chosen.accent)
    low, high = spread.scale

    def at(position: float) -> float:
        return place.left() + place.width() * (position - low) / (high - low)

    shade = QColor(bar)
    shade.setAlpha(_SHADE)
    for start in spread.starts:
        left, right = at(start.low), at(start.high)
        painter.fillRect(QRectF(left, place.top(), right - left, place.height()), shade)
    painter.setPen(QPen(QColor(line), 1))
    for value in spread.values:
        x = at(value)
        painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
    painter.setPen(QPen(QColor(line if is_selected else chosen.warning), 1))
    middle = place.center().y()
    for value in spread.left_out:
        corner = QRectF(at(value) - 2.5, middle - 2.5, 5, 5)
        painter.drawLine(corner.topLeft(), corner.bottomRight())
        painter.drawLine(corner.bottomLeft(), corner.topRight())
