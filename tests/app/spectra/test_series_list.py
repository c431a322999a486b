"""Regions and spectra: what is shown, chosen and removed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.document import Document
from app.spectra.series_list import SeriesList
from app.spectra.series_tree import SeriesTree
from fitting.data.series import set_coordinates
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project, with_analysis

Shown = Callable[..., Any]


@pytest.fixture
def series(document: Document, shown: Shown) -> SeriesList:
    return shown(SeriesList(document), 260, 500)


def test_the_tree_keeps_the_rules_of_a_model(project: Project, qtbot: QtBot) -> None:
    tree = SeriesTree()
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(tree, mode)
    tree.show_project(project)
    tree.show_project(Project())
    assert tester.model() is tree


def test_a_click_shows_the_spectrum(series: SeriesList, document: Document, qtbot: QtBot) -> None:
    _click(series, "S 2p", 3, qtbot)
    assert (document.view.region, document.view.spectrum) == ("S 2p", 3)


def test_a_spectrum_chosen_elsewhere_is_selected(series: SeriesList, document: Document) -> None:
    document.look_at(region="P 2p", spectrum=2)
    assert series.selected() == {"P 2p": [2]}


def test_rows_say_voltage_and_how_the_fit_ended(series: SeriesList, document: Document) -> None:
    assert _texts(series, "S 2p", 0) == ["○  LPSC", "2.50 V ↑", ""]
    analysis = document.project.analyses["S 2p"]
    document.change_analysis(with_fit(analysis, fit_analysis(analysis)), "Fit")
    mark, _, chi_square = _texts(series, "S 2p", 0)
    assert mark[0] in "●▲"
    assert 0.5 < float(chi_square) < 2


def test_spectra_of_one_sample_go_by_their_labels(document: Document, shown: Shown) -> None:
    analysis = document.project.analyses["S 2p"]
    labelled = set_coordinates(analysis.series, label=[f"x = {n}" for n in range(5)])
    document.change_analysis(Analysis(labelled, analysis.recipe), "Label")
    assert _texts(shown(SeriesList(document), 260, 500), "S 2p", 3)[0] == "○  x = 3"


def test_what_is_removed_comes_back_by_undo(
    series: SeriesList, document: Document, qtbot: QtBot
) -> None:
    _click(series, "S 2p", 1, qtbot)
    qtbot.keyClick(series.view, Qt.Key.Key_Delete)
    remaining = document.project.analyses["S 2p"].series["voltage"].values
    assert remaining.tolist() == [2.5, 3.5, 4.0, 4.3]
    document.undo_stack.undo()
    assert document.project.analyses["S 2p"].series.sizes["spectrum"] == 5


def test_the_last_spectrum_can_be_removed_while_it_is_shown(
    series: SeriesList, document: Document, qtbot: QtBot
) -> None:
    _click(series, "S 2p", 4, qtbot)
    series.remove_selected()
    assert document.view.spectrum == 3


def test_a_removed_region_gives_way_to_the_next(
    series: SeriesList, document: Document, qtbot: QtBot
) -> None:
    place = series.view.visualRect(series._tree.index(0, 0)).center()
    qtbot.mouseClick(series.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    series.remove_selected()
    assert list(document.project.analyses) == ["P 2p"]
    assert document.view.region == "P 2p"


def test_the_menu_fits_what_is_selected(
    series: SeriesList, document: Document, qtbot: QtBot
) -> None:
    _click(series, "S 2p", 2, qtbot)
    series.view.customContextMenuRequested.emit(QPoint(20, 20))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    with qtbot.waitSignal(series.fit_requested) as requested:
        menu.actions()[0].trigger()
    menu.close()
    assert requested.args == ["S 2p", (2,)]


def test_an_empty_list_says_what_to_do(document: Document, series: SeriesList) -> None:
    document.open(Project(), Path("nothing.thio"))
    assert series._empty.isVisible()
    assert "Drop files" in series._empty.text()


def _index(series: SeriesList, region: str, spectrum: int) -> QModelIndex:
    index = series._tree.index_of(region, spectrum)
    series.view.expand(index.parent())
    return index


def _click(series: SeriesList, region: str, spectrum: int, qtbot: QtBot) -> None:
    place = series.view.visualRect(_index(series, region, spectrum)).center()
    qtbot.mouseClick(series.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _texts(series: SeriesList, region: str, spectrum: int) -> list[str]:
    index = _index(series, region, spectrum)
    return [str(index.siblingAtColumn(number).data()) for number in range(3)]


@pytest.fixture
def with_scans(project: Project, document: Document) -> Project:
    """The first region measured in five scans of one spectrum."""
    analysis = project.analyses["S 2p"]
    labels = [f"S2p scan {number} of 5" for number in range(1, 6)]
    series = set_coordinates(analysis.series, label=labels, source="f", voltage=2.5)
    changed = with_analysis(project, Analysis(series, analysis.recipe))
    document.open(changed, None)
    return changed


def test_scans_are_summed_in_one_step_that_undo_takes_back(
    series: SeriesList, document: Document, with_scans: Project, qtbot: QtBot
) -> None:
    _click(series, "S 2p", 1, qtbot)
    series.sum_scans()
    summed = document.project.analyses["S 2p"].series
    assert summed.sizes["spectrum"] == 1
    document.undo_stack.undo()
    assert document.project.analyses["S 2p"].series is with_scans.analyses["S 2p"].series


def test_scans_of_different_states_are_refused(
    series: SeriesList, document: Document, with_scans: Project, qtbot: QtBot
) -> None:
    analysis = with_scans.analyses["S 2p"]
    apart = set_coordinates(analysis.series, voltage=[2.5, 2.6, 2.7, 2.8, 2.9])
    document.change_analysis(Analysis(apart, analysis.recipe), "Voltages")
    _click(series, "S 2p", 1, qtbot)
    with qtbot.waitSignal(series.refused) as refused:
        series.sum_scans()
    assert "scans that differ in voltage" in str(refused.args[0])


def test_the_menu_offers_to_sum_scans_only_where_there_are_some(
    series: SeriesList, with_scans: Project, qtbot: QtBot
) -> None:
    offered = {}
    for region in ("S 2p", "P 2p"):
        _click(series, region, 1, qtbot)
        series.view.customContextMenuRequested.emit(QPoint(5, 5))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered[region] = [action.text() for action in menu.actions()]
        menu.close()
    assert "Sum scans" in offered["S 2p"]
    assert "Sum scans" not in offered["P 2p"]
