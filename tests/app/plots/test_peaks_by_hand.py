"""Peaks put in, named, tied, left out and removed on the spectrum itself, by real events."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.spectrum_plot import SpectrumPlot
from fitting.models.model import Tie
from fitting.models.peak_edits import is_switched_off

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


@pytest.fixture
def plot(document: Document, shown: Shown) -> SpectrumPlot:
    document.look_at(region="S 2p", spectrum=0)
    return shown(SpectrumPlot(document), 800, 600)


def _names(document: Document) -> list[str]:
    assert document.analysis is not None
    return [peak.name for peak in document.analysis.recipe.model.peaks]


def _double_click(plot: SpectrumPlot, mouse: Mouse, x: float, y: float) -> None:
    pointer = mouse(plot.spectrum_item)
    pointer.click(x, y)
    place, port = pointer.pixel(x, y), plot.canvas.viewport()
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        button = Qt.MouseButton.LeftButton
        held = button if kind == QEvent.Type.MouseButtonDblClick else Qt.MouseButton.NoButton
        where = QPointF(port.mapToGlobal(place.toPoint()))
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(port, QMouseEvent(kind, place, where, button, held, none))


def _menu(plot: SpectrumPlot, peak: str) -> QMenu:
    assert plot.shown is not None
    return plot.peak_menu.open(plot.shown, peak, QPoint(0, 0))


def _submenu(menu: QMenu, title: str) -> QMenu:
    # the action's own menu() may be collected with the action
    return next(one for one in menu.findChildren(QMenu) if one.title() == title)


def _entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_a_double_click_puts_a_peak_there(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    before = _names(document)
    top = plot.spectrum_item.getViewBox().viewRange()[1][1]
    _double_click(plot, mouse, 165.5, 0.8 * top)
    assert _names(document) == [*before, "peak 1"]
    assert document.view.peak == "peak 1"
    assert document.analysis is not None
    place = document.analysis.recipe.model.peak("peak 1").parameters["position"]
    assert place.value == pytest.approx(165.5, abs=0.1)
    document.undo_stack.undo()
    assert _names(document) == before


def test_a_double_click_in_an_empty_model_begins_one(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    document.change_model(lambda model: replace(model, peaks=(), ties=()), "Empty")
    top = plot.spectrum_item.getViewBox().viewRange()[1][1]
    _double_click(plot, mouse, 161.3, 0.8 * top)
    assert _names(document) == ["peak 1"]
    assert plot.shown is not None
    assert plot.shown.height_at("peak 1", 161.3) > plot.shown.background_at(161.3)


def test_a_peak_is_renamed_in_a_dialog(
    plot: SpectrumPlot, document: Document, qtbot: QtBot
) -> None:
    _entry(_menu(plot, "PS4"), "Rename…").trigger()
    dialog = plot.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "mine")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "mine" in _names(document)
    assert "PS4" not in _names(document)


def test_a_name_that_is_taken_is_refused_with_a_sentence(
    plot: SpectrumPlot, document: Document, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(plot.failed) as failed:
        plot.peak_menu._rename("PS4", "sulfite")
    assert "sulfite" in str(failed.args[0])
    assert "PS4" in _names(document)


def test_the_species_near_a_peak_are_offered(plot: SpectrumPlot, document: Document) -> None:
    document.add_own_peak(161.3)
    menu = _menu(plot, "peak 1")
    offered = _submenu(menu, "Which species is this?")
    assert len(offered.actions()) > 2
    ps4 = next(action for action in offered.actions() if "161" in action.text())
    ps4.trigger()
    assert document.analysis is not None
    assert document.analysis.recipe.model.peaks[-1].species != "peak 1"


def test_a_peak_is_copied_tied_left_out_and_removed(plot: SpectrumPlot, document: Document) -> None:
    _entry(_menu(plot, "sulfite"), "Copy peak").trigger()
    assert document.view.peak == "sulfite 1"
    menu = _menu(plot, "sulfite 1")
    _entry(_submenu(menu, "Same width as"), "sulfate").trigger()
    assert document.analysis is not None
    assert Tie("sulfite 1.fwhm", "sulfate.fwhm") in document.analysis.recipe.model.ties
    for is_off in (True, False):
        _entry(_menu(plot, "sulfite 1"), "Leave out of the fit").trigger()
        peak = document.analysis.recipe.model.peak("sulfite 1")
        assert is_switched_off(peak) == is_off
    _entry(_menu(plot, "sulfite 1"), "Remove peak").trigger()
    assert "sulfite 1" not in _names(document)
