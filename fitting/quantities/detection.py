"""Whether a species is seen in a spectrum, and the share it would need to be seen.

An area is detected if it is more than ``DECISION`` standard errors above zero. A species that is
not detected has, at 95 %, less than its detection limit: the area that passes the decision in 95 %
of spectra, ``DECISION + 1.645`` standard errors (L. A. Currie, Anal. Chem. 40, 586, 1968, with a
stricter decision than his 1.645, because positions are searched for). An area that ended at zero
has no standard error in the fit; here it has the one it would have if it were free, with all that
the fit determined free beside it. A species that is not in the model has that of a peak at the
library's position.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.fits.weights import counting_gain, expected_sigma
from fitting.model import Model, Peak, parameter_names
from fitting.model_function import ModelFunction, compile_model, static_background_of
from fitting.quantities.quantify import BoolArray, species_areas, species_names
from fitting.result import is_fitted
from fitting.series import SPECTRUM, FloatArray, axis_of

DECISION = 2.0
"""Standard errors above zero from which a species is detected."""
LIMIT = DECISION + 1.645
"""Standard errors that are detected in 95 % of spectra."""
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Detection:
    """Which of k species are seen in n spectra."""

    names: tuple[str, ...]
    """Those of the model, then those that were looked for beside it."""
    is_detected: BoolArray
    """Shape (n, k); false where not fitted."""
    limit_percent: FloatArray
    """Share of the region's area that would be seen, shape (n, k); nan where not fitted."""
    stderr_percent: FloatArray
    """Standard error of a share near zero, shape (n, k)."""

    def column(self, species: str) -> int:
        return self.names.index(species)

    def series_limit(self, species: str) -> float:
        """Detection limit (%) of a share that is the same in all spectra."""
        error = self.stderr_percent[:, self.column(species)]
        known = error[np.isfinite(error) & (error > 0)]
        return float(LIMIT / np.sqrt(np.sum(known**-2.0))) if known.size else np.nan


def detect_species(
    series: xr.Dataset, result: xr.Dataset, model: Model, absent: Sequence[Peak] = ()
) -> Detection:
    """Detection of the model's species, and of those whose peaks the model does not have.

    Parameters
    ----------
    series
        As it was fitted: with the steps of its recipe applied.
    absent
        Peaks of species that are not in the model, where the library has them.
    """
    areas = species_areas(result, model)
    names = (*areas.names, *dict.fromkeys(peak.species for peak in absent))
    count = len(areas.value)
    value = np.hstack([areas.value, np.zeros((count, len(names) - len(areas.names)))])
    stderr = np.full(value.shape, np.nan)
    stderr[:, : len(areas.names)] = areas.stderr
    fitted = is_fitted(result)
    wide = _with_absent(model, absent)
    lacking = fitted & (~_all_have_errors(result, model) | bool(absent))
    for rows in _blocks(lacking):
        found = _stderr_if_free(series, result, rows, wide, names)
        stderr[rows] = np.where(np.isfinite(found), found, stderr[rows])
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.maximum(np.nansum(value, axis=1, keepdims=True), 0.0)
        share = 100.0 * LIMIT * stderr / np.maximum(total, LIMIT * stderr)
        error = 100.0 * stderr / total
        seen = fitted[:, None] & (value > DECISION * np.nan_to_num(stderr))
    unfitted = ~fitted[:, None]
    return Detection(
        names,
        seen & (value > 0),
        np.where(unfitted, np.nan, share),
        np.where(unfitted, np.nan, error),
    )


def absent_peaks(model: Model, considered: Model) -> tuple[Peak, ...]:
    """The peaks of the species that were considered and are not in the model."""
    present = species_names(model)
    return tuple(peak for peak in considered.peaks if peak.species not in present)


def _with_absent(model: Model, absent: Sequence[Peak]) -> Model:
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


def _all_have_errors(result: xr.Dataset, model: Model) -> BoolArray:
    """Spectra in which every peak's area has a standard error, shape (n,)."""
    names = [f"{peak.name}.area" for peak in model.peaks]
    stderr = result["stderr"].sel(parameter=names).values
    return np.asarray((np.isfinite(stderr) & (stderr > 0)).all(axis=1))


def _blocks(chosen: BoolArray) -> Iterator[NDArray[np.int_]]:
    rows = np.flatnonzero(chosen)
    for first in range(0, rows.size, _BLOCK):
        yield rows[first : first + _BLOCK]


def _stderr_if_free(
    series: xr.Dataset,
    result: xr.Dataset,
    rows: NDArray[np.int_],
    wide: Model,
    names: Sequence[str],
) -> FloatArray:
    """Standard error of every species' area with its own peaks free, shape (b, k).

    nan where all peaks of a species have errors in the fit, which are better.
    """
    part, fit = series.isel({SPECTRUM: rows}), result.isel({SPECTRUM: rows})
    function = compile_model(wide, series[axis_of(series)].values)
    parameters = _parameters(fit, wide)
    normal = _normal_matrix(function, part, wide, parameters)
    scale = np.maximum(fit["reduced_chi_square"].values, np.finfo(float).tiny)
    determined = _determined(function, fit)
    found = np.full((rows.size, len(names)), np.nan)
    for column, species in enumerate(names):
        peaks = [peak.name for peak in wide.peaks if peak.species == species]
        free = [f"{peak}.area" for peak in peaks if f"{peak}.area" in function.affine.free]
        if len(free) != len(peaks):
            continue
        own = [function.affine.free.index(name) for name in free]
        needed = ~determined[:, own].all(axis=1)
        used = determined.copy()
        used[:, own] = True
        variance = _variance_of_sum(normal, used, own) * scale
        found[:, column] = np.where(needed & (variance > 0), np.sqrt(variance), np.nan)
    return found


def _parameters(fit: xr.Dataset, wide: Model) -> FloatArray:
    """Fitted parameters; those of absent peaks at their start values with no area, (b, p)."""
    start = {name: parameter.value for name, parameter in wide.parameters()}
    columns = fit["value"].reindex(parameter=list(parameter_names(wide))).values
    absent = [name for name in start if name not in fit["parameter"].values]
    places = {name: place for place, name in enumerate(parameter_names(wide))}
    for name in absent:
        columns[:, places[name]] = 0.0 if name.endswith(".area") else start[name]
    return np.asarray(columns)


def _normal_matrix(
    function: ModelFunction, part: xr.Dataset, wide: Model, parameters: FloatArray
) -> FloatArray:
    """Normal matrix of the free parameters, with the weights that the fit expects; (b, f, f)."""
    intensity, sigma = part["intensity"].values, part["sigma"].values
    value, jacobian = function.value_and_jacobian(parameters, part["axis_offset"].values)
    value = value + static_background_of(wide, part)
    expected = expected_sigma(intensity, sigma, value, counting_gain(part))
    seen = np.isfinite(intensity) & np.isfinite(expected)
    weight = np.where(seen, 1.0 / np.where(seen, expected, 1.0), 0.0)
    rows = function.free_jacobian(jacobian) * weight[:, None, :]
    return np.asarray(rows @ rows.transpose(0, 2, 1))


def _determined(function: ModelFunction, fit: xr.Dataset) -> BoolArray:
    """Which free parameters have a standard error in the fit, shape (b, f)."""
    stderr = fit["stderr"].reindex(parameter=list(function.affine.free)).values
    return np.asarray(np.isfinite(stderr) & (stderr > 0))


def _variance_of_sum(normal: FloatArray, used: BoolArray, own: Sequence[int]) -> FloatArray:
    """Variance of the sum of some free parameters, the unused ones held; shape (b,)."""
    diagonal = np.diagonal(normal, axis1=1, axis2=2)
    used = used & (diagonal > 0)
    scale = np.where(used, 1.0 / np.sqrt(np.where(used, diagonal, 1.0)), 0.0)
    scaled = normal * scale[:, :, None] * scale[:, None, :]
    inverse = np.linalg.pinv(scaled, hermitian=True)
    chosen = np.zeros(normal.shape[1])
    chosen[list(own)] = 1.0
    weights = scale * chosen
    return np.asarray(np.einsum("bi,bij,bj->b", weights, inverse, weights))
