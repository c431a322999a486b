"""A range is left out on the spectrum itself, with its reason, and dragged."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.spectrum_plot import SpectrumPlot
from fitting.preprocessing.exclusion import ExcludeRange

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


def _excluded(document: Document) -> list[ExcludeRange]:
    assert document.analysis is not None
    return [one for one in document.analysis.recipe.steps if isinstance(one, ExcludeRange)]


def test_a_range_is_left_out_where_the_menu_was_opened_and_dragged(
    document: Document, shown: Shown, mouse: Mouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = shown(SpectrumPlot(document), 800, 600)
    document.look_at(region="S 2p", spectrum=0)
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)
    pointer = mouse(plot.spectrum_item)
    top = plot.spectrum_item.getViewBox().viewRange()[1][1]
    pointer.click(166.0, 0.8 * top, Qt.MouseButton.RightButton)
    entry = next(one for one in plot.canvas.menu.actions() if "Leave out" in one.text())
    entry.trigger()
    dialog = plot.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "substrate")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    (step,) = _excluded(document)
    assert step.low < 166.0 < step.high
    assert step.reason == "substrate"
    assert plot.shown is not None
    places, _ = plot.shown.outside
    assert ((places > step.low) & (places < step.high)).any()
    pointer.drag((166.0, 0.5 * top), (168.0, 0.5 * top))
    (moved,) = _excluded(document)
    assert moved.low == pytest.approx(step.low + 2.0, abs=0.1)
    assert moved.high == pytest.approx(step.high + 2.0, abs=0.1)
    document.undo_stack.undo()
    assert _excluded(document) == [step]
    assert plot.excluded.regions[0].getRegion() == (step.low, step.high)
    document.undo_stack.undo()
    assert plot.excluded.regions == []
