"""Garbage is collected in the GUI thread, and only there."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.garbage import GuiGarbage


class _Node:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[GuiGarbage]:
    # what other tests have left is not looked at
    gc.freeze()
    owner = QObject()
    yield GuiGarbage(owner)
    gc.enable()


def test_nothing_is_collected_by_whoever_asks_for_memory(garbage: GuiGarbage) -> None:
    assert not gc.isenabled()


def test_cycles_go_when_enough_has_gathered(garbage: GuiGarbage) -> None:
    gone = weakref.ref(_Node())
    kept = [_Node() for _ in range(gc.get_threshold()[0] + 1)]
    garbage.collect()
    assert gone() is None
    assert len(kept) > 0
