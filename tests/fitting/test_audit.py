"""Every rule of the audit: one case that trips it and one that does not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.audit import audit_analysis, audit_project
from fitting.audit_rules.residuals import durbin_watson, runs_deviation
from fitting.audit_rules.rules import RULES, rules_as_table
from fitting.fits.each import fit
from fitting.model import Background, Model, Parameter, Peak, with_parameter
from fitting.model_from_library import model_from_library, starting_background
from fitting.project import Project
from fitting.result import Status
from fitting.selection.candidates import Candidate, Selection
from fitting.selection.species_subset import with_only
from fitting.series import BASELINE, ENERGY, SHIFT, make_series
from fitting.simulate import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
REGION_CONSTANTS = CATALOGUE.core_level("S 2p")
GRID = np.arange(156.0, 172.0, 0.1)
COVARIANCE = np.diag([900.0, 900.0])


def sound_model(second: str = "sulfate", position: float = 168.8) -> Model:
    """Two doublets as the library has them."""

    def peak(species: str, start: float) -> Peak:
        return Peak(
            species,
            species,
            "gaussian",
            {
                "area": Parameter(20000.0, min=0.0),
                "position": Parameter(start, start - 0.8, start + 0.8),
                "fwhm": Parameter(1.2, 0.5, 2.5),
                "separation": Parameter(REGION_CONSTANTS.separation, vary=False),
                "area_ratio": Parameter(REGION_CONSTANTS.area_ratio, vary=False),
            },
        )

    return Model(
        (peak("PS4", 161.5), peak(second, position)),
        Background("linear", {"offset": Parameter(500.0), "slope": Parameter(0.0)}),
    )


@pytest.fixture
def rules(drawn_result, analysis_of):
    """Ids of the rules that a simulated spectrum trips; its truth is its result."""

    def find(model=None, truth=None, *, recipe_model=None, status=None, covariance=None, **changes):
        model = model or sound_model()
        areas = [peak.parameters["area"].value for peak in model.peaks]
        coordinates = {"voltage": [3.6], "charge_shift": [0.4], "sample": ["a"]}
        coordinates.update(changes.pop("coordinates", {}))
        series = simulate_series(
            truth or model,
            {},
            changes.pop("grid", GRID),
            np.random.default_rng(1),
            region=changes.pop("region", "S 2p"),
            **coordinates,
        )
        series.attrs.update(changes.pop("attributes", {}))
        if changes.pop("baseline", False):
            series[BASELINE] = xr.zeros_like(series["intensity"])
        spread = COVARIANCE if covariance is None else covariance
        fitted = recipe_model or model
        others = {name: np.array([value]) for name, value in changes.pop("values", {}).items()}
        result = drawn_result(series, fitted, areas, spread, status=status, **others)
        names = [name for name in result["parameter"].values if not name.endswith(".area")]
        for name in names:
            result["stderr"].loc[{"parameter": name}] = 0.01
        for name, value in changes.pop("stderr", {}).items():
            result["stderr"].loc[{"parameter": name}] = value
        result["reduced_chi_square"].values[:] = changes.pop("chi_square", 1.0)
        assert not changes, changes
        analysis = analysis_of(series, fitted, result)
        found = audit_analysis(analysis, CATALOGUE, series)
        assert all(finding.message for finding in found)
        return {finding.rule for finding in found}

    return find


def test_sound_fit_has_no_findings(rules) -> None:
    assert rules() == set()


def test_failed_and_unfitted_spectra_are_found(rules) -> None:
    assert rules(status=[Status.FAILED]) == {"fit-failed"}
    assert rules(status=[Status.NOT_FITTED]) == {"not-fitted"}


def test_parameter_at_its_bound_is_found(rules) -> None:
    at_bound = {"PS4.position": 161.5 + 0.8}
    assert "parameter-at-bound" in rules(values=at_bound, status=[Status.AT_BOUND])
    assert "parameter-at-bound" not in rules(values={"PS4.position": 161.5 + 0.79})


def test_area_at_zero_is_not_a_bound_but_a_species_not_seen(rules) -> None:
    absent = with_parameter(sound_model(), "sulfate.area", value=0.0)
    covariance = np.diag([900.0, np.nan])
    found = rules(
        absent,
        covariance=covariance,
        status=[Status.AT_BOUND],
        values={"sulfate.position": 168.8 - 0.8},
    )
    assert found == {"below-detection"}


def test_bounds_of_a_peak_below_its_detection_limit_say_nothing(rules) -> None:
    faint = with_parameter(sound_model(), "sulfate.area", value=50.0)
    at_bound = {"sulfate.position": 168.8 - 0.8}
    assert rules(faint, values=at_bound, status=[Status.AT_BOUND]) == {"below-detection"}


def test_parameter_without_error_is_found(rules) -> None:
    assert rules(stderr={"PS4.fwhm": np.nan}) == {"not-determined"}


@pytest.mark.parametrize(("chi_square", "trips"), [(3.0, True), (0.2, True), (1.2, False)])
def test_reduced_chi_square_far_from_one_is_found(rules, chi_square: float, trips: bool) -> None:
    assert ("reduced-chi-square" in rules(chi_square=chi_square)) is trips


def test_reduced_chi_square_means_nothing_for_estimated_noise(rules) -> None:
    found = rules(chi_square=3.0, attributes={"noise": "estimated"})
    assert found == {"noise-estimated"}


def test_missing_species_leaves_structured_residuals(rules) -> None:
    truth = sound_model()
    hidden = Peak("Li2S", "Li2S", "gaussian", {**truth.peaks[0].parameters})
    hidden = replace(
        hidden,
        parameters={
            **hidden.parameters,
            "position": Parameter(164.5),
            "area": Parameter(2500.0),
        },
    )
    assert "residual-structure" in rules(truth=Model((*truth.peaks, hidden), truth.background))


def test_white_residuals_seldom_look_structured() -> None:
    rng = np.random.default_rng(0)
    white = rng.standard_normal((4000, 160))
    deviation, watson = runs_deviation(white), durbin_watson(white)
    assert np.mean((deviation < -4) | (watson < 2 - 8 / np.sqrt(160))) < 1e-3
    assert deviation.mean() == pytest.approx(0.0, abs=0.06)
    assert deviation.std() == pytest.approx(1.0, abs=0.05)
    assert watson.mean() == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(("width", "trips"), [(0.3, True), (3.4, True), (1.6, False)])
def test_implausible_width_is_found(rules, width: float, trips: bool) -> None:
    model = with_parameter(sound_model(), "PS4.fwhm", value=width, min=0.1, max=5.0)
    assert ("width" in rules(model)) is trips


def test_width_unlike_the_others_is_found(rules) -> None:
    model = sound_model()
    third = Peak("Li2S", "Li2S", "gaussian", dict(model.peaks[0].parameters))
    model = Model((*model.peaks, third), model.background)
    model = with_parameter(model, "Li2S.position", value=159.8, min=159.0, max=161.0)
    wide = with_parameter(model, "sulfate.fwhm", value=2.0)
    spread = np.diag([900.0] * 3)
    assert "width" in rules(wide, covariance=spread)
    assert "width" not in rules(model, covariance=spread)


def single_line(model: Model) -> Model:
    def without_partner(peak: Peak) -> Peak:
        kept = {
            name: value
            for name, value in peak.parameters.items()
            if name not in ("separation", "area_ratio")
        }
        return replace(peak, parameters=kept)

    return replace(model, peaks=tuple(map(without_partner, model.peaks)))


def test_doublet_without_its_partner_is_found(rules) -> None:
    assert "doublet-missing" in rules(single_line(sound_model()))
    carbon = CATALOGUE.species("C 1s")[0].id
    model = single_line(sound_model())
    names = [replace(peak, species=carbon) for peak in model.peaks]
    found = rules(replace(model, peaks=tuple(names)), region="C 1s")
    assert "doublet-missing" not in found


@pytest.mark.parametrize(
    ("name", "value", "trips"),
    [
        ("separation", REGION_CONSTANTS.separation + 0.2, True),
        ("separation", REGION_CONSTANTS.separation + 0.01, False),
        ("area_ratio", 0.7, True),
        ("area_ratio", REGION_CONSTANTS.area_ratio * 1.05, False),
    ],
)
def test_doublet_off_its_constants_is_found(rules, name: str, value: float, trips: bool) -> None:
    model = with_parameter(sound_model(), f"PS4.{name}", value=value, min=0.1, max=5.0, vary=True)
    assert ("doublet-constants" in rules(model)) is trips


def test_close_peaks_are_found(rules) -> None:
    assert "peaks-not-separable" in rules(sound_model("Li2S", 161.1))
    assert "peaks-not-separable" not in rules(sound_model("Li2S", 160.1))


def test_correlated_areas_are_found(rules) -> None:
    tangled = np.array([[900.0, -890.0], [-890.0, 900.0]])
    assert "peaks-not-separable" in rules(covariance=tangled)
    assert "peaks-not-separable" not in rules(covariance=0.5 * tangled + 0.5 * COVARIANCE)


def test_phosphorus_of_thiophosphate_and_p2s5_is_caught(rules) -> None:
    model = sound_model("P2S5", 131.9)
    constants = CATALOGUE.core_level("P 2p")
    for name in ("PS4", "P2S5"):
        model = with_parameter(model, f"{name}.separation", value=constants.separation)
        model = with_parameter(model, f"{name}.area_ratio", value=constants.area_ratio)
    model = with_parameter(model, "PS4.position", value=131.8, min=131.0, max=132.5)
    found = rules(model, region="P 2p", grid=np.arange(126.0, 140.0, 0.1))
    assert found == {"peaks-not-separable", "library-conflict"}


@pytest.mark.parametrize(("area", "trips"), [(50.0, True), (70.0, False)])
def test_species_below_its_detection_limit_is_found(rules, area: float, trips: bool) -> None:
    model = with_parameter(sound_model(), "sulfate.area", value=area)
    assert ("below-detection" in rules(model)) is trips


def test_peak_cut_by_the_range_is_found(rules) -> None:
    assert "cut-by-range" in rules(grid=np.arange(156.0, 169.0, 0.1))
    assert "cut-by-range" not in rules(grid=np.arange(156.0, 172.0, 0.1))


def test_range_is_that_of_the_axis_with_its_offset(rules) -> None:
    shifted = {"axis_offset": [3.0], "charge_shift": [3.0]}
    assert "cut-by-range" in rules(grid=np.arange(156.0, 166.0, 0.1), coordinates=shifted)
    assert rules(grid=np.arange(153.0, 169.0, 0.1), coordinates=shifted) == set()


def test_species_the_library_does_not_separate_are_found(rules) -> None:
    both = sound_model("P2S5", 167.5)
    both = replace(
        both, peaks=(replace(both.peaks[0], name="sulfite", species="sulfite"), both.peaks[1])
    )
    both = with_parameter(both, "sulfite.position", value=166.0, min=165.0, max=167.0)
    assert "library-conflict" in rules(both)
    assert "library-conflict" not in rules()


def test_position_outside_the_sources_is_found(rules) -> None:
    model = with_parameter(sound_model(), "PS4.position", value=164.0, min=160.0, max=166.0)
    assert "position-outside-library" in rules(model)
    assert "position-outside-library" not in rules()


def test_missing_voltage_and_energy_reference_are_found(rules) -> None:
    assert rules(coordinates={"voltage": [np.nan]}) == {"voltage-missing"}
    assert rules(coordinates={"charge_shift": [np.nan]}) == {"energy-reference"}


def test_spectrum_of_another_energy_reference_is_found(
    doublet_model, blank_series, drawn_result, analysis_of
) -> None:
    model = doublet_model({"PS4": 161.5, "sulfate": 168.8})

    def findings(references: list[str]) -> list[int | None]:
        series = blank_series(3, voltage=3.6, charge_shift=0.4, charge_reference=references)
        result = drawn_result(series, model, [[1e4, 1e4]] * 3, COVARIANCE)
        found = audit_analysis(analysis_of(series, model, result), CATALOGUE, series)
        return [one.spectrum for one in found if one.rule == "mixed-reference"]

    assert findings(["C 1s", "C 1s", "PS4"]) == [2]
    assert findings(["C 1s"] * 3) == []


def test_static_background_is_found(rules) -> None:
    static = replace(sound_model(), background=Background("shirley-static", {}))
    assert "static-background" in rules(recipe_model=static)


def test_subtracted_baseline_is_found(rules) -> None:
    assert rules(baseline=True) == {"baseline-subtracted"}


def test_baseline_is_no_finding_where_the_background_follows_it(rules) -> None:
    following = replace(sound_model(), background=starting_background("polynomial"))
    assert "baseline-subtracted" not in rules(baseline=True, recipe_model=following)


@pytest.mark.parametrize(("end", "trips"), [(3.65, True), (3.61, False)])
def test_potential_that_moved_during_the_exposure_is_found(rules, end: float, trips: bool) -> None:
    moved = {"voltage_start": [3.6], "voltage_end": [end]}
    assert ("voltage-moved" in rules(coordinates=moved)) is trips


@pytest.mark.parametrize(("area", "trips"), [(85.0, True), (140.0, False)])
def test_more_parameters_than_bic_supports_are_found(rules, area: float, trips: bool) -> None:
    # three parameters of the peak and 160 points: area over error must exceed 3.9
    model = with_parameter(sound_model(), "sulfate.area", value=area)
    assert ("too-many-components" in rules(model)) is trips


def test_background_above_the_data_is_found(rules) -> None:
    model = sound_model()
    raised = with_parameter(model, "background.offset", value=560.0)
    assert "background-crosses-data" in rules(raised, truth=model)
    assert "background-crosses-data" not in rules(model)


@pytest.mark.parametrize(
    ("region", "element", "trips"),
    [("S 2p", "Bi", True), ("S 2p", "Nb", False), ("S 2p", "Y", True)],
)
def test_line_of_another_element_in_the_survey_is_found(
    rules, region: str, element: str, trips: bool
) -> None:
    survey = {"survey_elements": json.dumps({"a": [element]})}
    assert ("other-element" in rules(region=region, attributes=survey)) is trips
    other_sample = {"survey_elements": json.dumps({"b": [element]})}
    assert "other-element" not in rules(region=region, attributes=other_sample)


@pytest.fixture
def raman_findings(analysis_of, drawn_result):
    """Messages of one rule on bands with areas far above their errors."""

    def find(*bands: tuple[str, str, float], rule: str = "bands-overlap") -> list[str]:
        peaks = tuple(
            Peak(
                name,
                species,
                "lorentzian",
                {
                    "area": Parameter(5e4, min=0.0),
                    "position": Parameter(place, place - 8.0, place + 8.0),
                    "fwhm": Parameter(12.0, 4.0, 40.0),
                },
            )
            for name, species, place in bands
        )
        model = Model(
            peaks, Background("linear", {"offset": Parameter(500.0), "slope": Parameter(0.0)})
        )
        series = simulate_series(
            model,
            {},
            np.linspace(110.0, 650.0, 500),
            np.random.default_rng(2),
            region="raman",
            voltage=[2.5],
        )
        result = drawn_result(series, model, [5e4] * len(peaks), np.eye(len(peaks)))
        found = audit_analysis(analysis_of(series, model, result), CATALOGUE, series)
        return [finding.message for finding in found if finding.rule == rule]

    return find


def test_bands_at_198_and_203_are_found_and_those_at_428_and_476_are_not(raman_findings) -> None:
    (shared,) = raman_findings(("PS4 203", "PS4", 203.0), ("P2S5 198", "P2S5", 198.0))
    assert "widths apart" in shared
    assert (
        raman_findings(("PS4 428", "PS4", 428.0), ("polysulfide 476", "polysulfide", 476.0)) == []
    )


def test_band_that_may_hide_another_species_is_found(raman_findings) -> None:
    (hidden,) = raman_findings(("PS4 203", "PS4", 203.0), ("PS4 428", "PS4", 428.0))
    assert hidden.startswith("P2S5 has a band at 198 1/cm, under PS4 203")


def test_species_left_out_is_said_with_what_may_be_there(analysis_of) -> None:
    full = model_from_library("argyrodite P 2p with P-O-S")
    model = with_only(full, ("PS4",))
    values = {"PS4.area": 3000.0, "background.offset": 400.0, "background.factor": 0.03}
    grid = np.arange(126.0, 138.0, 0.1)
    series = simulate_series(
        model, values, grid, np.random.default_rng(1), region="P 2p", voltage=[3.0]
    )
    analysis = analysis_of(series, model, fit(series, model))

    def findings(analysis) -> list[str]:
        found = audit_analysis(analysis, CATALOGUE, series)
        return [one.message for one in found if one.rule == "species-not-supported"]

    assert findings(analysis) == []
    selection = Selection((Candidate(("PS4",), 1.0, 3, 2.0),), full, 1, grid.size, 1.0)
    (said,) = findings(replace(analysis, selection=selection))
    assert said.startswith("P-O-S is not supported by the series: below ")


def test_table_of_the_rules_in_the_documentation_is_in_step() -> None:
    page = Path(__file__).parents[2] / "docs" / "audit.md"
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
