"""Keeps a menu open while its ticks are set: several panels are shown in one go."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu


class LastingTicks(QObject):
    """Watches a menu: an entry with a tick is switched without closing it."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        menu.installEventFilter(self)

    def eventFilter(self, menu: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the click or key of an entry with a tick."""
        if not isinstance(menu, QMenu) or not _is_choice(event):
            return super().eventFilter(menu, event)
        action = menu.activeAction()
        if action is None or not action.isCheckable() or not action.isEnabled():
            return super().eventFilter(menu, event)
        action.trigger()
        return True


def _is_choice(event: QEvent) -> bool:
    if event.type() == QEvent.Type.MouseButtonRelease:
        return isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton
    is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
    return is_key and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return)  # type: ignore[attr-defined]
