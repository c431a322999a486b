"""The series: spectra of one region on one grid, as a plain ``xarray.Dataset``.

It is made and checked only here.

Dimensions are ``spectrum`` and ``energy`` (binding energy, eV) or ``shift`` (Raman shift, 1/cm);
the axis ascends. ``intensity`` and its standard deviation ``sigma`` carry both. A point that
was not measured is ``intensity = nan``, ``sigma = inf``. Per spectrum there may be the coordinates
listed in ``COORDINATES``. ``axis_offset`` is added to the axis when a spectrum is evaluated; counts
are never resampled.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from fitting.errors import SeriesError

FloatArray = NDArray[np.float64]
Technique = Literal["xps", "raman"]
NoiseModel = Literal["poisson", "estimated", "given"]

SPECTRUM = "spectrum"
ENERGY = "energy"
SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Axis:
    """One kind of spectral axis."""

    name: str
    unit: str
    label: str
    technique: Technique


AXES = {
    ENERGY: Axis(ENERGY, "eV", "Binding energy", "xps"),
    SHIFT: Axis(SHIFT, "1/cm", "Raman shift", "raman"),
}

COORDINATES: Mapping[str, str] = {
    "sample": "ties the regions of one sample or state together",
    "label": "what the file calls the spectrum",
    "source": "name of the file the spectrum came from",
    "voltage": "V vs Li+/Li",
    "voltage_from": "where the voltage was found, as a phrase",
    "voltage_start": "V vs Li+/Li at the start of the exposure",
    "voltage_end": "V vs Li+/Li at the end of the exposure",
    "time": "s since the first spectrum",
    "started": "start of the exposure on the clock of the instrument (Unix time, s)",
    "exposure": "duration of the exposure (s)",
    "cycle": "cycle number",
    "branch": "charge, discharge or empty",
    "depth": "sputter depth or time",
    "axis_offset": "added to the axis (eV or 1/cm)",
    "charge_shift": "part of axis_offset that is charge correction (eV)",
    "charge_shift_stderr": "standard error of charge_shift (eV)",
    "seconds_per_point": "counting time of one point, all scans added (s)",
}
STATE = ("sample", "voltage", "cycle", "branch", "depth")
"""Coordinates that tell the states of samples apart."""
_TEXT = {"sample", "label", "source", "voltage_from", "branch"}
_STEP_TOLERANCE = 0.01
"""Two grids have one step if they stay together within this part of the step."""


def make_series(
    axis: str,
    positions: ArrayLike,
    intensity: ArrayLike,
    *,
    region: str,
    sigma: ArrayLike,
    noise: NoiseModel,
    unit: str = "counts",
    reader: str = "",
    sources: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
    **coordinates: ArrayLike,
) -> xr.Dataset:
    """Build a series; ``axis`` is ``ENERGY`` or ``SHIFT``.

    Parameters
    ----------
    positions : shape (m,)
        Binding energies (eV) or Raman shifts (1/cm), ascending or descending.
    intensity : shape (n, m) or (m,)
    sigma : shape (n, m) or (m,)
        Standard deviation of the intensity, in its unit.
    noise
        Where ``sigma`` comes from: known counts, an estimate from the scatter, or the file.
    unit
        "counts", "counts/s" or "arbitrary".
    sources
        SHA-256 of every file, by file name.
    metadata
        What the file says beside the numbers; kept as JSON.
    coordinates
        Any of ``COORDINATES``, shape (n,) or a scalar for all spectra.

    Raises
    ------
    SeriesError
        If the result breaks the schema.
    """
    grid = np.asarray(positions, dtype=float)
    counts = np.atleast_2d(np.asarray(intensity, dtype=float))
    errors = np.broadcast_to(np.asarray(sigma, dtype=float), counts.shape).copy()
    if grid.ndim != 1 or counts.shape[1] != grid.size:
        raise SeriesError(
            f"{region}: {grid.size} axis positions for {counts.shape[1]} points of intensity."
        )
    if grid.size > 1 and grid[0] > grid[-1]:
        grid, counts, errors = grid[::-1], counts[:, ::-1], errors[:, ::-1]
    errors[~np.isfinite(counts)] = np.inf
    series = xr.Dataset(
        {"intensity": ((SPECTRUM, axis), counts), "sigma": ((SPECTRUM, axis), errors)},
        coords={axis: (axis, grid, {"units": AXES[axis].unit, "long_name": AXES[axis].label})},
        attrs={
            "technique": AXES[axis].technique,
            "region": region,
            "unit": unit,
            "noise": noise,
            "reader": reader,
            "sources": json.dumps(dict(sources or {})),
            "original_metadata": json.dumps(dict(metadata or {}), default=str),
            "warnings": json.dumps(list(warnings)),
        },
    )
    series = series.assign_coords(axis_offset=(SPECTRUM, np.zeros(len(counts))))
    series = set_coordinates(series, **coordinates)
    check_series(series)
    return series


def set_coordinates(series: xr.Dataset, **coordinates: ArrayLike) -> xr.Dataset:
    """Return the series with per-spectrum coordinates added or replaced."""
    count = series.sizes[SPECTRUM]
    columns: dict[str, Any] = {}
    for name, values in coordinates.items():
        if name not in COORDINATES:
            raise SeriesError(
                f"A series has no coordinate {name!r}. It may have: {', '.join(COORDINATES)}."
            )
        kind = object if name in _TEXT else float
        column = np.broadcast_to(np.asarray(values, dtype=kind), (count,)).copy()
        attributes = {"reference": "Li/Li+", "units": "V"} if name == "voltage" else {}
        columns[name] = (SPECTRUM, column, attributes)
    return series.assign_coords(columns)


def check_series(series: xr.Dataset) -> None:
    """Raise ``SeriesError`` if ``series`` breaks the schema of this module."""
    axis = axis_of(series)
    region = series.attrs.get("region", "")
    grid = series[axis].values
    where = f"{region or 'series'} ({', '.join(source_names(series)) or 'no file'})"
    if not region:
        raise SeriesError(f"{where}: the series names no region.")
    if grid.size < 2:
        raise SeriesError(f"{where}: {grid.size} point(s); a spectrum needs at least two.")
    if not np.all(np.isfinite(grid)) or not np.all(np.diff(grid) > 0):
        raise SeriesError(f"{where}: the axis must be finite and rise from point to point.")
    for name in ("intensity", "sigma"):
        if series[name].dims != (SPECTRUM, axis):
            raise SeriesError(f"{where}: {name} must have the dimensions ({SPECTRUM}, {axis}).")
    if np.isnan(series["sigma"].values).any() or (series["sigma"].values <= 0).any():
        raise SeriesError(f"{where}: sigma must be positive, and infinite where nothing is known.")


def axis_of(series: xr.Dataset) -> str:
    """Name of the spectral axis: ``ENERGY`` or ``SHIFT``."""
    for name in AXES:
        if name in series.dims:
            return name
    raise SeriesError(f"A series needs one of the dimensions {', '.join(AXES)}; this has none.")


def axis_values(series: xr.Dataset) -> FloatArray:
    """Axis of every spectrum with its offset applied, shape (n, m)."""
    grid = series[axis_of(series)].values
    offset = series["axis_offset"].values
    return np.asarray(grid[None, :] + offset[:, None], dtype=float)


def source_names(series: xr.Dataset) -> list[str]:
    """Names of the files the series came from."""
    return list(json.loads(series.attrs.get("sources", "{}")))


def warnings_of(series: xr.Dataset) -> list[str]:
    """What the reader had to say about the file, as sentences."""
    return list(json.loads(series.attrs.get("warnings", "[]")))


def history_of(series: xr.Dataset) -> list[str]:
    """What was done to the series since it was read, a sentence per step."""
    return list(json.loads(series.attrs.get("history", "[]")))


def with_history(series: xr.Dataset, sentence: str) -> xr.Dataset:
    """Return the series with one more sentence in its history."""
    return series.assign_attrs(history=json.dumps([*history_of(series), sentence]))


def column(series: xr.Dataset, name: str) -> NDArray[Any]:
    """A per-spectrum coordinate; where it is absent, its empty value (nan or "")."""
    if name in series.coords:
        return np.asarray(series[name].values)
    if name in _TEXT:
        return np.full(series.sizes[SPECTRUM], "", dtype=object)
    return np.full(series.sizes[SPECTRUM], np.nan)


def states_of(series: xr.Dataset) -> list[tuple[str, ...]]:
    """Sample, voltage, cycle, branch and depth of each spectrum, as text that can be compared.

    Spectra of several regions with one state are of one measurement.
    """
    columns = [column(series, name) for name in STATE]
    return [tuple(map(str, state)) for state in zip(*columns, strict=True)]


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
        _check_joinable(first, part)
    grid, placed = _common_grid([part[axis].values for part in parts], first.attrs["region"])
    padded = [
        _placed(part, axis, grid, start, offset)
        for part, (start, offset) in zip(parts, placed, strict=True)
    ]
    joined = xr.concat(padded, SPECTRUM, join="exact", combine_attrs="drop", coords="minimal")
    joined.attrs = _joined_attributes(parts)
    joined[axis].attrs = dict(first[axis].attrs)
    if "voltage" in joined.coords:
        joined["voltage"].attrs = {"reference": "Li/Li+", "units": "V"}
    started = column(joined, "started")
    if np.all(np.isfinite(started)):
        joined = set_coordinates(joined, time=started - started.min())
    order = np.lexsort(
        (column(joined, "source").astype(str), column(joined, "time"), column(joined, "voltage"))
    )
    joined = joined.isel({SPECTRUM: order})
    check_series(joined)
    return joined


def _check_joinable(first: xr.Dataset, other: xr.Dataset) -> None:
    for name in ("technique", "region", "unit"):
        if first.attrs[name] != other.attrs[name]:
            raise SeriesError(
                f"{', '.join(source_names(other))}: {name} is {other.attrs[name]!r}, but "
                f"{first.attrs[name]!r} in {', '.join(source_names(first))}. "
                "Only spectra that agree in it can be joined."
            )


def _common_grid(
    grids: Sequence[FloatArray], region: str
) -> tuple[FloatArray, list[tuple[int, float]]]:
    """The union grid, and for each grid the index of its first point there and its offset."""
    reference = max(grids, key=len)
    if all(_same(grid, reference) for grid in grids):
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


def _same(grid: FloatArray, reference: FloatArray) -> bool:
    if grid.size != reference.size:
        return False
    tolerance = _STEP_TOLERANCE * float(np.min(np.diff(reference)))
    return bool(np.all(np.abs(grid - reference) <= tolerance))


def _is_uniform(grid: FloatArray, step: float) -> bool:
    ideal = grid[0] + step * np.arange(grid.size)
    return bool(np.all(np.abs(grid - ideal) <= 2 * _STEP_TOLERANCE * step))


def _placed(part: xr.Dataset, axis: str, grid: FloatArray, start: int, offset: float) -> xr.Dataset:
    """The part on the union grid, with every coordinate present."""
    count, size = part.sizes[SPECTRUM], part.sizes[axis]
    intensity = np.full((count, grid.size), np.nan)
    sigma = np.full((count, grid.size), np.inf)
    intensity[:, start : start + size] = part["intensity"].values
    sigma[:, start : start + size] = part["sigma"].values
    coordinates = {name: (SPECTRUM, column(part, name)) for name in COORDINATES}
    coordinates["axis_offset"] = (SPECTRUM, part["axis_offset"].values + offset)
    return xr.Dataset(
        {"intensity": ((SPECTRUM, axis), intensity), "sigma": ((SPECTRUM, axis), sigma)},
        coords={axis: grid, **coordinates},
    )


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
