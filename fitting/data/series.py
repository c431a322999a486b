"""The series: spectra of one region on one grid, as a plain ``xarray.Dataset``.

It is made and checked only here; ``join`` puts several together.

Dimensions are ``spectrum`` and ``energy`` (binding energy, eV) or ``shift`` (Raman shift, 1/cm);
the axis ascends. ``intensity`` and its standard deviation ``sigma`` carry both. A point that
was not measured is ``intensity = nan``, ``sigma = inf``. Per spectrum there may be the coordinates
listed in ``COORDINATES``. ``axis_offset`` is added to the axis when a spectrum is evaluated; counts
are never resampled.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from fitting.data.errors import SeriesError
from fitting.data.techniques import AXES as AXES
from fitting.data.techniques import ENERGY as ENERGY
from fitting.data.techniques import SHIFT as SHIFT

FloatArray = NDArray[np.float64]
NoiseModel = Literal["poisson", "estimated", "given"]

SPECTRUM = "spectrum"
BASELINE = "baseline"
"""Variable that keeps what a step has subtracted, so that nothing measured is lost."""


COORDINATES: Mapping[str, str] = {
    "sample": "ties the regions of one sample or state together",
    "label": "what the file calls the spectrum",
    "source": "the file the spectrum came from: its path within the folder that was opened",
    "voltage": "V vs Li+/Li",
    "voltage_from": "where the voltage was found, as a phrase",
    "voltage_start": "V vs Li+/Li at the start of the exposure",
    "voltage_end": "V vs Li+/Li at the end of the exposure",
    "voltage_change": "highest minus lowest voltage during the exposure (V)",
    "time": "s since the first spectrum",
    "started": "start of the exposure on the clock of the instrument (Unix time, s)",
    "exposure": "duration of the exposure (s)",
    "cycle": "cycle number",
    "branch": "charge, discharge or empty",
    "depth": "sputter depth or time",
    "axis_offset": "added to the axis (eV or 1/cm)",
    "charge_shift": "part of axis_offset that is charge correction (eV)",
    "charge_shift_stderr": "standard error of charge_shift (eV)",
    "charge_reference": "line that charge_shift puts at an agreed energy",
    "photon_energy": "of the X-rays, as the file states it (eV)",
    "transmission": "of the analyser in the middle of the range, relative, as the file states it",
    "seconds_per_point": "counting time of one point, all scans added (s)",
    "own_unit": "unit of the intensity, where the spectra of a series differ in it",
    "own_noise": "where sigma comes from, where the spectra of a series differ in it",
}
STATE = ("sample", "voltage", "cycle", "branch", "depth")
"""Coordinates that tell the states of samples apart."""
TEXT_COORDINATES = frozenset(
    {
        "sample", "label", "source", "voltage_from", "branch", "charge_reference", "own_unit",
        "own_noise",
    }
)  # fmt: skip
MIXED = "mixed"
"""Unit or noise of a series whose spectra differ in it: ``own_unit`` or ``own_noise`` tells."""


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
        "counts", "counts/s" or "arbitrary"; of a joined series also ``MIXED``.
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
        kind = object if name in TEXT_COORDINATES else float
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


def units_of(series: xr.Dataset) -> NDArray[Any]:
    """Unit of the intensity of every spectrum, shape (n,)."""
    return _told_of_each(series, "unit")


def noises_of(series: xr.Dataset) -> NDArray[Any]:
    """Where the sigma of every spectrum comes from (see ``NoiseModel``), shape (n,)."""
    return _told_of_each(series, "noise")


def source_names(series: xr.Dataset) -> list[str]:
    """Names of the files the series came from."""
    return list(json.loads(series.attrs.get("sources", "{}")))


def warnings_of(series: xr.Dataset) -> list[str]:
    """What the reader had to say about the file, as sentences."""
    return list(json.loads(series.attrs.get("warnings", "[]")))


def with_warnings(series: xr.Dataset, sentences: Sequence[str]) -> xr.Dataset:
    """Return the series with more to say about its file."""
    return series.assign_attrs(warnings=json.dumps([*warnings_of(series), *sentences]))


def history_of(series: xr.Dataset) -> list[str]:
    """What was done to the series since it was read, a sentence per step."""
    return list(json.loads(series.attrs.get("history", "[]")))


def with_history(series: xr.Dataset, sentence: str) -> xr.Dataset:
    """Return the series with one more sentence in its history."""
    return series.assign_attrs(history=json.dumps([*history_of(series), sentence]))


def get_column(series: xr.Dataset, name: str) -> NDArray[Any]:
    """A per-spectrum coordinate; where it is absent, its empty value (nan or "")."""
    if name in series.coords:
        return np.asarray(series[name].values)
    if name in TEXT_COORDINATES:
        return np.full(series.sizes[SPECTRUM], "", dtype=object)
    return np.full(series.sizes[SPECTRUM], np.nan)


def states_of(series: xr.Dataset) -> list[tuple[str, ...]]:
    """Sample, voltage, cycle, branch and depth of each spectrum, as text that can be compared.

    Spectra of several regions with one state are of one measurement.
    """
    columns = [get_column(series, name) for name in STATE]
    return [tuple(map(str, state)) for state in zip(*columns, strict=True)]


def _told_of_each(series: xr.Dataset, name: str) -> NDArray[Any]:
    whole = str(series.attrs[name])
    if whole == MIXED:
        return get_column(series, f"own_{name}")
    return np.full(series.sizes[SPECTRUM], whole, dtype=object)
