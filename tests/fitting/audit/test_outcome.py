"""How a fit ended: failures, bounds, errors and chi-square."""

import numpy as np
import pytest

from fitting.data.result import Status
from fitting.models.model import with_parameter


def test_sound_fit_has_no_findings(rules) -> None:
    assert rules() == set()


def test_failed_and_unfitted_spectra_are_found(rules) -> None:
    assert rules(status=[Status.FAILED]) == {"fit-failed"}
    assert rules(status=[Status.NOT_FITTED]) == {"not-fitted"}


def test_parameter_at_its_bound_is_found(rules) -> None:
    at_bound = {"PS4.position": 161.5 + 0.8}
    assert "parameter-at-bound" in rules(values=at_bound, status=[Status.AT_BOUND])
    assert "parameter-at-bound" not in rules(values={"PS4.position": 161.5 + 0.79})


def test_area_at_zero_is_not_a_bound_but_a_species_not_seen(sound_model, rules) -> None:
    absent = with_parameter(sound_model(), "sulfate.area", value=0.0)
    covariance = np.diag([900.0, np.nan])
    found = rules(
        absent,
        covariance=covariance,
        status=[Status.AT_BOUND],
        values={"sulfate.position": 168.8 - 0.8},
    )
    assert found == {"below-detection"}


def test_bounds_of_a_peak_below_its_detection_limit_say_nothing(sound_model, rules) -> None:
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
