"""What the residuals and the background say."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.audit.residuals import durbin_watson, runs_deviation
from fitting.models.model import Model, Parameter, Peak, with_parameter


def test_missing_species_leaves_structured_residuals(sound_model, rules) -> None:
    truth = sound_model()
    hidden = Peak("Li2S", "Li2S", "gaussian", {**truth.peaks[0].parameters})
    hidden = replace(
        hidden,
        parameters={
            **hidden.parameters,
            "position": Parameter(164.5),
            "area": Parameter(2500.0),
        },
    )
    assert "residual-structure" in rules(truth=Model((*truth.peaks, hidden), truth.background))


def test_white_residuals_seldom_look_structured() -> None:
    rng = np.random.default_rng(0)
    white = rng.standard_normal((4000, 160))
    deviation, watson = runs_deviation(white), durbin_watson(white)
    assert np.mean((deviation < -4) | (watson < 2 - 8 / np.sqrt(160))) < 1e-3
    assert deviation.mean() == pytest.approx(0.0, abs=0.06)
    assert deviation.std() == pytest.approx(1.0, abs=0.05)
    assert watson.mean() == pytest.approx(2.0, abs=0.05)


def test_background_above_the_data_is_found(sound_model, rules) -> None:
    model = sound_model()
    raised = with_parameter(model, "background.offset", value=560.0)
    assert "background-crosses-data" in rules(raised, truth=model)
    assert "background-crosses-data" not in rules(model)
