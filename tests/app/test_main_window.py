"""The frame before anything is loaded."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.actions import COMMANDS
from app.main_window import MainWindow
from app.settings import recent_files, remember_file
from app.shortcuts import ShortcutSheet


def test_nothing_can_be_done_before_all_is_loaded(qtbot: QtBot) -> None:
    window = _window(qtbot)
    assert not any(window.actions_by_name[command.name].isEnabled() for command in COMMANDS)


def test_the_size_is_remembered(qtbot: QtBot) -> None:
    window = _window(qtbot)
    window.resize(700, 500)
    window.close()
    assert _window(qtbot).size() == window.size()


def test_recent_files_are_offered_and_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    remember_file(tmp_path)
    window = _window(qtbot)
    button = next(
        b for b in window.welcome.findChildren(QPushButton) if b.toolTip() == str(tmp_path)
    )
    with qtbot.waitSignal(window.welcome.recent_chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [tmp_path]


def test_the_last_file_comes_first_and_lost_ones_are_left_out(tmp_path: Path) -> None:
    first, second = tmp_path / "a.vms", tmp_path / "b.vms"
    for path in (first, second):
        path.touch()
        remember_file(path)
    assert recent_files() == [second, first]
    second.unlink()
    assert recent_files() == [first]


def test_no_two_actions_have_one_shortcut(qtbot: QtBot) -> None:
    window = _window(qtbot)
    keys = [
        key.toString()
        for command in COMMANDS
        for key in window.actions_by_name[command.name].shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_the_help_sheet_lists_every_shortcut(qtbot: QtBot) -> None:
    window = _window(qtbot)
    sheet = ShortcutSheet(window.actions_by_name)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sheet)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    for command in COMMANDS:
        key = window.actions_by_name[command.name].shortcut()
        if not key.isEmpty():
            assert key.toString(QKeySequence.SequenceFormat.NativeText) in shown


def _window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def test_what_belongs_together_stands_together_in_the_file_menu(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    groups: list[list[str]] = [[]]
    for action in window.actions_by_name.menus["&File"].actions():
        if action.isSeparator():
            groups.append([])
        else:
            groups[-1].append(action.objectName())
    assert groups == [
        ["open_files", "open_folder", "open_example", "watch_folder"],
        ["attach_record", "change_clock", "measurement"],
        ["save", "save_as"],
        [
            "export",
            "save_nexus",
            "save_vamas",
            "make_figure",
            "save_plot",
            "copy_data",
            "copy_plot",
            "copy_python",
            "open_results",
            "open_report",
        ],
        ["quit"],
    ]
