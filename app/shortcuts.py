"""The help sheet: every key and what the mouse does in the plots."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.actions import COMMANDS, Actions
from app.theme import SPACING

MOUSE: Sequence[tuple[str, str]] = (
    ("Drag a peak's marker", "position and height"),
    ("Drag a peak's edge", "width"),
    ("Drag a side of its band", "limit of its position"),
    ("Double-click the spectrum", "add a peak there"),
    ("Right-click a marker", "name, species, hold, tie, leave out"),
    ("Drag a dotted line", "end of the fitted range"),
    ("Wheel, drag with the right button", "zoom"),
    ("Drag the plot", "move"),
    ("Double-click a species, or drag it", "add it to the model"),
    ("Wheel or drag on the series map", "go through the spectra"),
    ("Click a point of a trend", "show that spectrum"),
)
_COLUMNS = 2
_KEYS_WIDTH = 120


class ShortcutSheet(QDialog):
    """Lists the shortcuts of all actions, menu by menu."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 3 * SPACING)
        columns.setSpacing(6 * SPACING)
        sections = [*_by_menu(actions).items(), ("Mouse", MOUSE)]
        stacks = [QVBoxLayout() for _ in range(_COLUMNS)]
        half = (len(sections) + 1) // _COLUMNS
        for number, (title, rows) in enumerate(sections):
            stacks[number // half].addLayout(_make_section(title, rows))
        for stack in stacks:
            stack.setSpacing(2 * SPACING)
            stack.addStretch(1)
            columns.addLayout(stack)


def _by_menu(actions: Actions) -> dict[str, list[tuple[str, str]]]:
    sections: dict[str, list[tuple[str, str]]] = {}
    for command in COMMANDS:
        keys = actions[command.name].shortcut()
        if not keys.isEmpty():
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            text = command.text.replace("&", "").removesuffix("…")
            sections.setdefault(command.menu.replace("&", ""), []).append((shown, text))
    return sections


def _make_section(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * SPACING)
    grid.setVerticalSpacing(SPACING // 2)
    heading = QLabel(title)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (keys, text) in enumerate(rows, 1):
        label = QLabel(keys)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(label, row, 0)
        grid.addWidget(QLabel(text), row, 1)
    grid.setColumnMinimumWidth(0, _KEYS_WIDTH)
    grid.setColumnStretch(1, 1)
    return grid
