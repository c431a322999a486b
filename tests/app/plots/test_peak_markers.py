"""Peaks dragged on the plot with a real mouse: position, height, width and limits."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.peak_markers import Handle, MarkerPart
from app.plots.spectrum_plot import SpectrumPlot
from fitting.models.model import Parameter, with_parameter
from fitting.pipeline.analyse import fit_analysis, with_fit

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


@pytest.fixture
def plot(document: Document, shown: Shown) -> SpectrumPlot:
    return shown(SpectrumPlot(document), 900, 700)


def test_a_click_on_a_marker_selects_the_peak(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    top = _handle(plot, MarkerPart.TOP, "polysulfide")
    mouse(plot.spectrum_item).click(top.x, top.y)
    assert document.view.peak == "polysulfide"
    assert {one.part for one in plot.markers.handles if one.peak == "polysulfide"} == set(
        MarkerPart
    )


def test_a_click_beside_the_markers_selects_nothing(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    top = _handle(plot, MarkerPart.TOP, "PS4")
    mouse(plot.spectrum_item).click(top.x - 3.0, top.y)
    assert document.view.peak == ""


def test_dragging_the_marker_moves_the_peak_as_one_step(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    before = _parameter(document, "PS4.position").value
    top = _handle(plot, MarkerPart.TOP, "PS4")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 0.3, top.y))
    assert _parameter(document, "PS4.position").value == pytest.approx(before + 0.3, abs=0.03)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Drag position and height of PS4"
    document.undo_stack.undo()
    assert _parameter(document, "PS4.position").value == before


def test_two_drags_are_two_steps(plot: SpectrumPlot, document: Document, mouse: Mouse) -> None:
    for _ in range(2):
        top = _handle(plot, MarkerPart.TOP, "PS4")
        mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 0.1, top.y))
    assert document.undo_stack.count() == 2


def test_the_curves_follow_while_the_button_is_held(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    pointer = mouse(plot.spectrum_item)
    top = _handle(plot, MarkerPart.TOP, "PS4")
    place = pointer.press(top.x, top.y)
    seen = []
    for pixels in (10, 20, 30):
        pointer.move(place + QPointF(-pixels, 0))
        assert plot.shown is not None
        seen.append(plot.shown.value_of("PS4.position"))
    pointer.release(place + QPointF(-30, 0))
    assert top.x < seen[0] < seen[1] < seen[2]
    assert _handle(plot, MarkerPart.TOP, "PS4").x == pytest.approx(seen[2])


def test_a_peak_stops_at_its_limits(plot: SpectrumPlot, document: Document, mouse: Mouse) -> None:
    top = _handle(plot, MarkerPart.TOP, "PS4")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 6.0, top.y))
    position = _parameter(document, "PS4.position")
    assert position.value == position.max


def test_the_partner_of_a_doublet_moves_both_lines(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    document.look_at(peak="PS4")
    partner = _handle(plot, MarkerPart.PARTNER, "PS4")
    before = _parameter(document, "PS4.position").value
    mouse(plot.spectrum_item).drag((partner.x, partner.y), (partner.x - 0.2, partner.y))
    assert _parameter(document, "PS4.position").value == pytest.approx(before - 0.2, abs=0.03)
    assert _parameter(document, "PS4.separation").value == pytest.approx(partner.x - before)


@pytest.mark.parametrize(
    ("part", "sign"), [(MarkerPart.LOWER_EDGE, -1.0), (MarkerPart.UPPER_EDGE, 1.0)]
)
def test_dragging_an_edge_widens_the_peak_on_both_sides(
    plot: SpectrumPlot, document: Document, mouse: Mouse, part: MarkerPart, sign: float
) -> None:
    document.look_at(peak="sulfate")
    edge = _handle(plot, part, "sulfate")
    before = _parameter(document, "PS4.fwhm").value
    mouse(plot.spectrum_item).drag((edge.x, edge.y), (edge.x + sign * 0.15, edge.y))
    # all widths of this model follow that of PS4
    assert _parameter(document, "PS4.fwhm").value == pytest.approx(before + 0.3, abs=0.06)
    top = _handle(plot, MarkerPart.TOP, "sulfate")
    assert abs(_handle(plot, part, "sulfate").x - top.x) == pytest.approx(
        before / 2 + 0.15, abs=0.03
    )


def test_the_sides_of_the_box_are_the_limits_of_the_position(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    document.look_at(peak="PS4")
    side = _handle(plot, MarkerPart.LOWER_LIMIT, "PS4")
    assert side.x == _parameter(document, "PS4.position").min
    height = plot.spectrum_item.getViewBox().viewRange()[1][1] * 0.9
    mouse(plot.spectrum_item).drag((side.x, height), (side.x - 0.4, height))
    assert _parameter(document, "PS4.position").min == pytest.approx(side.x - 0.4, abs=0.03)
    side = _handle(plot, MarkerPart.UPPER_LIMIT, "PS4")
    mouse(plot.spectrum_item).drag((side.x, height), (side.x - 5.0, height))
    position = _parameter(document, "PS4.position")
    assert position.max == position.value


def test_a_marker_dragged_upwards_shows_a_larger_area(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    top = _handle(plot, MarkerPart.TOP, "polysulfide")
    before = plot.shown.value_of("polysulfide.area") if plot.shown else 0.0
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x, top.y + 250.0))
    assert plot.shown is not None
    assert plot.shown.value_of("polysulfide.area") > before
    assert _parameter(document, "polysulfide.position").value == pytest.approx(top.x)
    # the background below is found anew, so that the top follows the pointer but for a part
    raised = _handle(plot, MarkerPart.TOP, "polysulfide").y - top.y
    assert raised == pytest.approx(250.0, rel=0.15)
    assert _parameter(document, "polysulfide.area").vary


def test_a_fixed_area_can_be_dragged(plot: SpectrumPlot, document: Document, mouse: Mouse) -> None:
    document.change_model(
        lambda model: with_parameter(model, "polysulfide.area", value=500.0, vary=False), "Fix"
    )
    top = _handle(plot, MarkerPart.TOP, "polysulfide")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x, top.y + 300.0))
    assert _parameter(document, "polysulfide.area").value > 500.0


def test_a_drag_on_a_fitted_spectrum_begins_where_the_fit_ended(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    analysis = document.analysis
    assert analysis is not None
    document.change_analysis(with_fit(analysis, fit_analysis(analysis)), "Fit")
    fitted = plot.shown
    assert fitted is not None
    top = _handle(plot, MarkerPart.TOP, "sulfate")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 0.2, top.y))
    assert plot.shown is not None
    assert plot.shown.value_of("PS4.position") == fitted.value_of("PS4.position")
    assert plot.shown.value_of("PS4.area") == pytest.approx(fitted.value_of("PS4.area"), rel=0.05)
    assert plot.shown.value_of("sulfate.position") == pytest.approx(top.x + 0.2, abs=0.03)
    document.undo_stack.undo()
    assert plot.shown.is_fitted


def test_the_axes_stand_still_while_a_marker_is_dragged(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    box = plot.spectrum_item.getViewBox()
    before = box.viewRange()
    top = _handle(plot, MarkerPart.TOP, "PS4")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 0.2, top.y + 900.0))
    assert box.viewRange() == before


def test_a_hovered_marker_says_what_it_does(plot: SpectrumPlot, mouse: Mouse) -> None:
    pointer = mouse(plot.spectrum_item)
    top = _handle(plot, MarkerPart.TOP, "PS4")
    pointer.move(pointer.pixel(top.x, top.y), held=False)
    assert "PS₄³⁻: drag to change the position and height (161.30 eV)" in plot.markers.toolTip()
    pointer.move(pointer.pixel(top.x - 3.5, top.y), held=False)
    assert plot.markers.toolTip() == ""


def test_the_menu_of_a_peak_holds_what_is_on_the_screen(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    assert plot.shown is not None
    area = plot.shown.value_of("PS4.area")
    _menu_action(plot, "PS4", "Hold area", mouse).trigger()
    assert _parameter(document, "PS4.area") == Parameter(area, min=0.0, vary=False)
    again = _menu_action(plot, "PS4", "Hold area", mouse)
    assert again.isChecked()
    again.trigger()
    assert _parameter(document, "PS4.area") == Parameter(1.0, min=0.0)


def test_the_menu_of_a_peak_removes_it(
    plot: SpectrumPlot, document: Document, mouse: Mouse
) -> None:
    _menu_action(plot, "sulfite", "Remove peak", mouse).trigger()
    assert document.analysis is not None
    assert "sulfite" not in {peak.name for peak in document.analysis.recipe.model.peaks}
    assert document.view.peak == ""
    document.undo_stack.undo()
    assert _handle(plot, MarkerPart.TOP, "sulfite")


@pytest.mark.parametrize("part", [MarkerPart.TOP, MarkerPart.UPPER_EDGE, MarkerPart.LOWER_LIMIT])
def test_escape_puts_back_what_is_dragged_wherever_the_focus_is(
    plot: SpectrumPlot, document: Document, mouse: Mouse, qtbot: QtBot, part: MarkerPart
) -> None:
    elsewhere = QLineEdit()
    qtbot.addWidget(elsewhere)
    document.look_at(peak="PS4")
    before = document.project
    pointer, handle = mouse(plot.spectrum_item), _handle(plot, part, "PS4")
    place = pointer.press(handle.x, handle.y)
    for pixels in (10, 20, 30):
        pointer.move(place + QPointF(-pixels, 0))
    assert document.project is not before
    qtbot.keyClick(elsewhere, Qt.Key.Key_Escape)
    assert document.project is before
    assert (document.undo_stack.count(), document.undo_stack.canRedo()) == (0, False)
    # the button is still down
    pointer.move(place + QPointF(-60, 0))
    pointer.release(place + QPointF(-60, 0))
    assert document.project is before
    assert not plot.markers.is_held


def test_escape_is_left_to_others_once_nothing_is_dragged(
    plot: SpectrumPlot, document: Document, mouse: Mouse, qtbot: QtBot
) -> None:
    top = _handle(plot, MarkerPart.TOP, "PS4")
    mouse(plot.spectrum_item).drag((top.x, top.y), (top.x + 0.1, top.y))
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert document.undo_stack.count() == 1


def _menu_action(plot: SpectrumPlot, peak: str, text: str, mouse: Mouse) -> QAction:
    """Open the menu of a peak by a right click; the other menu stays closed."""
    top = _handle(plot, MarkerPart.TOP, peak)
    mouse(plot.spectrum_item).click(top.x, top.y, Qt.MouseButton.RightButton)
    assert not plot.canvas.menu.isVisible()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
    return next(action for action in menu.actions() if action.text() == text)


def _handle(plot: SpectrumPlot, part: MarkerPart, peak: str) -> Handle:
    return next(one for one in plot.markers.handles if (one.part, one.peak) == (part, peak))


def _parameter(document: Document, name: str) -> Parameter:
    assert document.analysis is not None
    return dict(document.analysis.recipe.model.parameters())[name]
