"""Checks with other core levels in the results table."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.results.results_table import ResultsTable
from fitting.data.series import set_coordinates
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project
from fitting.quantities.cross_checks import cross_checks


@pytest.fixture
def table(document: Document, qtbot: QtBot) -> ResultsTable:
    """The checks of five samples of S 2p and P 2p, both fitted."""
    analyses = {}
    for name, analysis in document.project.analyses.items():
        series = set_coordinates(analysis.series, seconds_per_point=np.ones(5))
        timed = replace(analysis, series=series)
        analyses[name] = with_fit(timed, fit_analysis(timed))
    document.open(Project(analyses), None)
    table = ResultsTable(document)
    table.resize(430, 500)
    qtbot.addWidget(table)
    table.show()
    table.quantity.setValue("cross_check")
    table.quantity.chosen.emit("cross_check")
    return table


def test_a_check_stands_beside_both_of_its_spectra(table: ResultsTable, document: Document) -> None:
    names = [column.name for column in table.model.shown.columns]
    assert names == ["S 2p - P 2p of PS4", "S:P of PS4"]
    checks = cross_checks(
        document.project.analyses, document.project.quantification, document.catalogue
    )
    ratio = next(one for one in checks if one.check == "S:P of PS4")
    assert table.model.shown.columns[1].value[0] == ratio.value
    cell = table.model.index(0, 3)
    assert cell.data().startswith("▲ 0.7")
    assert cell.data(Qt.ItemDataRole.ToolTipRole).endswith(ratio.sentence)
    assert "▲ is off" in table._note.text()
    document.look_at(region="P 2p")
    assert table.model.shown.columns[1].value[0] == ratio.value


def test_checks_follow_the_fit_of_the_other_region(table: ResultsTable, document: Document) -> None:
    before = table.model.shown.columns[1].value
    analysis = document.project.analyses["P 2p"]
    assert analysis.result is not None
    result = analysis.result.copy(deep=True)
    place = list(result["parameter"].values).index("PS4.area")
    result["value"].values[:, place] *= 2.0
    document.change_analysis(replace(analysis, result=result), "Fit")
    np.testing.assert_allclose(table.model.shown.columns[1].value, before / 2.0)


def test_without_another_core_level_it_says_what_is_needed(
    table: ResultsTable, document: Document
) -> None:
    document.change(Project({"S 2p": document.project.analyses["S 2p"]}), "Alone")
    assert table.model.shown.columns == ()
    assert "Nothing to check with" in table._note.text()
