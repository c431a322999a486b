"""Steps along the axis: keep a range of it, or bring spectra onto an even grid."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.grids import GRID, iterate_grids
from fitting.data.series import AXES, SPECTRUM, FloatArray, axis_of, axis_values, with_history

_SLACK = 1e-3
"""Part of a step by which rounding may move a point over the end of a range."""


@dataclass(frozen=True, slots=True)
class CropAxis:
    """Keep a range of the axis; each spectrum is cut on its own axis, offset included."""

    low: float
    """Lower end (eV or 1/cm)."""
    high: float
    """Upper end (eV or 1/cm)."""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise RecipeError(
                f"CropAxis: low ({self.low:g}) must be less than high ({self.high:g})."
            )


@dataclass(frozen=True, slots=True)
class Resample:
    """Interpolate linearly onto multiples of a step: the last resort for unlike grids."""

    step: float
    """Distance of the new points (eV or 1/cm)."""

    def __post_init__(self) -> None:
        if not 0 < self.step < np.inf:
            raise RecipeError(f"Resample: step must be more than 0, not {self.step:g}.")


def crop_axis(series: xr.Dataset, step: CropAxis) -> xr.Dataset:
    """Keep the range of the step.

    Raises
    ------
    SeriesError
        If the range holds fewer than two points.
    """
    axis = axis_of(series)
    positions = axis_values(series)
    slack = _SLACK * float(np.median(np.diff(series[axis].values)))
    inside = (positions >= step.low - slack) & (positions <= step.high + slack)
    columns = np.flatnonzero(inside.any(axis=0))
    if columns.size < 2:
        raise SeriesError(
            f"{series.attrs['region']}: no two points lie between {step.low:g} and {step.high:g} "
            f"{AXES[axis].unit}; the series spans {positions.min():g} to {positions.max():g}. "
            "Choose a range inside it."
        )
    outside = xr.DataArray(~inside[:, columns], dims=(SPECTRUM, axis))
    kept = series.isel({axis: columns})
    kept = kept.assign(
        intensity=kept["intensity"].where(~outside), sigma=kept["sigma"].where(~outside, np.inf)
    )
    return with_history(
        kept, f"Kept {step.low:g} to {step.high:g} {AXES[axis].unit} ({columns.size} points)."
    )


def resample_series(series: xr.Dataset, step: Resample) -> xr.Dataset:
    """Interpolate linearly onto the multiples of the step; sigma is propagated.

    Raises
    ------
    SeriesError
        If the range holds fewer than two points of the new grid.
    """
    axis = axis_of(series)
    grid = series[axis].values
    first = np.ceil(grid[0] / step.step - _SLACK)
    last = np.floor(grid[-1] / step.step + _SLACK)
    target = step.step * np.arange(first, last + 1)
    if target.size < 2:
        raise SeriesError(
            f"{series.attrs['region']}: a step of {step.step:g} {AXES[axis].unit} leaves "
            f"{target.size} point(s) between {grid[0]:g} and {grid[-1]:g}. Choose a smaller one."
        )
    names = [n for n, one in series.data_vars.items() if one.dims == (SPECTRUM, axis) and n != GRID]
    columns = {}
    for name in names:
        power = 2 if name == "sigma" else 1
        values = np.full((series.sizes[SPECTRUM], target.size), np.nan)
        for rows, own in iterate_grids(series, fewest=2):
            measured = series[name].values[np.ix_(rows, own)]
            values[rows] = _interpolate_values(grid[own], measured, target, power)
        columns[name] = ((SPECTRUM, axis), values)
    sigma = columns["sigma"][1]
    columns["sigma"] = ((SPECTRUM, axis), np.where(np.isnan(sigma), np.inf, sigma))
    moved = series.drop_dims(axis).assign_coords({axis: (axis, target, series[axis].attrs)})
    return with_history(
        moved.assign(columns),
        f"Interpolated onto a step of {step.step:g} {AXES[axis].unit}: neighbouring points are no "
        "longer independent, so that reduced chi-square and errors are only approximate.",
    )


def _interpolate_values(
    grid: FloatArray, values: FloatArray, target: FloatArray, power: int = 1
) -> FloatArray:
    """Values on ``target``; ``power`` 2 adds the two neighbours' shares in quadrature."""
    left = np.clip(np.searchsorted(grid, target, side="right") - 1, 0, grid.size - 2)
    part = np.clip((target - grid[left]) / np.diff(grid)[left], 0.0, 1.0)
    # A point that falls onto an old one must not depend on that one's neighbour.
    part = np.where(np.abs(part - np.round(part)) < _SLACK, np.round(part), part)
    finite = np.where(np.isfinite(values), values, np.nan)
    below = np.where(part < 1, (1 - part) ** power * finite[:, left] ** power, 0.0)
    above = np.where(part > 0, part**power * finite[:, left + 1] ** power, 0.0)
    slack = _SLACK * float(np.median(np.diff(grid)))
    is_beyond = (target < grid[0] - slack) | (target > grid[-1] + slack)
    return np.where(is_beyond, np.nan, (below + above) ** (1 / power))
