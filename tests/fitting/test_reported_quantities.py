"""Shares that papers report, put into simulated S 2p spectra, come back from the fit."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.preprocessing.axis import CropAxis, crop_axis
from fitting.quantities.quantify import fraction_estimate, ratio_estimate, species_areas
from fitting.simulation.series import simulate_series

_MODEL = "argyrodite S 2p"
_REPLICAS = 200
_TOTAL = 12_000.0
"""Area of all species (counts x eV)."""


def _fitted_areas(shares: Mapping[str, float], seed: int) -> object:
    """Species areas fitted to replicas of a spectrum with these shares."""
    model = model_from_library(_MODEL)
    values = {f"{species}.area": _TOTAL * share for species, share in shares.items()}
    series = simulate_series(
        model,
        {**values, "background.offset": 900.0, "background.factor": 0.03},
        np.arange(156.0, 174.0, 0.1),
        np.random.default_rng(seed),
        region="S 2p",
        axis_offset=np.zeros(_REPLICAS),
    )
    return species_areas(fit_all_spectra(crop_axis(series, CropAxis(157.0, 173.0)), model), model)


def _reported(path: Path, source: str, quantity: str) -> list[float]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        float(row["value"])
        for row in rows
        if row["source"] == source and row["quantity"].startswith(quantity)
    ]
    assert found
    return found


def _assert_comes_back(estimate: object, truth: float) -> None:
    """The mean within two standard errors of the mean, and single ones as often as they should."""
    value, stderr = estimate.value, estimate.stderr  # type: ignore[attr-defined]
    pulls = (value - truth) / stderr
    assert abs(pulls.mean()) < 2 / np.sqrt(_REPLICAS) + 0.15, "the share is biased"
    assert np.mean(np.abs(pulls) < 2) > 0.9
    assert abs(value.mean() - truth) < 2 * stderr.mean()


@pytest.fixture(scope="module")
def reported(real_data: Callable[[str], Path]) -> Path:
    path = real_data("../facts/reported_quantities.csv")
    if not path.is_file():
        pytest.skip("no table of reported quantities here")
    return path


def test_the_oxidised_shares_of_wang2021_come_back(reported: Path) -> None:
    oxides = _reported(reported, "wang2021", "relative content SO4")
    polysulfides = _reported(reported, "wang2021", "relative content polysulfide")
    for seed, (oxide, polysulfide) in enumerate(zip(oxides, polysulfides, strict=True)):
        shares = {
            "PS4": 1 - (oxide + polysulfide) / 100,
            "polysulfide": polysulfide / 100,
            "sulfite": 0.4 * oxide / 100,
            "sulfate": 0.6 * oxide / 100,
        }
        areas = _fitted_areas(shares, seed)
        _assert_comes_back(fraction_estimate(areas, ["sulfite", "sulfate"]), oxide)
        _assert_comes_back(fraction_estimate(areas, "polysulfide"), polysulfide)


def test_the_polysulfide_ratios_of_su2025_come_back(reported: Path) -> None:
    for seed, ratio in enumerate(_reported(reported, "su2025", "(-P-Sn-P- and S-S)"), start=10):
        oxide = 0.1
        ps4 = (1 - oxide) / (1 + ratio)
        shares = {"PS4": ps4, "polysulfide": ratio * ps4, "sulfite": 0.04, "sulfate": 0.06}
        estimate = ratio_estimate(_fitted_areas(shares, seed), "polysulfide", "PS4")
        _assert_comes_back(estimate, ratio)
