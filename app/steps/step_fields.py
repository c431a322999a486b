"""The steps as the steps panel shows them: names, settings, and what they begin with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from fitting.data.series import AXES, axis_of, axis_values
from fitting.preprocessing.axis import CropAxis, Resample
from fitting.preprocessing.baseline import BASELINES, SubtractBaseline
from fitting.preprocessing.exclusion import ExcludeRange
from fitting.preprocessing.intensity import Normalise, RemoveSpikes, Scale
from fitting.preprocessing.saturation import MaskSaturation
from fitting.preprocessing.steps import Step
from fitting.preprocessing.stored_range import KeepStoredRange
from fitting.projects.project import Analysis

UNIT = "unit"
"""In a label: the unit of the axis."""
_BASELINES = {
    "arpls": "arPLS",
    "asls": "AsLS",
    "airpls": "airPLS",
    "imodpoly": "Polynomial",
    "linear": "Line through both ends",
}
_SCALES = {"max": "Highest point is 1", "area": "Area is 1"}


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a step."""

    name: str
    label: str
    tip: str = ""
    choices: Mapping[str, str] | None = None
    """Names and how they are shown; ``None`` for a number."""
    is_whole: bool = False
    may_be_empty: bool = False
    methods: Sequence[str] = ()
    """Methods of a baseline that have the setting; empty for all."""


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step."""

    title: str
    tip: str
    kind: type[Step]
    fields: Sequence[Field]
    begin: Callable[[Analysis], Step]
    """The step that is added."""
    said: Callable[[Step, str], str]
    """What a step is set to, in few words; takes the unit of the axis."""
    techniques: Sequence[str] = ("xps", "raman")


def kind_of(step: Step) -> StepKind:
    """How a step is shown."""
    return next(kind for kind in STEP_KINDS if kind.kind is type(step))


def fields_of(step: Step) -> list[Field]:
    """The settings that a step has."""
    method = getattr(step, "method", "")
    return [one for one in kind_of(step).fields if not one.methods or method in one.methods]


def unit_of(analysis: Analysis) -> str:
    """The unit of the axis as it is written."""
    unit = AXES[axis_of(analysis.series)].unit
    return "cm⁻¹" if unit == "1/cm" else unit


def _whole_range(analysis: Analysis) -> Step:
    positions = axis_values(analysis.series)
    return CropAxis(round(float(positions.min()), 4), round(float(positions.max()), 4))


def _own_step(analysis: Analysis) -> Step:
    grid = analysis.series[axis_of(analysis.series)].values
    return Resample(float(f"{float(np.median(np.diff(grid))):.3g}"))


def _crop_said(step: Step, unit: str) -> str:
    assert isinstance(step, CropAxis)
    return f"{step.low:g} to {step.high:g} {unit}"


def _middle_part(analysis: Analysis) -> Step:
    """A tenth of the axis in its middle, to be dragged from there."""
    positions = axis_values(analysis.series)
    low, high = float(np.nanmin(positions)), float(np.nanmax(positions))
    middle, half = (low + high) / 2, (high - low) / 20
    return ExcludeRange(round(middle - half, 2), round(middle + half, 2))


def _exclusion_said(step: Step, unit: str) -> str:
    assert isinstance(step, ExcludeRange)
    why = f", {step.reason}" if step.reason else ""
    return f"{step.low:g} to {step.high:g} {unit}{why}"


def _resample_said(step: Step, unit: str) -> str:
    assert isinstance(step, Resample)
    return f"every {step.step:g} {unit}"


def _saturation_said(step: Step, _: str) -> str:
    assert isinstance(step, MaskSaturation)
    return f"{step.fewest} equal points or more"


def _spikes_said(step: Step, _: str) -> str:
    assert isinstance(step, RemoveSpikes)
    return f"above a score of {step.threshold:g}"


def _baseline_said(step: Step, _: str) -> str:
    assert isinstance(step, SubtractBaseline)
    return _BASELINES.get(step.method, step.method)


def _normalise_said(step: Step, unit: str) -> str:
    assert isinstance(step, Normalise)
    ends = [f"{end:g}" if end is not None else "…" for end in (step.low, step.high)]
    within = "" if ends == ["…", "…"] else f", {ends[0]} to {ends[1]} {unit}"
    return f"{_SCALES[step.kind].lower()}{within}"


def _name_all(names: Sequence[str], texts: Mapping[str, str]) -> Mapping[str, str]:
    """All names, those without a text as they stand."""
    return {name: texts.get(name, name) for name in names}


_SMOOTHERS = ("arpls", "asls", "airpls")
STEP_KINDS: Sequence[StepKind] = (
    StepKind(
        "Crop", "Keep a range of the axis", CropAxis,
        (Field("low", f"From ({UNIT})"), Field("high", f"To ({UNIT})")),
        _whole_range, _crop_said,
    ),
    StepKind(
        "Leave out a range",
        "Points of the range are not fitted; drag it on the spectrum",
        ExcludeRange,
        (Field("low", f"From ({UNIT})"), Field("high", f"To ({UNIT})")),
        _middle_part, _exclusion_said,
    ),
    StepKind(
        "Keep stored range",
        "Keep of each spectrum the range of the fit that another program left in its file",
        KeepStoredRange, (), lambda _: KeepStoredRange(), lambda *_: "as in the file", ("xps",),
    ),
    StepKind(
        "Mask saturation",
        "Take out points at the detector's ceiling, equal side by side at the maximum; they become "
        "unknown",
        MaskSaturation,
        (Field("fewest", "Fewest (points)", "Equal neighbours that are a ceiling", is_whole=True),),
        lambda _: MaskSaturation(), _saturation_said,
    ),
    StepKind(
        "Resample", "Interpolate onto another step: the last resort for unlike grids", Resample,
        (Field("step", f"Step ({UNIT})", "Distance of the new points"),),
        _own_step, _resample_said,
    ),
    StepKind(
        "Remove spikes", "Take out cosmic rays; their points become unknown", RemoveSpikes,
        (
            Field("threshold", "Threshold", "Smallest modified z-score of a spike"),
            Field("max_width", "Widest (points)", "Points one spike may cover", is_whole=True),
        ),
        lambda _: RemoveSpikes(), _spikes_said,
    ),
    StepKind(
        "Subtract baseline",
        "Take fluorescence and offset away, to see the bands; a polynomial or spline in the model "
        "follows them by itself",
        SubtractBaseline,
        (
            Field("method", "Method", choices=_name_all(BASELINES, _BASELINES)),
            Field(
                "lam", "Stiffness", "A larger number makes a stiffer baseline", methods=_SMOOTHERS
            ),
            Field("p", "Weight above", "Weight of points above the baseline", methods=("asls",)),
            Field("order", "Order", "Of the polynomial", is_whole=True, methods=("imodpoly",)),
        ),
        lambda _: SubtractBaseline(), _baseline_said, ("raman",),
    ),
    StepKind(
        "Normalise", "Divide each spectrum by one number; shares and ratios stay", Normalise,
        (
            Field("kind", "Scale", choices=_name_all(get_args(Scale), _SCALES)),
            Field("low", f"From ({UNIT})", "Empty: from the first point", may_be_empty=True),
            Field("high", f"To ({UNIT})", "Empty: to the last point", may_be_empty=True),
        ),
        lambda _: Normalise(), _normalise_said,
    ),
)  # fmt: skip
"""All kinds, in the order they are usually applied."""
