"""The About box names what a report needs."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.about import show_about
from fitting.data.program import program_version


def test_the_versions_can_be_copied(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box = show_about(window)
    buttons = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    buttons["Copy versions"].click()
    assert box.text() == program_version()
    assert "Python 3" in QGuiApplication.clipboard().text()
    assert box.isVisible()
    box.close()
