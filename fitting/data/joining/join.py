"""Joining series of one region into one, without resampling."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.depth import depth_unit
from fitting.data.errors import SeriesError
from fitting.data.series import (
    COORDINATES,
    SPECTRUM,
    FloatArray,
    axis_of,
    check_series,
    get_column,
    history_of,
    set_coordinates,
    source_names,
    warnings_of,
)

_STEP_TOLERANCE = 0.01
"""Two grids have one step if they stay together within this part of the step."""


def join_series(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Join series of one region into one, ordered by voltage, then time, then file name.

    Times count from the earliest spectrum if all say when they were started. Different ranges of
    one step are padded with nan at infinite sigma. A constant difference of less than a step
    between two grids goes into ``axis_offset``: counts are not resampled.

    Raises
    ------
    SeriesError
        If regions, axes, units or steps differ.
    """
    if not parts:
        raise SeriesError("There is no series to join.")
    first = parts[0]
    axis = axis_of(first)
    for part in parts[1:]:
        _check_alike(first, part)
    grid, placed = _common_grid([part[axis].values for part in parts], first.attrs["region"])
    padded = [
        _place_on_grid(part, axis, grid, start, offset)
        for part, (start, offset) in zip(parts, placed, strict=True)
    ]
    joined = xr.concat(padded, SPECTRUM, join="exact", combine_attrs="drop", coords="minimal")
    joined.attrs = _joined_attributes(parts)
    joined[axis].attrs = dict(first[axis].attrs)
    if "voltage" in joined.coords:
        joined["voltage"].attrs = {"reference": "Li/Li+", "units": "V"}
    joined["depth"].attrs = _depth_attributes(parts)
    started = get_column(joined, "started")
    if np.all(np.isfinite(started)):
        joined = set_coordinates(joined, time=started - started.min())
    order = np.lexsort(
        (
            get_column(joined, "source").astype(str),
            get_column(joined, "time"),
            get_column(joined, "voltage"),
        )
    )
    joined = joined.isel({SPECTRUM: order})
    check_series(joined)
    return joined


def check_joinable(first: xr.Dataset, other: xr.Dataset) -> None:
    """Raise ``SeriesError`` if ``join_series`` could not join these two."""
    _check_alike(first, other)
    axis = axis_of(first)
    _common_grid([first[axis].values, other[axis].values], first.attrs["region"])


def _check_alike(first: xr.Dataset, other: xr.Dataset) -> None:
    for name in ("technique", "region", "unit"):
        if first.attrs[name] != other.attrs[name]:
            raise SeriesError(
                f"{', '.join(source_names(other))}: {name} is {other.attrs[name]!r}, but "
                f"{first.attrs[name]!r} in {', '.join(source_names(first))}. "
                f"Only spectra that agree in it can be joined.{_way_out(name)}"
            )


def _way_out(name: str) -> str:
    """What can be done where spectra differ in their unit."""
    if name != "unit":
        return ""
    return (
        " Counts become counts/s where a file tells its dwell time and number of scans: export "
        "VAMAS, or all files in counts per second."
    )


def _common_grid(
    grids: Sequence[FloatArray], region: str
) -> tuple[FloatArray, list[tuple[int, float]]]:
    """The union grid, and for each grid the index of its first point there and its offset."""
    reference = max(grids, key=len)
    if all(_is_same_grid(grid, reference) for grid in grids):
        return reference, [(0, 0.0)] * len(grids)
    step = float(np.median(np.diff(reference)))
    for grid in grids:
        if not _is_uniform(grid, step):
            raise SeriesError(
                f"{region}: the spectra have different steps ({np.median(np.diff(grid)):.4g} and "
                f"{step:.4g}). Bring them onto one grid with the step Resample "
                "(command line: --resample STEP)."
            )
    shifts = [(grid[0] - reference[0]) / step for grid in grids]
    starts = [round(shift) for shift in shifts]
    stops = [start + grid.size for start, grid in zip(starts, grids, strict=True)]
    low, high = min(starts), max(stops)
    union = reference[0] + step * np.arange(low, high)
    return union, [
        (start - low, (shift - start) * step) for start, shift in zip(starts, shifts, strict=True)
    ]


def _is_same_grid(grid: FloatArray, reference: FloatArray) -> bool:
    if grid.size != reference.size:
        return False
    tolerance = _STEP_TOLERANCE * float(np.min(np.diff(reference)))
    return bool(np.all(np.abs(grid - reference) <= tolerance))


def _is_uniform(grid: FloatArray, step: float) -> bool:
    ideal = grid[0] + step * np.arange(grid.size)
    return bool(np.all(np.abs(grid - ideal) <= 2 * _STEP_TOLERANCE * step))


def _place_on_grid(
    part: xr.Dataset, axis: str, grid: FloatArray, start: int, offset: float
) -> xr.Dataset:
    """The part on the union grid, with every coordinate present."""
    count, size = part.sizes[SPECTRUM], part.sizes[axis]
    intensity = np.full((count, grid.size), np.nan)
    sigma = np.full((count, grid.size), np.inf)
    intensity[:, start : start + size] = part["intensity"].values
    sigma[:, start : start + size] = part["sigma"].values
    coordinates = {name: (SPECTRUM, get_column(part, name)) for name in COORDINATES}
    coordinates["axis_offset"] = (SPECTRUM, part["axis_offset"].values + offset)
    return xr.Dataset(
        {"intensity": ((SPECTRUM, axis), intensity), "sigma": ((SPECTRUM, axis), sigma)},
        coords={axis: grid, **coordinates},
    )


def _depth_attributes(parts: Sequence[xr.Dataset]) -> dict[str, Any]:
    """The unit of the depth, if all parts that have one agree."""
    units = {depth_unit(part) for part in parts if np.isfinite(get_column(part, "depth")).any()}
    return {"units": units.pop()} if len(units) == 1 else {}


def _joined_attributes(parts: Sequence[xr.Dataset]) -> dict[str, Any]:
    attributes = dict(parts[0].attrs)
    sources: dict[str, str] = {}
    warnings: dict[str, None] = {}
    history: dict[str, None] = {}
    for part in parts:
        sources.update(json.loads(part.attrs["sources"]))
        warnings.update(dict.fromkeys(warnings_of(part)))
        history.update(dict.fromkeys(history_of(part)))
    readers = {str(part.attrs["reader"]): None for part in parts}
    noises = {part.attrs["noise"] for part in parts}
    attributes.update(
        sources=json.dumps(sources),
        reader=", ".join(readers),
        warnings=json.dumps(list(warnings)),
        history=json.dumps(list(history)),
        noise=noises.pop() if len(noises) == 1 else "given",
        original_metadata=json.dumps(
            [json.loads(part.attrs["original_metadata"]) for part in parts]
        ),
    )
    return attributes
