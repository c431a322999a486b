"""Species: too many, too few, or hidden by others."""

import json
from dataclasses import replace

import numpy as np
import pytest

from fitting.audit.findings import audit_analysis
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.models.model import Background, Model, Parameter, Peak, with_parameter
from fitting.selection.candidates import Candidate, Selection
from fitting.selection.species_subset import with_only
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()


@pytest.mark.parametrize(("area", "trips"), [(85.0, True), (140.0, False)])
def test_more_parameters_than_bic_supports_are_found(
    sound_model, rules, area: float, trips: bool
) -> None:
    # three parameters of the peak and 160 points: area over error must exceed 3.9
    model = with_parameter(sound_model(), "sulfate.area", value=area)
    assert ("too-many-components" in rules(model)) is trips


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
    analysis = analysis_of(series, model, fit_all_spectra(series, model))

    def findings(analysis) -> list[str]:
        found = audit_analysis(analysis, CATALOGUE, series)
        return [one.message for one in found if one.rule == "species-not-supported"]

    assert findings(analysis) == []
    selection = Selection((Candidate(("PS4",), 1.0, 3, 2.0),), full, 1, grid.size, 1.0)
    (said,) = findings(replace(analysis, selection=selection))
    assert said.startswith("P-O-S is not supported by the series: below ")
