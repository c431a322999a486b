"""Esc while something is dragged: it goes back to where it was."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication


class EscapeWatch(QObject):
    """Catches Esc wherever the focus is, also from the action that it belongs to otherwise."""

    pressed = Signal()

    def begin(self) -> None:
        """A drag begins; beginning twice is beginning once."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def end(self) -> None:
        """The drag is over."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        is_key = event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if not is_key or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.end()
            self.pressed.emit()
        return True
