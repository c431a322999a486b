"""Charge reference: true shifts are found, and nothing is guessed where there is no line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.series import axis_values, get_column, set_coordinates
from fitting.models.from_library import model_from_library
from fitting.readers.spectra import read_spectra
from fitting.referencing.charge_reference import (
    ChargeReference,
    apply_charge_reference,
    find_charge_shifts,
    parse_charge_reference,
)
from fitting.simulation.series import simulate_series

_CARBON = {"C-C": 9000.0, "C-O": 2500.0, "C=O": 700.0, "O-C=O": 1300.0}
_SULFUR = {"PS4": 9000.0, "polysulfide": 2500.0, "sulfite": 300.0, "sulfate": 500.0}


def _carbon(shifts: np.ndarray, seed: int = 1) -> xr.Dataset:
    """C 1s of one sample for each shift (eV)."""
    return _simulated("C 1s", "adventitious C 1s", _CARBON, (272.0, 300.0), shifts, seed)


def _sulfur(shifts: np.ndarray, seed: int = 2) -> xr.Dataset:
    return _simulated("S 2p", "argyrodite S 2p", _SULFUR, (150.0, 180.0), shifts, seed)


def _simulated(
    region: str,
    model: str,
    areas: dict[str, float],
    ends: tuple[float, float],
    shifts: np.ndarray,
    seed: int,
) -> xr.Dataset:
    values = {f"{species}.area": area for species, area in areas.items()}
    series = simulate_series(
        model_from_library(model),
        {**values, "background.offset": 700.0, "background.factor": 0.02},
        np.arange(*ends, 0.1),
        np.random.default_rng(seed),
        region=region,
        axis_offset=shifts,
    )
    samples = [f"sample {index}" for index in range(shifts.size)]
    return set_coordinates(series, axis_offset=0.0, sample=samples)


def test_shifts_of_many_electronvolts_are_found_within_their_errors() -> None:
    truth = np.linspace(-7.3, 7.1, 40)
    shifts, _ = find_charge_shifts([_carbon(truth)], ChargeReference())
    found = list(shifts.values())
    pulls = np.array([(s.value - t) / s.stderr for s, t in zip(found, truth, strict=True)])
    assert abs(pulls.mean()) < 0.5
    assert 0.6 < pulls.std() < 1.5
    assert np.abs(pulls).max() < 4.5


def test_all_regions_of_a_sample_follow_its_reference_line() -> None:
    truth = np.array([1.3, -0.4, 2.7])
    (carbon, sulfur), findings = apply_charge_reference(
        [_carbon(truth), _sulfur(truth)], ChargeReference()
    )
    for series in (carbon, sulfur):
        stderr = get_column(series, "charge_shift_stderr")
        assert (np.abs(get_column(series, "charge_shift") - truth) < 4 * stderr).all()
        np.testing.assert_array_equal(series.axis_offset, series.charge_shift)
    assert len(findings) == 3


def test_counts_are_not_resampled() -> None:
    before = _sulfur(np.array([1.3]))
    (_, after), _ = apply_charge_reference([_carbon(np.array([1.3])), before], ChargeReference())
    xr.testing.assert_identical(after.intensity.variable, before.intensity.variable)


def test_another_agreed_energy_moves_everything_by_the_difference() -> None:
    carbon = _carbon(np.array([1.3]))
    shifts = [
        find_charge_shifts([carbon], ChargeReference(position=position))[0]
        for position in (284.8, 285.0)
    ]
    one, other = (next(iter(found.values())) for found in shifts)
    assert other.value - one.value == pytest.approx(0.2)


def test_a_species_of_another_region_can_be_the_reference() -> None:
    truth = np.array([1.3, -2.2])
    reference = parse_charge_reference("PS4=161.3")
    assert reference == ChargeReference("S 2p", "PS4", 161.3)
    shifts, _ = find_charge_shifts([_sulfur(truth)], reference)
    for shift, true in zip(shifts.values(), truth, strict=True):
        assert abs(shift.value - true) < 4 * shift.stderr


def test_a_reference_line_that_is_no_longer_the_strongest_is_found_all_the_same() -> None:
    faded = {"PS4": 3000.0, "polysulfide": 9000.0, "sulfite": 500.0, "sulfate": 1500.0}
    truth = np.array([0.0, 1.7, -3.1])
    sulfur = _simulated("S 2p", "argyrodite S 2p", faded, (150.0, 180.0), truth, 5)
    shifts, _ = find_charge_shifts([sulfur], ChargeReference("S 2p", "PS4", 161.3))
    for shift, true in zip(shifts.values(), truth, strict=True):
        assert abs(shift.value - true) < 4 * shift.stderr


def test_a_reference_line_that_is_weaker_all_along_a_series_is_found_in_all_of_it() -> None:
    faded = {"PS4": 3000.0, "polysulfide": 9000.0, "sulfite": 500.0, "sulfate": 1500.0}
    truth = np.array([0.4, 0.5, 0.45, 0.6, 0.5, 0.55])
    sulfur = _simulated("S 2p", "argyrodite S 2p", faded, (150.0, 180.0), truth, 6)
    sulfur = set_coordinates(sulfur, sample="cell 7", voltage=3.0 + 0.1 * np.arange(truth.size))
    shifts, _ = find_charge_shifts([sulfur], ChargeReference("S 2p", "PS4", 161.3))
    for shift, true in zip(shifts.values(), truth, strict=True):
        assert abs(shift.value - true) < 4 * shift.stderr


def test_along_a_depth_profile_the_carbon_line_stays_the_same_line(real_data) -> None:
    (carbon,) = (
        one
        for one in read_spectra(real_data("xps_phi_depth_profile/SnO2_10nm_1.pro"))
        if one.attrs["region"] == "C 1s"
    )
    shifts, _ = find_charge_shifts([carbon], ChargeReference())
    found = np.array([shift.value for shift in shifts.values()])
    assert found.size == carbon.sizes["spectrum"]
    assert np.abs(np.diff(found)).max() < 1.2


def test_a_shift_that_the_file_brought_along_is_replaced_and_not_added_to() -> None:
    truth = np.array([1.3])
    carbon = set_coordinates(_carbon(truth), axis_offset=5.0, charge_shift=5.0)
    (referenced,), _ = apply_charge_reference([carbon], ChargeReference())
    plain, _ = apply_charge_reference([_carbon(truth)], ChargeReference())
    np.testing.assert_allclose(axis_values(referenced), axis_values(plain[0]), atol=1e-6)


def test_a_sample_without_the_line_stays_where_it_was_and_is_named() -> None:
    sulfur = _sulfur(np.array([1.3, -0.4]))
    (_, after), findings = apply_charge_reference(
        [_carbon(np.array([1.3])), sulfur], ChargeReference()
    )
    assert after.axis_offset.values[1] == 0
    assert np.isnan(after.charge_shift.values[1])
    assert any("sample 1" in finding and "no C 1s" in finding for finding in findings)


def test_states_of_one_sample_have_shifts_of_their_own() -> None:
    truth = np.array([1.3, -0.4])
    states = {"sample": "cell 7", "voltage": [2.5, 4.3]}
    parts = [set_coordinates(part, **states) for part in (_carbon(truth), _sulfur(truth))]
    (_, sulfur), _ = apply_charge_reference(parts, ChargeReference())
    assert (np.abs(sulfur.charge_shift.values - truth) < 0.05).all()


def test_raman_spectra_are_left_alone() -> None:
    raman = read_spectra(Path(__file__).parents[3] / "tests/data/samples/labspec_single.txt")
    after, _ = apply_charge_reference(raman, ChargeReference())
    assert after[0] is raman[0]


@pytest.mark.parametrize("text", ["C 1s", "C 1s=", "=284.8", "C 1s=high", "Xx 1s=5", "unknown=3"])
def test_a_reference_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(RecipeError):
        parse_charge_reference(text)


def test_the_strongest_carbon_line_of_real_spectra_is_where_casaxps_put_it(
    real_data: Callable[[str], Path],
) -> None:
    series = read_spectra(real_data("xps_kratos_vamas/assigned.vms"))
    carbon = next(one for one in series if one.attrs["region"] == "C 1s")
    calibrated = carbon.charge_shift.values
    shifts, _ = find_charge_shifts([carbon], ChargeReference())
    found = np.array([shift.value for shift in shifts.values()])
    # CasaXPS was given the maximum of the whole line; C-C lies up to 0.25 eV below it, because
    # C-O adds to its upper flank.
    assert (found - calibrated > -0.05).all()
    assert (found - calibrated < 0.25).all()
