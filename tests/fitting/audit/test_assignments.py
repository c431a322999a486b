"""What else the libraries find where a peak lies is said."""

import numpy as np
import pytest

from fitting.audit.findings import audit_analysis
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library, model_from_species
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
P_GRID = np.arange(126.0, 138.0, 0.1)
SHIFTS = np.arange(120.0, 700.0, 1.0)


@pytest.fixture
def found(analysis_of):
    """Messages by rule of a model fitted to a spectrum of known species."""

    def find(made_of, values, fitted, grid, region: str, name: str = "a") -> dict[str, list[str]]:
        rng = np.random.default_rng(5)
        background = {"background.offset": 900.0}
        series = simulate_series(
            made_of,
            {**values, **background},
            grid,
            rng,
            region=region,
            voltage=[3.0],
            sample=[name],
        )
        analysis = analysis_of(series, fitted, fit_all_spectra(series, fitted))
        messages: dict[str, list[str]] = {}
        for finding in audit_analysis(analysis, CATALOGUE, series):
            messages.setdefault(finding.rule, []).append(finding.message)
        return messages

    return find


def test_phosphate_at_the_place_of_bridged_thiophosphate_is_not_called_so_in_silence(
    found,
) -> None:
    truth = model_from_species("P 2p", ["PS4", "P2S7"])
    values = {"PS4.area": 9000.0, "P2S7.area": 6000.0, "P2S7.position": 132.6}
    old = model_from_library("argyrodite P 2p without bridged thiophosphate")
    (said,) = found(truth, values, old, P_GRID, "P 2p")["assignment-open"]
    assert said.startswith("phosphate lies at 132.")
    assert "nearer to P2S7" in said


def test_the_default_of_p_2p_finds_bridged_thiophosphate_and_no_phosphate(found) -> None:
    truth = model_from_species("P 2p", ["PS4", "P2S7"])
    values = {"PS4.area": 9000.0, "P2S7.area": 6000.0, "P2S7.position": 132.6}
    assert "assignment-open" not in found(
        truth, values, model_from_library("argyrodite P 2p"), P_GRID, "P 2p"
    )


@pytest.mark.parametrize(("other_bands", "is_claimed"), [(0.0, False), (4000.0, True)])
def test_sulfur_by_its_band_under_the_oxide_alone_is_not_claimed(
    found, other_bands: float, is_claimed: bool
) -> None:
    model = model_from_library("argyrodite Raman", background="linear")
    values = {
        "PS4 428.area": 9e4,
        "polysulfide 476.area": 9000.0,
        "polysulfide 156.area": other_bands,
        "polysulfide 223.area": other_bands,
    }
    findings = found(model, values, model, SHIFTS, "raman").get("shared-line-only", [])
    assert bool(findings) is not is_claimed
    assert all("layered_oxide" in message for message in findings)


def test_a_disputed_assignment_is_said_to_be_so(found) -> None:
    model = model_from_library("argyrodite P 2p with P-O-S")
    values = {"PS4.area": 9000.0, "P-O-S.area": 3000.0}
    (said,) = found(model, values, model, P_GRID, "P 2p")["assignment-disputed"]
    assert "metal phosphides" in said
