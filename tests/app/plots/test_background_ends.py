"""The ends of the fitted range, dragged on the plot."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.spectrum_plot import SpectrumPlot
from fitting.preprocessing.axis import CropAxis

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


@pytest.fixture
def plot(document: Document, shown: Shown) -> SpectrumPlot:
    return shown(SpectrumPlot(document), 900, 700)


def test_the_lines_stand_at_the_ends_of_the_range(plot: SpectrumPlot, document: Document) -> None:
    crop = _crop(document)
    assert [line.value() for line in plot.ends.lines] == [crop.low, crop.high]


def test_an_end_that_is_dragged_changes_the_range_as_one_step(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    before = _crop(document)
    height = plot.spectrum_item.getViewBox().viewRange()[1][1] * 0.9
    mouse(plot.spectrum_item).drag((before.high, height), (before.high - 2.0, height))
    after = _crop(document)
    assert after.low == before.low
    assert after.high == pytest.approx(before.high - 2.0, abs=0.05)
    assert plot.shown is not None
    assert plot.shown.x[-1] <= after.high + 1e-3
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert _crop(document) == before


def test_an_end_stays_within_what_was_measured(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    before = _crop(document)
    height = plot.spectrum_item.getViewBox().viewRange()[1][1] * 0.9
    mouse(plot.spectrum_item).drag((before.low, height), (before.low - 20.0, height))
    assert document.analysis is not None
    measured = document.analysis.series["energy"].values
    assert _crop(document).low == pytest.approx(min(measured[0], before.low))


def test_escape_puts_an_end_back_while_it_is_dragged(
    plot: SpectrumPlot, document: Document, mouse: Mouse, qtbot: QtBot
) -> None:
    before = _crop(document)
    height = plot.spectrum_item.getViewBox().viewRange()[1][1] * 0.9
    pointer = mouse(plot.spectrum_item)
    place = pointer.press(before.high, height)
    for pixels in (10, 20, 30):
        pointer.move(place + QPointF(pixels, 0))
    assert plot.ends.lines[1].value() != before.high
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    pointer.move(place + QPointF(60, 0))
    pointer.release(place + QPointF(60, 0))
    assert plot.ends.lines[1].value() == before.high
    assert _crop(document) == before
    assert document.undo_stack.count() == 0


def _crop(document: Document) -> CropAxis:
    assert document.analysis is not None
    step = document.analysis.recipe.steps[0]
    assert isinstance(step, CropAxis)
    return step
