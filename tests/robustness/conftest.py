"""What the tests of trouble share: settings of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication

from app.settings import name_application


@pytest.fixture(autouse=True)
def settings_of_this_test(tmp_path: Path, qapp: QApplication) -> Iterator[None]:
    """Every test begins with empty settings in a folder of its own."""
    QStandardPaths.setTestModeEnabled(True)
    name_application(qapp)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    QSettings().clear()
    yield
    QSettings().sync()
