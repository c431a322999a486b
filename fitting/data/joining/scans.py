"""Scans of one spectrum: kept apart by the readers, so that drift shows, until they are summed."""

import re

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.grids import own_points
from fitting.data.noise import poisson_sigma
from fitting.data.series import (
    SPECTRUM,
    FloatArray,
    check_series,
    get_column,
    noises_of,
    units_of,
    with_history,
)

_SCAN = re.compile(r" scan \d+(?: of \d+)?$")
_ALIKE = ("voltage", "cycle", "branch", "depth", "axis_offset")
"""Coordinates in which the scans of one spectrum must agree."""


def has_scans(series: xr.Dataset) -> bool:
    """Whether several spectra of the series are scans of one."""
    return len(scan_groups(series)) < series.sizes[SPECTRUM]


def sum_scans(series: xr.Dataset) -> xr.Dataset:
    """Return the series with the scans of each spectrum added up.

    Counts are summed. Rates become those of all scans together, weighted with their counting
    times; numbers that are neither are averaged. Times are those of the first scan.

    Raises
    ------
    SeriesError
        If scans of one spectrum differ in voltage, cycle, depth or offset of the axis.
    """
    groups = scan_groups(series)
    for (_, _, label), rows in groups.items():
        _check_alike(series, label, rows)
    summed = series.isel({SPECTRUM: [rows[0] for rows in groups.values()]})
    seconds = get_column(series, "seconds_per_point")
    parts = [_sum_rows(series, rows, seconds[rows]) for rows in groups.values()]
    dims = series["intensity"].dims
    summed["intensity"] = (dims, np.array([intensity for intensity, _ in parts]))
    summed["sigma"] = (dims, np.array([sigma for _, sigma in parts]))
    for name in ("seconds_per_point", "exposure"):
        if name in series.coords:
            values = series[name].values
            totals = [values[rows].sum() for rows in groups.values()]
            summed = summed.assign_coords({name: (SPECTRUM, totals)})
    labels = np.array([label for _, _, label in groups], dtype=object)
    summed = summed.assign_coords(label=(SPECTRUM, labels))
    check_series(summed)
    count = series.sizes[SPECTRUM]
    return with_history(summed, f"Scans summed: {count} became {len(groups)} spectra.")


def scan_groups(series: xr.Dataset) -> dict[tuple[str, str, str], list[int]]:
    """Rows of the scans of each spectrum, by source, sample and label without the scan."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    columns = (get_column(series, name) for name in ("source", "sample", "label"))
    for row, (source, sample, label) in enumerate(zip(*columns, strict=True)):
        spectrum, scans = _SCAN.subn("", str(label))
        # what is no scan is a spectrum of its own, whatever others are called
        key = (str(source) if scans else f"row {row}", str(sample), spectrum)
        groups.setdefault(key, []).append(row)
    return groups


def _check_alike(series: xr.Dataset, label: str, rows: list[int]) -> None:
    for name in _ALIKE:
        values = get_column(series, name)[rows]
        if any(value != values[0] and value == value for value in values):
            raise SeriesError(
                f"{label or series.attrs['region']}: scans that differ in {name} ({values[0]} and "
                "others) are not summed. Sum them first, or leave them apart."
            )
    own, units = own_points(series)[rows], units_of(series)[rows]
    if (own != own[0]).any() or (units != units[0]).any():
        raise SeriesError(
            f"{label or series.attrs['region']}: scans of different grids or units are not summed. "
            "Leave them apart."
        )


def _sum_rows(
    series: xr.Dataset, rows: list[int], seconds: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Intensity and sigma of scans together, shape (m,) each."""
    values, errors = (series[name].values[rows] for name in ("intensity", "sigma"))
    unit, is_poisson = units_of(series)[rows[0]], noises_of(series)[rows[0]] == "poisson"
    if unit == "counts":
        weights = np.ones(len(rows))
    elif unit == "counts/s" and np.all(seconds > 0):
        weights = seconds / seconds.sum()
    else:
        weights = np.full(len(rows), 1 / len(rows))
    total = weights @ values
    if is_poisson and unit in ("counts", "counts/s"):
        return total, poisson_sigma(total, seconds.sum() if unit == "counts/s" else 1.0)
    return total, np.sqrt(weights**2 @ errors**2)
