"""The table of results as it looks: columns as wide as what stands in them, rows to copy."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.theme import DENSE, SPACING

_MOST_MEASURED = 100
"""Rows, evenly through the table, whose cells decide how wide a column is."""


class ResultsView(QTableView):
    """The table as it looks; asks to copy its rows."""

    copy_requested = Signal()

    def __init__(self, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setStyleSheet(DENSE)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + SPACING)
        self.horizontalHeader().setHighlightSections(False)
        # measuring all rows of a long series takes too long
        self.horizontalHeader().setResizeContentsPrecision(0)

    def lay_out(self) -> None:
        """Make the columns as wide as what stands in them."""
        self.resizeColumnsToContents()
        # rows out of sight may be wider, in any column and in any order
        count = self.model().rowCount()
        measured = range(0, count, max(1, count // _MOST_MEASURED))
        for column in range(self.model().columnCount()):
            cells = (self.model().index(row, column) for row in measured)
            widths = (self.sizeHintForIndex(cell).width() for cell in cells)
            self.setColumnWidth(column, max(self.columnWidth(column), *widths, 0))

    def selected_rows(self) -> Sequence[int]:
        """The selected rows, from above."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)
