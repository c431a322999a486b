"""Errors are shown in one place, in words that fit them."""

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import ErrorDesk, is_expected, report_of
from fitting.data.errors import UnreadableFileError
from libraries.errors import LibraryError


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[ErrorDesk]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    hooks = sys.excepthook, threading.excepthook
    yield ErrorDesk(window)
    sys.excepthook, threading.excepthook = hooks


def test_what_the_user_can_mend_is_shown_as_it_is(desk: ErrorDesk) -> None:
    box = desk.show(UnreadableFileError("a.vms: the file is empty. Copy it again."))
    assert box.text() == "a.vms: the file is empty. Copy it again."
    assert box.detailedText() == ""
    box.close()


def test_the_unexpected_says_that_the_project_is_kept(desk: ErrorDesk) -> None:
    box = desk.show(_raised())
    assert "Your project is kept" in box.text()
    assert "ZeroDivisionError" in box.detailedText()
    box.close()


def test_the_report_can_be_copied_without_closing_the_message(
    desk: ErrorDesk, qtbot: QtBot
) -> None:
    box = desk.show(_raised())
    texts = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    copy = texts["Copy report"]
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "thioscope" in QGuiApplication.clipboard().text()
    assert box.isVisible()
    box.close()


def test_what_no_one_caught_is_shown(desk: ErrorDesk, qtbot: QtBot) -> None:
    desk.catch_uncaught()
    error = _raised()
    sys.excepthook(type(error), error, error.__traceback__)
    box = _only_box(desk, qtbot)
    assert "unexpected" in box.text()
    box.close()


def test_what_fails_in_another_thread_is_shown_in_this_one(desk: ErrorDesk, qtbot: QtBot) -> None:
    desk.catch_uncaught()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    _only_box(desk, qtbot).close()


def test_the_report_names_versions_and_place() -> None:
    report = report_of(_raised())
    assert "PySide6" in report
    assert "test_errors.py" in report


def test_library_errors_are_meant_for_the_user() -> None:
    assert is_expected(LibraryError("There is no library."))
    assert not is_expected(ValueError("shape mismatch"))


def _raised() -> ZeroDivisionError:
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        return error


def _only_box(desk: ErrorDesk, qtbot: QtBot) -> QMessageBox:
    window = desk.parent()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    return window.findChildren(QMessageBox)[0]
