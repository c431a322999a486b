"""Shares from which on a species is chosen, against how often it is."""

import json
from dataclasses import replace

import numpy as np
import pytest

from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.selection.candidates import selection_from_json, selection_to_json
from fitting.selection.limits import choice_limits, with_limits
from fitting.selection.search import choose_species
from fitting.selection.species_subset import with_only
from fitting.simulation.series import simulate_series

FULL = model_from_library("argyrodite S 2p")
GRID = np.arange(157.0, 173.01, 0.1)
SPECTRA = 8
PS4 = 9000.0
OPTIONS = FitOptions()


def simulated(seed: int, sulfate: float = 0.0):
    values = {f"{peak.name}.area": 0.0 for peak in FULL.peaks}
    values |= {"PS4.area": PS4, "sulfate.area": np.full(SPECTRA, sulfate)}
    values |= {f"{peak.name}.fwhm": 1.25 for peak in FULL.peaks}
    values |= {"background.offset": 700.0, "background.factor": 0.035}
    return simulate_series(FULL, values, GRID, np.random.default_rng(seed), region="S 2p")


def _chosen(seed: int, sulfate: float) -> tuple[str, ...]:
    return choose_species(simulated(seed, sulfate), FULL, OPTIONS).chosen


@pytest.fixture(scope="module")
def selection():
    series = simulated(1)
    return with_limits(series, choose_species(series, FULL, OPTIONS), OPTIONS)


def test_species_is_chosen_from_its_limit_on_and_seldom_at_a_third_of_it(selection) -> None:
    (limit,) = (one for one in selection.limits if one.species == "sulfate")
    area = limit.in_all / (100.0 - limit.in_all) * PS4
    at, below = (
        sum("sulfate" in _chosen(seed, part * area) for seed in range(20, 32))
        for part in (1.0, 0.33)
    )
    assert at == 12
    assert below <= 2


def test_limits_are_of_the_species_that_were_not_chosen(selection) -> None:
    assert selection.chosen == ("PS4",)
    assert {one.species for one in selection.limits} == {"polysulfide", "sulfite", "sulfate"}
    for one in selection.limits:
        assert 0.2 < one.in_all < one.in_half < one.in_one < 10.0


def test_species_that_all_are_fitted_have_no_limits() -> None:
    series = simulated(1)
    assert choice_limits(series, fit_all_spectra(series, FULL), FULL, FULL, OPTIONS) == ()


def test_species_beside_another_has_a_larger_limit_than_alone(selection) -> None:
    series = simulated(1)
    small = with_only(FULL, ("PS4", "sulfite"))
    model = with_only(FULL, ("PS4",))
    (alone,) = choice_limits(series, fit_all_spectra(series, model), model, small, OPTIONS)
    (beside,) = (one for one in selection.limits if one.species == "sulfite")
    # the partner of sulfite lies under the line of sulfate
    assert 1.05 * alone.in_all < beside.in_all


def test_limits_are_kept_with_the_selection(selection) -> None:
    plain = json.loads(json.dumps(selection_to_json(selection)))
    assert selection_from_json(plain, selection.considered, "test") == selection
    without = {name: value for name, value in plain.items() if name != "limits"}
    assert selection_from_json(without, selection.considered, "test") == replace(
        selection, limits=()
    )
