"""Keep of every spectrum the range that the fit stored in its file is of."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import SeriesError
from fitting.data.series import (
    SPECTRUM,
    FloatArray,
    axis_of,
    axis_values,
    get_column,
    with_history,
)
from fitting.readers.spectra.fit_range import find_fit_region
from fitting.readers.spectra.published_fit import FitRegion, PublishedFit, published_fits

_SLACK = 1e-3
"""Part of a step by which rounding may move a point over the end of a range."""


@dataclass(frozen=True, slots=True)
class KeepStoredRange:
    """Keep the range of the fit that another program left in the file.

    Each spectrum has its own. The points that a background averages beyond the ends are kept as
    well: see ``ends`` of static backgrounds. A spectrum without a stored fit keeps nothing.
    """


def keep_stored_range(series: xr.Dataset, step: KeepStoredRange) -> xr.Dataset:  # noqa: ARG001
    """Keep the ranges of the stored fits.

    Raises
    ------
    SeriesError
        If no file of the series stores a fit with a range.
    """
    axis = axis_of(series)
    inside = np.zeros(series["intensity"].shape, dtype=bool)
    for row, (_, region, energy) in enumerate(stored_fits(series)):
        if region is not None:
            inside[row] = _points_of_region(region, energy, series["intensity"].values[row])
    columns = np.flatnonzero(inside.any(axis=0))
    if columns.size < 2:
        raise SeriesError(
            f"{series.attrs['region']}: no file stores a fit of these spectra, so there is no "
            "range to keep. Take out the step, or crop the axis."
        )
    columns = np.arange(columns[0], columns[-1] + 1)
    outside = xr.DataArray(~inside[:, columns], dims=(SPECTRUM, axis))
    kept = series.isel({axis: columns})
    kept = kept.assign(
        intensity=kept["intensity"].where(~outside), sigma=kept["sigma"].where(~outside, np.inf)
    )
    return with_history(kept, "Kept the range of the fit that is stored in the file.")


def stored_fits(
    series: xr.Dataset,
) -> Iterator[tuple[PublishedFit, FitRegion | None, FloatArray]]:
    """The stored fit of each spectrum, its region, and the axis that the fit is on, shape (m,)."""
    now = np.nan_to_num(get_column(series, "charge_shift").astype(float))
    axes = axis_values(series) - now[:, None]
    for fit, axis, intensity in zip(
        published_fits(series), axes, series["intensity"].values, strict=True
    ):
        energy = axis + (fit.shift or 0.0)
        yield fit, find_fit_region(fit, energy, intensity), energy


def _points_of_region(
    region: FitRegion, energy: FloatArray, intensity: FloatArray
) -> NDArray[np.bool_]:
    """Points within the region and those that are averaged around its ends, shape (m,)."""
    inside: NDArray[np.bool_] = np.zeros(energy.shape, dtype=bool)
    seen = np.flatnonzero(np.isfinite(intensity))
    slack = _SLACK * float(np.median(np.diff(energy)))
    within = (energy[seen] >= region.low - slack) & (energy[seen] <= region.high + slack)
    places = np.flatnonzero(within)
    if places.size:
        width = region.points_averaged
        first, last = max(places[0] - width, 0), places[-1] + width + 1
        inside[seen[first:last]] = True
    return inside
