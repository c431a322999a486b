"""The window before anything heavy is loaded: menus, toolbar, welcome page, drops, status line."""

from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.actions import Actions
from app.docks import restore_state
from app.opening.file_drops import FileDrops
from app.settings import recent_files
from app.status_line import StatusLine
from app.welcome import Welcome

LAYOUT_VERSION = 1
"""A remembered layout of another version is not restored."""
_DEFAULT_SIZE = (1440, 900)


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
        self.resize(*_DEFAULT_SIZE)
        self._restore("geometry")

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
