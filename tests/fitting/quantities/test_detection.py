"""Detection limits against how often simulated species are seen."""

import numpy as np
import pytest

from fitting.fits.each import fit
from fitting.model_from_library import model_from_library
from fitting.quantities.detection import absent_peaks, detect_species
from fitting.selection.species_subset import with_only
from fitting.simulate import simulate_series

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
    return detect_species(series, fit(series, MODEL), MODEL)


def test_absent_species_are_seldom_detected_and_present_ones_always(without) -> None:
    seen = dict(zip(without.names, without.is_detected.mean(axis=0), strict=True))
    assert seen["Li2S"] < 0.08
    assert seen["sulfite"] < 0.08
    assert seen["PS4"] == seen["polysulfide"] == seen["sulfate"] == 1.0


def test_species_at_its_detection_limit_is_detected_in_95_percent(simulated, without) -> None:
    share = float(np.median(without.limit_percent[:, without.column("sulfite")]))
    area = share / (100.0 - share) * 12_600.0
    series = simulated(sulfite=area)
    found = detect_species(series, fit(series, MODEL), MODEL)
    # 95 % of 200, less two standard deviations
    assert found.is_detected[:, found.column("sulfite")].mean() > 0.92


def test_limit_of_a_species_left_out_is_that_of_one_that_ended_at_zero(simulated, without) -> None:
    series = simulated(spectra=40)
    smaller = with_only(MODEL, ("PS4", "polysulfide", "sulfate"))
    absent = absent_peaks(smaller, MODEL)
    assert {peak.species for peak in absent} == {"Li2S", "sulfite"}
    found = detect_species(series, fit(series, smaller), smaller, absent)
    assert found.names == ("PS4", "polysulfide", "sulfate", "Li2S", "sulfite")
    assert not found.is_detected[:, 3:].any()
    ours = np.median(found.limit_percent[:, found.column("sulfite")])
    theirs = np.median(without.limit_percent[:, without.column("sulfite")])
    # its position is held, which makes the limit a little smaller
    assert 0.7 * theirs < ours < 1.05 * theirs


def test_limit_of_a_series_falls_with_the_root_of_its_spectra(without) -> None:
    one = np.median(without.limit_percent[:, without.column("sulfite")])
    assert without.series_limit("sulfite") == pytest.approx(one / np.sqrt(SPECTRA), rel=0.1)


def test_spectra_that_are_not_fitted_have_no_limit(simulated) -> None:
    series = simulated(spectra=2)
    result = fit(series, MODEL, spectra=[0])
    found = detect_species(series, result, MODEL)
    assert np.isfinite(found.limit_percent[0]).all()
    assert np.isnan(found.limit_percent[1]).all()
    assert not found.is_detected[1].any()
