"""Any quantity of a result as a trend: value, error and 95 % interval along a coordinate."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import xarray as xr

from fitting.data.errors import ModelError
from fitting.data.series import AXES, SPECTRUM, FloatArray
from fitting.models.model import Model, parameter_names
from fitting.quantities.detection import Detection
from fitting.quantities.interval_storage import refine_estimate
from fitting.quantities.intervals import student_t
from fitting.quantities.peak_shapes import peak_shape
from fitting.quantities.quantify import (
    Areas,
    Estimate,
    degrees_of_freedom,
    parameter_estimates,
    species_areas,
)
from fitting.quantities.quantity import Quantity
from fitting.quantities.upper_limits import upper_limits

SpeciesQuantity = Literal["area", "fraction", "ratio"]
ALONG = "along"


def species_trend(
    result: xr.Dataset,
    model: Model,
    quantity: SpeciesQuantity,
    species: str | Sequence[str],
    *,
    relative_to: str | Sequence[str] = (),
    along: str = "voltage",
    detection: Detection | None = None,
) -> xr.Dataset:
    """Area, fraction (percent) or ratio of species along a coordinate.

    Parameters
    ----------
    species
        One species, or several whose areas are added.
    relative_to
        Of a ratio, the species below the line; several are added.
    along
        Coordinate of the result, such as "voltage", "time", "cycle" or "depth".
    detection
        Of the species of the result; says where one is not detected, and of species that were
        weighed and are not in the model.

    Returns
    -------
    Dataset over ``spectrum``
        ``value``, ``stderr``, ``low95``, ``high95`` in the order of the coordinate, which is the
        coordinate ``along``; the others stay. Without a coordinate of that name it is nan.
        ``upper95`` is the limit that a species which is not detected is below, nan elsewhere.
    """
    areas = species_areas(result, model)
    wanted = Quantity(quantity, _as_tuple(species), _as_tuple(relative_to))
    estimate = _estimate_quantity(result, areas, wanted)
    none = np.full(estimate.value.shape, np.nan)
    upper = none if detection is None else upper_limits(detection, areas, wanted)
    units = {"ratio": "1", "fraction": "%", "area": area_unit(result)}
    name = _join_names(species)
    long_name = f"{name} : {_join_names(relative_to)}" if quantity == "ratio" else name
    return _make_trend(result, estimate, along, long_name, units[quantity], upper)


def peak_trend(
    result: xr.Dataset, model: Model, quantity: str, peak: str, *, along: str = "voltage"
) -> xr.Dataset:
    """A parameter of a peak, such as position, fwhm or mixing, or its height; see species_trend."""
    if quantity == "height":
        shape = peak_shape(result, model, peak)
        value, stderr, unit = shape.height, shape.height_stderr, str(result.attrs["unit"])
    else:
        value, stderr = _take_parameter(result, model, f"{peak}.{quantity}")
        unit = _parameter_unit(result, quantity)
    reach = student_t(degrees_of_freedom(result)) * stderr
    estimate = Estimate(value, stderr, value - reach, value + reach)
    return _make_trend(result, estimate, along, f"{peak} {quantity}", unit)


def area_unit(result: xr.Dataset) -> str:
    """Unit of an area, such as "counts x eV"."""
    return f"{result.attrs['unit']} x {axis_unit(result)}"


def axis_unit(result: xr.Dataset) -> str:
    """Unit of the spectral axis: "eV" or "1/cm"."""
    units = {axis.technique: axis.unit for axis in AXES.values()}
    return units[result.attrs["technique"]]


def _as_tuple(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _join_names(names: str | Sequence[str]) -> str:
    return names if isinstance(names, str) else " + ".join(names)


def _estimate_quantity(result: xr.Dataset, areas: Areas, quantity: Quantity) -> Estimate:
    """The quantity in every spectrum; nan for a species that the model does not have."""
    if quantity.species and not set(quantity.species) & set(areas.names):
        return Estimate(*[np.full(result.sizes[SPECTRUM], np.nan)] * 4)
    return refine_estimate(result, quantity, quantity.estimate(areas))


def _take_parameter(result: xr.Dataset, model: Model, name: str) -> tuple[FloatArray, FloatArray]:
    names = parameter_names(model)
    if name not in names:
        raise ModelError(f"The model has no parameter {name!r}. It has: {', '.join(names)}.")
    value, stderr = parameter_estimates(result, model)
    row = names.index(name)
    return value[:, row], stderr[:, row]


def _parameter_unit(result: xr.Dataset, quantity: str) -> str:
    if quantity == "area":
        return area_unit(result)
    return axis_unit(result) if quantity in ("position", "fwhm", "separation") else "1"


def _make_trend(
    result: xr.Dataset,
    estimate: Estimate,
    along: str,
    long_name: str,
    units: str,
    upper: FloatArray | None = None,
) -> xr.Dataset:
    count = result.sizes[SPECTRUM]
    place = result[along].values.astype(float) if along in result.coords else np.full(count, np.nan)
    coordinates = {
        name: column for name, column in result.coords.items() if column.dims == (SPECTRUM,)
    }
    columns = {
        "value": estimate.value,
        "stderr": estimate.stderr,
        "low95": estimate.low95,
        "high95": estimate.high95,
        "upper95": np.full(count, np.nan) if upper is None else upper,
    }
    trend = xr.Dataset(
        {name: (SPECTRUM, column) for name, column in columns.items()},
        coords={**coordinates, ALONG: (SPECTRUM, place), SPECTRUM: np.arange(count)},
        attrs={"long_name": long_name, "units": units, "along": along},
    )
    return trend.isel({SPECTRUM: np.argsort(place, kind="stable")})
