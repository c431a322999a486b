"""Steps as stored values, and applied one after the other."""

import numpy as np
import pytest

from fitting.data.errors import RecipeError
from fitting.data.series import SHIFT, history_of, make_series
from fitting.preprocessing.axis import CropAxis, Resample
from fitting.preprocessing.baseline import SubtractBaseline
from fitting.preprocessing.exclusion import ExcludeRange
from fitting.preprocessing.intensity import Normalise, RemoveSpikes
from fitting.preprocessing.saturation import MaskSaturation
from fitting.preprocessing.steps import STEPS, apply_steps, step_from_json, step_to_json
from fitting.preprocessing.stored_range import KeepStoredRange

EVERY_STEP = (
    CropAxis(158, 172),
    ExcludeRange(163.0, 164.0),
    KeepStoredRange(),
    MaskSaturation(fewest=4),
    Resample(0.5),
    RemoveSpikes(threshold=6.5, max_width=5),
    SubtractBaseline("asls", lam=1e5, p=0.02),
    Normalise("area", low=400),
)


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_a_step_survives_being_stored(step):
    assert step_from_json(step_to_json(step), "recipe.json: step 1") == step


def test_every_step_there_is_is_tried_here():
    assert {type(step) for step in EVERY_STEP} == set(STEPS.values())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "CropAxes", "low": 1, "high": 2}, "no step 'CropAxes'. Did you mean 'CropAxis'?"),
        ({"name": "CropAxis", "lo": 1, "high": 2}, "no field 'lo'. Did you mean 'low'?"),
        ({"name": "CropAxis", "low": 5, "high": 2}, "must be less than"),
        ({"name": "CropAxis", "low": 5}, "field 'high' is missing"),
        ({"name": "RemoveSpikes", "threshold": "high"}, "'high' is not of the type"),
        ({"name": ["CropAxis"]}, "there is no step"),
        ({"name": "SubtractBaseline", "method": "arlps"}, "no baseline 'arlps'"),
        ({"name": "Normalise", "kind": "peak"}, "no kind 'peak'"),
        ("CropAxis", "expected an object"),
    ],
)
def test_a_mistake_in_a_stored_step_is_named_with_its_place(data, message):
    with pytest.raises(RecipeError) as error:
        step_from_json(data, "recipe.json: raman: step 2")
    assert str(error.value).startswith("recipe.json: raman: step 2")
    assert message in str(error.value)


def test_each_step_adds_a_sentence_and_the_measured_series_stays_as_it_was():
    shift = np.arange(100.0, 700.0)
    counts = np.random.default_rng(1).poisson(500 + shift, (3, shift.size)).astype(float)
    series = make_series(
        SHIFT, shift, counts, region="raman", sigma=np.sqrt(counts), noise="poisson"
    )
    prepared = apply_steps(
        series, (RemoveSpikes(), CropAxis(150, 650), SubtractBaseline(), Normalise())
    )
    assert [sentence.split()[0] for sentence in history_of(prepared)] == [
        "Removed",
        "Kept",
        "Subtracted",
        "Divided",
    ]
    assert history_of(series) == []
    np.testing.assert_array_equal(series["intensity"].values, counts)
