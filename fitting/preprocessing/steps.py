"""The steps that prepare a series before it is fitted: which there are, and how they are stored."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.json_fields import from_json, to_json
from fitting.preprocessing.axis import CropAxis, Resample, crop_axis, resample_series
from fitting.preprocessing.baseline import SubtractBaseline, subtract_baseline
from fitting.preprocessing.exclusion import ExcludeRange, exclude_range
from fitting.preprocessing.intensity import Normalise, RemoveSpikes, normalise_series, remove_spikes
from fitting.preprocessing.saturation import MaskSaturation, mask_saturation
from fitting.preprocessing.stored_range import KeepStoredRange, keep_stored_range

Step = (
    CropAxis
    | ExcludeRange
    | KeepStoredRange
    | MaskSaturation
    | Resample
    | RemoveSpikes
    | SubtractBaseline
    | Normalise
)

_APPLY: Mapping[type[Step], Callable[[xr.Dataset, Any], xr.Dataset]] = {
    CropAxis: crop_axis,
    ExcludeRange: exclude_range,
    KeepStoredRange: keep_stored_range,
    MaskSaturation: mask_saturation,
    Resample: resample_series,
    RemoveSpikes: remove_spikes,
    SubtractBaseline: subtract_baseline,
    Normalise: normalise_series,
}
STEPS: Mapping[str, type[Step]] = {kind.__name__: kind for kind in _APPLY}
"""Kinds of steps by name, in the order they are usually applied."""

_NAME = "name"
"""Field of a stored step that holds its name."""


def apply_steps(series: xr.Dataset, steps: Sequence[Step]) -> xr.Dataset:
    """Apply the steps one after the other; each adds a sentence to the history of the series."""
    for step in steps:
        series = apply_step(series, step)
    return series


def apply_step(series: xr.Dataset, step: Step) -> xr.Dataset:
    """Apply one step to a series."""
    return _APPLY[type(step)](series, step)


def step_to_json(step: Step) -> dict[str, Any]:
    """The step as a plain JSON object, its name first."""
    return {_NAME: type(step).__name__, **to_json(step)}


def step_from_json(data: Any, where: str) -> Step:
    """A step from a plain JSON object; ``where`` begins every message.

    Raises
    ------
    RecipeError
        If there is no such step, or a field is unknown, missing or out of range.
    """
    if not isinstance(data, Mapping) or _NAME not in data:
        raise RecipeError(
            f'{where}: expected an object such as {{"{_NAME}": "CropAxis", "low": 158, '
            f'"high": 172}}, found {data!r}.'
        )
    name = data[_NAME]
    if not isinstance(name, str) or name not in STEPS:
        close = get_close_matches(str(name), STEPS, 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Choose one of: {', '.join(STEPS)}."
        raise RecipeError(f"{where}: there is no step {name!r}. {hint}")
    fields = {field: value for field, value in data.items() if field != _NAME}
    return from_json(STEPS[name], fields, where)
