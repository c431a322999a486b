"""The species of the library as a tree: below each its bands, below those what sources say."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from app.library.library_nodes import TOP, Node, nodes_of
from app.plots.plot_canvas import species_colour
from app.theme import current_colours
from libraries.search import LibraryEntry

MIME_TYPE = "application/x-thioscope-species"
"""What is dragged: region and species, with a tab between them."""
SPREAD_ROLE = Qt.ItemDataRole.UserRole
"""Where a row's positions lie: a ``Spread``."""

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class LibraryColumn:
    """One column."""

    title: str
    about: str


COLUMNS: Sequence[LibraryColumn] = (
    LibraryColumn("Species", "Species, its bands, and the sources that name them"),
    LibraryColumn("Start", "Where a fit starts: the median of the sources (eV or 1/cm)"),
    LibraryColumn("Bounds", "How far the position may move (eV or 1/cm)"),
    LibraryColumn("Spread", "Each source as a line, within the bounds; a cross is left out"),
)
SPREAD = len(COLUMNS) - 1


class LibraryTree(QAbstractItemModel):
    """The species that were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[Node] = []
        self._below: dict[int, list[int]] = {}
        self._present: frozenset[tuple[str, str]] = frozenset()

    def show_entries(self, entries: Sequence[LibraryEntry]) -> None:
        """Show other species."""
        self.beginResetModel()
        self._nodes = nodes_of(entries)
        self._below = {}
        for number, node in enumerate(self._nodes):
            self._below.setdefault(node.parent, []).append(number)
        self.endResetModel()

    def mark_present(self, present: frozenset[tuple[str, str]]) -> None:
        """Mark what is in the models: pairs of region and species."""
        if present != self._present:
            self._present = present
            last = self.index(self.rowCount() - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last)

    def entry_at(self, index: _Index) -> LibraryEntry | None:
        """The species a row belongs to."""
        return self._nodes[index.internalId()].entry if index.isValid() else None

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._below[_number_of_index(parent)][row])

    def parent(self, child: _Index) -> QModelIndex:  # type: ignore[override]
        number = self._nodes[child.internalId()].parent if child.isValid() else TOP
        return (
            QModelIndex() if number == TOP else self.createIndex(self._nodes[number].row, 0, number)
        )

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.column() > 0 else len(self._below.get(_number_of_index(parent), ()))

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return COLUMNS[section].title
        if orientation == Qt.Orientation.Horizontal and role == _Role.ToolTipRole:
            return COLUMNS[section].about
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        node = self._nodes[index.internalId()]
        if role == SPREAD_ROLE:
            return node.spread if index.column() == SPREAD else None
        if role == _Role.ToolTipRole:
            return node.tip
        if role == _Role.ForegroundRole and (node.is_left_out or not node.entry.starts):
            return QColor(current_colours().muted)
        if index.column() == 0 and role == _Role.DecorationRole and node.parent == TOP:
            return QColor(species_colour(node.entry.species.id))
        if role == _Role.DisplayRole and index.column() < SPREAD:
            return self._text(node, index.column())
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        entry = self.entry_at(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if entry and entry.starts else flags

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        data = QMimeData()
        entry = self.entry_at(indexes[0]) if indexes else None
        if entry is not None:
            said = f"{entry.region}\t{entry.species.id}"
            data.setData(MIME_TYPE, said.encode("utf-8"))
        return data

    def _text(self, node: Node, column: int) -> str:
        key = (node.entry.region, node.entry.species.id)
        if column == 0 and node.parent == TOP and key in self._present:
            return f"{node.texts[0]}  ✓"
        return node.texts[column]


def _number_of_index(index: _Index) -> int:
    return int(index.internalId()) if index.isValid() else TOP
