"""What a member of a family frees in every spectrum, held at one value for the whole series.

How wide a species is beside the others, or where an unknown line lies, is the same in all spectra
of a series more often than not. Free in each it costs a parameter for each, and evidence that all
of them have together is lost; one value for all is another member, which the series tells with an
error that goes down with the number of spectra.
"""

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import FloatArray
from fitting.models.model import BACKGROUND, Model, Tie, parameter_names, with_parameter
from fitting.models.parameters import resolve_ties

_CLEAR = 4.0
"""Standard errors of its area from which a peak's shape is its own, not the noise's."""


@dataclass(frozen=True, slots=True)
class HeldModel:
    """A model with some parameters held at what they have in common."""

    model: Model
    count: int
    """How many values are common to all spectra."""


def hold_over_series(member: Model, refitted: xr.Dataset, fitted: Model) -> HeldModel | None:
    """The member with one value for what it frees beside the fitted model; ``None`` for nothing.

    Widths that were tied are held in their ratio to what they followed, areas of a second line in
    their ratio to the first; areas of other lines stay free. The value is the mean over the
    spectra, each weighed by the inverse of its variance.

    Parameters
    ----------
    refitted
        The member fitted to each spectrum for itself.
    fitted
        The model whose family it is of.
    """
    own = set(resolve_ties(fitted).free)
    model, count = member, 0
    for name in resolve_ties(member).free:
        if name in own or name.startswith(f"{BACKGROUND}."):
            continue
        source = _find_source(name, member, fitted)
        if source is None and name.endswith(".area"):
            continue
        value = _find_common_value(name, source, member, refitted)
        if not np.isfinite(value):
            return None
        model, count = _hold(model, name, source, value), count + 1
    return HeldModel(model, count) if count else None


def _find_source(name: str, member: Model, fitted: Model) -> str | None:
    """What a parameter is held relative to; ``None`` where it has a value of its own."""
    peak, _, kind = name.rpartition(".")
    if kind == "area":
        first = {tie.target: tie.source for tie in member.ties}.get(f"{peak}.position")
        return first and f"{first.rpartition('.')[0]}.area"
    if kind == "fwhm":
        former = {tie.target: tie.source for tie in fitted.ties}
        source = former.get(name)
        while source in former:
            source = former[source]
        return source
    return None


def _find_common_value(name: str, source: str | None, member: Model, refitted: xr.Dataset) -> float:
    """Mean over the spectra of a parameter, or of its ratio to another; nan for none."""
    names = parameter_names(member)
    column, areas = names.index(name), names.index(f"{name.partition('.')[0]}.area")
    value, covariance = refitted["value"].values, refitted["covariance"].values
    area, area_variance = value[:, areas], covariance[:, areas, areas]
    mean, variance = value[:, column], covariance[:, column, column]
    if source is not None:
        mean, variance = _divide(value, covariance, column, names.index(source))
    fitted = is_fitted(refitted) & np.isfinite(mean)
    told = fitted & (variance > 0)
    # at a bound there is no error, and leaving those out would draw the mean away from it
    bound = fitted & ~told & (area > _CLEAR * np.sqrt(area_variance))
    if not told.any():
        known = mean[bound] if bound.any() else mean[fitted]
        return float(np.median(known)) if known.size else np.nan
    variance = np.where(bound, np.median(variance[told]), variance)
    used = told | bound
    return float(np.average(mean[used], weights=1.0 / variance[used]))


def _divide(
    value: FloatArray, covariance: FloatArray, above: int, below: int
) -> tuple[FloatArray, FloatArray]:
    """Ratios of two parameters and their variances by propagation, each of shape (n,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = value[:, above] / value[:, below]
        variance = (
            covariance[:, above, above]
            - 2.0 * ratio * covariance[:, above, below]
            + ratio**2 * covariance[:, below, below]
        ) / value[:, below] ** 2
    return ratio, variance


def _hold(model: Model, name: str, source: str | None, value: float) -> Model:
    if source is None:
        limits = dict(model.parameters())[name]
        value = float(np.clip(value, limits.min, limits.max))
        return with_parameter(model, name, value=value, vary=False)
    free = with_parameter(model, name, min=-np.inf, max=np.inf)
    return replace(free, ties=(*free.ties, Tie(name, source, value)))
