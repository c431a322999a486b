"""Voltages, references and backgrounds of the measurement."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.audit.findings import audit_analysis
from fitting.models.from_library import starting_background
from fitting.models.model import Background
from libraries.loader import catalogue

CATALOGUE = catalogue()
COVARIANCE = np.diag([900.0, 900.0])


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


def test_static_background_is_found(sound_model, rules) -> None:
    static = replace(sound_model(), background=Background("shirley-static", {}))
    assert "static-background" in rules(recipe_model=static)


def test_subtracted_baseline_is_found(rules) -> None:
    assert rules(baseline=True) == {"baseline-subtracted"}


def test_baseline_is_no_finding_where_the_background_follows_it(sound_model, rules) -> None:
    following = replace(sound_model(), background=starting_background("polynomial"))
    assert "baseline-subtracted" not in rules(baseline=True, recipe_model=following)


@pytest.mark.parametrize(("end", "trips"), [(3.65, True), (3.61, False)])
def test_potential_that_moved_during_the_exposure_is_found(rules, end: float, trips: bool) -> None:
    moved = {"voltage_start": [3.6], "voltage_end": [end]}
    assert ("voltage-moved" in rules(coordinates=moved)) is trips
