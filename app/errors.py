"""The one place that shows errors: what the user can mend, and what nobody expected."""

import platform
import sys
import threading
import traceback
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.controls.window_words import say_in_window
from fitting.data.errors import ThioscopeError
from libraries.errors import LibraryError

_PACKAGES = ("thioscope", "numpy", "scipy", "xarray", "lmfit", "PySide6-Essentials", "pyqtgraph")


class ErrorDesk(QObject):
    """Shows errors above a window; also those that no one caught, from any thread."""

    _reported = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        # a queued connection: what is raised in another thread is shown in this one
        self._reported.connect(self.show, Qt.ConnectionType.QueuedConnection)

    def catch_uncaught(self) -> None:
        """Show what Python would only print, until the window has gone."""
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_uncaught_in_thread
        self._window.destroyed.connect(_leave_uncaught)

    def show(self, error: BaseException) -> QMessageBox:
        """Open a message about the error; the window stays usable behind it after closing."""
        box = _make_expected_box(error) if is_expected(error) else _make_unexpected_box(error)
        box.setParent(self._window, Qt.WindowType.Dialog)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        return box

    def _on_uncaught(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self._reported.emit(error)

    def _on_uncaught_in_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._reported.emit(hook.exc_value)


def is_expected(error: BaseException) -> bool:
    """Whether the message of the error is meant for the user."""
    return isinstance(error, ThioscopeError | LibraryError)


def report_of(error: BaseException) -> str:
    """What a developer needs to know: versions, system and where it happened."""
    lines = [f"{name} {number}" for name, number in list_versions().items()]
    trace = "".join(traceback.format_exception(error))
    return "\n".join([*lines, "", trace])


def list_versions() -> Mapping[str, str]:
    """The versions of this program, of what it stands on, and of the system."""
    packages = {name: version(name) for name in _PACKAGES}
    return {
        **packages,
        "Qt": qVersion(),
        "Python": platform.python_version(),
        "System": platform.platform(),
    }


def _make_expected_box(error: BaseException) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Warning, "Thioscope", say_in_window(str(error)))
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


def _make_unexpected_box(error: BaseException) -> QMessageBox:
    report = report_of(error)
    box = QMessageBox(
        QMessageBox.Icon.Critical,
        "Thioscope",
        "Something unexpected happened. Your project is kept.",
    )
    box.setInformativeText(
        f"{type(error).__name__}: {error}\n\n"
        "What was open is as it was before this step; save it and go on. "
        "The report below says what a developer needs to know."
    )
    box.setDetailedText(report)
    box.addButton(QMessageBox.StandardButton.Close)
    copy = box.addButton("Copy report", QMessageBox.ButtonRole.ActionRole)
    # copying must not close the message
    copy.clicked.disconnect()
    copy.clicked.connect(partial(_copy_report, report))
    return box


def _copy_report(report: str, _: bool = False) -> None:
    QGuiApplication.clipboard().setText(report)


def _leave_uncaught() -> None:
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
