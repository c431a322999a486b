"""Joining series of one region into one, without resampling, whatever their grids and units."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.depth import depth_unit
from fitting.data.errors import SeriesError
from fitting.data.grids import GRID, iterate_grids, split_grids
from fitting.data.joining.common_grid import Place, find_common_axis
from fitting.data.series import (
    COORDINATES,
    MIXED,
    SPECTRUM,
    FloatArray,
    axis_of,
    check_series,
    get_column,
    history_of,
    noises_of,
    set_coordinates,
    source_names,
    units_of,
    warnings_of,
)


def join_series(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Join series of one region into one, ordered by voltage, then time, then file name.

    Times count from the earliest spectrum if all say when they were started. Different ranges of
    one step are padded with nan at infinite sigma. A constant difference of less than a step
    between two grids goes into ``axis_offset``. Unlike grids stand side by side on one axis: see
    ``fitting.data.grids``. Counts are not resampled. Where units differ, each spectrum keeps its
    own: shares and ratios need none in common.

    Raises
    ------
    SeriesError
        If regions or techniques differ.
    """
    if not parts:
        raise SeriesError("There is no series to join.")
    for part in parts[1:]:
        check_joinable(parts[0], part)
    axis, pieces = axis_of(parts[0]), [piece for part in parts for piece in split_grids(part)]
    grid, places = find_common_axis([piece[axis].values for piece in pieces])
    padded = [
        _place_on_axis(piece, axis, grid, place)
        for piece, place in zip(pieces, places, strict=True)
    ]
    joined = xr.concat(padded, SPECTRUM, join="exact", combine_attrs="drop", coords="minimal")
    if joined[GRID].values.all():
        joined = joined.drop_vars(GRID)
    joined.attrs = _joined_attributes(parts)
    joined = _with_own_words(joined, pieces)
    joined[axis].attrs = dict(parts[0][axis].attrs)
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
    for name in ("technique", "region"):
        if first.attrs[name] != other.attrs[name]:
            raise SeriesError(
                f"{', '.join(source_names(other))}: {name} is {other.attrs[name]!r}, but "
                f"{first.attrs[name]!r} in {', '.join(source_names(first))}. "
                "Only spectra that agree in it can be joined."
            )


def tell_differences(series: xr.Dataset) -> list[str]:
    """What to know of a series whose spectra differ in grid or unit, as sentences."""
    region, said = str(series.attrs["region"]), []
    if GRID in series:
        count = sum(1 for _ in iterate_grids(series))
        said.append(
            f"{region}: the spectra have {count} different grids; each is fitted on its own, as "
            "measured."
        )
    if series.attrs["unit"] == MIXED:
        units = ", ".join(dict.fromkeys(units_of(series).astype(str)))
        said.append(
            f"{region}: the intensities are in different units ({units}): shares and ratios can be "
            "compared, areas and heights cannot."
        )
    return said


def _place_on_axis(part: xr.Dataset, axis: str, grid: FloatArray, place: Place) -> xr.Dataset:
    """The part on the common axis, with every coordinate present."""
    shape = part.sizes[SPECTRUM], grid.size
    intensity, sigma = np.full(shape, np.nan), np.full(shape, np.inf)
    intensity[:, place.columns] = part["intensity"].values
    sigma[:, place.columns] = part["sigma"].values
    coordinates = {name: (SPECTRUM, get_column(part, name)) for name in COORDINATES}
    coordinates["axis_offset"] = (SPECTRUM, part["axis_offset"].values + place.offset)
    dims = (SPECTRUM, axis)
    own = np.broadcast_to(place.own, shape)
    return xr.Dataset(
        {"intensity": (dims, intensity), "sigma": (dims, sigma), GRID: (dims, own)},
        coords={axis: grid, **coordinates},
    )


def _with_own_words(joined: xr.Dataset, pieces: Sequence[xr.Dataset]) -> xr.Dataset:
    """With unit and noise of each spectrum where they are not those of all."""
    for name, tell in (("unit", units_of), ("noise", noises_of)):
        words = np.concatenate([tell(piece) for piece in pieces])
        is_mixed = len(set(words)) > 1
        joined = joined.assign_attrs({name: MIXED if is_mixed else str(words[0])})
        joined = set_coordinates(joined, **{f"own_{name}": words if is_mixed else ""})
    return joined


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
    attributes.update(
        sources=json.dumps(sources),
        reader=", ".join(readers),
        warnings=json.dumps(list(warnings)),
        history=json.dumps(list(history)),
        original_metadata=json.dumps(
            [json.loads(part.attrs["original_metadata"]) for part in parts]
        ),
    )
    return attributes
