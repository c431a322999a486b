"""Changes to a model by hand on the drawn spectrum: a peak moved, raised, widened, limited.

What is drawn is what is changed. A parameter that is tied moves what it is tied to, so all that
follow it move along; what would leave its bounds stops at them.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.edits import with_start_values
from fitting.models.model import Model, Peak, with_parameter
from fitting.models.parameter_kinds import start_that_says_nothing
from fitting.models.parameters import follow_ties, resolve_ties
from fitting.preprocessing.axis import CropAxis
from fitting.projects.recipe import Recipe


def starting_where_fitted(model: Model, values: FloatArray) -> Model:
    """Return the model that starts from the values of a fit, areas again to be found.

    Parameters
    ----------
    values : shape (p,)
        Of all parameters: the result's ``value`` of one spectrum.
    """
    started = with_start_values(model, values)
    for name in resolve_ties(model).free:
        unset = start_that_says_nothing(model, name)
        if unset is not None:
            started = with_value(started, name, unset)
    return started


def with_value(model: Model, name: str, value: float) -> Model:
    """Return the model with the start value of a parameter at, or as near as it may be to, this."""
    ties = {tie.target: tie for tie in model.ties}
    root, factor, offset = follow_ties(name, ties)
    if factor == 0.0:
        return model
    parameter = dict(model.parameters())[root]
    low, high = parameter.min, parameter.max
    affine = resolve_ties(model)
    if root in affine.free:
        index = affine.free.index(root)
        low, high = max(low, affine.lower[index]), min(high, affine.upper[index])
    nearest = float(min(max((value - offset) / factor, low), high))
    return with_parameter(model, root, value=nearest)


def is_held(model: Model, name: str) -> bool:
    """Whether a fit leaves the parameter, or what it is tied to, as it is."""
    return not dict(model.parameters())[_follow_ties(model, name)].vary


def with_held(model: Model, name: str, value: float) -> Model:
    """Return the model with a parameter, or what it is tied to, fixed where it has this value."""
    return with_parameter(with_value(model, name, value), _follow_ties(model, name), vary=False)


def with_freed(model: Model, name: str) -> Model:
    """Return the model with a parameter, or what it is tied to, varied; an area is found again."""
    freed = with_parameter(model, _follow_ties(model, name), vary=True)
    unset = start_that_says_nothing(model, name)
    return freed if unset is None else with_value(freed, name, unset)


def with_lower_limit(model: Model, name: str, limit: float) -> Model:
    """Return the model with another lower bound, at most at the start value."""
    return with_parameter(model, name, min=min(limit, dict(model.parameters())[name].value))


def with_upper_limit(model: Model, name: str, limit: float) -> Model:
    """Return the model with another upper bound, at least at the start value."""
    return with_parameter(model, name, max=max(limit, dict(model.parameters())[name].value))


def with_range(recipe: Recipe, low: float, high: float) -> Recipe:
    """Return the recipe that keeps another range of the axis (eV or 1/cm)."""
    crop = CropAxis(low, high)
    places = [place for place, step in enumerate(recipe.steps) if isinstance(step, CropAxis)]
    if not places:
        return replace(recipe, steps=(crop, *recipe.steps))
    last = places[-1]
    return replace(recipe, steps=(*recipe.steps[:last], crop, *recipe.steps[last + 1 :]))


def unit_height(peak: Peak, values: Mapping[str, float], x: float) -> float:
    """Height at ``x`` of a peak of area 1, both lines of a doublet together.

    Parameters
    ----------
    values
        Of the parameters, by their full names.
    """

    def of(short: str) -> NDArray[np.float64]:
        return np.array(values[f"{peak.name}.{short}"])

    shape = peak.shape
    arguments = [of(short) for short in ("fwhm", *shape.shape_parameters)]
    main = float(shape.profile(np.array(x), of("position"), *arguments))
    if not peak.is_doublet:
        return main
    place, ratio = of("position") + of("separation"), float(of("area_ratio"))
    partner = float(shape.profile(np.array(x), place, *arguments))
    return (main + ratio * partner) / (1.0 + ratio)


def _follow_ties(model: Model, name: str) -> str:
    """The parameter at the end of the ties of a parameter."""
    return follow_ties(name, {tie.target: tie for tie in model.ties})[0]
