"""A measured spectrum made a component: its background taken off, its noise known.

The lines of the model are fitted to it, for its background and for the wings that its range cuts
off. The component is the fitted lines and what they leave of the spectrum, without noise; the less
the lines describe it, the more of it is the spectrum alone. What is not known of the fitted lines,
of what they leave, and of the area that both are divided by, is the noise of the component.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.errors import ModelError
from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray, axis_of, get_column
from fitting.fits.each import fit_all_spectra
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.fits.smooth_residuals import SmoothCurve, smooth_residuals
from fitting.models.from_library import starting_background
from fitting.models.function import compile_model
from fitting.models.line_shapes.line_shape import LN2
from fitting.models.line_shapes.measured import MEASURED, SQUARED_BROADENING, MeasuredShape
from fitting.models.model import (
    Model,
    Parameter,
    Peak,
    peaks_of_lines,
    starting_parameter,
    without_peak,
)

_MARGIN = 0.3
"""The table goes on beyond the measured range by this part of it."""
_POINTS_PER_WIDTH = 10.0
"""Of the narrowest line, where the spectrum has fewer."""
_MOST_POINTS = 900
_MOST_CURVES = 24
"""Of the noise."""
_KEPT_NOISE = 0.995
_DIGITS = 7
_REACH = 1.0
"""Widths by which the component may be shifted to either side."""


def measure_component(series: xr.Dataset, model: Model, spectrum: int = 0) -> MeasuredShape:
    """One spectrum of a series as the shape of a component.

    Parameters
    ----------
    series
        As it is fitted: with the steps of the recipe applied.
    model
        Of the region: its lines are those of the spectrum, its background the kind that is
        subtracted.

    Raises
    ------
    ModelError
        If the model has no lines, or they cannot be fitted to the spectrum.
    """
    lines = _without_measured(model)
    part = series.isel({SPECTRUM: [spectrum]})
    source = _name_source(part)
    if not lines.peaks:
        raise ModelError(
            f"{source}: the background below it is found together with lines. Put at least one "
            "line into the model first."
        )
    result = fit_all_spectra(part, lines, FitOptions(family=()))
    if not is_fitted(result)[0] or not np.isfinite(result["value"].values).all():
        raise ModelError(
            f"{source}: its background was not found. {result['message'].values[0]} "
            "Choose another spectrum, or a model that describes it."
        )
    curve, area = _measured_curve(part, lines, result)
    places = _table_places(part, result, lines)
    return _make_shape(source, model.background.kind, places, curve, area)


def component_of(measured: MeasuredShape, name: str, species: str = "") -> Peak:
    """A peak of that shape, where the spectrum has its maximum."""
    reach = _REACH * measured.fwhm
    place = measured.position
    parameters = {
        "area": Parameter(1.0, min=0.0),
        "position": Parameter(place, place - reach, place + reach),
        "fwhm": Parameter(measured.fwhm, 0.5 * measured.fwhm, 2.0 * measured.fwhm, vary=False),
        SQUARED_BROADENING.name: starting_parameter(SQUARED_BROADENING),
    }
    return Peak(name, species or name, MEASURED, parameters, measured)


def with_component(model: Model, peak: Peak) -> Model:
    """Return the model with a measured spectrum in place of all peaks of its species.

    Where they all begin beyond its reach, as where it was charged otherwise, it begins at the
    nearest of them.

    Raises
    ------
    ModelError
        If another species has a peak of its name.
    """
    replaced = [one for one in model.peaks if one.species == peak.species]
    peak = _begun_near(peak, [one.parameters["position"].value for one in replaced])
    for one in replaced:
        model = without_peak(model, one.name)
    if any(one.name == peak.name for one in model.peaks):
        raise ModelError(f"The model has a peak {peak.name} already; name the component otherwise.")
    return replace(model, peaks=(*model.peaks, peak))


def _begun_near(peak: Peak, starts: Sequence[float]) -> Peak:
    place = peak.parameters["position"]
    if not starts or any(place.min <= start <= place.max for start in starts):
        return peak
    nearest = min(starts, key=lambda start: abs(start - place.value))
    moved = nearest - place.value
    begun = Parameter(nearest, place.min + moved, place.max + moved)
    return replace(peak, parameters={**peak.parameters, "position": begun})


def _without_measured(model: Model) -> Model:
    for peak in model.peaks:
        if peak not in peaks_of_lines(model):
            model = without_peak(model, peak.name)
    return model


def _name_source(part: xr.Dataset) -> str:
    columns = (str(get_column(part, name)[0]) for name in ("source", "label"))
    named = ", ".join(dict.fromkeys(text for text in columns if text))
    return f"{named or 'spectrum'}, {part.attrs['region']}"


def _table_places(part: xr.Dataset, result: xr.Dataset, lines: Model) -> FloatArray:
    """Even places within and beyond the measured range, shape (m,)."""
    x = part[axis_of(part)].values + float(part["axis_offset"].values[0])
    reach = x[-1] - x[0]
    step = min(float(np.median(np.diff(x))), _narrowest(result, lines) / _POINTS_PER_WIDTH)
    whole = (1.0 + 2.0 * _MARGIN) * reach
    count = min(int(np.ceil(whole / step)) + 1, _MOST_POINTS)
    return np.linspace(x[0] - _MARGIN * reach, x[-1] + _MARGIN * reach, count)


def _narrowest(result: xr.Dataset, lines: Model) -> float:
    names = [str(name) for name in result["parameter"].values]
    rows = [names.index(f"{peak.name}.fwhm") for peak in lines.peaks]
    return float(result["value"].values[0, rows].min())


def _measured_curve(
    part: xr.Dataset, lines: Model, result: xr.Dataset
) -> tuple[SmoothCurve, float]:
    """The spectrum without background and noise on the places of its table, and its area."""
    places = _table_places(part, result, lines)
    values, covariance = result["value"].values, result["covariance"].values[0]
    function = compile_model(lines, part[axis_of(part)].values)
    data = take_measured(part, lines)
    sigma = data.modelled_sigma(function, values)[0]
    rest = (data.intensity - data.static - function.value(values, data.offsets))[0]
    seen = data.is_seen[0]
    x = function.positions[seen] + data.offsets[0]
    width = _narrowest(result, lines) / np.sqrt(8.0 * LN2)
    left = smooth_residuals(x, rest[seen], sigma[seen], places, width)
    bare = compile_model(Model(lines.peaks, starting_background("none")), places)
    own = len(bare.affine.names)
    fitted, slopes = bare.value_and_jacobian(values[:, :own])
    spread = slopes[0].T @ covariance[:own, :own] @ slopes[0]
    areas = [peak.area for peak in bare.peaks]
    area = float(values[0, areas].sum() + left.value.sum() * (places[1] - places[0]))
    return SmoothCurve(fitted[0] + left.value, spread + left.covariance), area


def _make_shape(
    source: str, background: str, places: FloatArray, curve: SmoothCurve, area: float
) -> MeasuredShape:
    if not area > 0.0 or not np.max(curve.value) > 0.0:
        raise ModelError(f"{source}: nothing of it stands above its background.")
    value = curve.value / area
    step = float(places[1] - places[0])
    # what is not known of the area moves every point
    turn = (np.eye(places.size) - np.outer(value, np.full(places.size, step))) / area
    position, fwhm = _find_maximum(places, value)
    return MeasuredShape(
        source,
        background,
        position,
        fwhm,
        float(places[0]),
        step,
        _rounded(value),
        _rounded(_main_curves(turn @ curve.covariance @ turn.T).ravel()),
    )


def _main_curves(covariance: FloatArray) -> FloatArray:
    """Curves whose products add up to the covariance, the largest first, shape (k, m)."""
    sizes, axes = np.linalg.eigh(covariance)
    sizes, axes = np.maximum(sizes[::-1], 0.0), axes[:, ::-1]
    if not sizes.sum() > 0.0:
        return np.zeros((0, len(covariance)))
    part = np.cumsum(sizes) / sizes.sum()
    count = min(int(np.searchsorted(part, _KEPT_NOISE)) + 1, _MOST_CURVES)
    return np.asarray((axes[:, :count] * np.sqrt(sizes[:count] / part[count - 1])).T)


def _find_maximum(places: FloatArray, value: FloatArray) -> tuple[float, float]:
    """Place of the maximum and the full width at half of it, on straight lines between points."""
    fine = np.linspace(places[0], places[-1], 20 * places.size)
    curve = np.interp(fine, places, value)
    top = int(curve.argmax())
    below = curve < 0.5 * curve[top]
    left = np.flatnonzero(below[:top])
    right = np.flatnonzero(below[top:])
    low = fine[left[-1]] if left.size else fine[0]
    high = fine[top + right[0]] if right.size else fine[-1]
    return float(fine[top]), float(high - low)


def _rounded(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in values)
