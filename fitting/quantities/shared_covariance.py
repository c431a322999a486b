"""What the errors of jointly fitted spectra have in common, and what that does to sums of them.

The covariance of a spectrum holds how its areas follow the shared parameters. These are the same
for all spectra of a group, so that the covariance between two spectra follows: with the rows C of
one covariance that belong to the shared parameters, whose own covariance is V, it is
``C_b' V^-1 C_c``. An average is known less well, and a difference better, than independent errors
would have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.result import GROUP, is_fitted, shared_parameters
from fitting.data.series import SPECTRUM, FloatArray
from fitting.models.model import Model, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.quantities.intervals import student_t
from fitting.quantities.quantify import degrees_of_freedom, species_areas
from fitting.quantities.quantity import Quantity

_KNOWN = 1e-12
"""Of a correlation matrix: a direction with less is none."""


@dataclass(frozen=True, slots=True)
class Combined:
    """A quantity of several spectra together, with its standard error and 95 % interval."""

    value: float
    stderr: float
    low95: float
    high95: float


def common_errors(result: xr.Dataset, model: Model, quantity: Quantity) -> FloatArray:
    """The part of the error of a quantity that comes from shared parameters, shape (n, r).

    The covariance between spectra b and c is ``common[b] @ common[c]``, in the squared unit of the
    quantity; what is left of the variance of each is its own. Without a joint fit r is 0.
    """
    count = result.sizes[SPECTRUM]
    shared = set(shared_parameters(result)) & set(resolve_ties(model).free)
    if GROUP not in result or not shared:
        return np.zeros((count, 0))
    names = parameter_names(model)
    rows = [names.index(name) for name in names if name in shared]
    slopes = _slopes_of_quantity(result, model, quantity)
    group, fitted = result[GROUP].values, is_fitted(result)
    members = [np.flatnonzero(fitted & (group == one)) for one in np.unique(group[fitted])]
    common = np.zeros((count, len(members) * len(rows)))
    for place, spectra in enumerate(members):
        covariance = result["covariance"].values[spectra]
        root = _inverse_root(covariance[0][np.ix_(rows, rows)])
        along = np.einsum("bp,bps->bs", slopes[spectra], covariance[:, :, rows])
        common[spectra, place * len(rows) : (place + 1) * len(rows)] = along @ root
    return np.where(np.isfinite(common), common, 0.0)


def average_of(
    result: xr.Dataset, model: Model, quantity: Quantity, spectra: Sequence[int]
) -> Combined:
    """The mean of a quantity over some spectra, each with the same weight.

    Raises
    ------
    RecipeError
        If one of the spectra has no standard error.
    """
    weights = np.full(len(spectra), 1.0 / max(len(spectra), 1))
    return _combine_spectra(result, model, quantity, spectra, weights)


def difference_of(
    result: xr.Dataset, model: Model, quantity: Quantity, first: int, second: int
) -> Combined:
    """A quantity in the first spectrum minus that in the second; see ``average_of``."""
    return _combine_spectra(result, model, quantity, (first, second), np.array([1.0, -1.0]))


def _combine_spectra(
    result: xr.Dataset,
    model: Model,
    quantity: Quantity,
    spectra: Sequence[int],
    weights: FloatArray,
) -> Combined:
    chosen = np.asarray(spectra, int)
    estimate = quantity.estimate(species_areas(result, model))
    value, stderr = estimate.value[chosen], estimate.stderr[chosen]
    unknown = chosen[~np.isfinite(stderr)]
    if unknown.size or not chosen.size:
        raise RecipeError(
            f"{quantity.name}: spectrum {unknown[0] if unknown.size else 'none'} has no standard "
            "error, because it is not fitted or an area is at its bound. Leave it out."
        )
    common = common_errors(result, model, quantity)[chosen]
    own = np.maximum(stderr**2 - np.einsum("br,br->b", common, common), 0.0)
    variance = weights**2 @ own + np.sum((weights @ common) ** 2)
    total, error = float(weights @ value), float(np.sqrt(variance))
    reach = float(student_t(degrees_of_freedom(result)[chosen].sum(keepdims=True))[0]) * error
    return Combined(total, error, total - reach, total + reach)


def _slopes_of_quantity(result: xr.Dataset, model: Model, quantity: Quantity) -> FloatArray:
    """How a quantity follows all parameters of each spectrum, shape (n, p)."""
    above, below = quantity.sides(model)
    names = parameter_names(model)
    rows = [names.index(f"{peak.name}.area") for peak in model.peaks]
    areas = result["value"].values[:, rows]
    over, under = (areas @ above)[:, None], (areas @ below)[:, None]
    slopes = np.zeros(result["value"].shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        if quantity.kind == "area":
            slopes[:, rows] = above
        elif quantity.kind == "fraction":
            slopes[:, rows] = 100.0 * (under * above - over * below) / (over + under) ** 2
        else:
            slopes[:, rows] = (above - over / under * below) / under
    return slopes


def _inverse_root(covariance: FloatArray) -> FloatArray:
    """W with ``W @ W.T`` the inverse of what is not zero, shape (s, s)."""
    deviation = np.sqrt(np.diagonal(covariance))
    scale = np.where(deviation > 0, 1.0 / np.where(deviation > 0, deviation, 1.0), 0.0)
    sizes, axes = np.linalg.eigh(covariance * np.outer(scale, scale))
    part = np.where(sizes > _KNOWN, 1.0 / np.sqrt(np.where(sizes > _KNOWN, sizes, 1.0)), 0.0)
    return np.asarray(scale[:, None] * axes * part)
