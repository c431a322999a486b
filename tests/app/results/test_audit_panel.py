"""The audit panel: findings off the GUI thread, and clicks that show their spectra."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.results.audit_panel import AuditPanel
from app.results.audit_tree import AuditTree, count_findings, group_findings
from fitting.audit.findings import Finding, audit_project, audit_samples
from fitting.data.result import FittedBlock, Status
from fitting.data.series import set_coordinates
from fitting.models.parameters import resolve_ties
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project
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
    together = audit_samples(fitted.project.analyses, catalogue())
    assert panel.findings() == audit_project(fitted.project, catalogue()) + together
    written = make_tables(fitted.project, catalogue())["audit"]
    assert [one.message for one in panel.findings()] == written["message"].tolist()
    assert panel.findings()
    assert panel._count.text() == count_findings(panel.findings())


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
    assert {finding.region for finding in panel.findings()} == {"S 2p", ""}
    _choose(panel, "spectrum")
    fitted.look_at(spectrum=4)
    spectra = {finding.spectrum for finding in panel.findings()}
    assert spectra <= {None, 4}
    assert 4 in spectra


def test_core_levels_that_do_not_agree_are_listed_and_a_click_shows_one(
    document: Document, qtbot: QtBot
) -> None:
    document.open(_poor_in_sulfur(document.project), None)
    panel = _shown(document, qtbot)
    (row,) = (
        row
        for row in range(panel.tree.rowCount())
        if "S:P of PS4" in panel.tree.index(row, 1).data()
    )
    assert panel.tree.index(row, 1).data().startswith("S 2p and P 2p: LPSC: S:P of PS4 is")
    assert panel.tree.index(row, 0).data() == "▲"
    document.look_at(region="P 2p", spectrum=2)
    place = panel.view.visualRect(panel.tree.index(row, 1)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (document.view.region, document.view.spectrum) == ("S 2p", 0)
    assert "expected 4 to 5" in panel.about.text()


def test_cross_checks_of_several_samples_stand_together() -> None:
    one = Finding("S 2p", "cross-check", "warning", "a: S:P is 2.", 0, "a", (("P 2p", 0),))
    tree = AuditTree()
    tree.show_groups(group_findings([one, replace(one, sample="b", spectrum=1)]), Project())
    group = tree.index(0, 1)
    assert group.data() == "S 2p and P 2p: Core levels do not agree (2)"
    assert tree.index(0, 1, tree.index(0, 0)).data().endswith("   S:P is 2.")


def test_a_cross_check_is_about_both_of_its_regions(document: Document, qtbot: QtBot) -> None:
    document.open(_poor_in_sulfur(document.project), None)
    panel = _shown(document, qtbot)
    for region in ("S 2p", "P 2p"):
        document.look_at(region=region, spectrum=0)
        for scope in ("region", "spectrum"):
            _choose(panel, scope)
            assert "cross-check" in {finding.rule for finding in panel.findings()}


def test_cross_checks_follow_a_new_fit(document: Document, qtbot: QtBot) -> None:
    document.open(_poor_in_sulfur(document.project), None)
    panel = _shown(document, qtbot)
    assert "cross-check" in {finding.rule for finding in panel.findings()}
    analysis = document.project.analyses["S 2p"]
    assert analysis.result is not None
    result = analysis.result.copy(deep=True)
    place = list(result["parameter"].values).index("PS4.area")
    result["value"].values[:, place] *= 6.3
    document.change_analysis(replace(analysis, result=result), "Fit")
    _wait(panel, qtbot)
    checks = [one for one in panel.findings() if one.rule == "cross-check"]
    assert not any("S:P of PS4" in one.message for one in checks)


def test_what_names_no_region_shows_no_spectrum(panel: AuditPanel, fitted: Document) -> None:
    remarks = [one for one in panel.findings() if one.rule == "atomic-percent"]
    assert remarks
    fitted.look_at(region="P 2p", spectrum=2)
    rows = range(panel.tree.rowCount())
    texts = [panel.tree.index(row, 1).data() for row in rows]
    row = next(row for row in rows if "tomic percent" in texts[row])
    panel.view.clicked.emit(panel.tree.index(row, 1))
    assert (fitted.view.region, fitted.view.spectrum) == ("P 2p", 2)


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
    assert count_findings([one, other, other]) == "1 warning, 2 notes"
    assert count_findings([]) == "Nothing was found."
    assert [group.severity for group in group_findings([other, one])] == ["warning", "info"]
    assert group_findings([one])[0].title == "S 2p: Too wide."


def _poor_in_sulfur(project: Project) -> Project:
    """One spectrum of S 2p and P 2p with equal areas: far less sulfur than PS4 has."""
    analyses = {}
    for name, analysis in project.analyses.items():
        alone = analysis.series.isel(spectrum=[0])
        series = set_coordinates(alone, seconds_per_point=np.array([1.0]))
        analyses[name] = with_fit(one := replace(analysis, series=series), fit_analysis(one))
    return replace(project, analyses=analyses)


def _row(panel: AuditPanel, group: int, row: int) -> QModelIndex:
    return panel.tree.index(row, 1, panel.tree.index(group, 0))


def _choose(panel: AuditPanel, scope: str) -> None:
    panel.scope.setValue(scope)
    panel.scope.chosen.emit(scope)
