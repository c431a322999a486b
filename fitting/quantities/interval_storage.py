"""Intervals found for a fit, and how they are kept in its result.

A result that has them has the dimension ``quantity`` (names of ``Quantity``) with ``low95``,
``high95``, ``spread`` (standard deviation of the bootstrap's replicas), ``bias`` (their mean minus
the value) and ``systematic`` (what the choice of background adds), shape (spectrum, quantity), in
percent for shares; nan where not found. There may be ``model_error`` (what the choice of the model
adds, as one standard deviation) and ``undetected`` (weight of the models that do not detect it).
``interval_method`` says of each spectrum how its intervals were found; results of older files have
one method for all in ``attrs["uncertainty"]``. A spectrum that is fitted again loses them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import QUANTITY, is_fitted
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.options import Uncertainty
from fitting.quantities.quantify import Estimate
from fitting.quantities.quantity import Quantity

INTERVAL_METHOD = "interval_method"
AS_FITTED = "as fitted"
"""The name of the fitted model among the models of its family."""


@dataclass(frozen=True, slots=True)
class IntervalBlock:
    """Intervals of some spectra: the unit of progress and of cancelling."""

    spectra: NDArray[np.int_]
    """Indices into the series, shape (b,)."""
    low95: FloatArray
    """Shape (b, q)."""
    high95: FloatArray
    spread: FloatArray | None = None
    bias: FloatArray | None = None


def with_intervals(
    result: xr.Dataset,
    method: Uncertainty,
    quantities: Sequence[Quantity],
    blocks: Iterable[IntervalBlock],
) -> xr.Dataset:
    """Return the result with intervals of some spectra; others keep those they had."""
    found = _with_room_for(result, quantities)
    for block in blocks:
        found[INTERVAL_METHOD].values[block.spectra] = method
        for name, values in (
            ("low95", block.low95),
            ("high95", block.high95),
            ("spread", block.spread),
            ("bias", block.bias),
        ):
            if values is not None:
                found[name].values[block.spectra] = values
    kept = {"family": result.attrs["family"]} if "family" in result.attrs else {}
    return found.assign_attrs(uncertainty=method, **kept)


def with_systematic(
    result: xr.Dataset,
    quantities: Sequence[Quantity],
    systematic: FloatArray,
    spectra: Sequence[int] | None = None,
) -> xr.Dataset:
    """Return the result with the systematic errors of quantities, shape (n, q).

    Parameters
    ----------
    spectra
        Indices of those that have them; all if left out.
    """
    found = _with_room_for(result, quantities)
    rows = slice(None) if spectra is None else np.asarray(spectra, dtype=int)
    found["systematic"].values[rows] = systematic[rows]
    return found


def with_model_error(
    result: xr.Dataset,
    quantities: Sequence[Quantity],
    model_error: FloatArray,
    undetected: FloatArray,
    weights: Sequence[tuple[str, float]],
) -> xr.Dataset:
    """Return the result with the model errors of quantities, shape (n, q).

    Parameters
    ----------
    undetected : shape (n, q)
        Weight of the models that do not detect the quantity.
    weights
        The models of the family that mattered, by name; kept as JSON in ``attrs["family"]``.
    """
    found = _with_room_for(result, quantities)
    found["model_error"].values[:] = model_error
    found["undetected"].values[:] = undetected
    return found.assign_attrs(family=json.dumps(dict(weights)))


def family_weights(result: xr.Dataset) -> dict[str, float]:
    """The models that the model error is from, with their weights; empty where there is none."""
    return dict(json.loads(result.attrs.get("family", "{}")))


def has_model_error(result: xr.Dataset) -> bool:
    """Whether the model errors of all fitted spectra are known, as far as there are any."""
    if not family_weights(result):
        return False
    return bool(np.isfinite(result["model_error"].values).any(axis=1)[is_fitted(result)].all())


def with_covariance_only(result: xr.Dataset) -> xr.Dataset:
    """Return the result without intervals of another method; what stands beside them is kept."""
    if not family_weights(result):
        return without_intervals(result)
    found = result.copy(deep=True)
    for name in _OF_INTERVALS:
        found[name].values[:] = np.nan
    found[INTERVAL_METHOD] = (SPECTRUM, np.full(result.sizes[SPECTRUM], "", dtype=object))
    found.attrs.pop("uncertainty", None)
    return found


def without_intervals(result: xr.Dataset) -> xr.Dataset:
    """Return the result with what the covariance says only."""
    bare = result.drop_dims(QUANTITY, errors="ignore").drop_vars(INTERVAL_METHOD, errors="ignore")
    for name in ("uncertainty", "family"):
        bare.attrs.pop(name, None)
    return bare


def refine_estimate(result: xr.Dataset, quantity: Quantity, estimate: Estimate) -> Estimate:
    """The estimate with the intervals that were found for the quantity, where they were."""
    column = _find_column(result, quantity)
    if column is None:
        return estimate
    low, high, spread = (result[name].values[:, column] for name in ("low95", "high95", "spread"))
    is_found = np.isfinite(low) & ~np.isnan(high)
    return Estimate(
        estimate.value,
        np.where(np.isfinite(spread), spread, estimate.stderr),
        np.where(is_found, low, estimate.low95),
        np.where(is_found, high, estimate.high95),
    )


def systematic_of(result: xr.Dataset, quantity: Quantity) -> FloatArray:
    """Systematic error of a quantity, shape (n,); nan where it was not looked for."""
    return _take_stored(result, quantity, "systematic")


def bias_of(result: xr.Dataset, quantity: Quantity) -> FloatArray:
    """Mean of the bootstrap's replicas minus the value, shape (n,); nan where there is none."""
    return _take_stored(result, quantity, "bias")


def model_error_of(result: xr.Dataset, quantity: Quantity) -> FloatArray:
    """What the choice of the model adds as one standard deviation, shape (n,); nan if not known."""
    return _take_stored(result, quantity, "model_error")


def found_methods(result: xr.Dataset) -> NDArray[np.object_]:
    """How the intervals of each spectrum were found, shape (n,); "covariance" where not looked for.

    A spectrum has the method of any quantity of which an interval was found in it.
    """
    methods = np.full(result.sizes[SPECTRUM], "covariance", dtype=object)
    if QUANTITY in result.dims:
        is_found = np.isfinite(result["low95"].values).any(axis=1)
        methods[is_found] = _methods_of_spectra(result)[is_found]
    return methods


def undetected_weight_of(result: xr.Dataset, quantity: Quantity) -> FloatArray:
    """Weight of the models of the family that do not detect it, shape (n,); nan if not known."""
    return _take_stored(result, quantity, "undetected")


def method_of(result: xr.Dataset, quantity: Quantity) -> NDArray[np.object_]:
    """How the interval of a quantity was found in each spectrum, shape (n,)."""
    methods = np.full(result.sizes[SPECTRUM], "covariance", dtype=object)
    column = _find_column(result, quantity)
    if column is not None:
        is_found = np.isfinite(result["low95"].values[:, column])
        methods[is_found] = _methods_of_spectra(result)[is_found]
    return methods


def _take_stored(result: xr.Dataset, quantity: Quantity, name: str) -> FloatArray:
    column = _find_column(result, quantity)
    if column is None or name not in result:
        return np.full(result.sizes[SPECTRUM], np.nan)
    return np.asarray(result[name].values[:, column])


def _methods_of_spectra(result: xr.Dataset) -> NDArray[np.object_]:
    if INTERVAL_METHOD in result:
        return np.asarray(result[INTERVAL_METHOD].values, dtype=object)
    of_all = str(result.attrs.get("uncertainty", "covariance"))
    return np.full(result.sizes[SPECTRUM], of_all, dtype=object)


def _find_column(result: xr.Dataset, quantity: Quantity) -> int | None:
    if QUANTITY not in result.dims:
        return None
    names = list(result[QUANTITY].values)
    return names.index(quantity.name) if quantity.name in names else None


def _with_room_for(result: xr.Dataset, quantities: Sequence[Quantity]) -> xr.Dataset:
    """A copy of the result in which what is found of these quantities can be put."""
    names = [quantity.name for quantity in quantities]
    if QUANTITY not in result.dims or list(result[QUANTITY].values) != names:
        return _with_quantities(result, quantities)
    empty = np.full((result.sizes[SPECTRUM], len(names)), np.nan)
    missing = [name for name in _VARIABLES if name not in result]
    return result.copy(deep=True).assign(
        {
            INTERVAL_METHOD: (SPECTRUM, _methods_of_spectra(result)),
            **{name: ((SPECTRUM, QUANTITY), empty.copy()) for name in missing},
        }
    )


def _with_quantities(result: xr.Dataset, quantities: Sequence[Quantity]) -> xr.Dataset:
    """The result with nothing found for these quantities yet."""
    shape = (result.sizes[SPECTRUM], len(quantities))
    empty = {name: ((SPECTRUM, QUANTITY), np.full(shape, np.nan)) for name in _VARIABLES}
    methods = {INTERVAL_METHOD: (SPECTRUM, np.full(shape[0], "", dtype=object))}
    bare = without_intervals(result.copy(deep=True))
    names = [quantity.name for quantity in quantities]
    return bare.assign({**empty, **methods}).assign_coords({QUANTITY: names})


_OF_INTERVALS = ("low95", "high95", "spread", "bias")
_VARIABLES = (*_OF_INTERVALS, "systematic", "model_error", "undetected")
