"""The results table, driven by mouse and keys."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.results.result_columns import QUANTITIES
from app.results.results_table import ResultsTable
from fitting.data.result import FittedBlock, Status
from fitting.data.series import set_coordinates
from fitting.models.model import parameter_names
from fitting.models.parameters import resolve_ties
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.propose import propose_recipe
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.quantities.interval_storage import with_systematic
from fitting.quantities.quantify import default_ratios, species_names
from fitting.quantities.quantity import tabulated_quantities
from libraries.loader import catalogue

Shown = Callable[..., Any]


@pytest.fixture
def fitted(document: Document) -> Document:
    """S 2p with five results: the last failed; PS4 has the area 100 beside thrice 50."""
    analysis = document.project.analyses["S 2p"]
    model, affine = analysis.recipe.model, resolve_ties(analysis.recipe.model)
    count = analysis.series.sizes["spectrum"]
    start = np.array([50.0 if name.endswith(".area") else 1.0 for name in affine.free])
    start[affine.free.index("PS4.area")] = 100.0
    value = np.tile(affine.expand(start), (count, 1))
    value[:, parameter_names(model).index("PS4.position")] = 161.3
    spread = np.diag([1.0 if name.endswith(".area") else 1e-4 for name in affine.free])
    covariance = np.stack([affine.expand_covariance(spread)] * count)
    status = np.full(count, int(Status.CONVERGED))
    status[-1] = Status.FAILED
    points, said = np.full(count, 150), tuple(Status(code).sentence for code in status)
    block = FittedBlock(np.arange(count), value, covariance, 1.0 * points, points, status, said)
    document.open(with_analysis(document.project, with_fit(analysis, [block])), None)
    return document


@pytest.fixture
def table(fitted: Document, shown: Shown) -> ResultsTable:
    return shown(ResultsTable(fitted), 430, 500)


def test_shares_are_shown_with_their_errors(table: ResultsTable) -> None:
    # by propagation: sqrt(0.6 ** 2 + 3 * 0.4 ** 2) / 250
    assert _texts(table, 0)[:3] == ["●  0", "2.50 V ↑", "40.00 ± 0.37"]
    shares = [float(text.split(" ")[0]) for text in _texts(table, 0)[2:]]
    assert sum(shares) == pytest.approx(100.0)


def test_the_numbers_are_those_of_the_written_tables(table: ResultsTable, fitted: Document) -> None:
    assert fitted.analysis is not None
    tables = make_tables(Project({"S 2p": fitted.analysis}))
    rows = tables["species"]
    first = rows["species"] == "polysulfide"
    column = table.model.shown.columns[1]
    order = [row.spectrum for row in table.model.shown.rows]
    np.testing.assert_array_equal(column.value[order], rows["fraction_percent"][first])
    np.testing.assert_array_equal(column.stderr[order], rows["fraction_stderr"][first])
    _choose(table, "ratio")
    ratios = tables["ratios"]
    first = (ratios["numerator"] == "polysulfide") & (ratios["denominator"] == "PS4")
    ratio = next(one for one in table.model.shown.columns if one.name == "polysulfide/PS4")
    np.testing.assert_array_equal(ratio.high95[order], ratios["ratio_high95"][first])


def test_every_table_can_be_chosen(table: ResultsTable, fitted: Document) -> None:
    assert fitted.analysis is not None
    model = fitted.analysis.model
    pairs = len(default_ratios(species_names(model)))
    counts = {"ratio": pairs, "chi_square": 3}
    for quantity in QUANTITIES:
        _choose(table, quantity)
        assert len(table.model.shown.columns) == counts.get(quantity, 4)
        assert all(_texts(table, 0))


def test_rows_follow_the_order_of_the_project(table: ResultsTable, fitted: Document) -> None:
    analysis = fitted.analysis
    assert analysis is not None
    series = set_coordinates(analysis.series, time=[4.0, 3.0, 2.0, 1.0, 0.0])
    project = with_analysis(fitted.project, replace(analysis, series=series))
    fitted.open(replace(project, order="time"), None)
    assert [row.spectrum for row in table.model.shown.rows] == [4, 3, 2, 1, 0]


def test_the_order_is_chosen_in_the_panel_and_can_be_taken_back(
    table: ResultsTable, fitted: Document
) -> None:
    analysis = fitted.analysis
    assert analysis is not None
    series = set_coordinates(analysis.series, sample=["s10", "s9", "s3", "s2", "s1"])
    fitted.change_analysis(replace(analysis, series=series), "Name the samples")
    table.order.setValue("sample")
    table.order.chosen.emit("sample")
    assert [row.spectrum for row in table.model.shown.rows] == [4, 3, 2, 1, 0]
    assert fitted.project.order == "sample"
    fitted.undo_stack.undo()
    assert table.order.value() == ""
    assert [row.spectrum for row in table.model.shown.rows] == [0, 1, 2, 3, 4]


def test_a_failed_spectrum_is_marked_and_its_reason_told(table: ResultsTable) -> None:
    last = table.model.index(4, 0)
    assert last.data() == "✕  4"
    assert Status.FAILED.sentence in last.data(Qt.ItemDataRole.ToolTipRole)
    assert last.data(Qt.ItemDataRole.ForegroundRole) is not None
    assert _texts(table, 4)[2:] == ["", "", "", ""]


def test_a_click_shows_the_spectrum_and_the_other_way_round(
    table: ResultsTable, fitted: Document, qtbot: QtBot
) -> None:
    place = table.view.visualRect(table.model.index(3, 2)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert fitted.view.spectrum == 3
    fitted.look_at(spectrum=1)
    assert table.view.currentIndex().row() == 1


def test_the_whole_table_is_copied_for_a_spreadsheet(table: ResultsTable, qtbot: QtBot) -> None:
    qtbot.mouseClick(table.copy, Qt.MouseButton.LeftButton)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:9] == [
        "spectrum", "sample", "voltage_V", "branch", "status",
        "PS4_percent", "PS4_percent_stderr", "PS4_percent_low95", "PS4_percent_high95",
    ]  # fmt: skip
    assert float(lines[1][7]) < 40.0 < float(lines[1][8])
    assert lines[1][:6] == ["0", "LPSC", "2.5", "charge", "converged", "40.0"]
    assert lines[5][4:7] == ["failed", "", ""]
    assert len(lines) == 6


def test_selected_rows_are_copied_by_key(table: ResultsTable, qtbot: QtBot) -> None:
    table.view.selectRow(1)
    place = table.view.visualRect(table.model.index(2, 0)).center()
    qtbot.mouseClick(
        table.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place
    )
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["spectrum", "1", "2"]


def test_a_changed_model_is_said(table: ResultsTable, fitted: Document) -> None:
    note = table._note
    assert "changed" not in note.text()
    fitted.set_parameter("PS4.position", value=161.2)
    assert "changed" in note.text()
    assert table.model.rowCount() == 5


def test_before_a_fit_the_panel_says_what_to_do(document: Document, shown: Shown) -> None:
    table = shown(ResultsTable(document), 430, 500)
    assert not table.view.isVisible()
    assert "F6" in table._hint.text()


def test_undoing_a_fit_empties_the_table(table: ResultsTable, fitted: Document) -> None:
    fitted.open(Project(), None)
    assert not table.view.isVisible()
    assert table.model.rowCount() == 0


def _choose(table: ResultsTable, quantity: str) -> None:
    table.quantity.setValue(quantity)
    table.quantity.chosen.emit(quantity)


def _texts(table: ResultsTable, row: int) -> list[str]:
    cells = (table.model.index(row, column) for column in range(table.model.columnCount()))
    return [str(cell.data()).replace("\u2009", " ") for cell in cells]


def test_a_hidden_table_is_brought_up_to_date_when_it_is_seen(
    table: ResultsTable, fitted: Document
) -> None:
    table.hide()
    before = table.model.rowCount()
    fitted.open(Project(), None)
    assert table.model.rowCount() == before
    table.show()
    assert table.model.rowCount() == 0


def test_numbers_of_later_spectra_are_not_cut(
    simulated: Callable[..., xr.Dataset], shown: Shown
) -> None:
    series = simulated("P 2p", np.linspace(2.5, 4.3, 120))
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    analysis = Analysis(series, recipe)
    document = Document()
    document.open(Project({"P 2p": with_fit(analysis, fit_analysis(analysis))}), None)
    table = shown(ResultsTable(document), 430, 500)
    last = table.model.index(119, 0)
    assert table.view.columnWidth(0) >= table.view.sizeHintForIndex(last).width()
    for column in range(table.model.columnCount()):
        cells = [table.model.index(row, column) for row in range(120)]
        widest = max(table.view.sizeHintForIndex(cell).width() for cell in cells)
        assert table.view.columnWidth(column) >= widest


def test_a_species_that_is_not_detected_is_below_its_limit(
    table: ResultsTable, fitted: Document
) -> None:
    analysis = fitted.analysis
    assert analysis is not None
    assert analysis.result is not None
    result = analysis.result.copy(deep=True)
    place = parameter_names(analysis.model).index("sulfite.area")
    result["value"].values[0, place] = 1.0
    fitted.change_analysis(replace(analysis, result=result), "Fit")
    detection = fitted.detections.of(replace(analysis, result=result))
    assert detection is not None
    limit = detection.limit_percent[0, detection.column("sulfite")]
    column = [one.name for one in table.model.shown.columns].index("sulfite_percent")
    assert _texts(table, 0)[2 + column] == f"< {limit:#.2g}".rstrip(".")
    tip = table.model.index(0, 2 + column).data(Qt.ItemDataRole.ToolTipRole)
    assert "Not detected: below" in tip
    assert "not detected" in table._note.text()
    table.copy.click()
    header, first, *_ = [
        line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()
    ]
    assert float(first[header.index("sulfite_percent_upper95")]) == limit
    _choose(table, "position")
    assert _texts(table, 0)[2 + column] == "–"
    assert "Not detected" in table.model.index(0, 2 + column).data(Qt.ItemDataRole.ToolTipRole)


def test_positions_of_another_reference_are_not_shown_beside_the_others(
    table: ResultsTable, fitted: Document
) -> None:
    analysis = fitted.analysis
    assert analysis is not None
    words = ["C-C in C 1s at 284.8 eV"] * 4
    series = set_coordinates(analysis.series, charge_reference=["", *words])
    fitted.change_analysis(replace(analysis, series=series), "Refer")
    _choose(table, "position")
    assert _texts(table, 0)[2:] == ["–"] * 4
    assert "–" not in _texts(table, 1)
    tip = table.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "Referred to another line" in tip


def test_what_another_background_changes_is_told(table: ResultsTable, fitted: Document) -> None:
    analysis = fitted.analysis
    assert analysis is not None
    assert analysis.result is not None
    quantities = tabulated_quantities(analysis.model)
    moved = np.full((5, len(quantities)), 1.5)
    result = with_systematic(analysis.result, quantities, moved)
    fitted.change_analysis(replace(analysis, result=result), "Backgrounds")
    tip = table.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "another background moves it by up to 1.5" in tip
    table.copy.click()
    assert "PS4_percent_syst" in QGuiApplication.clipboard().text()
