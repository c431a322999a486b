"""The map of a series: rows chosen by click, drag and wheel, labelled where there is room."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.series_map import SeriesMap
from fitting.data.series import SPECTRUM, set_coordinates
from fitting.projects.drag_edits import with_range
from fitting.projects.project import Project, without_spectra

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


@pytest.fixture
def series_map(document: Document, shown: Shown) -> SeriesMap:
    return shown(SeriesMap(document), 420, 320)


def test_without_spectra_it_says_what_it_is_for(qtbot: QtBot) -> None:
    panel = SeriesMap(Document())
    qtbot.addWidget(panel)
    panel.show()
    assert panel.note.isVisible()
    assert "Open a series" in panel.note.text()


def test_one_spectrum_makes_no_map(series_map: SeriesMap, document: Document) -> None:
    document.change(without_spectra(document.project, "S 2p", range(1, 5)), "Remove")
    assert series_map.note.isVisible()
    document.undo_stack.undo()
    assert series_map.canvas.isVisible()


def test_the_rows_are_the_spectra_as_they_are_fitted(
    series_map: SeriesMap, document: Document
) -> None:
    prepared = document.prepared()
    assert prepared is not None
    np.testing.assert_allclose(series_map._image.image, prepared["intensity"].values)


def test_a_click_shows_the_spectrum(
    series_map: SeriesMap, document: Document, mouse: Mouse
) -> None:
    mouse(series_map.plot_item).click(165.0, 3.4)
    assert document.view.spectrum == 3
    assert series_map._cursor.value() == 3.5


def test_a_drag_runs_through_the_spectra(
    series_map: SeriesMap, document: Document, mouse: Mouse
) -> None:
    seen = []
    document.view_changed.connect(lambda _, new: seen.append(new.spectrum))
    mouse(series_map.plot_item).drag((165.0, 0.5), (164.0, 4.5), steps=20)
    assert seen[-4:] == [1, 2, 3, 4]
    box = series_map.plot_item.getViewBox()
    assert box.viewRange()[1] == [0.0, 5.0]


@pytest.mark.parametrize(("turned", "expected"), [(120, 3), (-120, 1), (60, 2), (-960, 0)])
def test_the_wheel_steps_through_the_spectra(
    series_map: SeriesMap, document: Document, mouse: Mouse, turned: int, expected: int
) -> None:
    document.look_at(spectrum=2)
    _turn(series_map, mouse(series_map.plot_item).pixel(165.0, 2.5), turned)
    assert document.view.spectrum == expected


def test_a_finely_turning_wheel_steps_after_a_whole_notch(
    series_map: SeriesMap, document: Document, mouse: Mouse
) -> None:
    place = mouse(series_map.plot_item).pixel(165.0, 2.5)
    for _ in range(4):
        _turn(series_map, place, 30)
    assert document.view.spectrum == 1


def test_a_spectrum_chosen_elsewhere_is_marked(series_map: SeriesMap, document: Document) -> None:
    document.look_at(spectrum=4)
    assert series_map._cursor.value() == 4.5


def test_rows_are_labelled_with_voltage_and_direction(series_map: SeriesMap) -> None:
    assert [text for _, text in _labels(series_map)][:2] == ["2.50 ↑", "3.00 ↑"]


def test_labels_that_would_overlap_are_left_out(series_map: SeriesMap) -> None:
    everything = len(_labels(series_map))
    series_map.resize(420, 110)
    QApplication.processEvents()
    labels = _labels(series_map)
    assert 1 < len(labels) < everything
    heights = [series_map._rows.height() * row / 5 for row, _ in labels]
    assert min(np.diff(heights)) >= 18


def test_spectra_without_voltages_are_numbered(
    series_map: SeriesMap, document: Document, project: Project
) -> None:
    analysis = document.analysis
    assert analysis is not None
    bare = analysis.series.assign_coords(voltage=(SPECTRUM, np.full(5, np.nan)))
    document.open(Project({"S 2p": type(analysis)(bare, analysis.recipe)}), None)
    assert next(text for _, text in _labels(series_map)) == "1"


def test_a_step_that_leaves_nothing_shows_what_was_measured(
    series_map: SeriesMap, document: Document
) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 10.0, 20.0), "Range")
    assert document.analysis is not None
    assert series_map._image.image.shape == document.analysis.series["intensity"].shape


def _labels(series_map: SeriesMap) -> list[tuple[float, str]]:
    return list(series_map.plot_item.getAxis("left")._tickLevels[0])


def _turn(series_map: SeriesMap, place: QPointF, by: int) -> None:
    port = series_map.canvas.viewport()
    event = QWheelEvent(
        place,
        QPointF(port.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)


def test_rows_of_a_profile_are_labelled_by_their_depth(
    series_map: SeriesMap, document: Document
) -> None:
    analysis = document.project.analyses["S 2p"]
    series = set_coordinates(analysis.series, voltage=np.full(5, np.nan), depth=30.0 * np.arange(5))
    series["depth"].attrs["units"] = "s"
    document.change_analysis(replace(analysis, series=series), "")
    axis = series_map.plot_item.getAxis("left")
    assert axis.labelText == "Sputter time (s)"
    assert {text for _, text in axis._tickLevels[0]} <= {"0", "30", "60", "90", "120"}
