"""Trends: what is drawn against what, chosen, clicked and followed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.plots.shift_curves import shift_curves
from app.plots.trend_curves import TrendCurve, Wanted, items_of, list_denominators, trend_curve
from app.plots.trends_plot import TrendsPlot
from fitting.data.result import Status
from fitting.data.series import SPECTRUM, set_coordinates
from fitting.models.from_library import model_from_library
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.projects.recipe import Recipe
from fitting.quantities.quantify import fraction_estimate, ratio_estimate, species_areas
from fitting.quantities.region_detection import find_detection
from fitting.selection.apply import with_selection
from fitting.selection.candidates import Candidate, Selection
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]
_VOLTAGES = np.array([2.5, 3.0, 3.5, 4.0, 4.3])


@pytest.fixture
def trends(document: Document, shown: Shown) -> TrendsPlot:
    return shown(TrendsPlot(document), 520, 360)


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
    assert trends.plot_item.getAxis("left").labelText == "Ratio to SO₄²⁻"


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
    series = set_coordinates(analysis.series, cycle=[1.0, 1.0, 2.0, 2.0, 2.0])
    item = items_of(fitted.project, Wanted("fraction", "voltage"))[0]
    curve = trend_curve(replace(analysis, series=series), item, Wanted("fraction", "voltage"))
    assert curve is not None
    assert sorted(map(len, curve.branches())) == [2, 3]


def test_over_time_samples_are_not_connected_with_one_another(fitted: Document) -> None:
    analysis = fitted.project.analyses["S 2p"]
    series = set_coordinates(analysis.series, sample=list("aabbb"), time=np.arange(5.0))
    wanted = Wanted("fraction", "time")
    item = items_of(fitted.project, wanted)[0]
    curve = trend_curve(replace(analysis, series=series), item, wanted)
    assert curve is not None
    assert sorted(map(len, curve.branches())) == [2, 3]


def test_the_number_of_a_spectrum_is_its_place_in_the_chosen_order(
    trends: TrendsPlot, fitted: Document
) -> None:
    trends.along.setCurrentIndex(trends.along.findData("spectrum"))
    trends.along.activated.emit(trends.along.currentIndex())
    assert trends.curves[0].spectra.tolist() == [0, 1, 2, 3, 4]
    analysis = fitted.project.analyses["S 2p"]
    series = set_coordinates(analysis.series, time=[4.0, 3.0, 2.0, 1.0, 0.0])
    project = with_analysis(fitted.project, replace(analysis, series=series))
    fitted.open(replace(project, order="time"), None)
    assert trends.curves[0].spectra.tolist() == [4, 3, 2, 1, 0]
    assert trends.curves[0].x.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_electrolyte_comes_first_among_denominators(fitted: Document) -> None:
    names = list_denominators(fitted.project)
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


def test_a_species_that_is_not_detected_is_an_arrow_at_its_limit(
    trends: TrendsPlot, fitted: Document, mouse: Mouse
) -> None:
    _without_sulfite(fitted, (0, 1))
    curve = _curve(trends, "sulfite")
    assert curve.is_limit.tolist() == [True, True, False, False, False]
    analysis = fitted.project.analyses["S 2p"]
    detection = find_detection(analysis)
    limits = detection.limit_percent[:2, detection.column("sulfite")]
    np.testing.assert_allclose(curve.shown[:2], limits)
    assert "below" in trends.legend.text()
    QApplication.processEvents()
    mouse(trends.plot_item).click(curve.x[1], curve.shown[1])
    assert (fitted.view.region, fitted.view.spectrum) == ("S 2p", 1)
    low, high = trends.plot_item.getViewBox().viewRange()[1]
    assert low < 0 < float(limits.max()) < high


def test_what_is_not_detected_has_no_position_and_it_is_said(
    trends: TrendsPlot, fitted: Document
) -> None:
    _without_sulfite(fitted, (0, 1))
    trends.quantity.setCurrentIndex(trends.quantity.findData("position"))
    assert np.isnan(_curve(trends, "sulfite").shown[:2]).all()
    assert np.isfinite(_curve(trends, "sulfite").shown[2:]).all()
    assert trends.remark.text() == "Without spectra in which the species is not detected."


def test_species_that_were_left_out_are_offered_with_their_limits(
    trends: TrendsPlot, fitted: Document
) -> None:
    analysis = fitted.project.analyses["S 2p"]
    names = ("PS4", "polysulfide", "sulfate")
    weighed = Candidate(names, 0.0, 1, 0.0)
    selection = Selection((weighed,), analysis.recipe.model, 5, 5, 1.0)
    chosen = with_selection(analysis, selection, names)
    fitted.change_analysis(with_fit(chosen, fit_analysis(chosen)), "Choose")
    curve = _curve(trends, "sulfite")
    assert curve.is_limit.all()
    assert ("S 2p", "sulfite") in [one.data() for one in trends.species.menu().actions()]
    trends.quantity.setCurrentIndex(trends.quantity.findData("ratio"))
    assert _curve(trends, "sulfite").is_limit.any()


def test_detection_of_a_long_series_is_found_off_the_screen(
    trends: TrendsPlot, fitted: Document, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("app.detections.AT_ONCE", 1)
    _without_sulfite(fitted, (0,))
    assert not _curve(trends, "sulfite").is_limit.any()
    qtbot.waitUntil(lambda: bool(_curve(trends, "sulfite").is_limit.any()))
    qtbot.waitUntil(lambda: not fitted.detections.is_running)


def test_the_charge_shift_is_shown_with_its_error_and_its_line(
    trends: TrendsPlot, fitted: Document, mouse: Mouse
) -> None:
    _refer(fitted, ("C-C in C 1s at 284.8 eV",) * 5)
    _show_shift(trends)
    (curve,) = trends.curves
    np.testing.assert_allclose(curve.value, [0.1, 0.2, 0.3, 0.4, 0.5])
    np.testing.assert_allclose(curve.stderr, 0.02)
    assert "C-C in C 1s at 284.8 eV" in trends.legend.text()
    assert trends.plot_item.getAxis("left").labelText == "Charge shift (eV)"
    assert trends.species.isHidden()
    assert trends.warning.isHidden()
    QApplication.processEvents()
    mouse(trends.plot_item).click(curve.x[3], curve.value[3])
    assert (fitted.view.region, fitted.view.spectrum) == ("S 2p", 3)


def test_shifts_of_different_samples_are_not_connected(fitted: Document) -> None:
    _refer(fitted, ("C-C in C 1s at 284.8 eV",) * 5)
    analysis = fitted.project.analyses["S 2p"]
    (one,) = shift_curves(fitted.project, "S 2p", "voltage")
    assert [points.size for points in one.branches()] == [5]
    series = set_coordinates(analysis.series, sample=list("aabbc"))
    fitted.change_analysis(replace(analysis, series=series), "Name")
    (several,) = shift_curves(fitted.project, "S 2p", "voltage")
    assert [points.size for points in several.branches()] == [2, 2, 1]


def test_mixed_charge_references_are_warned_of_and_their_positions_left_out(
    trends: TrendsPlot, fitted: Document
) -> None:
    _refer(fitted, ("C-C in C 1s at 284.8 eV",) * 4 + ("",))
    _show_shift(trends)
    assert [curve.tone for curve in trends.curves] == ["plain", "warning"]
    assert trends.curves[1].value.tolist() == [0.0]
    assert trends.warning.isVisible()
    assert "Mixed charge references: 4 spectra C-C" in trends.warning.text()
    trends.quantity.setCurrentIndex(trends.quantity.findData("position"))
    assert np.isnan(_curve(trends, "PS4").value[-1])
    assert trends.warning.isVisible()
    trends.quantity.setCurrentIndex(trends.quantity.findData("fraction"))
    assert np.isfinite(_curve(trends, "PS4").value).all()
    assert trends.warning.isHidden()


def test_without_a_reference_it_says_where_to_choose_one(
    trends: TrendsPlot, fitted: Document
) -> None:
    _show_shift(trends)
    assert "Choose a charge reference" in trends.panel.note.text()


def _show_shift(trends: TrendsPlot) -> None:
    trends.quantity.setCurrentIndex(trends.quantity.findData("charge_shift"))


def _refer(document: Document, words: tuple[str, ...]) -> None:
    """Put shifts of 0.1 to 0.5 eV onto S 2p; a spectrum without words is as measured."""
    analysis = document.project.analyses["S 2p"]
    shifted = np.array([bool(one) for one in words])
    series = set_coordinates(
        analysis.series,
        charge_shift=np.where(shifted, [0.1, 0.2, 0.3, 0.4, 0.5], np.nan),
        charge_shift_stderr=np.where(shifted, 0.02, np.nan),
        charge_reference=list(words),
    )
    document.change_analysis(replace(analysis, series=series), "Refer")


def _without_sulfite(document: Document, spectra: tuple[int, ...]) -> None:
    """Spectra of which the fit found no sulfite."""
    analysis = document.project.analyses["S 2p"]
    assert analysis.result is not None
    result = analysis.result.copy(deep=True)
    place = list(result["parameter"].values).index("sulfite.area")
    for spectrum in spectra:
        result["value"].values[spectrum, place] = 0.0
        result["stderr"].values[spectrum, place] = np.nan
        result["covariance"].values[spectrum, place] = 0.0
        result["covariance"].values[spectrum, :, place] = 0.0
        result["status"].values[spectrum] = Status.AT_BOUND
    document.change_analysis(replace(analysis, result=result), "Fit")


def test_groups_of_the_recipe_are_trends_with_their_own_errors(fitted: Document) -> None:
    analysis = fitted.project.analyses["S 2p"]
    recipe = replace(analysis.recipe, groups=("SOx = sulfite + sulfate", "sulfite + sulfate / PS4"))
    grouped = replace(analysis, recipe=recipe)
    project = with_analysis(fitted.project, grouped)
    for quantity, name in (("fraction", "SOx"), ("ratio", "sulfite + sulfate / PS4")):
        wanted = Wanted(quantity, "voltage")
        (item,) = [one for one in items_of(project, wanted) if one.name == name]
        curve = trend_curve(grouped, item, wanted)
        assert curve is not None
        areas = species_areas(grouped.result, grouped.model)
        expected = {
            "fraction": fraction_estimate(areas, ["sulfite", "sulfate"]),
            "ratio": ratio_estimate(areas, ["sulfite", "sulfate"], "PS4"),
        }[quantity]
        assert curve.value == pytest.approx(expected.value)
        assert curve.stderr == pytest.approx(expected.stderr, nan_ok=True)
    assert not any(one.name == "SOx" for one in items_of(project, Wanted("area", "voltage")))
