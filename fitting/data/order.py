"""In which order the spectra of a series are numbered, and in which they are drawn."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import get_column


def spectrum_numbers(series: xr.Dataset) -> NDArray[np.int_]:
    """The number of every spectrum in the tables: its place by voltage, time, file; shape (n,)."""
    order = np.lexsort(
        (
            get_column(series, "source").astype(str),
            get_column(series, "time"),
            get_column(series, "voltage"),
        )
    )
    numbers = np.empty(order.size, dtype=int)
    numbers[order] = np.arange(order.size)
    return numbers


def display_order(series: xr.Dataset) -> NDArray[np.int_]:
    """The spectra in the order of a reader: by time, by depth, else charge before discharge.

    Without times a spectrum without voltage comes first (before cycling), then the charge from
    low to high voltage, then the discharge from high to low.
    """
    time, voltage = (get_column(series, name).astype(float) for name in ("time", "voltage"))
    source = get_column(series, "source").astype(str)
    if np.isfinite(time).all() and np.unique(time).size == time.size:
        return np.argsort(time)
    depth = get_column(series, "depth").astype(float)
    if np.isfinite(depth).all() and np.unique(depth).size == depth.size:
        return np.argsort(depth)
    is_discharge = get_column(series, "branch").astype(str) == "discharge"
    progress = np.where(is_discharge, -voltage, voltage)
    return np.lexsort((source, progress, is_discharge, np.isfinite(voltage)))
