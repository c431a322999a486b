"""Models that differ from a fitted one in one thing: widths untied, second lines, more species."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import axis_values
from fitting.data.techniques import technique_of
from fitting.models.from_library import LEAST_SEPARATION
from fitting.models.model import Model, Parameter, Peak, Tie, parameter_names, with_parameter
from libraries.catalogue import Catalogue

WIDEST, NARROWEST = 1.6, 0.65
"""Width of a line over that of the others of its group, where they are free of each other."""
WIDTH, MIXING = "fwhm", "mixing"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the members are made from."""

    model: Model
    region: str
    widths: Mapping[str, float]
    """Median fitted width of each peak (unit of the axis)."""
    low: float
    high: float
    """Ends of what was measured."""
    is_xps: bool
    catalogue: Catalogue


def make_frame(series: xr.Dataset, result: xr.Dataset, model: Model, catalogue: Catalogue) -> Frame:
    names, good = parameter_names(model), is_fitted(result)
    values = result["value"].values[good]
    widths = {
        peak.name: float(np.median(values[:, names.index(f"{peak.name}.{WIDTH}")]))
        for peak in model.peaks
    }
    places = axis_values(series)
    return Frame(
        model,
        str(series.attrs["region"]),
        widths,
        float(np.nanmin(places)),
        float(np.nanmax(places)),
        not technique_of(series).has_bands,
        catalogue,
    )


def ties_of_kind(model: Model, kind: str) -> list[Tie]:
    return [tie for tie in model.ties if tie.target.rpartition(".")[2] == kind]


def species_of_parameter(model: Model, name: str) -> str:
    return model.peak(name.partition(".")[0]).species


def untie_widths(frame: Frame, targets: Sequence[str]) -> Model:
    """The model with these widths free, within the stated ratios to the fitted ones."""
    ties = tuple(tie for tie in frame.model.ties if tie.target not in targets)
    model = replace(frame.model, ties=ties)
    for name in targets:
        width = frame.widths[name.partition(".")[0]]
        bounds = {"min": NARROWEST * width, "max": WIDEST * width}
        model = with_parameter(model, name, value=width, vary=True, **bounds)
    return model


def with_second_lines(frame: Frame, distance: float, width: float, part: float) -> Model:
    """The model with a second line beside each, of a fixed part of the species' area."""
    model = frame.model
    for peak in frame.model.peaks:
        model = with_second_line(frame, model, peak, (distance, width), part)
    return model


def with_second_line(
    frame: Frame, model: Model, peak: Peak, place: tuple[float, float], part: float | None
) -> Model:
    """The model with a second line of a peak's species, which follows the first one.

    Parameters
    ----------
    place
        Its distance and its width, in widths of the first line.
    part
        Its part of the area of both; ``None`` for a free one.
    """
    distance, width = place
    free = {name: replace(one, min=-inf, max=inf) for name, one in peak.parameters.items()}
    free["area"] = Parameter(1.0, min=0.0)
    second = replace(peak, name=f"{peak.name} beside", parameters=free)
    shift = distance * frame.widths[peak.name]
    factors = {"position": (1.0, shift), WIDTH: (width, 0.0)}
    if part is not None:
        factors["area"] = (part / (1.0 - part), 0.0)
    ties = [
        Tie(f"{second.name}.{kind}", f"{peak.name}.{kind}", *factors.get(kind, (1.0, 0.0)))
        for kind in peak.parameters
        if kind != "area" or part is not None
    ]
    return replace(model, peaks=(*model.peaks, second), ties=(*model.ties, *ties))


def make_usual_ties(frame: Frame, peaks: Sequence[Peak]) -> list[Tie]:
    """Ties of added peaks as the model has them: width and shape of its first peak."""
    first = frame.model.peaks[0]
    tied = {tie.target.rpartition(".")[2] for tie in frame.model.ties}
    kinds = [kind for kind in (WIDTH, MIXING) if kind in tied]
    return [
        Tie(f"{peak.name}.{kind}", f"{first.name}.{kind}")
        for peak in peaks
        for kind in kinds
        if kind in peak.parameters and kind in first.parameters
    ]


def is_inside(frame: Frame, peak: Peak) -> bool:
    position = peak.parameters["position"]
    return position.max > frame.low and position.min < frame.high


def collides_with(frame: Frame, peaks: Sequence[Peak]) -> bool:
    """Whether an added peak starts where one of the model does: the two could not be told apart."""
    own = list(frame.widths.values())
    near = LEAST_SEPARATION * float(np.median(own))
    starts = [peak.parameters["position"].value for peak in frame.model.peaks]
    return any(
        abs(peak.parameters["position"].value - at) < near for peak in peaks for at in starts
    )
