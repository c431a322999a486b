"""Trends: what is drawn against what, chosen, clicked and followed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.trend_curves import TrendCurve, Wanted, denominators, items_of, trend_curve
from app.plots.trends_plot import TrendsPlot
from fitting.analyse import fit_analysis, with_fit
from fitting.model_from_library import model_from_library
from fitting.project import Analysis, Project, with_analysis
from fitting.quantities.quantify import fraction_estimate, species_areas
from fitting.recipe import Recipe
from fitting.result import Status
from fitting.series import SPECTRUM
from fitting.simulate import simulate_series
from libraries.loader import catalogue

Mouse = Callable[[Any], Any]
_VOLTAGES = np.array([2.5, 3.0, 3.5, 4.0, 4.3])


@pytest.fixture
def trends(document: Document, qtbot: QtBot) -> TrendsPlot:
    panel = TrendsPlot(document)
    panel.resize(520, 360)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    QApplication.processEvents()
    return panel


@pytest.fixture
def fitted(document: Document) -> Document:
    """All regions fitted, and Raman bands of the same voltages beside them."""
    model = model_from_library(catalogue().default_model("raman"), background="linear")
    areas = {f"{peak.name}.area": np.full(5, 4000.0) for peak in model.peaks}
    raman = simulate_series(
        model,
        {**areas, "background.offset": 200.0},
        np.arange(150.0, 650.0),
        np.random.default_rng(4),
        region="raman",
        voltage=_VOLTAGES,
        branch=["charge", "charge", "charge", "discharge", "discharge"],
    )
    project = with_analysis(document.project, Analysis(raman, Recipe(model)))
    done = {name: with_fit(one, fit_analysis(one)) for name, one in project.analyses.items()}
    document.change(replace(project, analyses=done), "Fit")
    return document


def test_before_a_fit_it_says_what_to_do(trends: TrendsPlot) -> None:
    assert trends.panel.note.isVisible()
    assert trends.panel.note.text().startswith("Fit the series")
    assert trends.legend.isHidden()


def test_shares_of_the_region_on_the_screen_are_shown_first(
    trends: TrendsPlot, fitted: Document
) -> None:
    assert {curve.item.region for curve in trends.curves} == {"S 2p"}
    analysis = fitted.project.analyses["S 2p"]
    assert analysis.result is not None
    areas = species_areas(analysis.result, analysis.model)
    for curve in trends.curves:
        share = fraction_estimate(areas, curve.item.name)
        np.testing.assert_allclose(curve.value, share.value)
        np.testing.assert_allclose(curve.low, share.low95)
        np.testing.assert_allclose(curve.x, _VOLTAGES)
    fitted.look_at(region="P 2p", spectrum=0)
    assert {curve.item.region for curve in trends.curves} == {"P 2p"}


def test_xps_and_raman_share_the_voltage_axis_with_an_axis_for_each_unit(
    trends: TrendsPlot, fitted: Document
) -> None:
    _choose(trends, ("S 2p", "PS4"), ("raman", "PS4"))
    trends.quantity.setCurrentIndex(trends.quantity.findData("area"))
    assert {curve.item.region for curve in trends.curves} == {"S 2p", "raman"}
    assert trends.items.units() == ["counts x eV", "counts x 1/cm"]
    assert trends.plot_item.getAxis("right").isVisible()
    assert trends.plot_item.getAxis("right").labelText == "Area (counts · cm⁻¹)"
    trends.quantity.setCurrentIndex(trends.quantity.findData("fraction"))
    assert not trends.plot_item.getAxis("right").isVisible()


def test_the_menu_follows_the_region_again_when_asked(trends: TrendsPlot, fitted: Document) -> None:
    _choose(trends, ("raman", "PS4"))
    fitted.look_at(region="P 2p")
    assert {curve.item.region for curve in trends.curves} == {"raman"}
    trends.species.menu().actions()[0].trigger()
    assert {curve.item.region for curve in trends.curves} == {"P 2p"}


def test_peaks_of_a_chosen_species_have_positions_of_their_own(
    trends: TrendsPlot, fitted: Document
) -> None:
    _choose(trends, ("raman", "PS4"))
    trends.quantity.setCurrentIndex(trends.quantity.findData("position"))
    assert {curve.item.name for curve in trends.curves} > {"PS4 428"}
    assert "PS₄³⁻ 428" in trends.legend.text()


def test_the_species_below_the_line_of_a_ratio_can_be_chosen(
    trends: TrendsPlot, fitted: Document
) -> None:
    assert trends.relative_to.isHidden()
    trends.quantity.setCurrentIndex(trends.quantity.findData("ratio"))
    assert trends.relative_to.isVisible()
    assert trends.relative_to.currentData() == "PS4"
    above = _curve(trends, "sulfate")
    trends.relative_to.setCurrentIndex(trends.relative_to.findData("sulfate"))
    trends.relative_to.activated.emit(trends.relative_to.currentIndex())
    np.testing.assert_allclose(_curve(trends, "PS4").value, 1 / above.value, rtol=1e-9)
    assert trends.plot_item.getAxis("left").labelText == "Area / area of SO₄²⁻"


def test_a_click_on_a_point_shows_its_spectrum(
    trends: TrendsPlot, fitted: Document, mouse: Mouse
) -> None:
    QApplication.processEvents()
    curve = _curve(trends, "polysulfide")
    mouse(trends.plot_item).click(curve.x[3], curve.value[3])
    assert (fitted.view.region, fitted.view.spectrum) == ("S 2p", 3)


def test_the_spectrum_on_the_screen_is_marked(trends: TrendsPlot, fitted: Document) -> None:
    fitted.look_at(spectrum=2)
    x, y = trends.items._halo.getData()
    assert set(x) == {3.5}
    assert sorted(y) == pytest.approx(sorted(curve.value[2] for curve in trends.curves))


def test_charge_and_discharge_are_told_apart(trends: TrendsPlot, fitted: Document) -> None:
    _choose(trends, ("raman", "PS4"))
    branches = _curve(trends, "PS4").branches()
    assert [part.tolist() for part in branches] == [[0, 1, 2], [3, 4]]
    assert "discharge" in trends.legend.text()


def test_flagged_points_are_ringed(trends: TrendsPlot, fitted: Document) -> None:
    analysis = fitted.project.analyses["S 2p"]
    assert analysis.result is not None
    result = analysis.result.copy(deep=True)
    result["status"].values[:] = Status.CONVERGED
    result["status"].values[1] = Status.AT_BOUND
    fitted.change_analysis(replace(analysis, result=result), "Flag")
    assert _curve(trends, "PS4").is_flagged.tolist() == [False, True, False, False, False]
    assert "needs" in trends.legend.text()


def test_points_appear_while_the_fit_runs(trends: TrendsPlot, document: Document) -> None:
    analysis = document.project.analyses["S 2p"]
    some = with_fit(analysis, fit_analysis(analysis, (0, 1)))
    trends.show_partial("S 2p", some.result)
    assert np.isfinite(_curve(trends, "PS4").value).sum() == 2
    assert trends.panel.canvas.isVisible()
    trends.show_partial("S 2p", None)
    assert trends.panel.note.isVisible()


def test_changing_start_values_does_not_draw_the_trends_anew(
    trends: TrendsPlot, fitted: Document
) -> None:
    assert "before the last changes" not in trends.legend.text()
    fitted.set_parameter("PS4.position", value=161.4)
    assert "before the last changes" in trends.legend.text()
    before = trends.curves
    fitted.set_parameter("PS4.position", value=161.5)
    assert trends.curves is before


def test_a_coordinate_no_spectrum_has_is_explained(trends: TrendsPlot, fitted: Document) -> None:
    trends.along.setCurrentIndex(trends.along.findData("depth"))
    trends.along.activated.emit(trends.along.currentIndex())
    assert "None of the spectra has this coordinate" in trends.panel.note.text()


def test_without_voltages_the_number_of_the_spectrum_is_the_axis(
    trends: TrendsPlot, document: Document
) -> None:
    analysis = document.project.analyses["S 2p"]
    bare = analysis.series.assign_coords(voltage=(SPECTRUM, np.full(5, np.nan)))
    document.open(Project({"S 2p": Analysis(bare, analysis.recipe)}), None)
    assert trends.along.currentData() == "spectrum"


def test_a_cycle_is_not_connected_with_the_next(fitted: Document) -> None:
    analysis = fitted.project.analyses["S 2p"]
    assert analysis.result is not None
    result = analysis.result.assign_coords(cycle=(SPECTRUM, [1.0, 1.0, 2.0, 2.0, 2.0]))
    item = items_of(fitted.project, Wanted("fraction", "voltage"))[0]
    curve = trend_curve(replace(analysis, result=result), item, Wanted("fraction", "voltage"))
    assert curve is not None
    assert sorted(map(len, curve.branches())) == [2, 3]


def test_the_electrolyte_comes_first_among_denominators(fitted: Document) -> None:
    names = denominators(fitted.project)
    assert names[0] == "PS4"
    assert len(names) == len(set(names)) > 3


def _choose(trends: TrendsPlot, *keys: tuple[str, str]) -> None:
    """Tick these species in the menu and no others, as a user does: one after the other."""
    for key in [action.data() for action in trends.species.menu().actions() if action.data()]:
        action = next(one for one in trends.species.menu().actions() if one.data() == key)
        if action.isChecked() != (key in keys):
            action.trigger()


def _curve(trends: TrendsPlot, name: str) -> TrendCurve:
    return next(curve for curve in trends.curves if curve.item.name.startswith(name))
