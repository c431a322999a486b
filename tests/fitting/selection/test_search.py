"""The species that a series supports, against what it was simulated from."""

import numpy as np
import pytest

from fitting.data.errors import ModelError
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.selection.search import choose_species, weigh_species
from fitting.simulation.series import simulate_series

FULL = model_from_library("argyrodite S 2p with Li2S")
GRID = np.arange(157.0, 173.01, 0.1)
SPECTRA = 8


@pytest.fixture
def series():
    """Simulated S 2p series; areas by species, others absent."""

    def make(seed: int = 1, **areas):
        given = {"PS4": 9000.0, **areas}
        values = {
            f"{peak.name}.area": np.broadcast_to(given.get(peak.name, 0.0), SPECTRA)
            for peak in FULL.peaks
        }
        values |= {f"{peak.name}.fwhm": 1.25 for peak in FULL.peaks}
        values |= {"background.offset": 700.0, "background.factor": 0.035}
        return simulate_series(FULL, values, GRID, np.random.default_rng(seed), region="S 2p")

    return make


def grown(last: float) -> np.ndarray:
    return last * np.clip(np.linspace(-1.0, 1.0, SPECTRA), 0.0, None)


def test_species_that_appears_along_the_series_is_chosen_and_no_other(series) -> None:
    selection = choose_species(series(polysulfide=grown(3000.0)), FULL, FitOptions())
    assert selection.chosen == ("PS4", "polysulfide")
    assert selection.spectrum_count == SPECTRA
    assert selection.points == SPECTRA * GRID.size


def test_species_of_one_spectrum_alone_is_chosen(series) -> None:
    # charged in all eight spectra, as many as it gains nothing in, it was lost
    alone = np.where(np.arange(SPECTRA) == 3, 450.0, 0.0)
    chosen = [choose_species(series(seed, sulfate=alone), FULL, FitOptions()) for seed in (1, 2, 3)]
    assert [one.chosen for one in chosen] == [("PS4", "sulfate")] * 3


def test_joint_fit_does_not_charge_the_spectra_that_lack_a_species(series) -> None:
    alone = np.where(np.arange(SPECTRA) == 3, 500.0, 0.0)
    options = FitOptions(share=("position", "fwhm"))
    best = choose_species(series(sulfate=alone), FULL, options).candidates[0]
    assert best.species == ("PS4", "sulfate")
    # area, level and factor of each, the area of sulfate in one; two positions and a width of all
    assert SPECTRA * 3 + 1 + 3 <= best.parameters <= SPECTRA * 3 + 2 + 3


def test_species_that_is_nowhere_is_not_chosen(series) -> None:
    chosen = [choose_species(series(seed), FULL, FitOptions()) for seed in range(10, 18)]
    assert [one.chosen for one in chosen] == [("PS4",)] * 8


def test_bic_charges_the_free_parameters_and_which_spectra_have_the_species(series) -> None:
    selection = choose_species(series(polysulfide=2000.0), FULL, FitOptions())
    best = selection.candidates[0]
    # area, position of two species, one width, level and factor of the background
    assert best.parameters == SPECTRA * 7
    # each of two species is in all spectra: one of as many numbers of spectra that it may be in
    charge = best.parameters * np.log(GRID.size) + 2 * 2 * np.log(SPECTRA)
    assert best.bic == pytest.approx(best.chi_square / selection.noise_scale + charge)
    assert selection.delta(best) == 0
    assert all(selection.delta(one) > 0 for one in selection.candidates[1:])


def test_spectra_without_a_species_are_not_charged_for_it(series) -> None:
    best = choose_species(series(polysulfide=grown(6000.0)), FULL, FitOptions()).candidates[0]
    assert best.species == ("PS4", "polysulfide")
    # the first half has none, the second has its area and position
    assert best.parameters == SPECTRA * 5 + (SPECTRA // 2) * 2


def test_what_all_spectra_share_is_charged_once(series) -> None:
    options = FitOptions(share=("position", "fwhm"))
    best = choose_species(series(polysulfide=2000.0), FULL, options).candidates[0]
    assert best.species == ("PS4", "polysulfide")
    # two areas, level and factor of each spectrum; two positions and a width of all
    assert best.parameters == SPECTRA * 4 + 3


def test_order_of_the_spectra_does_not_matter(series) -> None:
    one = series(polysulfide=grown(1200.0), sulfate=300.0)
    forward = choose_species(one, FULL, FitOptions())
    backward = choose_species(one.isel(spectrum=slice(None, None, -1)), FULL, FitOptions())
    assert forward.chosen == backward.chosen
    assert forward.candidates[0].bic == pytest.approx(backward.candidates[0].bic, abs=0.1)


def test_search_tells_of_every_set_as_it_goes(series) -> None:
    counts = [len(one.candidates) for one in weigh_species(series(), FULL, FitOptions())]
    assert counts[0] == 1
    assert counts == sorted(counts)


def test_spectra_that_cannot_be_fitted_are_refused(series) -> None:
    empty = series()
    empty["intensity"].values[:] = np.nan
    with pytest.raises(ModelError, match="no spectrum can be fitted"):
        choose_species(empty, FULL, FitOptions())
