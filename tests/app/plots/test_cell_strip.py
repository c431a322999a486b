"""What the cell did below the trends, and which of its branches and cycles are shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.plots.trends_plot import TrendsPlot
from fitting.data.series import set_coordinates
from fitting.electrochemistry.potential_by_time import Clock
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project, with_analysis
from fitting.projects.project_record import with_record, without_record
from fitting.readers.records.record import make_record

Shown = Callable[..., Any]
START = 1_715_000_000.0


@pytest.fixture
def cycled(project: Project, qapp: QApplication) -> Document:
    """Two cycles of two hours each way, with five spectra: up, up, down, up, down."""
    hours = np.arange(0, 8, 1 / 120)
    half = np.minimum(hours % 4, 4 - hours % 4)
    record = make_record(
        "insitu.mpt",
        "EC-Lab text",
        START + 3600 * hours,
        2.5 + 0.8 * half,
        has_clock=True,
        others={
            "current": np.where(hours % 4 < 2, 1e-4, -1e-4),
            "cycle": 1.0 + (hours >= 4),
        },
    )
    at = START + 3600 * np.array([0.5, 1.5, 2.5, 5.0, 7.0])
    analysis = project.analyses["S 2p"]
    unknown = np.full(5, np.nan)
    series = set_coordinates(
        analysis.series, started=at, time=at - at[0], exposure=60.0, voltage=unknown,
        voltage_from="", branch="", label="", source="insitu.xml", sample="LPSC",
    )  # fmt: skip
    bare = replace(analysis, series=series)
    only = replace(project, analyses={})
    only = with_analysis(only, with_fit(bare, fit_analysis(bare)))
    document = Document()
    document.open(with_record(only, record, Clock()), None)
    return document


@pytest.fixture
def trends(cycled: Document, shown: Shown) -> TrendsPlot:
    return shown(TrendsPlot(cycled), 620, 430)


def _choose(chooser: object, name: str) -> None:
    chooser.setCurrentIndex(chooser.findData(name))  # type: ignore[attr-defined]
    chooser.activated.emit(chooser.currentIndex())  # type: ignore[attr-defined]
    QApplication.processEvents()


def test_without_a_record_there_is_no_strip(trends: TrendsPlot, cycled: Document) -> None:
    assert trends.cell.plot_item.isVisible()
    cycled.change(without_record(cycled.project), "")
    assert not trends.cell.plot_item.isVisible()
    assert trends.cell_menu.quantity == ""
    assert trends.remark.isHidden()
    assert trends.plot_item.getAxis("bottom").label.isVisible()


def test_along_the_voltage_dq_dv_is_shown_with_its_smoothing(trends: TrendsPlot) -> None:
    assert trends.along.currentData() == "voltage"
    assert trends.cell_menu.quantity == "dq_dv"
    assert [curve.branch for curve in trends.cell.curves] == ["charge", "discharge"] * 2
    assert "Gaussian of 10 mV" in trends.remark.text()
    assert "cao2020" in trends.remark.text()


def test_along_the_time_the_voltage_begins_with_the_first_spectrum(trends: TrendsPlot) -> None:
    _choose(trends.along, "time")
    (curve,) = trends.cell.curves
    assert curve.x[0] == pytest.approx(-1800)
    trends.cell_menu.action("current").trigger()
    assert trends.cell.curves[0].unit == "mA"
    assert trends.cell.plot_item.getAxis("left").labelText == "Current (mA)"


def test_both_plots_have_one_axis(trends: TrendsPlot) -> None:
    upper, lower = (item.getViewBox() for item in (trends.plot_item, trends.cell.plot_item))
    np.testing.assert_allclose(upper.viewRange()[0], lower.viewRange()[0])
    places = [view.mapRectToScene(view.rect()) for view in (upper, lower)]
    assert places[0].left() == pytest.approx(places[1].left(), abs=1)
    assert places[0].right() == pytest.approx(places[1].right(), abs=1)
    assert places[1].height() > 60


def test_the_strip_can_be_put_away(trends: TrendsPlot) -> None:
    tall = trends.plot_item.getViewBox().height()
    trends.cell_menu.action("").trigger()
    QApplication.processEvents()
    assert not trends.cell.plot_item.isVisible()
    assert trends.plot_item.getViewBox().height() > tall + 60
    trends.cell_menu.action("voltammogram").trigger()
    QApplication.processEvents()
    assert trends.cell.plot_item.isVisible()
    assert trends.plot_item.getViewBox().height() == pytest.approx(tall, abs=2)


def test_a_flat_panel_says_that_it_has_no_room(trends: TrendsPlot) -> None:
    trends.resize(300, 220)
    QApplication.processEvents()
    assert not trends.cell.plot_item.isVisible()
    assert "taller" in trends.remark.text()
    trends.resize(620, 430)
    QApplication.processEvents()
    assert trends.cell.plot_item.isVisible()
    assert "taller" not in trends.remark.text()


def test_branches_and_cycles_are_chosen_from_what_there_is(trends: TrendsPlot) -> None:
    menu = trends.cell_menu
    texts = [action.text() for action in menu.menu().actions() if not action.isSeparator()]
    assert texts[-4:] == ["Charge", "Discharge", "Cycle 1", "Cycle 2"]
    known = sum(np.isfinite(curve.value).sum() for curve in trends.curves)
    menu.action("discharge").trigger()
    assert {curve.branch for curve in trends.cell.curves} == {"charge"}
    shown = [curve for curve in trends.curves for part in curve.branches() if part.size]
    assert not any(curve.is_discharge[np.isfinite(curve.value)].any() for curve in shown)
    menu.action(1.0).trigger()
    assert {curve.cycle for curve in trends.cell.curves} == {2.0}
    assert sum(np.isfinite(curve.value).sum() for curve in trends.curves) * 5 == known
    for choice in ("discharge", 1.0):
        menu.action(choice).trigger()
    assert sum(np.isfinite(curve.value).sum() for curve in trends.curves) == known


def test_along_the_cycle_the_cell_has_no_curve(trends: TrendsPlot) -> None:
    _choose(trends.along, "cycle")
    assert not trends.cell.plot_item.isVisible()


def test_the_depth_of_a_profile_is_named_as_its_file_names_it(
    trends: TrendsPlot, cycled: Document
) -> None:
    analysis = cycled.project.analyses["S 2p"]
    series = set_coordinates(analysis.series, depth=60.0 * np.arange(5))
    assert analysis.result is not None
    series["depth"].attrs["units"] = "s"
    result = analysis.result.assign_coords(depth=series["depth"].variable)
    cycled.change_analysis(replace(analysis, series=series, result=result), "")
    _choose(trends.along, "depth")
    assert trends.plot_item.getAxis("bottom").labelText == "Sputter time (s)"
    assert not trends.cell.plot_item.isVisible()
