"""Onsets of species along the branches of a series."""

import numpy as np
import pytest

from fitting.quantities.species_onsets import iterate_branches, species_onsets

COVARIANCE = np.diag([400.0, 400.0])


@pytest.fixture
def cycled(doublet_model, blank_series, drawn_result):
    """Charge from 2.5 to 4.3 V and back: polysulfide grows from 3.3 V on and stays."""
    voltage = np.concatenate([np.linspace(2.5, 4.3, 24), np.linspace(4.2, 2.6, 20)])
    branch = ["charge"] * 24 + ["discharge"] * 20
    grown = 3000.0 * np.clip(voltage - 3.3, 0.0, None)
    grown[24:] = grown[23]
    model = doublet_model({"PS4": 161.5, "polysulfide": 163.2})
    areas = np.stack([10_000.0 - grown, grown], axis=1)

    def make(**changes):
        given = {"voltage": voltage, "branch": branch, "time": np.arange(44.0), **changes}
        series = blank_series(44, points=3, **given)
        rng = np.random.default_rng(1)
        return drawn_result(series, model, areas, COVARIANCE, rng=rng), model

    return make


def test_species_appears_and_electrolyte_fades_on_charge_only(cycled) -> None:
    found = {(one.species, one.branch): one for one in species_onsets(*cycled())}
    assert set(found) == {("PS4", "charge"), ("polysulfide", "charge")}
    assert found["PS4", "charge"].onset.direction == "fades"
    grown = found["polysulfide", "charge"]
    assert grown.onset.direction == "appears"
    assert grown.onset.low95 < 3.3 < grown.onset.high95
    assert grown.spectra == 24


def test_cycles_are_kept_apart(cycled) -> None:
    result, _ = cycled(cycle=[1.0] * 24 + [2.0] * 20)
    found = [(cycle, branch, int(mask.sum())) for cycle, branch, mask in iterate_branches(result)]
    assert found == [(1.0, "charge", 24), (2.0, "discharge", 20)]


def test_spectrum_at_rest_belongs_to_the_only_branch(cycled) -> None:
    result, _ = cycled(branch=[""] * 4 + ["charge"] * 40)
    found = [(branch, int(mask.sum())) for _, branch, mask in iterate_branches(result)]
    assert found == [("charge", 44)]


def test_branch_without_a_name_runs_as_time_says(cycled) -> None:
    result, model = cycled(branch=[""] * 44)
    charge = result.isel(spectrum=slice(0, 24))
    forward = {one.species: one.onset for one in species_onsets(charge, model)}
    backwards = charge.assign_coords(time=("spectrum", -charge["time"].values))
    reverse = {one.species: one.onset for one in species_onsets(backwards, model)}
    assert forward["polysulfide"].direction == "appears"
    assert reverse["polysulfide"].direction == "fades"


def test_series_without_voltage_has_no_onsets(cycled) -> None:
    result, model = cycled(voltage=np.full(44, np.nan))
    assert species_onsets(result, model) == []
