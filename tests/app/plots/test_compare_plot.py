"""Selected spectra are shown together, arranged as is wanted, and copied."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.compare_plot import ComparePlot
from app.spectra.series_list import SeriesList

Shown = Callable[..., Any]


def test_spectra_selected_in_the_list_are_compared(
    document: Document, shown: Shown, qtbot: QtBot
) -> None:
    series, compare = shown(SeriesList(document), 300, 500), ComparePlot(document)
    qtbot.addWidget(compare)
    series.selection_changed.connect(compare.show_spectra)
    document.look_at(region="S 2p", spectrum=0)
    assert compare.curves == []
    assert "Select several" in compare.panel.note.text()
    view, port = series.view, series.view.viewport()
    for row in (1, 3):
        index = series._tree.index_of("S 2p", row)
        view.scrollTo(index)
        place = view.visualRect(index).center()
        held = Qt.KeyboardModifier.ControlModifier
        qtbot.mouseClick(port, Qt.MouseButton.LeftButton, held, place)
    QApplication.processEvents()
    assert [one.spectrum for one in compare.curves] == [0, 1, 3]
    assert compare.legend.text().count("■") == 3
    compare.arrangement.setValue("difference")
    compare.refresh()
    assert [one.spectrum for one in compare.curves] == [1, 3]
    compare.copy_data()
    head, *lines = QGuiApplication.clipboard().text().splitlines()
    assert head.count("\t") == 3
    assert len(lines) == compare.curves[0].x.size
    document.look_at(region="P 2p")
    assert compare.curves == []


def test_a_project_that_has_gone_leaves_nothing_to_compare(
    document: Document, qtbot: QtBot
) -> None:
    compare = ComparePlot(document)
    qtbot.addWidget(compare)
    compare.show_spectra("S 2p", (0, 1, 2))
    assert len(compare.curves) == 3
    compare.normalised.setChecked(True)
    assert max(float(one.y.max()) for one in compare.curves) == 1.0
    document.undo_stack.clear()
    document.change(type(document.project)(), "Close")
    assert compare.curves == []
