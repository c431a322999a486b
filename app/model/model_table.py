"""The table of all parameters, grouped by peak: start, fitted value, limits, fixed, tie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from app.controls.grouped_model import OF_GROUP, GroupedModel, Index
from app.controls.number_text import number_text, stderr_text, value_text
from app.model.model_rows import Line, ModelGroup
from app.plots.plot_canvas import species_colour
from app.theme import current_colours
from fitting.models.edits import tie_text

_Role = Qt.ItemDataRole
_TIED = "Follows another parameter: {}"


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """One column: what it shows of a parameter, and what typing into it changes."""

    title: str
    text: Callable[[Line], str]
    tip: Callable[[Line], str]
    about: str
    """What the column holds, as a sentence."""
    widest: str
    """A text as wide as most that stand in it; a longer one makes room for itself."""
    changes: str = ""
    """Field of the parameter that typing changes, or "tie"."""
    number: Callable[[Line], float] | None = None
    """The number that is edited; ``None`` for a text."""
    empty: float | None = None
    """The number that an empty field stands for."""


def _start_text(line: Line) -> str:
    return number_text(line.parameter.value)


def _start_tip(line: Line) -> str:
    if line.tie:
        return _TIED.format(tie_text(line.tie))
    return f"{line.meaning}\nLibrary: {line.origin}" if line.origin else line.meaning


def _value_text(line: Line) -> str:
    return value_text(line.value, line.stderr)


def _value_tip(line: Line) -> str:
    value = repr(line.value) if line.value == line.value else "Not fitted yet."
    return value if line.is_current else f"{value}\nThe model has changed since this fit."


def _stderr_text(line: Line) -> str:
    return stderr_text(line.stderr)


def _stderr_tip(line: Line) -> str:
    if line.stderr == line.stderr:
        return repr(line.stderr)
    return "No standard error: fixed, at a bound, or not fitted."


def _short_tie(line: Line) -> str:
    if line.tie is None:
        return ""
    owner, _, short = line.tie.source.rpartition(".")
    written = tie_text(line.tie)
    return f"= {written.replace(line.tie.source, owner)}" if short == line.short else f"= {written}"


def _tie_tip(line: Line) -> str:
    if line.tie is None:
        return "Type another parameter to follow, such as PS4.fwhm or PS4.position + 1.2."
    return f"{line.name} = {tie_text(line.tie)}"


COLUMNS: Sequence[ModelColumn] = (
    ModelColumn(
        "Parameter", lambda line: line.short, lambda line: line.meaning, "Name in the model",
        "area_ratio",
    ),
    ModelColumn(
        "Start", _start_text, _start_tip, "Where the fit starts", "161.35", "value",
        lambda line: line.parameter.value,
    ),
    ModelColumn(
        "Fit", _value_text, _value_tip, "Fitted value in the spectrum on the screen", "161.31"
    ),
    ModelColumn("±", _stderr_text, _stderr_tip, "Standard error of the fitted value", "0.0093"),
    ModelColumn(
        "Min", lambda line: number_text(line.parameter.min), lambda line: line.meaning,
        "Lower limit; empty for none", "160.5", "min", lambda line: line.parameter.min, -inf,
    ),
    ModelColumn(
        "Max", lambda line: number_text(line.parameter.max), lambda line: line.meaning,
        "Upper limit; empty for none", "160.5", "max", lambda line: line.parameter.max, inf,
    ),
    ModelColumn(
        "Fix", lambda _: "", lambda line: f"Hold {line.name} at its start value",
        "Ticked: held at its start value", "Fix", "vary",
    ),
    ModelColumn("Tie", _short_tie, _tie_tip, "What the parameter follows", "= PS4", "tie"),
)  # fmt: skip
FIX = next(number for number, column in enumerate(COLUMNS) if column.changes == "vary")
TIE = next(number for number, column in enumerate(COLUMNS) if column.changes == "tie")
_FITTED = (2, 3)


class ModelTable(GroupedModel):
    """Peaks with their parameters; what is typed is asked for, not done."""

    edited = Signal(str, str, object)
    """Full name of a parameter, what of it, and what it shall be."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[ModelGroup, ...] = ()

    @property
    def groups(self) -> tuple[ModelGroup, ...]:
        """What is shown."""
        return self._groups

    def show_groups(self, groups: tuple[ModelGroup, ...]) -> bool:
        """Show others; whether rows came or went."""
        if _outline_groups(groups) != _outline_groups(self._groups):
            self.beginResetModel()
            self._groups = groups
            self.endResetModel()
            return True
        old, self._groups = self._groups, groups
        for number, (before, after) in enumerate(zip(old, groups, strict=True)):
            if before != after:
                self._tell_changed(number, before, after)
        return False

    def group_at(self, index: Index) -> ModelGroup | None:
        """The group a row belongs to."""
        if not index.isValid():
            return None
        number = index.row() if index.internalId() == OF_GROUP else index.internalId()
        return self._groups[number]

    def line_at(self, index: Index) -> Line | None:
        """The parameter of a row; ``None`` for a group's own."""
        if not index.isValid() or index.internalId() == OF_GROUP:
            return None
        return self._groups[index.internalId()].lines[index.row()]

    def index_of(self, name: str) -> QModelIndex:
        """The row of a group, or of a parameter by its full name."""
        for number, group in enumerate(self._groups):
            if group.name == name:
                return self.index(number, 0)
            for row, line in enumerate(group.lines):
                if line.name == name:
                    return self.index(row, 0, self.index(number, 0))
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        if not parent.isValid():
            return len(self._groups)
        is_group = parent.internalId() == OF_GROUP and parent.column() == 0
        return len(self._groups[parent.row()].lines) if is_group else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return COLUMNS[section].title
        if orientation == Qt.Orientation.Horizontal and role == _Role.ToolTipRole:
            return COLUMNS[section].about
        if orientation == Qt.Orientation.Horizontal and role == _Role.TextAlignmentRole:
            return _choose_alignment(section)
        return None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        line = self.line_at(index)
        if line is None:
            return _of_group(self._groups[index.row()], index.column(), role)
        return _of_line(line, index.column(), role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.line_at(index) is None or not COLUMNS[index.column()].changes:
            return flags
        is_fix = index.column() == FIX
        return flags | (Qt.ItemFlag.ItemIsUserCheckable if is_fix else Qt.ItemFlag.ItemIsEditable)

    def setData(self, index: Index, value: object, role: int = _Role.EditRole) -> bool:  # noqa: N802
        line = self.line_at(index)
        changes = COLUMNS[index.column()].changes
        if line is None or role not in (_Role.EditRole, _Role.CheckStateRole):
            return False
        if role == _Role.CheckStateRole:
            value = Qt.CheckState(value) != Qt.CheckState.Checked
        if value != edited_value(line, index.column()):
            self.edited.emit(line.name, changes, value)
        return True

    def _tell_changed(self, number: int, before: ModelGroup, after: ModelGroup) -> None:
        """Have those rows drawn anew that differ, cell by cell: all of it takes too long."""
        parent = self.index(number, 0)
        self.dataChanged.emit(parent, parent)
        for row, (old, new) in enumerate(zip(before.lines, after.lines, strict=True)):
            for column in range(len(COLUMNS) if old != new else 0):
                cell = self.index(row, column, parent)
                self.dataChanged.emit(cell, cell)


def edited_value(line: Line, column: int) -> object:
    """What a cell's editor begins with."""
    declared = COLUMNS[column]
    if declared.changes == "vary":
        return line.parameter.vary
    if declared.number is not None:
        return declared.number(line)
    return tie_text(line.tie) if line.tie else ""


def _outline_groups(groups: Sequence[ModelGroup]) -> list[object]:
    return [(group.name, [line.name for line in group.lines]) for group in groups]


def _of_group(group: ModelGroup, column: int, role: int) -> object:
    if column != 0:
        return None
    if role in (_Role.DisplayRole, _Role.ToolTipRole):
        return group.title
    if role == _Role.DecorationRole and group.species:
        return QColor(species_colour(group.species))
    if role == _Role.FontRole:
        font = QFont()
        font.setWeight(QFont.Weight.DemiBold)
        return font
    return None


def _of_line(line: Line, column: int, role: int) -> object:
    declared = COLUMNS[column]
    if role == _Role.DisplayRole:
        return declared.text(line)
    if role == _Role.ToolTipRole:
        return declared.tip(line)
    if role == _Role.EditRole:
        return edited_value(line, column)
    if role == _Role.CheckStateRole and column == FIX:
        return Qt.CheckState.Unchecked if line.parameter.vary else Qt.CheckState.Checked
    if role == _Role.TextAlignmentRole:
        return _choose_alignment(column)
    if role == _Role.ForegroundRole:
        return _choose_foreground(line, column)
    return None


def _choose_alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (0, TIE) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _choose_foreground(line: Line, column: int) -> QColor | None:
    """Muted where the number has no effect or is of a former fit; a warning at a limit."""
    chosen = current_colours()
    if column in _FITTED:
        if not line.is_current:
            return QColor(chosen.muted)
        return QColor(chosen.warning) if _is_at_limit(line) else None
    has_effect = line.tie is None or column in (0, TIE)
    return None if has_effect else QColor(chosen.muted)


def _is_at_limit(line: Line) -> bool:
    one = line.parameter
    return one.vary and line.tie is None and line.value in (one.min, one.max)
