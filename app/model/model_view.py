"""The model table on the screen: editors of its cells, spans of its peaks, keys."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.controls.number_field import NumberField
from app.model.model_table import COLUMNS, TIE, ModelTable
from app.theme import DENSE, SPACING, current_colours
from fitting.models.model import BACKGROUND

_Index = QModelIndex | QPersistentModelIndex
_DENSER = "QTreeView::item { padding: 2px; }"
"""Eight columns have to do with the width of the panel."""
_AROUND_LETTERS = 12
"""Pixels in a cell that are not for its text."""
_EDIT, _CHECK = Qt.ItemDataRole.EditRole, Qt.ItemDataRole.CheckStateRole


class ModelView(QTreeView):
    """Shows a model table; the Delete key asks for the removal of the current peak."""

    removal_requested = Signal()

    def __init__(self, table: ModelTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setModel(table)
        self.setItemDelegate(_Editors(self))
        self.setUniformRowHeights(True)
        self.setIndentation(SPACING // 2)
        self.setStyleSheet(DENSE + _DENSER)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        header = self.header()
        header.setMinimumSectionSize(3 * SPACING)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.ensurePolished()
        table.modelReset.connect(self.lay_out)
        self.lay_out()

    def lay_out(self) -> None:
        """Open all groups, and let their titles run over all columns."""
        for row in range(self._table.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
        self.expandAll()
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, self._width_of(max(column.title, column.widest, key=len)))
        self.make_room()

    def make_room(self) -> None:
        """Widen columns for what stands in them; none becomes narrower while numbers change."""
        lines = [line for group in self._table.groups for line in group.lines]
        # the last one takes what is left
        for number, column in enumerate(COLUMNS[:TIE]):
            longest = max((column.text(line) for line in lines), key=len, default="")
            width = self._width_of(longest) + (self.indentation() if number == 0 else 0)
            if width > self.columnWidth(number):
                self.setColumnWidth(number, width)

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + _AROUND_LETTERS

    def current_peak(self) -> str:
        """Name of the peak that the current row belongs to; empty for none."""
        group = self._table.group_at(self.currentIndex())
        return "" if group is None or group.name == BACKGROUND else group.name

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Delete):
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)


class _Editors(QStyledItemDelegate):
    """A number field for numbers, a text field that knows the parameters for ties."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        state = index.data(_CHECK)
        if state is not None:
            is_ticked = Qt.CheckState(state) == Qt.CheckState.Checked
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            _paint_tick(painter, option.rect.center(), is_ticked, is_selected)

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        # the style's own box is next to invisible in dark colours
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        if index.column() == TIE:
            # both ends tell bands apart: "= poly…476"
            option.textElideMode = Qt.TextElideMode.ElideMiddle

    def editorEvent(  # noqa: N802
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """Tick by a click anywhere in the cell, or by the space bar."""
        state = index.data(_CHECK)
        if state is None:
            return super().editorEvent(event, model, option, index)
        is_space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if event.type() != QEvent.Type.MouseButtonRelease and not is_space:
            return False
        is_ticked = Qt.CheckState(state) == Qt.CheckState.Checked
        opposite = Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked
        return model.setData(index, opposite, _CHECK)

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> QWidget:
        table = index.model()
        if not isinstance(table, ModelTable) or (line := table.line_at(index)) is None:
            return super().createEditor(parent, option, index)
        if index.column() == TIE:
            return _tie_editor(table, line.name, parent)
        field = NumberField(parent, step=line.step, empty=COLUMNS[index.column()].empty)
        field.setPlaceholderText("none" if COLUMNS[index.column()].empty is not None else "")
        return field

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802
        if isinstance(editor, NumberField):
            editor.setValue(float(index.data(_EDIT)))
            editor.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(str(index.data(_EDIT)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:  # noqa: N802
        if isinstance(editor, NumberField):
            editor.take_text()
            model.setData(index, editor.value())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """As wide as what is typed may need, over the cells beside it if need be."""
        super().updateEditorGeometry(editor, option, index)
        least = 20 * SPACING if index.column() == TIE else 9 * SPACING
        place = editor.geometry()
        right = place.right()
        place.setWidth(max(place.width(), least))
        place.moveRight(max(min(right, self._view.viewport().width() - 1), place.width() - 1))
        editor.setGeometry(place)


def _paint_tick(painter: QPainter, middle: QPoint, is_ticked: bool, is_selected: bool) -> None:
    chosen = current_colours()
    outline = QColor(chosen.on_accent if is_selected else chosen.muted)
    box = QRectF(middle.x() - 5.5, middle.y() - 5.5, 11, 11)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(outline, 1))
    painter.drawRoundedRect(box, 2, 2)
    if is_ticked:
        painter.setPen(QPen(QColor(chosen.on_accent if is_selected else chosen.text), 1.6))
        corners = ((2.5, 5.5), (4.8, 8.0), (8.8, 3.0))
        painter.drawPolyline([box.topLeft() + QPointF(*corner) for corner in corners])
    painter.restore()


def _tie_editor(table: ModelTable, name: str, parent: QWidget) -> QLineEdit:
    short = name.rpartition(".")[2]
    names = [line.name for group in table.groups for line in group.lines if line.name != name]
    names.sort(key=lambda other: other.rpartition(".")[2] != short)
    field = QLineEdit(parent)
    field.setPlaceholderText("none")
    completer = QCompleter(names, field)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(completer)
    return field
