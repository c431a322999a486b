"""The field for one number, driven by keys and wheel."""

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.controls.number_field import NumberField
from app.controls.number_text import (
    estimate_text,
    number_text,
    parse_number,
    stderr_text,
    value_text,
)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit())
    layout.addWidget(NumberField(step=0.05))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def field(window: QWidget) -> NumberField:
    field = window.findChild(NumberField)
    field.setValue(161.3)
    return field


def test_what_is_set_is_shown(field: NumberField) -> None:
    assert field.value() == 161.3
    assert field.text() == "161.3"


@pytest.mark.parametrize(("typed", "number"), [("162.5", 162.5), ("162,5", 162.5), ("1e-3", 1e-3)])
def test_a_number_is_taken_with_return(
    field: NumberField, qtbot: QtBot, typed: str, number: float
) -> None:
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(field.valueChanged) as changed:
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert changed.args == [number]
    assert field.value() == number


def test_what_is_no_number_is_put_back_on_leaving(
    window: QWidget, field: NumberField, qtbot: QtBot
) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "about 162")
    assert not field.is_sound()
    window.findChild(QLineEdit).setFocus()
    assert field.value() == 161.3
    assert field.text() == "161.3"


def test_arrow_keys_step(field: NumberField, qtbot: QtBot) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == pytest.approx(161.35)


def test_the_wheel_leaves_an_unfocused_field_alone(window: QWidget, field: NumberField) -> None:
    window.findChild(QLineEdit).setFocus()
    assert not _turn_wheel(field)
    assert field.value() == 161.3


def test_the_wheel_steps_where_one_types(field: NumberField) -> None:
    field.setFocus()
    assert _turn_wheel(field)
    assert field.value() == pytest.approx(161.35)


def test_an_empty_field_can_mean_no_limit(qtbot: QtBot) -> None:
    field = NumberField(empty=math.inf)
    qtbot.addWidget(field)
    field.setValue(163.0)
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == math.inf
    assert field.text() == ""


def test_leaving_a_field_untouched_keeps_all_digits(field: NumberField, qtbot: QtBot) -> None:
    field.setValue(161.2999999123)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 161.2999999123


@pytest.mark.parametrize(
    ("value", "stderr", "text"),
    [
        (161.30694, 0.0093, "161.3069 ± 0.0093"),
        (2425.3, 29.1, "2425 ± 29"),
        (99.96, 0.996, "99.96 ± 1.00"),
        (0.3, math.nan, "0.3"),
        (math.nan, math.nan, ""),
    ],
)
def test_a_value_has_the_digits_its_error_leaves(value: float, stderr: float, text: str) -> None:
    assert estimate_text(value, stderr).replace("\u2009", " ") == text
    assert text.startswith(value_text(value, stderr))
    assert text.endswith(stderr_text(stderr))


@pytest.mark.parametrize("number", [math.inf, -math.inf, 0.0, -1.5, 161.3])
def test_a_written_number_is_read_back(number: float) -> None:
    assert parse_number(number_text(number)) == number


def _turn_wheel(widget: QWidget) -> bool:
    event = QWheelEvent(
        QPointF(widget.rect().center()),
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()
