"""A Qt model of two levels: groups, and the rows below each."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex

OF_GROUP = 0xFFFFFFFF
"""Internal id of the index of a group; that of a row below it is the group's number."""


class GroupedModel(QAbstractItemModel):
    """Finds rows below groups and groups above rows; what they hold, subclasses say."""

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() if parent.isValid() else OF_GROUP)

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]
        if not child.isValid() or child.internalId() == OF_GROUP:
            return QModelIndex()
        return self.createIndex(child.internalId(), 0, OF_GROUP)
