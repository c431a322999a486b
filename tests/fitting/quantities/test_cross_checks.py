"""Relations between core levels, on samples whose composition and charging are known."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.audit.findings import cross_check_findings
from fitting.data.series import set_coordinates
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.quantities.cross_checks import cross_checks
from fitting.quantities.quantification import Quantification
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue
from libraries.sensitivity_sets import sensitivity_set

CATALOGUE, FACTORS = catalogue(), Quantification(escape_depth="none")
GRIDS = {
    "S 2p": ("argyrodite S 2p", np.arange(155.0, 175.0, 0.1)),
    "P 2p": ("argyrodite P 2p", np.arange(126.0, 140.0, 0.1)),
    "Cl 2p": ("chloride Cl 2p", np.arange(193.0, 206.0, 0.1)),
}


@pytest.fixture(scope="module")
def sample():
    """Analyses of one sample with so many atoms of each element, charged by so many eV."""

    def make(charging: float = 0.0, **atoms: float) -> dict[str, Analysis]:
        analyses: dict[str, Analysis] = {}
        for region, (name, grid) in GRIDS.items():
            element = region.split()[0]
            if element not in atoms:
                continue
            model = model_from_library(name)
            main = model.peaks[0].name
            values = {f"{peak.name}.area": 0.0 for peak in model.peaks}
            values |= {f"{main}.area": 3000.0 * atoms[element] * sensitivity_set().factor(region)}
            values |= {"background.offset": 300.0}
            series = simulate_series(
                model,
                values,
                grid,
                np.random.default_rng(3),
                region=region,
                sample="a",
                voltage=3.0,
                seconds_per_point=1.0,
            )
            series = set_coordinates(series, axis_offset=charging)
            recipe = Recipe(model)
            analyses[region] = Analysis(series, recipe, fit_all_spectra(series, model), recipe)
        return analyses

    return make


def checks_of(analyses):
    return {one.check: one for one in cross_checks(analyses, FACTORS, CATALOGUE)}


@pytest.mark.parametrize(("sulfur", "verdict"), [(4.0, "agrees"), (5.0, "agrees"), (2.8, "off")])
def test_sulfur_to_phosphorus_is_checked_against_stoichiometry(sample, sulfur, verdict) -> None:
    check = checks_of(sample(S=sulfur, P=1.0))["S:P of PS4"]
    assert check.value == pytest.approx(sulfur, abs=4 * check.stderr)
    assert 0 < check.stderr < 0.2
    assert (check.low, check.high) == (4.0, 5.0)
    assert check.verdict == verdict


def test_chlorine_is_an_internal_standard(sample) -> None:
    checks = checks_of(sample(S=5.0, P=1.0, Cl=1.0))
    assert checks["P of PS4 : Cl"].verdict == "agrees"
    assert checks["S of PS4 : Cl"].verdict == "agrees"
    poor = checks_of(sample(S=5.0, P=1.0, Cl=0.5))
    assert poor["P of PS4 : Cl"].verdict == "off"


def test_distance_of_two_core_levels_does_not_depend_on_charging(sample) -> None:
    name = "S 2p - P 2p of PS4"
    neutral = checks_of(sample(S=4.0, P=1.0))[name]
    charged = checks_of(sample(S=4.0, P=1.0, charging=0.2))[name]
    assert neutral.value == pytest.approx(charged.value, abs=4 * charged.stderr)
    assert neutral.unit == "eV"
    # from 161.1 and 131.95 (wang_apmt2022) to 161.3 and 131.6 (su2025)
    assert 29.0 < neutral.low < 29.6
    assert 29.7 <= neutral.high < 30.0
    assert neutral.verdict == "agrees"


def test_distance_without_a_source_is_reported_without_a_verdict(sample) -> None:
    check = checks_of(sample(S=4.0, Cl=1.0))["Cl 2p - S 2p of PS4"]
    assert np.isfinite(check.value)
    assert check.verdict == "not known"
    assert "no source" in check.sentence


def test_what_is_off_is_a_finding_and_what_agrees_is_none(sample) -> None:
    checks = cross_checks(sample(S=2.8, P=1.0), FACTORS, CATALOGUE)
    (finding,) = cross_check_findings(checks)
    assert (finding.rule, finding.severity, finding.sample) == ("cross-check", "warning", "a")
    assert "expected 4 to 5" in finding.message
    assert (finding.region, finding.spectrum, finding.also) == ("S 2p", 0, (("P 2p", 0),))
    assert cross_check_findings(cross_checks(sample(S=4.5, P=1.0), FACTORS, CATALOGUE)) == []


def test_one_core_level_has_nothing_to_be_checked_with(sample) -> None:
    analyses = sample(S=4.0)
    assert cross_checks(analyses, FACTORS, CATALOGUE) == ()
    unfitted = {name: replace(one, result=None) for name, one in sample(S=4.0, P=1.0).items()}
    assert cross_checks(unfitted, FACTORS, CATALOGUE) == ()
