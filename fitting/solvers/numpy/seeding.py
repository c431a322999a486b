"""What a spectrum looks like before its fit: start values, with the areas that suit them best.

The areas of library models start at 1 and the lines under them at 0, because a fit finds their
scale. Drawn like that a model would be invisible, so what was not set by hand is found here.
"""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.models.function import ModelFunction, compile_model, static_background_of
from fitting.models.model import Model
from fitting.models.parameter_kinds import kinds_of_model
from fitting.models.parameters import AffineParameters
from fitting.solvers.numpy.linear import best_coefficients


def seeded_parameters(series: xr.Dataset, model: Model, spectrum: int) -> FloatArray:
    """All parameters to draw a spectrum with that is not fitted yet, shape (p,).

    Positions, widths and shapes are the start values. Areas and the background's line are the best
    ones for these, by weighted non-negative least squares; those that are fixed or were given a
    start value of their own are kept, and the others found around them.

    Parameters
    ----------
    series
        As it is fitted: with the steps of the recipe applied.
    """
    function = compile_model(model, series[axis_of(series)].values)
    affine = function.affine
    start = affine.start.copy()
    is_found = function.linear_free & _is_unset(model, affine)
    row = slice(spectrum, spectrum + 1)
    part = series.isel({SPECTRUM: row})
    data = np.asarray(part["intensity"].values, dtype=float) - static_background_of(model, part)
    with np.errstate(divide="ignore"):
        weight = 1.0 / np.asarray(series["sigma"].values[row], dtype=float)
    weight = np.where(np.isfinite(data) & np.isfinite(weight), weight, 0.0)
    if is_found.any() and weight.any():
        offset = series["axis_offset"].values[row]
        start[is_found] = 0.0
        best = _find_best(function, start, is_found, (np.nan_to_num(data), weight, offset))
        start[is_found] = np.clip(best, affine.lower[is_found], affine.upper[is_found])
    return affine.expand(start)


def _is_unset(model: Model, affine: AffineParameters) -> NDArray[np.bool_]:
    kinds = kinds_of_model(model)
    pairs = [(kinds[name], value) for name, value in zip(affine.free, affine.start, strict=True)]
    return np.array([kind.is_linear and value == kind.start for kind, value in pairs], dtype=bool)


def _find_best(
    function: ModelFunction,
    start: FloatArray,
    is_found: NDArray[np.bool_],
    measured: tuple[FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """The free parameters to be found, which are 0 in ``start``."""
    data, weight, offset = measured
    value, jacobian = function.value_and_jacobian(function.affine.expand(start[None]), offset)
    columns = function.free_jacobian(jacobian)[:, is_found] * weight[:, None]
    target = (data - value) * weight
    found, _ = best_coefficients(
        np.matmul(columns, columns.transpose(0, 2, 1)),
        np.matmul(columns, target[:, :, None])[:, :, 0],
        function.affine.lower[is_found] >= 0.0,
    )
    return np.asarray(found[0])
