"""The audit as a whole; its rules are tested in the folder beside."""

from pathlib import Path

import numpy as np

from fitting.audit.findings import audit_analysis, audit_project
from fitting.audit.rules import RULES, rules_as_table
from fitting.data.result import Status
from fitting.data.series import ENERGY, SHIFT, make_series
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.projects.project import Project
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
COVARIANCE = np.diag([900.0, 900.0])


def test_table_of_the_rules_in_the_documentation_is_in_step() -> None:
    page = Path(__file__).parents[3] / "docs" / "audit.md"
    assert rules_as_table() in page.read_text(encoding="utf-8")


def test_findings_name_region_sample_and_severity(
    doublet_model, blank_series, drawn_result, analysis_of
) -> None:
    model = doublet_model({"PS4": 161.5, "sulfate": 168.8})
    series = blank_series(2, sample=["a", "b"], voltage=[2.5, np.nan])
    result = drawn_result(series, model, [1e4, 1e4], COVARIANCE, status=[1, Status.FAILED])
    project = Project({"S 2p": analysis_of(series, model, result)})
    findings = {finding.rule: finding for finding in audit_project(project, CATALOGUE)}
    failed = findings["fit-failed"]
    assert (failed.region, failed.sample, failed.spectrum) == ("S 2p", "b", 1)
    assert failed.severity == "error"
    assert findings["voltage-missing"].spectrum == 1
    assert findings["energy-reference"].spectrum is None


def test_raman_bands_need_no_energy_reference(analysis_of, drawn_result) -> None:
    shift = np.linspace(150.0, 650.0, 500)
    model = Model(
        (
            Peak(
                "PS4 428",
                "PS4",
                "lorentzian",
                {
                    "area": Parameter(5e4, min=0.0),
                    "position": Parameter(428.0, 420.0, 436.0),
                    "fwhm": Parameter(12.0, 4.0, 40.0),
                },
            ),
        ),
        Background("linear", {"offset": Parameter(500.0), "slope": Parameter(0.0)}),
    )
    series = simulate_series(
        model, {}, shift, np.random.default_rng(2), region="raman", voltage=[2.5]
    )
    result = drawn_result(series, model, [5e4], np.eye(1))
    assert series.attrs["technique"] == "raman"
    assert SHIFT in series.dims
    assert ENERGY not in series.dims
    found = audit_analysis(analysis_of(series, model, result), CATALOGUE, series)
    assert {finding.rule for finding in found} == {"not-determined"}


def test_region_without_a_library_is_audited_all_the_same(
    doublet_model, drawn_result, analysis_of
) -> None:
    model = doublet_model({"Sn4+": 486.5})
    grid = np.arange(480.0, 500.0, 0.1)
    series = make_series(
        ENERGY, grid, np.full(grid.size, 100.0), region="Sn 3d", sigma=10.0, noise="poisson"
    )
    result = drawn_result(series, model, [100.0], np.eye(1))
    rules = {
        finding.rule for finding in audit_analysis(analysis_of(series, model, result), CATALOGUE)
    }
    assert "energy-reference" in rules


def test_rules_are_named_once_and_say_where_their_limit_comes_from() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.limit and rule.source for rule in RULES)
