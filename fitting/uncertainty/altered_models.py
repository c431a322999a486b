"""Models that differ from a fitted one in one thing: widths untied, second lines, more species."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import FloatArray, axis_of, axis_values
from fitting.data.techniques import technique_of
from fitting.models.from_library import LEAST_SEPARATION
from fitting.models.function import series_curves
from fitting.models.model import (
    Model,
    Parameter,
    Peak,
    Tie,
    parameter_names,
    peaks_of_lines,
    with_parameter,
)
from fitting.quantities.quantify import species_areas
from fitting.uncertainty.promising_species import find_promising
from libraries.catalogue import Catalogue

WIDEST, NARROWEST = 1.6, 0.65
"""Width of a line over that of the others of its group, where they are free of each other."""
WIDTH, MIXING, SEPARATION, SLOPE = "fwhm", "mixing", "separation", "slope"
_CLEAR = 4.0
"""Standard errors of its area from which a species is there beyond doubt."""

_ASKED = 32
"""Of a longer series so many spectra are asked what other species promise."""


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
    areas: Mapping[str, float]
    """Median fitted area of each peak."""
    is_clear: Mapping[str, bool]
    """Whether each species is there beyond doubt in all spectra."""
    positions: FloatArray
    """Shape (m,)."""
    excess: FloatArray
    """Sum of the residuals of all spectra over a width of a line, in standard deviations."""

    series: xr.Dataset
    result: xr.Dataset

    def keep_promising(self, candidates: Mapping[str, Sequence[Peak]]) -> tuple[str, ...]:
        """Those species, by their peaks, that promise more than noise does."""
        rows = np.flatnonzero(is_fitted(self.result))
        some = np.unique(np.linspace(0, rows.size - 1, _ASKED).round().astype(int))
        return find_promising(self.series, self.result, self.model, candidates, rows[some])

    def find_excess(self, low: float, high: float) -> float:
        """Where between two positions the spectra lie furthest above the model."""
        inside = (self.positions > low) & (self.positions < high)
        if not inside.any():
            return 0.5 * (low + high)
        return float(self.positions[np.argmax(np.where(inside, self.excess, -np.inf))])

    def find_strongest(self) -> list[str]:
        """The peak of the largest area of each species."""
        ordered = sorted(self.model.peaks, key=lambda peak: self.areas[peak.name])
        return list({peak.species: peak.name for peak in ordered}.values())


def make_frame(series: xr.Dataset, result: xr.Dataset, model: Model, catalogue: Catalogue) -> Frame:
    names, good = parameter_names(model), is_fitted(result)
    values = result["value"].values[good]
    widths = {
        peak.name: float(np.median(values[:, names.index(f"{peak.name}.{WIDTH}")]))
        for peak in model.peaks
    }
    areas = {
        peak.name: float(np.median(values[:, names.index(f"{peak.name}.area")]))
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
        areas,
        _find_clear(result, model),
        series[axis_of(series)].values + float(np.median(series["axis_offset"].values)),
        _find_excess(series, result, model, float(np.median(list(widths.values())))),
        series,
        result,
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


def with_wider_bounds(frame: Frame) -> Model | None:
    """The model with the bounds of those widths apart that end at them; ``None`` for none."""
    model, known = frame.model, dict(frame.model.parameters())
    tied = {tie.target for tie in model.ties}
    for name, width in frame.widths.items():
        one = known[f"{name}.{WIDTH}"]
        near = not 1.02 * one.min < width < 0.98 * one.max
        if one.vary and near and f"{name}.{WIDTH}" not in tied:
            bounds = {"min": NARROWEST * one.min, "max": WIDEST * one.max}
            model = with_parameter(model, f"{name}.{WIDTH}", **bounds)
    return None if model is frame.model else model


def free_mixings(model: Model) -> Model | None:
    """A model with the Lorentzian part of each species free; ``None`` where there is nothing to."""
    first = {peak.species: f"{peak.name}.{MIXING}" for peak in reversed(model.peaks)}
    known, tied = dict(model.parameters()), {tie.target: tie for tie in ties_of_kind(model, MIXING)}
    freed = [name for name in first.values() if name in known and not _is_free(known, tied, name)]
    if not freed:
        return None
    others = [tie for tie in model.ties if tie.target not in tied]
    follow = [
        Tie(name, first[species_of_parameter(model, name)]) for name in tied if name not in freed
    ]
    model = replace(model, ties=(*others, *(one for one in follow if one.target != one.source)))
    for name in freed:
        model = with_parameter(model, name, min=0.0, max=1.0, vary=True)
    return model


def _is_free(known: Mapping[str, Parameter], tied: Mapping[str, Tie], name: str) -> bool:
    return known[name].vary and name not in tied


def with_second_lines(
    frame: Frame, peaks: Sequence[Peak], place: tuple[float, float], part: float
) -> Model:
    """The model with a second line beside each of the peaks: see ``with_second_line``."""
    model = frame.model
    for peak in peaks:
        model = with_second_line(frame, model, peak, place, part)
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
    lines = peaks_of_lines(frame.model)
    if not lines:
        return []
    first = lines[0]
    tied = {tie.target.rpartition(".")[2] for tie in frame.model.ties}
    kinds = [kind for kind in (WIDTH, MIXING) if kind in tied]
    return [
        Tie(f"{peak.name}.{kind}", f"{first.name}.{kind}")
        for peak in peaks
        for kind in kinds
        if kind in peak.parameters and kind in first.parameters
    ]


def _find_clear(result: xr.Dataset, model: Model) -> dict[str, bool]:
    areas, good = species_areas(result, model), is_fitted(result)
    seen = areas.value[good] > _CLEAR * areas.stderr[good]
    return {name: bool(seen[:, place].all()) for place, name in enumerate(areas.names)}


def _find_excess(series: xr.Dataset, result: xr.Dataset, model: Model, width: float) -> FloatArray:
    """The residuals of all spectra together, averaged over the width of a line, shape (m,)."""
    rows = np.flatnonzero(is_fitted(result))
    curves = series_curves(series, model, result["value"].values[rows], rows)
    scaled = (series["intensity"].values[rows] - curves.total) / series["sigma"].values[rows]
    known = np.isfinite(scaled)
    grid = series[axis_of(series)].values
    points = max(1, round(width / float(np.median(np.diff(grid)))))
    together, count = np.where(known, scaled, 0.0).sum(axis=0), known.sum(axis=0)
    kernel = np.ones(points)
    size = np.sqrt(np.maximum(np.convolve(count, kernel, mode="same"), 1.0))
    return np.asarray(np.convolve(together, kernel, mode="same") / size)


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
