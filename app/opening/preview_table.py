"""The table of what was read: a row for each spectrum, corrected by typing or pasting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from app.theme import current_colours
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM, get_column
from fitting.data.techniques import technique_of
from fitting.projects.corrections import (
    Correction,
    correct_reading,
    describe_range,
    parse_correction,
)
from fitting.projects.reading import Reading
from fitting.readers.evidence import evidence_of

_Index = QModelIndex | QPersistentModelIndex
_Display = Qt.ItemDataRole.DisplayRole


@dataclass(frozen=True, slots=True)
class Row:
    """One spectrum of the reading."""

    series: int
    spectrum: int


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One column: what it shows, and what typing into it corrects."""

    title: str
    text: Callable[[Reading, Row], str]
    corrects: str = ""
    tip: str = ""
    told_by: tuple[str, ...] = ()
    """Quantities of the evidence of a file that the cell rests on."""


def _show_coordinate(name: str, number: str = "g") -> Callable[[Reading, Row], str]:
    def text(reading: Reading, row: Row) -> str:
        value = get_column(reading.series[row.series], name)[row.spectrum]
        if isinstance(value, str):
            return value
        return "" if np.isnan(value) else f"{value:{number}}"

    return text


def _show_attribute(name: str) -> Callable[[Reading, Row], str]:
    def text(reading: Reading, row: Row) -> str:
        return str(reading.series[row.series].attrs[name])

    return text


def _show_technique(reading: Reading, row: Row) -> str:
    return technique_of(reading.series[row.series]).label


def _show_range(reading: Reading, row: Row) -> str:
    return describe_range(reading.series[row.series], row.spectrum)


COLUMNS: Sequence[PreviewColumn] = (
    PreviewColumn("File", _show_coordinate("source")),
    PreviewColumn("Spectrum", _show_coordinate("label"), tip="What the file calls the spectrum"),
    PreviewColumn("Technique", _show_technique, told_by=("axis",)),
    PreviewColumn(
        "Region",
        _show_attribute("region"),
        "region",
        "Of all spectra of this part of the file",
        ("region",),
    ),
    PreviewColumn(
        "Sample", _show_coordinate("sample"), "sample", "Ties the regions of one state together"
    ),
    PreviewColumn("Voltage (V)", _show_coordinate("voltage", ".2f"), "voltage", "Volts vs Li+/Li"),
    PreviewColumn("Voltage from", _show_coordinate("voltage_from")),
    PreviewColumn("Branch", _show_coordinate("branch"), "branch", "charge or discharge"),
    PreviewColumn("Cycle", _show_coordinate("cycle"), "cycle"),
    PreviewColumn("Range", _show_range, told_by=("axis", "energy scale")),
    PreviewColumn("Intensity", _show_attribute("unit"), told_by=("unit of the intensity",)),
    PreviewColumn(
        "Axis shift",
        _show_coordinate("axis_offset"),
        "axis_offset",
        "Added to the axis (eV or 1/cm)",
    ),
)


class PreviewModel(QAbstractTableModel):
    """The spectra of a reading and the corrections made to them."""

    refused = Signal(str)
    """Why something typed or pasted was not taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = Reading()
        self._shown = Reading()
        self._corrections: dict[tuple[Row, str], Correction] = {}
        self._rows: list[Row] = []

    @property
    def reading(self) -> Reading:
        """What was read, with the corrections made."""
        return self._shown

    def set_reading(self, reading: Reading) -> None:
        """Show another reading, without corrections."""
        self.beginResetModel()
        self._read = self._shown = reading
        self._corrections = {}
        self._rows = [
            Row(number, spectrum)
            for number, series in enumerate(reading.series)
            for spectrum in range(series.sizes[SPECTRUM])
        ]
        self.endResetModel()

    def set_texts(self, texts: Sequence[tuple[int, int, str]]) -> None:
        """Take rows, columns and what was typed for them; all of it or, if one is wrong, none."""
        made: dict[tuple[Row, str], Correction] = {}
        try:
            for row_number, column_number, text in texts:
                name = COLUMNS[column_number].corrects
                row = self._rows[row_number]
                if name:
                    value = parse_correction(name, text)
                    made[row, name] = Correction(row.series, row.spectrum, name, value)
        except ThioscopeError as error:
            self.refused.emit(str(error))
            return
        self._corrections |= made
        self._shown = correct_reading(self._read, self._corrections.values())
        last = self.index(len(self._rows) - 1, len(COLUMNS) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _Display) -> object:
        column_shown, row = COLUMNS[index.column()], self._rows[index.row()]
        guess = self._tell_guess(column_shown, row)
        if role == Qt.ItemDataRole.ToolTipRole and guess:
            return guess
        if role in (_Display, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return column_shown.text(self._shown, row)
        if role == Qt.ItemDataRole.ForegroundRole and guess:
            return QColor(current_colours().warning)
        if role == Qt.ItemDataRole.FontRole and guess:
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def _tell_guess(self, column_shown: PreviewColumn, row: Row) -> str:
        """What a cell is a guess from; empty where the file, a neighbour or the user says it."""
        if any((row, name) in self._corrections for name in (column_shown.corrects,) if name):
            return ""
        found = evidence_of(self._read.series[row.series]) if column_shown.told_by else {}
        guesses = [
            found[name].words
            for name in column_shown.told_by
            if name in found and found[name].is_guess
        ]
        return f"A guess from {' and '.join(dict.fromkeys(guesses))}." if guesses else ""

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Display
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == _Display:
            return COLUMNS[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].tip or None
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if COLUMNS[index.column()].corrects else flags

    def setData(  # noqa: N802
        self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        self.set_texts([(index.row(), index.column(), str(value))])
        return True


class PreviewTable(QTableView):
    """Shows the model; takes what was copied from a spreadsheet."""

    def __init__(self, model: PreviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        elif event.matches(QKeySequence.StandardKey.Delete):
            cells = self.selectionModel().selectedIndexes()
            self._model.set_texts([(cell.row(), cell.column(), "") for cell in cells])
        else:
            super().keyPressEvent(event)

    def paste(self, text: str) -> None:
        """Fill cells from the current one on; a single value fills all that are selected."""
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        selected = self.selectionModel().selectedIndexes()
        if not lines or not selected:
            return
        if len(lines) == 1 and len(lines[0]) == 1:
            texts = [(cell.row(), cell.column(), lines[0][0]) for cell in selected]
        else:
            top = min(cell.row() for cell in selected)
            left = min(cell.column() for cell in selected)
            texts = [
                (top + down, left + right, cell)
                for down, line in enumerate(lines[: self._model.rowCount() - top])
                for right, cell in enumerate(line[: len(COLUMNS) - left])
            ]
        self._model.set_texts(texts)

    def copied(self) -> str:
        """The selected cells as a spreadsheet takes them."""
        rows: dict[int, list[str]] = {}
        for cell in sorted(
            self.selectionModel().selectedIndexes(), key=lambda cell: (cell.row(), cell.column())
        ):
            rows.setdefault(cell.row(), []).append(str(cell.data()))
        return "\n".join("\t".join(cells) for cells in rows.values())
