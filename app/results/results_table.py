"""What the fit gave for the region on the screen: a row for each spectrum, to look at and copy."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Hint
from app.document import Document, View
from app.preferences import write_columns
from app.results.check_columns import CHECKS, NO_CHECKS, check_table
from app.results.interval_bar import IntervalBar
from app.results.result_columns import (
    QUANTITIES,
    ResultTable,
    SpectrumRow,
    copied_text,
    result_table,
)
from app.results.results_view import ResultsView
from app.spectra.series_tree import MARKS, status_colour
from app.theme import SPACING
from fitting.data.order import check_order
from fitting.projects.project import Analysis, Project

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_SAID = (_Role.DisplayRole, _Role.ToolTipRole)
_LEADING = (
    ("#", "Number in the written tables, and how the fit ended"),
    ("State", "Voltage and branch, or time"),
)
_EMPTY = ResultTable((), (), "")


class ResultModel(QAbstractTableModel):
    """A table of results; the first columns say which spectrum and how its fit ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = _EMPTY

    @property
    def shown(self) -> ResultTable:
        """What is shown."""
        return self._shown

    def show_table(self, table: ResultTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self._shown = table
        self.endResetModel()

    def row_of(self, spectrum: int) -> int:
        """The row of a spectrum; -1 if there is none."""
        found = [row for row, one in enumerate(self._shown.rows) if one.spectrum == spectrum]
        return found[0] if found else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._shown.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(_LEADING) + len(self._shown.columns)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.TextAlignmentRole:
            return _choose_alignment(section)
        if section < len(_LEADING):
            return dict(zip(_SAID, _LEADING[section], strict=True)).get(_Role(role))
        column = self._shown.columns[section - len(_LEADING)]
        if role == _Role.DisplayRole:
            return column.title
        if role == _Role.ToolTipRole:
            return column.title.replace("\n", " ")
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        row = self._shown.rows[index.row()]
        if role == _Role.TextAlignmentRole:
            return _choose_alignment(index.column())
        if index.column() < len(_LEADING):
            return _show_leading(row, index.column(), role)
        column = self._shown.columns[index.column() - len(_LEADING)]
        if role == _Role.DisplayRole:
            return column.text(row.spectrum)
        if role == _Role.ToolTipRole:
            return f"{column.title}: {column.tip(row.spectrum)}".replace("\n", " ")
        return None


_BELOW = "< says what a species that is not detected is below, at 95 %."
_CHECKED = "Point at a number for what is expected; ▲ is off. Nothing of this enters the fit."
_INTERVALS = "Point at a number for its 95 % interval; copying takes the intervals along."


_ORDERS: Mapping[str, str] = {
    "": "Usual order",
    "voltage": "By voltage",
    "time": "By time",
    "cycle": "By cycle",
    "file": "By file",
    "sample": "By sample",
}


class ResultsTable(QWidget):
    """Shows one of the tables of the region; a click shows the spectrum."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.quantity = Chooser({**QUANTITIES, CHECKS: "Checks with other core levels"})
        self.model = ResultModel(self)
        self.view = ResultsView(self.model)
        self.order = Chooser(_ORDERS)
        self.copy = QPushButton("Copy")
        self.intervals = IntervalBar(document)
        self._note = QLabel()
        self._hint = Hint("")
        self._is_stale = False
        self._arrange()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the result of the document's view."""
        self._is_stale = False
        self.order.setValue(self._document.project.order)
        analysis = self._document.analysis
        if analysis is None or analysis.result is None:
            self._hint.setText(_what_to_do(is_open=analysis is not None))
            self._pages.setCurrentWidget(self._hint)
            self.model.show_table(_EMPTY)
            return
        self._pages.setCurrentIndex(1)
        self.model.show_table(self._table(analysis))
        self.view.lay_out()
        self._show_note()
        self._show_spectrum(self._document.view.spectrum)

    def _table(self, analysis: Analysis) -> ResultTable:
        order = self._document.project.order
        if self.quantity.value() == CHECKS:
            analyses = self._document.project.analyses
            return check_table(
                analyses,
                analysis.region,
                self._document.catalogue,
                order,
                self._document.project.quantification,
            )
        detection = self._document.detections.of(analysis)
        return result_table(analysis, self.quantity.value(), detection, order)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def copy_rows(self) -> None:
        """Put the selected rows, or all if that is only one, on the clipboard."""
        table, chosen = self.model.shown, self.view.selected_rows()
        rows = [table.rows[row] for row in chosen] if len(chosen) > 1 else table.rows
        QGuiApplication.clipboard().setText(write_columns(copied_text(table, rows)))

    def _arrange(self) -> None:
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setWordWrap(True)
        self._note.setContentsMargins(SPACING, 0, SPACING, SPACING)
        self.order.setAccessibleName("Order of the spectra")
        self.quantity.setAccessibleName("What the table shows")
        self.view.setAccessibleName("Results")
        self.order.setToolTip("How tables, trends and figures put the spectra one after the other")
        self.copy.setToolTip("Copy the table, or the rows that are selected, for a spreadsheet")
        top = QHBoxLayout()
        top.setContentsMargins(SPACING, SPACING, SPACING, 0)
        top.setSpacing(SPACING)
        top.addWidget(self.quantity, 3)
        top.addWidget(self.order, 2)
        top.addWidget(self.copy)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.intervals)
        layout.addWidget(self._note)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._hint)
        self._pages.addWidget(page)

    def _connect(self) -> None:
        self.quantity.chosen.connect(self.refresh)
        self.order.chosen.connect(self._on_order_chosen)
        self.copy.clicked.connect(self.copy_rows)
        self.view.copy_requested.connect(self.copy_rows)
        self.view.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._document.detections.found.connect(self._on_detection_found)

    def _on_order_chosen(self, order: str) -> None:
        project = replace(self._document.project, order=check_order(order))
        self._document.change(project, "Order the spectra")

    def _on_detection_found(self, region: str) -> None:
        if region == self._document.view.region:
            self._refresh_when_seen()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        before, after = old.analyses.get(region), new.analyses.get(region)
        if self.quantity.value() == CHECKS and old.analyses is not new.analyses:
            self._refresh_when_seen()
        if before is after and old.order == new.order:
            return
        if old.order == new.order and _is_same_fit(before, after):
            self._show_note()
        else:
            self._refresh_when_seen()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self._refresh_when_seen()
        elif old.spectrum != new.spectrum and not self._is_stale:
            self._show_spectrum(new.spectrum)

    def _refresh_when_seen(self) -> None:
        """A long table behind another tab must not delay what is on the screen."""
        if self.isVisible():
            self.refresh()
        else:
            self._is_stale = True

    def _show_note(self) -> None:
        analysis, unit = self._document.analysis, self.model.shown.unit
        words = [f"In {unit}, ± one standard error."] if unit else []
        if any(np.isfinite(column.upper95).any() for column in self.model.shown.columns):
            words.append(_BELOW)
        if self.quantity.value() == CHECKS:
            words.append(_CHECKED if self.model.shown.columns else NO_CHECKS)
        words += [_INTERVALS] if unit and analysis is not None else []
        if analysis is not None and not analysis.is_current:
            words.append("The model or the steps have changed since this fit.")
        self._note.setText(" ".join(words))
        self._note.setVisible(bool(words))

    def _show_spectrum(self, spectrum: int) -> None:
        row = self.model.row_of(spectrum)
        if row >= 0 and row != self.view.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(
                self.model.index(row, 0), flags.ClearAndSelect | flags.Rows
            )

    def _on_row_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self._document.look_at(spectrum=self.model.shown.rows[current.row()].spectrum)


def _is_same_fit(one: Analysis | None, other: Analysis | None) -> bool:
    if one is None or other is None:
        return False
    return one.result is other.result and one.series is other.series


def _show_leading(row: SpectrumRow, column: int, role: int) -> object:
    if role == _Role.DisplayRole:
        return row.state if column else f"{MARKS[row.status]}  {row.number}"
    if role == _Role.ToolTipRole:
        return row.sentence
    return status_colour(row.status) if role == _Role.ForegroundRole and not column else None


def _choose_alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _what_to_do(*, is_open: bool) -> str:
    if is_open:
        return "Fit the series (F6) to see shares, ratios and areas of the species here."
    return "Open spectra and fit them; what comes out is listed here."
