"""Panels are docked, hidden and brought back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QTabBar
from pytestqt.qtbot import QtBot

from app.docks import PANELS, Docks


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    window.setCentralWidget(QLabel("spectrum"))
    window.resize(1280, 720)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def docks(window: QMainWindow) -> Docks:
    return Docks(window, {panel.name: QLabel(panel.title) for panel in PANELS})


def test_the_default_layout_brings_every_panel_back(docks: Docks) -> None:
    docks["series"].close()
    docks["trends"].setFloating(True)
    docks.reset()
    assert not docks["series"].isHidden()
    assert not docks["trends"].isFloating()


def test_the_tabs_are_on_the_screen_once(docks: Docks, window: QMainWindow) -> None:
    for _ in range(3):
        docks.reset()
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = window.findChildren(QTabBar, options=direct)
    right = [one for one in PANELS if one.area == Qt.DockWidgetArea.RightDockWidgetArea]
    # and the map, with what is compared behind it
    assert sorted(bar.count() for bar in bars if bar.isVisible()) == [2, len(right)]


def test_a_floating_panel_has_a_title_to_be_moved_by(docks: Docks) -> None:
    assert docks["model"].titleBarWidget() is not None
    docks["model"].setFloating(True)
    assert docks["model"].titleBarWidget() is None


def test_all_panels_hide_while_nothing_is_open(docks: Docks) -> None:
    docks.show_all(False)
    assert all(dock.isHidden() for dock in docks.all())
