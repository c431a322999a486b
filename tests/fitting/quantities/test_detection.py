"""Detection limits against how often simulated species are seen."""

import numpy as np
import pytest

from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.quantities.detection import DECISION, absent_peaks, detect_species
from fitting.quantities.quantify import species_areas
from fitting.selection.species_subset import with_only
from fitting.simulation.series import simulate_series

MODEL = model_from_library("argyrodite S 2p with Li2S")
GRID = np.arange(157.0, 173.01, 0.1)
SPECTRA = 200


@pytest.fixture(scope="module")
def simulated():
    """Spectra with PS4, polysulfide, and as much sulfite and Li2S as told."""

    def make(spectra: int = SPECTRA, **areas: float):
        given = {"PS4": 9000.0, "polysulfide": 3000.0, "sulfate": 600.0, **areas}
        values = {f"{p.name}.area": np.full(spectra, given.get(p.name, 0.0)) for p in MODEL.peaks}
        values |= {f"{peak.name}.fwhm": 1.25 for peak in MODEL.peaks}
        values |= {"background.offset": 700.0, "background.factor": 0.035}
        return simulate_series(MODEL, values, GRID, np.random.default_rng(4), region="S 2p")

    return make


@pytest.fixture(scope="module")
def without(simulated):
    series = simulated()
    return detect_species(series, fit_all_spectra(series, MODEL), MODEL)


def test_absent_species_are_seldom_detected_and_present_ones_always(without) -> None:
    seen = dict(zip(without.names, without.is_detected.mean(axis=0), strict=True))
    assert seen["Li2S"] < 0.08
    assert seen["sulfite"] < 0.08
    assert seen["PS4"] == seen["polysulfide"] == seen["sulfate"] == 1.0


def test_species_at_its_detection_limit_is_detected_in_95_percent(simulated, without) -> None:
    share = float(np.median(without.limit_percent[:, without.column("sulfite")]))
    area = share / (100.0 - share) * 12_600.0
    series = simulated(sulfite=area)
    found = detect_species(series, fit_all_spectra(series, MODEL), MODEL)
    # 95 % of 200, less two standard deviations
    assert found.is_detected[:, found.column("sulfite")].mean() > 0.92


def test_limit_of_a_species_left_out_is_that_of_one_that_ended_at_zero(simulated, without) -> None:
    series = simulated(spectra=40)
    smaller = with_only(MODEL, ("PS4", "polysulfide", "sulfate"))
    absent = absent_peaks(smaller, MODEL)
    assert {peak.species for peak in absent} == {"Li2S", "sulfite"}
    found = detect_species(series, fit_all_spectra(series, smaller), smaller, absent)
    assert found.names == ("PS4", "polysulfide", "sulfate", "Li2S", "sulfite")
    assert not found.is_detected[:, 3:].any()
    ours = np.median(found.limit_percent[:, found.column("sulfite")])
    theirs = np.median(without.limit_percent[:, without.column("sulfite")])
    # its position is held, which makes the limit a little smaller
    assert 0.7 * theirs < ours < 1.05 * theirs


def test_species_left_out_lies_below_its_limit_in_95_percent(simulated) -> None:
    smaller = with_only(MODEL, ("PS4", "polysulfide", "sulfate", "Li2S"))
    for area in (30.0, 90.0, 150.0):
        series = simulated(sulfite=area)
        found = detect_species(
            series, fit_all_spectra(series, smaller), smaller, absent_peaks(smaller, MODEL)
        )
        below = found.limit_area[:, found.column("sulfite")]
        # 95 % of 200, less two standard deviations
        assert (below > area).mean() > 0.92


def test_limit_does_not_follow_the_width_that_the_noise_has() -> None:
    model = model_from_library("argyrodite Raman with P2S5 and Li2Sn")
    small = with_only(model, ("PS4", "Li2Sn"))
    values = {
        f"{peak.name}.area": np.full(24, 4.8e4 * (peak.species == "PS4")) for peak in small.peaks
    }
    values["background.offset"] = 1500.0
    rng = np.random.default_rng(7)
    grid = np.arange(120.0, 700.0, 1.2)
    series = simulate_series(small, values, grid, rng, region="raman")
    without = with_only(model, ("PS4",))
    free = detect_species(series, fit_all_spectra(series, small), small)
    left_out = detect_species(
        series, fit_all_spectra(series, without), without, absent_peaks(without, small)
    )
    # the error of an area depends on its width, and the noise has one of its own
    ours, theirs = (one.limit_area[:, one.column("Li2Sn")] for one in (free, left_out))
    assert np.median(ours) == pytest.approx(np.median(theirs), rel=0.1)


def test_spectra_that_are_not_fitted_have_no_limit(simulated) -> None:
    series = simulated(spectra=2)
    result = fit_all_spectra(series, MODEL, spectra=[0])
    found = detect_species(series, result, MODEL)
    assert np.isfinite(found.limit_percent[0]).all()
    assert np.isnan(found.limit_percent[1]).all()
    assert not found.is_detected[1].any()


def test_nothing_is_detected_that_the_fit_itself_cannot_tell_from_zero() -> None:
    """A band at zero leaves its species without an error of the whole; the others have theirs."""
    model = model_from_library("argyrodite Raman")
    values = {
        f"{peak.name}.area": np.full(40, 4.8e4 * (peak.species == "PS4")) for peak in model.peaks
    }
    values["background.offset"] = 1500.0
    rng = np.random.default_rng(11)
    series = simulate_series(model, values, np.arange(120.0, 700.0, 1.2), rng, region="raman")
    result = fit_all_spectra(series, model)
    found, areas = detect_species(series, result, model), species_areas(result, model)
    column = areas.names.index("polysulfide")
    unsure = areas.value[:, column] < DECISION * areas.stderr[:, column]
    assert unsure.sum() > 10
    assert not found.is_detected[unsure, column].any()
