"""The kinds of a model's parameters, looked up by name."""

from collections.abc import Mapping

from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.line_shapes.measured import SQUARED_BROADENING
from fitting.models.model import BACKGROUND, Model, Peak
from fitting.models.parameter_kind import DOUBLET_KINDS, PEAK_KINDS, ParameterKind
from libraries.model_check import ModelKinds


def kinds_of_model(model: Model) -> Mapping[str, ParameterKind]:
    """The kind of every parameter of a model, by its full name."""
    kinds = {
        f"{peak.name}.{kind.name}": kind
        for peak in model.peaks
        for kind in kinds_of_peak(peak)
        if kind.name in peak.parameters
    }
    background = BACKGROUNDS[model.background.kind]
    return kinds | {
        f"{BACKGROUND}.{kind.name}": kind
        for kind in (*background.parameter_kinds, *background.optional)
        if kind.name in model.background.parameters
    }


def kinds_of_peak(peak: Peak) -> tuple[ParameterKind, ...]:
    """The kinds that the parameters of a peak may have."""
    return (*PEAK_KINDS, *peak.shape.parameters, *DOUBLET_KINDS)


def start_that_says_nothing(model: Model, name: str) -> float | None:
    """The start value by which a fit knows that it is to find the parameter's scale, if it can."""
    kind = kinds_of_model(model)[name]
    return kind.start if kind.is_linear else None


def shape_kinds() -> Mapping[str, ParameterKind]:
    """Every shape parameter that there is, by its name."""
    known = {kind.name: kind for shape in LINE_SHAPES.values() for kind in shape.parameters}
    return {**known, SQUARED_BROADENING.name: SQUARED_BROADENING}


def shared_kinds() -> Mapping[str, ParameterKind]:
    """Every kind that spectra may have in common, by its name: all but areas and the level."""
    of_backgrounds = {
        kind.name: kind for one in BACKGROUNDS.values() for kind in one.parameter_kinds
    }
    kinds = {
        **{kind.name: kind for kind in PEAK_KINDS},
        **shape_kinds(),
        **{kind.name: kind for kind in DOUBLET_KINDS},
        **of_backgrounds,
    }
    return {name: kind for name, kind in kinds.items() if not kind.is_linear}


def offered_kinds() -> ModelKinds:
    """The line shapes and backgrounds that the models of a library may name."""
    return ModelKinds(
        {name: shape.shape_parameters for name, shape in LINE_SHAPES.items()}, tuple(BACKGROUNDS)
    )
