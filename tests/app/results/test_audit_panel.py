"""The audit panel: findings off the GUI thread, and clicks that show their spectra."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.results.audit_panel import AuditPanel
from app.results.audit_tree import counted, grouped
from fitting.analyse import with_fit
from fitting.audit import Finding, audit_project
from fitting.parameters import resolve_ties
from fitting.project import Analysis, Project
from fitting.result import FittedBlock, Status
from libraries.loader import catalogue


@pytest.fixture
def fitted(document: Document) -> Document:
    """Both regions with start values for results; the fits of spectra 3 and 4 failed."""
    analyses = {name: _with_result(one) for name, one in document.project.analyses.items()}
    document.open(replace(document.project, analyses=analyses), None)
    return document


@pytest.fixture
def panel(fitted: Document, qtbot: QtBot) -> AuditPanel:
    return _shown(fitted, qtbot)


def _with_result(analysis: Analysis) -> Analysis:
    affine = resolve_ties(analysis.recipe.model)
    count = analysis.series.sizes["spectrum"]
    value = np.tile(affine.expand(affine.start), (count, 1))
    spread = affine.expand_covariance(np.diag(np.full(len(affine.free), 1e-4)))
    covariance = np.stack([spread] * count)
    status = np.array([Status.CONVERGED] * (count - 2) + [Status.FAILED] * 2)
    said = tuple(Status(code).sentence for code in status)
    points = np.full(count, 150)
    block = FittedBlock(np.arange(count), value, covariance, 1.0 * points, points, status, said)
    return with_fit(analysis, [block])


def _shown(document: Document, qtbot: QtBot) -> AuditPanel:
    panel = AuditPanel(document)
    panel.resize(430, 600)
    qtbot.addWidget(panel, before_close_func=AuditPanel.hide)
    panel.show()
    _wait(panel, qtbot)
    return panel


def _wait(panel: AuditPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not panel._job.is_running, timeout=20_000)


def test_the_findings_are_those_of_the_written_table(panel: AuditPanel, fitted: Document) -> None:
    assert panel.findings() == audit_project(fitted.project, catalogue())
    assert panel.findings()
    assert panel._count.text() == counted(panel.findings())


def test_findings_of_one_rule_stand_together_the_worst_first(panel: AuditPanel) -> None:
    first = panel.tree.index(0, 1)
    assert first.data() == "S 2p: Fit failed (2)"
    assert panel.tree.index(0, 0).data() == "✕"
    assert panel.tree.rowCount(panel.tree.index(0, 0)) == 2
    assert "4.00 V" in _row(panel, 0, 0).data()


def test_a_click_shows_the_spectrum(panel: AuditPanel, fitted: Document, qtbot: QtBot) -> None:
    panel.view.expandAll()
    place = panel.view.visualRect(_row(panel, 0, 1)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (fitted.view.region, fitted.view.spectrum) == ("S 2p", 4)
    assert "4.30 V" in panel.about.text()
    assert "Limit:" in panel.about.text()


def test_a_click_on_a_finding_of_another_region_shows_that_region(
    panel: AuditPanel, fitted: Document
) -> None:
    rows = range(panel.tree.rowCount())
    other = next(row for row in rows if panel.tree.index(row, 1).data().startswith("P 2p: Fit"))
    panel.view.clicked.emit(panel.tree.index(other, 1))
    assert (fitted.view.region, fitted.view.spectrum) == ("P 2p", 3)


def test_the_scope_can_be_narrowed(panel: AuditPanel, fitted: Document) -> None:
    _choose(panel, "region")
    assert {finding.region for finding in panel.findings()} == {"S 2p"}
    _choose(panel, "spectrum")
    fitted.look_at(spectrum=4)
    spectra = {finding.spectrum for finding in panel.findings()}
    assert spectra <= {None, 4}
    assert 4 in spectra


def test_only_a_changed_region_is_checked_anew(
    panel: AuditPanel, fitted: Document, qtbot: QtBot
) -> None:
    before = panel._audited["P 2p"]
    changed = _with_result(replace(fitted.project.analyses["S 2p"], result=None, result_of=None))
    fitted.change_analysis(changed, "Fit")
    _wait(panel, qtbot)
    assert panel._audited["P 2p"] is before
    assert panel._audited["S 2p"].result is changed.result


def test_a_changed_model_alone_checks_nothing_anew(panel: AuditPanel, fitted: Document) -> None:
    before = dict(panel._audited)
    fitted.set_parameter("PS4.position", value=161.2)
    assert panel._audited == before
    assert not panel._job.is_running


def test_nothing_is_checked_while_the_panel_is_hidden(fitted: Document, qtbot: QtBot) -> None:
    panel = AuditPanel(fitted)
    qtbot.addWidget(panel)
    assert not panel._job.is_running
    assert panel.findings() == []


def test_hiding_the_panel_ends_its_work(fitted: Document, qtbot: QtBot) -> None:
    panel = AuditPanel(fitted)
    qtbot.addWidget(panel)
    panel.show()
    panel.hide()
    _wait(panel, qtbot)
    panel.show()
    _wait(panel, qtbot)
    assert panel.findings()
    panel.hide()


def test_before_a_fit_the_panel_says_what_to_do(document: Document, qtbot: QtBot) -> None:
    panel = _shown(document, qtbot)
    assert not panel.view.isVisible()
    document.open(Project(), None)
    assert panel.findings() == []


def test_counts_are_said_in_words() -> None:
    one = Finding("S 2p", "width", "warning", "Too wide.")
    other = replace(one, severity="info")
    assert counted([one, other, other]) == "1 warning, 2 notes"
    assert counted([]) == "Nothing was found."
    assert [group.severity for group in grouped([other, one])] == ["warning", "info"]
    assert grouped([one])[0].title == "S 2p: Too wide."


def _row(panel: AuditPanel, group: int, row: int) -> QModelIndex:
    return panel.tree.index(row, 1, panel.tree.index(group, 0))


def _choose(panel: AuditPanel, scope: str) -> None:
    panel.scope.setValue(scope)
    panel.scope.chosen.emit(scope)
