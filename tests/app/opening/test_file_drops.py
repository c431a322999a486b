"""Files dropped onto any widget; other drags are left to the widgets."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsScene,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.opening.file_drops import FileDrops

Drop = Callable[[QWidget, list[Path], QPoint], bool]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in (QLineEdit(), QPlainTextEdit(), QGraphicsView(QGraphicsScene(window)), QLabel()):
        layout.addWidget(widget)
    window.resize(400, 400)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QGraphicsView, QLabel])
def test_files_are_taken_wherever_they_are_dropped(
    window: QWidget, drop: Drop, tmp_path: Path, kind: type[QWidget]
) -> None:
    dropped: list[object] = []
    drops = FileDrops(window)
    drops.dropped.connect(dropped.append)
    target = window.findChild(kind)
    assert drop(window, [tmp_path], target.geometry().center())
    assert dropped == [[tmp_path]]


def test_text_is_left_to_the_field_it_is_dropped_on(window: QWidget) -> None:
    dropped: list[object] = []
    drops = FileDrops(window)
    drops.dropped.connect(dropped.append)
    field = window.findChild(QLineEdit)
    data = QMimeData()
    data.setText("162.2")
    spot, copy = field.rect().center(), Qt.DropAction.CopyAction
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(field, QDragEnterEvent(spot, copy, data, button, none))
    QApplication.sendEvent(field, QDropEvent(QPointF(spot), copy, data, button, none))
    assert field.text() == "162.2"
    assert dropped == []


def test_a_field_that_appears_later_does_not_swallow_files(
    window: QWidget, drop: Drop, tmp_path: Path, qtbot: QtBot
) -> None:
    dropped: list[object] = []
    drops = FileDrops(window)
    drops.dropped.connect(dropped.append)
    editor = QLineEdit(window.findChild(QGraphicsView).viewport())
    editor.show()
    QApplication.processEvents()
    assert drop(window, [tmp_path], editor.mapTo(window, editor.rect().center()))
    assert dropped == [[tmp_path]]
