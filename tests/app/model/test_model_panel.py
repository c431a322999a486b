"""The model panel, driven by mouse and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.controls.number_field import NumberField
from app.document import Document
from app.model.model_panel import ModelPanel
from app.model.model_table import COLUMNS, FIX, TIE
from fitting.data.series import make_series
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import Model, Parameter, Tie
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from libraries.loader import catalogue

START, FIT, ERROR, MIN, MAX = range(1, 6)


def test_every_parameter_has_a_row_under_its_peak(panel: ModelPanel, document: Document) -> None:
    shown = [line.name for group in panel.table.groups for line in group.lines]
    assert shown == [name for name, _ in _model(document).parameters()]


@pytest.mark.parametrize(
    ("column", "typed", "field", "number"),
    [(START, "161,2", "value", 161.2), (MIN, "160", "min", 160.0), (MAX, "162.1", "max", 162.1)],
)
def test_a_number_typed_into_the_table_changes_the_model(
    panel: ModelPanel, document: Document, qtbot: QtBot, column: int, typed: str, field: str,
    number: float,
) -> None:  # fmt: skip
    _type(panel, qtbot, "PS4.position", column, typed)
    assert getattr(_parameter(document, "PS4", "position"), field) == number
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert getattr(_parameter(document, "PS4", "position"), field) != number


def test_typing_on_a_cell_begins_to_edit_it(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    _click(panel, qtbot, _cell(panel, "PS4.position", START))
    qtbot.keyClick(panel.view, Qt.Key.Key_1)
    editor = panel.view.viewport().findChild(NumberField)
    qtbot.keyClicks(editor, "61.15")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    # the editor is read after its key press is over
    qtbot.waitUntil(lambda: document.undo_stack.count() == 1)
    assert _parameter(document, "PS4", "position").value == 161.15


def test_escape_leaves_the_number_as_it_was(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    _click(panel, qtbot, _cell(panel, "PS4.position", START))
    qtbot.keyClick(panel.view, Qt.Key.Key_9)
    qtbot.keyClick(panel.view.viewport().findChild(NumberField), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert document.undo_stack.count() == 0


def test_the_wheel_changes_nothing_that_has_no_focus(panel: ModelPanel, document: Document) -> None:
    panel.view.setFocus()
    panel.view.setCurrentIndex(_cell(panel, "PS4.position", START))
    for widget in (panel.view.viewport(), panel.models, panel.backgrounds, panel.line_shapes):
        _turn_wheel(widget)
    assert document.undo_stack.count() == 0


def test_an_emptied_limit_is_none(panel: ModelPanel, document: Document, qtbot: QtBot) -> None:
    _type(panel, qtbot, "PS4.fwhm", MAX, "")
    assert _parameter(document, "PS4", "fwhm").max == np.inf


def test_a_start_value_outside_its_limits_is_refused_with_a_reason(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    _type(panel, qtbot, "PS4.position", START, "180")
    assert document.undo_stack.count() == 0
    assert panel.refusal.isVisible()
    assert "180" in panel.refusal.text()
    _type(panel, qtbot, "PS4.position", START, "161.5")
    assert not panel.refusal.isVisible()


def test_a_click_fixes_and_frees_a_parameter(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    _click(panel, qtbot, _cell(panel, "PS4.position", FIX))
    assert not _parameter(document, "PS4", "position").vary
    _click(panel, qtbot, _cell(panel, "PS4.position", FIX))
    assert _parameter(document, "PS4", "position").vary


def test_a_tie_is_typed_and_shown(panel: ModelPanel, document: Document, qtbot: QtBot) -> None:
    _type(panel, qtbot, "sulfate.position", TIE, "PS4.position + 7.2")
    assert Tie("sulfate.position", "PS4.position", 1.0, 7.2) in _model(document).ties
    assert _cell(panel, "sulfate.position", TIE).data() == "= PS4 + 7.2"


def test_a_tie_to_nothing_is_refused(panel: ModelPanel, document: Document, qtbot: QtBot) -> None:
    _type(panel, qtbot, "sulfate.position", TIE, "the electrolyte")
    assert document.undo_stack.count() == 0
    assert panel.refusal.isVisible()


def test_choosing_a_row_shows_its_peak_and_the_other_way_round(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    _click(panel, qtbot, _cell(panel, "polysulfide.fwhm", 0))
    assert document.view.peak == "polysulfide"
    document.look_at(peak="sulfite")
    assert panel.view.current_peak() == "sulfite"


def test_a_peak_is_removed_with_the_key_and_with_the_button(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    document.look_at(peak="sulfite")
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    document.look_at(peak="sulfate")
    qtbot.mouseClick(panel.remove, Qt.MouseButton.LeftButton)
    assert [peak.name for peak in _model(document).peaks] == ["PS4", "polysulfide"]


def test_a_species_is_added_from_the_menu(panel: ModelPanel, document: Document) -> None:
    panel.add.menu().aboutToShow.emit()
    actions = {action.text(): action for action in panel.add.menu().actions()}
    name = next(text for text in actions if text.startswith("Li₂S "))
    assert not any(text.startswith("PS₄³⁻") for text in actions)
    actions[name].trigger()
    assert _model(document).peak("Li2S").is_doublet
    assert document.view.peak == "Li2S"


def test_a_peak_of_ones_own_is_added(panel: ModelPanel, document: Document) -> None:
    panel.add.menu().aboutToShow.emit()
    panel.add.menu().actions()[-1].trigger()
    assert _model(document).peaks[-1].name == "peak 1"
    assert panel.view.current_peak() == "peak 1"


def test_named_model_background_and_lines_are_chosen(
    panel: ModelPanel, document: Document, qtbot: QtBot
) -> None:
    panel.models.setFocus()
    qtbot.keyClick(panel.models, Qt.Key.Key_Down)
    assert "Li2S" in [peak.name for peak in _model(document).peaks]
    assert panel.models.value() == "argyrodite S 2p with Li2S"
    panel.backgrounds.chosen.emit("tougaard")
    panel.line_shapes.chosen.emit("voigt")
    assert _model(document).background.kind == "tougaard"
    assert {peak.line_shape for peak in _model(document).peaks} == {"voigt"}
    assert panel.models.value() == ""


def test_hovering_over_a_start_value_tells_where_it_came_from(panel: ModelPanel) -> None:
    tip = _cell(panel, "PS4.position", START).data(Qt.ItemDataRole.ToolTipRole)
    assert "median" in tip
    assert "wang2021" in tip


def test_a_model_without_a_library_can_be_shown(document: Document, qtbot: QtBot) -> None:
    analysis = document.project.analyses["S 2p"]
    series = analysis.series.assign_attrs(region="Ge 3d")
    document.open(Project({"Ge 3d": replace(analysis, series=series)}), None)
    panel = ModelPanel(document)
    qtbot.addWidget(panel)
    assert panel.models.value() == ""
    assert len(panel.table.groups) == 5


def test_without_spectra_the_panel_says_what_to_do(qtbot: QtBot) -> None:
    panel = ModelPanel(Document())
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.view.isVisible()


def test_no_number_of_a_raman_model_is_cut_and_its_ties_can_be_read(
    document: Document, qtbot: QtBot
) -> None:
    model = model_from_library(catalogue().default_model("raman"))
    shift = np.arange(120.0, 700.0)
    flat = np.ones((1, shift.size))
    series = make_series("shift", shift, flat, region="raman", sigma=flat, noise="poisson")
    document.open(Project({"raman": Analysis(series, Recipe(model))}), None)
    panel = ModelPanel(document)
    # as wide as the right panels of a window of 1280 x 720
    panel.resize(430, 606)
    qtbot.addWidget(panel)
    panel.show()
    view = panel.view
    assert not view.horizontalScrollBar().isVisible()
    letters = view.fontMetrics().horizontalAdvance
    lines = [line for group in panel.table.groups for line in group.lines]
    for number, column in enumerate(COLUMNS[:TIE]):
        assert max(letters(column.text(line)) for line in lines) < view.columnWidth(number)
    assert letters("= PS4 203") < view.columnWidth(TIE)


def test_every_column_says_what_it_holds(panel: ModelPanel) -> None:
    role = Qt.ItemDataRole.ToolTipRole
    header = [
        panel.table.headerData(number, Qt.Orientation.Horizontal, role)
        for number in range(len(COLUMNS))
    ]
    assert all(header)


def test_what_spectra_share_is_part_of_the_recipe(panel: ModelPanel, document: Document) -> None:
    panel.shared._boxes["fwhm"].click()
    panel.shared._boxes["position"].click()
    options = document.project.analyses["S 2p"].recipe.options
    assert options.share == ("position", "fwhm")
    assert document.undo_stack.undoText() == "Share positions, widths"
    document.undo_stack.undo()
    assert panel.shared.value() == (("fwhm",), ())


def test_sharing_takes_the_place_of_starts_from_neighbours(
    panel: ModelPanel, document: Document
) -> None:
    seeded = FitOptions(seed_from="neighbours")
    document.change_recipe(lambda recipe: replace(recipe, options=seeded), "seed")
    panel.shared._boxes["fwhm"].click()
    options = document.project.analyses["S 2p"].recipe.options
    assert options.seed_from == "library"
    assert options.share == ("fwhm",)


def test_tab_goes_through_the_panel_from_above(panel: ModelPanel, qtbot: QtBot) -> None:
    wanted = [
        panel.models, panel.choose, panel.backgrounds, panel.line_shapes, panel.shared.kinds,
        panel.shared.groups, panel.view, panel.add, panel.remove, panel.take_fit,
    ]  # fmt: skip
    found, widget = [], panel.nextInFocusChain()
    while widget is not panel:
        found += [widget] if widget in wanted else []
        widget = widget.nextInFocusChain()
    assert found == wanted


def test_the_panel_leaves_room_for_the_plots(panel: ModelPanel) -> None:
    assert panel.minimumSizeHint().width() <= 430


def _model(document: Document) -> Model:
    assert document.analysis is not None
    return document.analysis.recipe.model


def _parameter(document: Document, peak: str, name: str) -> Parameter:
    return _model(document).peak(peak).parameters[name]


def _cell(panel: ModelPanel, name: str, column: int) -> QModelIndex:
    return panel.table.index_of(name).siblingAtColumn(column)


def _click(panel: ModelPanel, qtbot: QtBot, cell: QModelIndex) -> None:
    panel.view.scrollTo(cell)
    place = panel.view.visualRect(cell).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _type(panel: ModelPanel, qtbot: QtBot, name: str, column: int, text: str) -> None:
    """Begin to edit a cell, replace what is in it, and end with Return."""
    panel.view.setFocus()
    panel.view.setCurrentIndex(_cell(panel, name, column))
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    kind = QLineEdit if column == TIE else NumberField
    editor = panel.view.viewport().findChild(kind)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()


def _turn_wheel(widget: QWidget) -> None:
    """Turn the wheel by one notch over the middle of a widget."""
    place = widget.rect().center()
    event = QWheelEvent(
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
