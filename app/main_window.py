"""The window before anything heavy is loaded: menus, toolbar, welcome page, drops, status line."""

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QWidget

from app.actions import Actions
from app.docks import restore_state
from app.opening.file_drops import FileDrops
from app.settings import recent_files
from app.status_line import StatusLine
from app.welcome import Welcome

LAYOUT_VERSION = 3
"""A remembered layout of another version is not restored."""
_DEFAULT_SIZE = QSize(1440, 900)
_FRAME = QSize(16, 48)
"""Room for the border and the title bar that the system puts around the window (pixels)."""


class MainWindow(QMainWindow):
    """A frame; ``app.workbench`` fills it with the panels and connects them."""

    closing = Signal(object)
    """The ``QCloseEvent``, to be ignored by whoever has reason to."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Thioscope")
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.actions_by_name = Actions(self)
        self.actions_by_name.enable_all(False)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)
        self.welcome = Welcome()
        names = ("open_files", "open_folder", "open_example")
        self.welcome.show_actions([self.actions_by_name[name] for name in names])
        self.welcome.show_recent(recent_files())
        self._centre = QStackedWidget()
        self._centre.addWidget(self.welcome)
        self.setCentralWidget(self._centre)
        self.drops = FileDrops(self)
        self.drops.hovering.connect(self._on_hovering)
        self._restore_size()

    def show_in_centre(self, widget: QWidget) -> None:
        """Show the widget in the middle; it stays available beside the welcome page."""
        if self._centre.indexOf(widget) < 0:
            self._centre.addWidget(widget)
        self._centre.setCurrentWidget(widget)

    def restore_layout(self) -> bool:
        """Put the docks where they were; whether anything was remembered."""
        return self._restore("layout")

    def save_layout(self) -> None:
        """Remember size and docks for the next start."""
        QSettings().setValue("geometry", self.saveGeometry())
        QSettings().setValue("layout", self.saveState(LAYOUT_VERSION))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        event.accept()
        self.closing.emit(event)
        if event.isAccepted():
            self.save_layout()

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802
        """Pass over what lies in a panel behind the tab of another one: nobody sees it."""
        begun = self.focusWidget()
        while super().focusNextPrevChild(is_next):
            reached = self.focusWidget()
            if reached is None or reached is begun or not _is_behind_tab(reached):
                return True
        return False

    def _restore_size(self) -> None:
        """As large as it was, or as is usual, but never larger than the screen."""
        room = self.screen().availableGeometry()
        if not self._restore("geometry"):
            self.setGeometry(first_geometry(room))
        elif not self.isMaximized() and not room.contains(self.geometry()):
            self.setGeometry(fit_into(room, self.geometry()))

    def _restore(self, key: str) -> bool:
        stored = QSettings().value(key)
        if not isinstance(stored, QByteArray):
            return False
        if key == "geometry":
            return self.restoreGeometry(stored)
        return restore_state(self, stored, LAYOUT_VERSION)

    def _on_hovering(self, is_over: bool) -> None:
        if is_over:
            self.status.say("Drop to open.")
        elif self.status.sentence.text() == "Drop to open.":
            self.status.say("")


def first_geometry(room: QRect) -> QRect:
    """Where the window opens for the first time on a screen with this room."""
    place = QRect(0, 0, _DEFAULT_SIZE.width(), _DEFAULT_SIZE.height())
    place.moveCenter(room.center())
    return fit_into(room, place)


def fit_into(room: QRect, place: QRect) -> QRect:
    """The place, made smaller and moved until it lies within the room, with its frame."""
    inner = QRect(room.topLeft(), room.size() - _FRAME)
    inner.translate(_FRAME.width() // 2, _FRAME.height() - _FRAME.width() // 2)
    fitted = QRect(place.topLeft(), place.size().boundedTo(inner.size()))
    fitted.moveLeft(min(max(fitted.left(), inner.left()), inner.right() + 1 - fitted.width()))
    fitted.moveTop(min(max(fitted.top(), inner.top()), inner.bottom() + 1 - fitted.height()))
    return fitted


def _is_behind_tab(widget: QWidget) -> bool:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    return above is not None and above.visibleRegion().isEmpty()
