"""The clock of a record: dragged, typed, asked about, applied as one step and taken back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.cell.cell_dialog import CellDialog
from app.document import Document
from fitting.data.series import get_column, set_coordinates
from fitting.electrochemistry.attach import BY_TIME
from fitting.electrochemistry.potential_by_time import Clock
from fitting.projects.project import with_analysis
from fitting.readers.records.record import PotentialRecord
from fitting.referencing.charge_reference import ChargeReference
from fitting.referencing.rereference import change_charge_reference

from .conftest import EXPOSURE, SLOPE, START, STARTS

Mouse = Callable[[Any], Any]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """The window that a dialog belongs to, and which outlives it."""
    window = QWidget()
    window.resize(1200, 800)
    qtbot.addWidget(window)
    return window


def _shown(document: Document, record: PotentialRecord, window: QWidget) -> CellDialog:
    dialog = CellDialog(document, record, parent=window)
    dialog.show()
    QTest.qWaitForWindowExposed(dialog)
    QApplication.processEvents()
    return dialog


@pytest.fixture
def dialog(timed: Document, record: PotentialRecord, window: QWidget) -> CellDialog:
    return _shown(timed, record, window)


def _voltage(document: Document, region: str = "S 2p") -> np.ndarray[Any, Any]:
    return np.asarray(get_column(document.project.analyses[region].series, "voltage"))


def _expected(offset: float = 0.0) -> np.ndarray[Any, Any]:
    return np.asarray(2.5 + SLOPE * (STARTS + EXPOSURE / 2 + offset - START))


def test_apply_is_one_step_that_can_be_undone(dialog: CellDialog, timed: Document) -> None:
    before = timed.project
    QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    np.testing.assert_allclose(_voltage(timed), _expected(), atol=1e-9)
    np.testing.assert_allclose(_voltage(timed, "P 2p"), _expected(), atol=1e-9)
    series = timed.project.analyses["S 2p"].series
    assert set(get_column(series, "voltage_from")) == {BY_TIME}
    assert set(get_column(series, "branch")) == {"charge"}
    np.testing.assert_array_equal(series["started"], STARTS)
    assert timed.project.analyses["S 2p"].is_current
    assert timed.undo_stack.count() == 1
    timed.undo_stack.undo()
    assert timed.project is before


def test_dragging_a_band_moves_the_offset(
    dialog: CellDialog, timed: Document, mouse: Mouse
) -> None:
    pointer = mouse(dialog.plot.plot_item)
    # the first band lies from 1 h to 1 h 10 min
    pointer.drag((1.08, 2.9), (2.08, 2.9))
    offset = dialog.form.value().offset
    assert offset == pytest.approx(3600, abs=60)
    assert dialog.form.offset.value() == offset
    dialog.apply()
    np.testing.assert_allclose(_voltage(timed), _expected(offset), atol=1e-9)
    assert timed.project.cell is not None
    assert timed.project.cell.clock == Clock(offset=offset)


def test_a_second_drag_goes_on_from_the_first(dialog: CellDialog, mouse: Mouse) -> None:
    pointer = mouse(dialog.plot.plot_item)
    pointer.drag((1.08, 2.9), (1.33, 2.9))
    first = dialog.form.value().offset
    pointer.drag((1.33, 2.9), (1.08, 2.9))
    assert dialog.form.value().offset == pytest.approx(0, abs=60)
    assert first > 600


def test_dragging_between_the_bands_moves_the_picture_instead(
    dialog: CellDialog, mouse: Mouse
) -> None:
    pointer = mouse(dialog.plot.plot_item)
    low, high = dialog.plot.plot_item.getViewBox().viewRange()[0]
    pointer.drag((1.6, 2.9), (2.1, 2.9))
    assert dialog.form.value().offset == 0
    moved = dialog.plot.plot_item.getViewBox().viewRange()[0]
    assert moved[0] == pytest.approx(low - 0.5, abs=0.05)
    assert moved[1] == pytest.approx(high - 0.5, abs=0.05)


def test_what_is_typed_is_shown_at_once(dialog: CellDialog, timed: Document) -> None:
    for field, text in ((dialog.form.offset, "120"), (dialog.form.drift, "3,6")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert dialog.form.value() == Clock(offset=120, drift=1e-3)
    middle = dialog.plot.points.getData()[0][:5]
    hours = (STARTS + 120 + 1e-3 * (STARTS - STARTS[0]) - START + EXPOSURE / 2) / 3600
    np.testing.assert_allclose(np.sort(middle), hours)


def test_a_time_zone_moves_by_its_hours_and_a_wrong_one_is_told(dialog: CellDialog) -> None:
    form = dialog.form
    form.zone.setEditText("Nowhere")
    form.zone.lineEdit().editingFinished.emit()
    assert not form.refusal.isHidden()
    assert form.value().zone == ""
    form.zone.setEditText("+01:00")
    form.zone.lineEdit().editingFinished.emit()
    assert form.refusal.isHidden()
    assert dialog.plot.points.getData()[0].min() == pytest.approx(2 + EXPOSURE / 7200)


def test_spectra_in_gaps_and_outside_are_counted(dialog: CellDialog) -> None:
    dialog.form.setValue(Clock(offset=-3600 * 1.5))
    dialog.form.valueChanged.emit(dialog.form.value())
    text = dialog.summary.text()
    assert "4 of 10 spectra get a potential" in text or "6 of 10" in text
    assert "outside the record" in text
    assert "in a gap" in text


def test_a_record_of_another_day_cannot_be_applied(
    timed: Document, record: PotentialRecord, window: QWidget
) -> None:
    dialog = _shown(timed, replace(record, time=record.time + 30 * 86400), window)
    before = timed.project
    assert "0 of 10 spectra get a potential" in dialog.summary.text()
    QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert timed.project is before
    assert "No spectrum lies on the record" in dialog.apply_button.toolTip()
    field = dialog.form.offset
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(30 * 86400))
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert dialog.apply_button.isEnabled()
    assert not dialog.apply_button.toolTip()


def test_a_moving_potential_is_told(dialog: CellDialog) -> None:
    assert "moves by more than" not in dialog.summary.text()
    field = dialog.form.change
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.01")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "In 10 the potential moves by more than 0.01 V, at most 0.017 V" in (
        dialog.summary.text()
    )


def test_a_clock_in_another_zone_is_asked_about_and_answered(
    timed: Document, record: PotentialRecord, window: QWidget
) -> None:
    late = replace(record, time=record.time + 9000)
    dialog = _shown(timed, late, window)
    (button,) = dialog.questions.buttons
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    # the smallest one that puts all of them into the record
    assert dialog.form.value().offset == 5400
    assert "outside" not in dialog.summary.text()
    assert dialog.questions.isHidden()


def test_nominal_times_are_asked_about(
    timed: Document, record: PotentialRecord, window: QWidget
) -> None:
    for analysis in timed.project.analyses.values():
        even = set_coordinates(analysis.series, started=START + 3600.0 * np.arange(5))
        timed.change(with_analysis(timed.project, replace(analysis, series=even)), "")
    dialog = _shown(timed, record, window)
    assert not dialog.form.step.isHidden()
    assert len(dialog.questions.buttons) == 2
    QTest.mouseClick(dialog.questions.buttons[0], Qt.MouseButton.LeftButton)
    assert dialog.form.value().series_step == pytest.approx(3600)
    assert dialog.questions.isHidden()


def test_spectra_without_a_time_of_day_are_put_where_the_user_says(
    timed: Document, record: PotentialRecord, window: QWidget
) -> None:
    for analysis in timed.project.analyses.values():
        timeless = set_coordinates(analysis.series, started=np.full(5, np.nan))
        timed.change(with_analysis(timed.project, replace(analysis, series=timeless)), "")
    dialog = _shown(timed, record, window)
    assert not dialog.apply_button.isEnabled()
    assert "no time of day" in dialog.summary.text()
    field = dialog.form.start
    field.setFocus()
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert dialog.apply_button.isEnabled()
    dialog.apply()
    np.testing.assert_allclose(_voltage(timed), _expected(), atol=1e-9)


def test_the_scale_of_the_record_is_chosen_and_stated(dialog: CellDialog, timed: Document) -> None:
    scale = dialog.scale
    scale.name.setCurrentText("Li-In")
    scale.name.activated.emit(1)
    assert "Santhosha" in scale.name.toolTip()
    dialog.apply()
    np.testing.assert_allclose(_voltage(timed), _expected() + 0.62, atol=1e-9)
    assert timed.project.cell is not None
    assert timed.project.cell.record.scale.name == "Li-In"


def test_a_record_can_be_taken_off_again(
    dialog: CellDialog, timed: Document, record: PotentialRecord, window: QWidget
) -> None:
    assert dialog.remove_button.isHidden()
    dialog.apply()
    again = _shown(timed, record, window)
    assert not again.remove_button.isHidden()
    QTest.mouseClick(again.remove_button, Qt.MouseButton.LeftButton)
    assert timed.project.cell is None
    assert np.isnan(_voltage(timed)).all()


def test_bands_are_grasped_only_near_them(dialog: CellDialog, mouse: Mouse) -> None:
    pointer, bands = mouse(dialog.plot.plot_item), dialog.plot.bands
    pointer.move(pointer.pixel(1.08, 2.9), held=False)
    assert bands.cursor().shape() == Qt.CursorShape.SizeHorCursor
    pointer.move(pointer.pixel(1.6, 2.9), held=False)
    assert bands.cursor().shape() == Qt.CursorShape.ArrowCursor
    pointer.move(QPointF(-5, -5), held=False)


@pytest.fixture
def referred(timed: Document) -> Document:
    """The document with one voltage in all names, and one charge shift because of it."""
    project = timed.project
    for analysis in project.analyses.values():
        named = set_coordinates(analysis.series, voltage=3.0, voltage_from="file name")
        project = with_analysis(project, replace(analysis, series=named))
    reference = ChargeReference("S 2p", "PS4", 161.5)
    timed.open(change_charge_reference(project, reference), None)
    return timed


def _shifts(document: Document, region: str) -> np.ndarray[Any, Any]:
    return get_column(document.project.analyses[region].series, "charge_shift").astype(float)


def test_rounds_that_a_record_tells_apart_are_referred_anew_in_the_same_step(
    referred: Document, record: PotentialRecord, window: QWidget, qtbot: QtBot
) -> None:
    before = referred.project
    # of one state, their reference lines contradict each other: no energies are referred
    assert np.isnan(_shifts(referred, "P 2p")).all()
    dialog = _shown(referred, record, window)
    with qtbot.waitSignal(dialog.applied, timeout=20_000) as applied:
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert "each round" in applied.args[0]
    assert len(set(_shifts(referred, "P 2p"))) == 5
    np.testing.assert_array_equal(_shifts(referred, "P 2p"), _shifts(referred, "S 2p"))
    assert referred.undo_stack.count() == 1
    referred.undo_stack.undo()
    assert referred.project is before


def test_a_dialog_that_is_closed_while_lines_are_fitted_changes_nothing(
    referred: Document, record: PotentialRecord, window: QWidget
) -> None:
    before = referred.project
    dialog = _shown(referred, record, window)
    dialog.apply()
    dialog.reject()
    QApplication.processEvents()
    assert referred.project is before
