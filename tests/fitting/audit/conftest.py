"""A simulated spectrum with the rules that it trips."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from fitting.audit.findings import audit_analysis
from fitting.data.series import BASELINE
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
REGION_CONSTANTS = CATALOGUE.core_level("S 2p")
GRID = np.arange(156.0, 172.0, 0.1)
COVARIANCE = np.diag([900.0, 900.0])


@pytest.fixture(scope="session")
def sound_model() -> Callable[..., Model]:
    """Two doublets as the library has them; of the second the species and position."""

    def make(second: str = "sulfate", position: float = 168.8) -> Model:
        def peak(species: str, start: float) -> Peak:
            return Peak(
                species,
                species,
                "gaussian",
                {
                    "area": Parameter(20000.0, min=0.0),
                    "position": Parameter(start, start - 0.8, start + 0.8),
                    "fwhm": Parameter(1.2, 0.5, 2.5),
                    "separation": Parameter(REGION_CONSTANTS.separation, vary=False),
                    "area_ratio": Parameter(REGION_CONSTANTS.area_ratio, vary=False),
                },
            )

        return Model(
            (peak("PS4", 161.5), peak(second, position)),
            Background("linear", {"offset": Parameter(500.0), "slope": Parameter(0.0)}),
        )

    return make


@pytest.fixture
def rules(sound_model, drawn_result, analysis_of):
    """Ids of the rules that a simulated spectrum trips; its truth is its result."""

    def find(model=None, truth=None, *, recipe_model=None, status=None, covariance=None, **changes):
        model = model or sound_model()
        areas = [peak.parameters["area"].value for peak in model.peaks]
        coordinates = {"voltage": [3.6], "charge_shift": [0.4], "sample": ["a"]}
        coordinates.update(changes.pop("coordinates", {}))
        series = simulate_series(
            truth or model,
            {},
            changes.pop("grid", GRID),
            np.random.default_rng(1),
            region=changes.pop("region", "S 2p"),
            **coordinates,
        )
        series.attrs.update(changes.pop("attributes", {}))
        if changes.pop("baseline", False):
            series[BASELINE] = xr.zeros_like(series["intensity"])
        spread = COVARIANCE if covariance is None else covariance
        fitted = recipe_model or model
        others = {name: np.array([value]) for name, value in changes.pop("values", {}).items()}
        result = drawn_result(series, fitted, areas, spread, status=status, **others)
        names = [name for name in result["parameter"].values if not name.endswith(".area")]
        for name in names:
            result["stderr"].loc[{"parameter": name}] = 0.01
        for name, value in changes.pop("stderr", {}).items():
            result["stderr"].loc[{"parameter": name}] = value
        result["reduced_chi_square"].values[:] = changes.pop("chi_square", 1.0)
        assert not changes, changes
        analysis = analysis_of(series, fitted, result)
        found = audit_analysis(analysis, CATALOGUE, series)
        assert all(finding.message for finding in found)
        return {finding.rule for finding in found}

    return find
