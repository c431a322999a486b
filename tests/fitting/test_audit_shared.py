"""The audit of a joint fit: what spectra share is one finding, not one for each of them."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.audit.findings import Finding, audit_analysis
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.models.model import with_parameter
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

MODEL = model_from_library("argyrodite S 2p")
COUNT = 6


def _findings(options: FitOptions, rule: str) -> list[Finding]:
    """Of spectra with lines too wide for the widest that the model allows."""
    truth = {
        "PS4.area": np.full(COUNT, 8000.0),
        "polysulfide.area": np.full(COUNT, 6000.0),
        "sulfite.area": np.full(COUNT, 1500.0),
        "sulfate.area": np.full(COUNT, 3000.0),
        "PS4.fwhm": np.full(COUNT, 1.4),
        "background.offset": np.full(COUNT, 500.0),
    }
    rng = np.random.default_rng(2)
    sample = np.repeat(["a", "b"], COUNT // 2)
    grid = np.arange(157.0, 173.0, 0.1)
    series = simulate_series(MODEL, truth, grid, rng, region="S 2p", sample=sample)
    narrow = with_parameter(MODEL, "PS4.fwhm", max=1.25)
    result = fit_all_spectra(series, narrow, options)
    recipe = Recipe(narrow, options=options)
    found = audit_analysis(Analysis(series, recipe, result, recipe), catalogue())
    return [one for one in found if one.rule == rule]


def test_a_shared_parameter_at_its_bound_is_said_once() -> None:
    alone = _findings(FitOptions(), "parameter-at-bound")
    assert [one.spectrum for one in alone] == list(range(COUNT))
    (joint,) = _findings(FitOptions(share=("fwhm", "position")), "parameter-at-bound")
    assert joint.spectrum is None
    assert "the fwhm of PS4 ended at its upper bound" in joint.message
    assert joint.message.endswith("6 spectra share this value.")


def test_of_several_groups_each_has_its_finding() -> None:
    options = FitOptions(share=("fwhm",), share_by=("sample",))
    found = _findings(options, "parameter-at-bound")
    assert [one.spectrum for one in found] == [0, 3]
    assert [one.sample for one in found] == ["a", "b"]
    assert all("3 spectra share" in one.message for one in found)


@pytest.mark.parametrize("share", [("position",), ("factor",)])
def test_what_is_not_shared_is_said_of_every_spectrum(share: tuple[str, ...]) -> None:
    found = _findings(replace(FitOptions(), share=share), "parameter-at-bound")
    assert [one.spectrum for one in found] == list(range(COUNT))
