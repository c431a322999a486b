"""Files dropped onto any part of a window, whichever of its widgets is under the mouse."""

from pathlib import Path

from PySide6.QtCore import QChildEvent, QEvent, QObject, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_DRAG_EVENTS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class FileDrops(QObject):
    """Takes drags of files before the widgets of a window see them; leaves all others to them.

    Widgets that accept drops themselves, such as text fields and plots, would swallow files.
    """

    dropped = Signal(object)
    """The paths, as a list."""
    hovering = Signal(bool)
    """Whether files are held over the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        self.watch(window)

    def watch(self, widget: QWidget) -> None:
        """Take the drags of this widget and of all in it, also of editors that open later."""
        for child in (widget, *widget.findChildren(QWidget)):
            if child.acceptDrops() or isinstance(child.parent(), QAbstractScrollArea):
                child.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.DragLeave:
            self.hovering.emit(False)
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            self._watch_editor(event.child())
        if event.type() not in _DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        paths = local_files(event)
        if not paths:
            return False
        event.acceptProposedAction()
        is_drop = event.type() == QEvent.Type.Drop
        self.hovering.emit(not is_drop)
        if is_drop:
            self.dropped.emit(paths)
        return True

    def _watch_editor(self, child: QObject) -> None:
        if isinstance(child, QWidget) and child.acceptDrops():
            child.installEventFilter(self)


def local_files(event: QDropEvent | QDragMoveEvent) -> list[Path]:
    """The files and folders a drag carries."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
