"""A field for one number: dot or comma, arrow keys step, and the wheel only where one types."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.controls.number_text import number_text, parse_number
from app.theme import current_colours

_STEP_SHARE = 0.01
"""One step without a given size, as a part of the number's power of ten."""


class NumberField(QLineEdit):
    """Shows and edits a number; may be empty if a number for that is given."""

    valueChanged = Signal(float)  # noqa: N815 - as Qt's own fields name it
    """A number was typed and ended with Return or by leaving the field, or stepped to."""

    def __init__(
        self, parent: QWidget | None = None, *, step: float = 0.0, empty: float | None = None
    ) -> None:
        super().__init__(parent)
        self._value = 0.0 if empty is None else empty
        self._step = step
        self._empty = empty
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self.take_text)
        self.textEdited.connect(self._mark)
        self._show()

    def value(self) -> float:
        """The number as last taken."""
        return self._value

    def setValue(self, value: float) -> None:  # noqa: N802
        """Show another number."""
        self._value = value
        self._show()

    def is_sound(self) -> bool:
        """Whether what is written is a number, or empty where that means something."""
        return self._parsed() is not None

    def take_text(self) -> None:
        """Take what is written, if it is a number."""
        number = self._parsed()
        if number is None or number == self._value or self.text() == self._written(self._value):
            return
        self.setValue(number)
        self.valueChanged.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self._step_by(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus() and event.angleDelta().y():
            self._step_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            # what is below scrolls
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if not self.is_sound():
            self._show()

    def _step_by(self, steps: int) -> None:
        number = self._parsed()
        if number is None or math.isinf(number):
            return
        step = self._step or _fitting_step(number)
        self._value = round(number + steps * step, 12)
        self._show()
        self.valueChanged.emit(self._value)

    def _parsed(self) -> float | None:
        if not self.text().strip():
            return self._empty
        try:
            return parse_number(self.text())
        except ValueError:
            return None

    def _written(self, value: float) -> str:
        return "" if value == self._empty else number_text(value)

    def _show(self) -> None:
        self.setText(self._written(self._value))
        self._mark()

    def _mark(self) -> None:
        """Write in the colour of an error what is no number."""
        palette = QPalette()
        if self.text() and not self.is_sound():
            palette.setColor(QPalette.ColorRole.Text, current_colours().error)
        self.setPalette(palette)


def _fitting_step(number: float) -> float:
    return _STEP_SHARE * 10.0 ** math.floor(math.log10(abs(number))) if number else _STEP_SHARE
