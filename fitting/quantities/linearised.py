"""What the data say of areas near zero: a fit linearised about shapes that a species may have.

Where a peak is not seen, the fit has put it where the noise suits it best, as wide as suits it
best. Here it has the position at which the series shows it elsewhere, or else that of the library,
and a width and shape like those of the peaks that are seen; only its area is free, beside all that
the fit determined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.block import IndexArray
from fitting.fits.measured import take_measured
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Model, Peak, parameter_names
from fitting.quantities.quantify import BoolArray, peak_areas

_CLEAR = 4.0
"""Standard errors above zero from which a peak's place and width are its own, not the noise's."""


@dataclass(frozen=True, slots=True)
class Linearised:
    """b spectra about their parameters; f free parameters of the model and of absent peaks."""

    function: ModelFunction
    model: Model
    parameters: FloatArray
    """All of them, shape (b, p)."""
    static: FloatArray
    """Static background, shape (b, m)."""
    sigma: FloatArray
    """Standard deviation of the counts that the model expects, shape (b, m)."""
    areas: FloatArray
    """Of the free parameters, those that are areas as they were fitted; else 0, shape (b, f)."""
    normal: FloatArray
    """Normal matrix, shape (b, f, f)."""
    gradient: FloatArray
    """Of half the chi-square, downhill; shape (b, f)."""
    known: BoolArray
    """Parameters that the fit determined, but no shapes of peaks that are not seen; (b, f)."""

    def columns(self, species: str) -> list[int] | None:
        """Where the areas of its peaks stand among the free parameters; none if one is not free."""
        names = [f"{peak.name}.area" for peak in self.model.peaks if peak.species == species]
        free = self.function.affine.free
        return [free.index(name) for name in names] if set(names) <= set(free) else None

    def estimate(self, own: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        """Areas (b, j) and their covariance (b, j, j) with all that is known free beside them."""
        used = self.known.copy()
        used[:, own] = True
        inverse = _invert_used(self.normal, used)
        steps = np.einsum("bij,bj->bi", inverse[:, own], self.gradient)
        return self.areas[:, own] + steps, inverse[np.ix_(range(len(inverse)), own, own)]


def wider_model(model: Model, absent: Sequence[Peak]) -> Model:
    """The model with peaks of which only the area is free."""
    held = [
        replace(
            peak,
            parameters={
                name: replace(one, vary=name == "area") for name, one in peak.parameters.items()
            },
        )
        for peak in absent
    ]
    return replace(model, peaks=(*model.peaks, *held))


def linearise_fit(
    series: xr.Dataset, result: xr.Dataset, model: Model, absent: Sequence[Peak], rows: IndexArray
) -> Linearised:
    """Some spectra of a fit about the shapes that their species may have.

    Parameters
    ----------
    series
        As it was fitted: with the steps of its recipe applied.
    absent
        Peaks of species that are not in the model.
    """
    wide = wider_model(model, absent)
    part, fit = series.isel({SPECTRUM: rows}), result.isel({SPECTRUM: rows})
    function = compile_model(wide, series[axis_of(series)].values)
    is_seen = _is_seen(result, model, wide)
    parameters = _with_likely_shapes(_start_parameters(result, wide), function, wide, is_seen)[rows]
    data = take_measured(part, wide)
    sigma = data.modelled_sigma(function, parameters)
    value, jacobian = function.value_and_jacobian(parameters, data.offsets)
    spectra = data.spectra(sigma, parameters)
    slopes = function.free_jacobian(jacobian) * spectra.weight[:, None, :]
    residual = (spectra.intensity - value) * spectra.weight
    return Linearised(
        function=function,
        model=wide,
        parameters=parameters,
        static=data.static,
        sigma=sigma,
        areas=_select_areas(function, parameters),
        normal=slopes @ slopes.transpose(0, 2, 1),
        gradient=np.einsum("bfm,bm->bf", slopes, residual),
        known=_find_determined(function, fit) & ~_shapes_unseen(function, is_seen[rows]),
    )


def _is_seen(result: xr.Dataset, model: Model, wide: Model) -> BoolArray:
    """Which peaks are clearly above zero, shape (n, k)."""
    areas = peak_areas(result, model)
    seen = np.zeros((len(areas.value), len(wide.peaks)), dtype=bool)
    with np.errstate(invalid="ignore"):
        seen[:, : len(areas.names)] = (areas.value > 0) & (areas.value > _CLEAR * areas.stderr)
    return seen


def _start_parameters(result: xr.Dataset, wide: Model) -> FloatArray:
    """Fitted parameters; those of absent peaks at their start values with no area, (n, p)."""
    columns = result["value"].reindex(parameter=list(parameter_names(wide))).values.copy()
    for place, (name, one) in enumerate(wide.parameters()):
        if name not in result["parameter"].values:
            columns[:, place] = 0.0 if name.endswith(".area") else one.value
    return np.asarray(columns)


def _with_likely_shapes(
    parameters: FloatArray, function: ModelFunction, wide: Model, is_seen: BoolArray
) -> FloatArray:
    """Parameters with the shapes that peaks have where they are seen, or that others have."""
    likely, bounds = parameters.copy(), dict(wide.parameters())
    names = parameter_names(wide)
    held = _follows_seen(function, is_seen)
    for row, place, kind in _shape_rows(wide, names):
        start = bounds[names[row]]
        elsewhere = parameters[is_seen[:, place], row]
        if elsewhere.size:
            value = np.full(len(parameters), np.median(elsewhere))
        elif kind == "position":
            value = np.full(len(parameters), start.value)
        else:
            value = _of_seen_peaks(parameters, wide, kind, is_seen, start.value)
        unseen = ~is_seen[:, place] & ~held[:, row]
        likely[unseen, row] = np.clip(value, start.min, start.max)[unseen]
    return likely


def _shape_rows(wide: Model, names: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Row, peak and kind of every parameter of a peak but its area and those of a doublet."""
    for place, peak in enumerate(wide.peaks):
        for kind in peak.parameters:
            if kind not in ("area", "separation", "area_ratio"):
                yield names.index(f"{peak.name}.{kind}"), place, kind


def _of_seen_peaks(
    parameters: FloatArray, wide: Model, kind: str, is_seen: BoolArray, otherwise: float
) -> FloatArray:
    """Median of a width or shape over the peaks that a spectrum shows, shape (n,)."""
    names = parameter_names(wide)
    values = np.full(is_seen.shape, np.nan)
    for place, peak in enumerate(wide.peaks):
        if kind in peak.parameters:
            values[:, place] = parameters[:, names.index(f"{peak.name}.{kind}")]
    values[~is_seen] = np.nan
    every = np.nanmedian(values) if np.isfinite(values).any() else otherwise
    shown = np.isfinite(values).any(axis=1)
    found = np.full(len(values), every)
    found[shown] = np.nanmedian(values[shown], axis=1)
    return found


def _follows_seen(function: ModelFunction, is_seen: BoolArray) -> BoolArray:
    """Parameters that follow what a peak that is seen follows as well, shape (n, p)."""
    driven = is_seen.astype(float) @ _driven_by_peak(function) > 0
    return np.asarray(driven.astype(float) @ (function.affine.matrix != 0).T > 0)


def _shapes_unseen(function: ModelFunction, is_seen: BoolArray) -> BoolArray:
    """Free parameters that only peaks follow that are not seen, shape (b, f)."""
    by_peak = _driven_by_peak(function)
    return np.asarray(by_peak.any(axis=0) & ~(is_seen.astype(float) @ by_peak > 0))


def _driven_by_peak(function: ModelFunction) -> BoolArray:
    """The free parameters that the shape of each peak follows, shape (k, f)."""
    matrix = function.affine.matrix != 0
    places = range(len(function.peaks))
    return np.array([matrix[_rows_of_peak(function, place)].any(axis=0) for place in places])


def _rows_of_peak(function: ModelFunction, place: int) -> list[int]:
    """Rows of the parameters of a peak but its area."""
    peak = function.peaks[place]
    return [peak.position, peak.fwhm, *peak.shape, *(peak.doublet or ())]


def _find_determined(function: ModelFunction, fit: xr.Dataset) -> BoolArray:
    """Which free parameters have a standard error in the fit, shape (b, f)."""
    stderr = fit["stderr"].reindex(parameter=list(function.affine.free)).values
    return np.asarray(np.isfinite(stderr) & (stderr > 0))


def _select_areas(function: ModelFunction, parameters: FloatArray) -> FloatArray:
    """The areas among the free parameters, as they are; others 0; shape (b, f)."""
    names = function.affine.names
    rows = [names.index(name) for name in function.affine.free]
    is_area = [name.endswith(".area") for name in function.affine.free]
    return np.where(is_area, parameters[:, rows], 0.0)


def _invert_used(normal: FloatArray, used: BoolArray) -> FloatArray:
    """Covariance of the used parameters, zero for the others; shape (b, f, f)."""
    diagonal = np.diagonal(normal, axis1=1, axis2=2)
    used = used & (diagonal > 0)
    scale = np.where(used, 1.0 / np.sqrt(np.where(used, diagonal, 1.0)), 0.0)
    scaled = normal * scale[:, :, None] * scale[:, None, :]
    inverse = np.linalg.pinv(scaled, hermitian=True)
    return np.asarray(inverse * scale[:, :, None] * scale[:, None, :])
