"""The spectrum and its model: what is drawn, read off, zoomed and dropped."""

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.library.library_tree import MIME_TYPE
from app.plots.spectrum_plot import SpectrumPlot
from app.theme import apply_scheme
from fitting.data.series import axis_of, set_coordinates
from fitting.models.function import series_curves
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.propose import propose_recipe
from fitting.projects.drag_edits import with_range
from fitting.projects.project import Analysis, Project
from fitting.readers.spectra import read_spectra
from libraries.loader import catalogue

Shown = Callable[..., Any]
Mouse = Callable[[Any], Any]


@pytest.fixture
def plot(document: Document, shown: Shown) -> SpectrumPlot:
    return shown(SpectrumPlot(document), 800, 600)


def test_without_spectra_it_says_what_to_do(qtbot: QtBot) -> None:
    plot = SpectrumPlot(Document())
    qtbot.addWidget(plot)
    plot.show()
    assert plot.note.isVisible()
    assert "Drop spectra" in plot.note.text()


def test_a_spectrum_that_is_not_fitted_is_drawn_with_areas_that_suit_it(
    plot: SpectrumPlot,
) -> None:
    shown = plot.shown
    assert shown is not None
    assert not shown.is_fitted
    assert "not fitted" in plot.spectrum_item.titleLabel.text
    assert np.median(np.abs(shown.scaled_residual)) < 3


def test_a_fitted_spectrum_is_drawn_with_the_values_of_the_fit(
    plot: SpectrumPlot, document: Document
) -> None:
    _fit(document)
    analysis, shown = document.analysis, plot.shown
    assert analysis is not None
    assert analysis.result is not None
    assert shown is not None
    assert shown.is_fitted
    series = document.prepared()
    assert series is not None
    values = analysis.result["value"].values[:1]
    expected = series_curves(series, analysis.recipe.model, values, np.array([0]))
    np.testing.assert_allclose(shown.curves.total, expected.total)


def test_a_running_fit_is_shown_as_it_goes(plot: SpectrumPlot, document: Document) -> None:
    analysis = document.analysis
    assert analysis is not None
    fitted = with_fit(analysis, fit_analysis(analysis))
    plot.show_partial("S 2p", fitted.result)
    assert plot.shown is not None
    assert plot.shown.is_fitted
    plot.show_partial("S 2p", None)
    assert not plot.shown.is_fitted


def test_binding_energy_runs_to_the_left(plot: SpectrumPlot) -> None:
    box = plot.spectrum_item.getViewBox()
    assert box.mapViewToScene(QPointF(160, 0)).x() > box.mapViewToScene(QPointF(170, 0)).x()
    assert plot.residual_item.getAxis("bottom").labelText == "Binding energy (eV)"


def test_what_was_measured_beyond_the_range_is_shown_faintly(
    plot: SpectrumPlot, document: Document
) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 159.0, 171.0), "Range")
    shown = plot.shown
    assert shown is not None
    places, counts = shown.outside
    assert places.size == counts.size > 0
    assert ((places < 159.0) | (places > 171.0)).all()
    assert shown.x[0] >= 158.99


def test_a_range_without_points_is_explained_not_drawn(
    plot: SpectrumPlot, document: Document
) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 10.0, 20.0), "Range")
    assert plot.note.isVisible()
    assert "Choose a range inside it" in plot.note.text()
    document.undo_stack.undo()
    assert plot.canvas.isVisible()


def test_the_pointer_reads_off_what_is_under_it(
    plot: SpectrumPlot, mouse: Mouse, qtbot: QtBot
) -> None:
    pointer = mouse(plot.spectrum_item)
    with qtbot.waitSignal(plot.hovered) as heard:
        pointer.move(pointer.pixel(161.3, 1000.0), held=False)
    assert heard.args is not None
    words = heard.args[0].split("   ")
    assert float(words[0].removesuffix(" eV")) == pytest.approx(161.3, abs=0.05)
    shown = plot.shown
    assert shown is not None
    nearest = np.abs(shown.x - 161.3).argmin()
    assert float(words[2].removeprefix("measured ")) == pytest.approx(
        shown.intensity[nearest], rel=0.05
    )


def test_another_spectrum_fits_the_axes_unless_the_user_zoomed(
    plot: SpectrumPlot, document: Document
) -> None:
    box = plot.spectrum_item.getViewBox()
    before = box.viewRange()[1]
    document.look_at(spectrum=4)
    assert box.viewRange()[1] != before
    box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
    plot.spectrum_item.setYRange(0, 123, padding=0)
    document.look_at(spectrum=1)
    assert box.viewRange()[1] == [0, 123]
    plot.range_only.trigger()
    assert box.viewRange()[1] != [0, 123]


def test_everything_that_was_measured_can_be_shown(plot: SpectrumPlot, document: Document) -> None:
    document.change_recipe(lambda recipe: with_range(recipe, 160.0, 165.0), "Range")
    plot.canvas.show_all.trigger()
    low, high = plot.spectrum_item.getViewBox().viewRange()[0]
    assert low < 157.1
    assert high > 172.8


def test_the_menu_copies_a_picture(plot: SpectrumPlot, mouse: Mouse) -> None:
    mouse(plot.spectrum_item).click(165.0, 500.0, Qt.MouseButton.RightButton)
    assert plot.canvas.menu.isVisible()
    plot.canvas.copy.trigger()
    plot.canvas.menu.close()
    picture = QGuiApplication.clipboard().pixmap()
    assert picture.width() == 2 * plot.canvas.width()


def test_a_dropped_species_joins_the_model_and_is_selected(
    plot: SpectrumPlot, document: Document
) -> None:
    assert _drop(plot, "S 2p\tLi2S")
    assert document.analysis is not None
    assert document.analysis.recipe.model.peaks[-1].species == "Li2S"
    assert document.view.peak == document.analysis.recipe.model.peaks[-1].name
    document.undo_stack.undo()
    assert all(peak.species != "Li2S" for peak in document.analysis.recipe.model.peaks)


def test_a_species_of_another_region_is_not_taken(plot: SpectrumPlot) -> None:
    assert not _drop(plot, "C 1s\tcarbonate")


def test_a_species_the_model_has_already_is_refused_with_a_reason(
    plot: SpectrumPlot, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(plot.failed) as failure:
        _drop(plot, "S 2p\tPS4")
    assert failure.args is not None
    assert "already" in str(failure.args[0])


def test_light_and_dark_are_both_drawn(plot: SpectrumPlot, qapp: QApplication) -> None:
    for scheme, is_dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        apply_scheme(qapp, scheme)
        QApplication.processEvents()
        corner = plot.grab().toImage().pixelColor(3, 3)
        assert (corner.lightness() < 128) == is_dark


def test_real_spectra_are_drawn(real_data: Callable[[str], Any], qtbot: QtBot) -> None:
    document = Document()
    analyses = {}
    for series in read_spectra(real_data("xps_kratos_vamas/assigned.vms")):
        recipe = propose_recipe(series, catalogue())
        if recipe is not None:
            analyses[series.attrs["region"]] = Analysis(series, recipe)
    document.open(Project(analyses), None)
    plot = SpectrumPlot(document)
    qtbot.addWidget(plot)
    for region, analysis in analyses.items():
        for spectrum in range(analysis.series.sizes["spectrum"]):
            document.look_at(region=region, spectrum=spectrum)
            assert plot.shown is not None
            low, high = np.nanmin(plot.shown.intensity), np.nanmax(plot.shown.intensity)
            assert low * 0.5 < plot.shown.curves.total.min()
            assert plot.shown.curves.total.max() < 1.5 * high


def test_charge_offsets_move_the_drawn_spectrum(plot: SpectrumPlot, document: Document) -> None:
    analysis, before = document.analysis, plot.shown
    assert analysis is not None
    assert before is not None
    series = analysis.series
    moved = series.assign_coords(axis_offset=series["axis_offset"] + 0.3)
    document.change_analysis(replace(analysis, series=moved), "Move")
    assert plot.shown is not None
    grid = series[axis_of(series)].values
    assert np.isin(np.round(plot.shown.x - 0.3, 6), np.round(grid, 6)).all()


def _fit(document: Document) -> None:
    analysis = document.analysis
    assert analysis is not None
    document.change_analysis(with_fit(analysis, fit_analysis(analysis)), "Fit")


def _drop(plot: SpectrumPlot, text: str) -> bool:
    data = QMimeData()
    data.setData(MIME_TYPE, QByteArray(text.encode()))
    place = plot.rect().center()
    target = plot.childAt(place)
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(target.mapFrom(plot, place), actions, data, button, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    drop = QDropEvent(QPointF(target.mapFrom(plot, place)), actions, data, button, none)
    QApplication.sendEvent(target, drop)
    return drop.isAccepted()


def test_nothing_of_a_closed_plot_stays_behind(qapp: QApplication) -> None:
    def open_and_close() -> None:
        document = Document()
        plot = SpectrumPlot(document)
        plot.show()
        plot.close()
        plot.deleteLater()
        document.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # the first time, what other tests have left behind goes as well
    open_and_close()
    gc.collect()
    gc.disable()
    try:
        before = len(QApplication.allWidgets())
        open_and_close()
        assert len(QApplication.allWidgets()) == before
    finally:
        gc.enable()


def test_a_long_title_is_cut_in_its_middle_and_does_not_widen_the_plot(
    plot: SpectrumPlot, document: Document
) -> None:
    plot.resize(420, 400)
    analysis = document.project.analyses["S 2p"]
    long = set_coordinates(analysis.series, sample="NCM composite cathode of the third batch " * 3)
    document.change_analysis(replace(analysis, series=long), "Rename")
    QApplication.processEvents()
    label = plot.spectrum_item.titleLabel
    assert "…" in label.text
    assert label.text.endswith("not fitted yet.")
    assert "third batch NCM" in label.toolTip()
    assert plot.canvas.ci.geometry().width() <= plot.canvas.width()
    plot.resize(2600, 400)
    QApplication.processEvents()
    assert "…" not in label.text
