"""A window that nobody sees, and that leaves the user's settings alone."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.window import make_application


def show_nothing() -> None:
    """Draw into memory where there is no screen."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def make_quiet_application(folder: Path) -> QApplication:
    """The program's application; its settings are kept in a folder."""
    show_nothing()
    application = make_application()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return application
