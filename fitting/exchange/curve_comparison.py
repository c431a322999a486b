"""Curves that another program exported against those of the model that was taken over."""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.exchange.taken_series import TakenSeries
from fitting.models.function import series_curves
from fitting.preprocessing.stored_range import stored_fits
from fitting.projects.project import prepared_series

_SMALL = 0.02
"""Part of the largest area below which an area is not compared for itself."""


@dataclass(frozen=True, slots=True)
class CurveComparison:
    """Largest differences within the range that was fitted."""

    envelope: float
    """Root mean square over the maximum of the envelope."""
    area: float
    """Of a component between the ends of the range, over its own."""
    position: float
    """Of the maximum of a component (eV)."""


def compare_curves(taken: TakenSeries, spectrum: int) -> CurveComparison | None:
    """How near the exported curves of a spectrum are met; ``None`` where there are none."""
    analysis = taken.analysis
    fit, _, energy = list(stored_fits(analysis.series))[spectrum]
    if fit.curves is None or analysis.result is None or spectrum not in taken.doubts:
        return None
    prepared = prepared_series(analysis)
    row = np.array([spectrum])
    value = analysis.result["value"].values[row]
    ours = series_curves(prepared, analysis.model, value, row)
    kept = np.isfinite(prepared["intensity"].values[spectrum])
    # the points at the ends are there for the averages of the background
    inner = np.flatnonzero(kept)[3:-3]
    axis = prepared[axis_of(prepared)].values[inner]
    offset = float(analysis.series["axis_offset"].values[spectrum])
    first = float(analysis.series.isel({SPECTRUM: spectrum})[axis_of(prepared)].values[0])
    places = axis + offset + (energy[0] - first - offset)

    def theirs(curve: FloatArray) -> FloatArray:
        return np.interp(places, fit.curves.energy, curve) if fit.curves else curve

    envelope = theirs(fit.curves.envelope)
    misfit = ours.total[0, inner] - envelope
    lines = [
        (theirs(curve), mine[inner])
        for curve, mine in zip(fit.curves.components, ours.components[0], strict=False)
    ]
    largest = max(float(np.trapezoid(curve, places)) for curve, _ in lines)
    lines = [one for one in lines if np.trapezoid(one[0], places) > _SMALL * largest]
    return CurveComparison(
        float(np.sqrt(np.mean(misfit**2)) / np.max(envelope)),
        max(abs(float(np.trapezoid(b, places) / np.trapezoid(a, places)) - 1.0) for a, b in lines),
        max(abs(_find_top(places, a) - _find_top(places, b)) for a, b in lines),
    )


def _find_top(places: FloatArray, curve: FloatArray) -> float:
    """The maximum by a parabola through the three points around it."""
    top = int(np.clip(np.argmax(curve), 1, curve.size - 2))
    low, middle, high = curve[top - 1 : top + 2]
    bend = low - 2.0 * middle + high
    step = 0.5 * (places[top + 1] - places[top - 1])
    return float(places[top] + (0.5 * step * (low - high) / bend if bend < 0.0 else 0.0))
