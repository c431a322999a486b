"""Leave a range of the axis out of the fit, with the reason for it."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.series import AXES, SPECTRUM, axis_of, axis_values, with_history

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class ExcludeRange:
    """Points of a range become unknown: no value takes their place, and nothing fits them.

    Such as a line of the substrate, a plasma line of the laser, or a step between two windows.
    """

    low: float
    """Lower end (eV or 1/cm)."""
    high: float
    """Upper end (eV or 1/cm)."""
    reason: str = ""
    """Why, in a few words; it stands in the methods and the tables."""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise RecipeError(
                f"ExcludeRange: low ({self.low:g}) must be less than high ({self.high:g})."
            )
        if len(self.reason) > _LONGEST_REASON:
            raise RecipeError(
                f"ExcludeRange: the reason has more than {_LONGEST_REASON} characters."
            )


def exclude_range(series: xr.Dataset, step: ExcludeRange) -> xr.Dataset:
    """Make the points of the range nan at infinite sigma, each spectrum's on its own axis.

    Raises
    ------
    SeriesError
        If nothing of a spectrum would be left.
    """
    axis = axis_of(series)
    excluded = excluded_points(series, step)
    measured = np.isfinite(series["intensity"].values)
    emptied = measured.any(axis=1) & ~(measured & ~excluded).any(axis=1)
    if emptied.any():
        raise SeriesError(
            f"{series.attrs['region']}: nothing is left of {int(emptied.sum())} spectra without "
            f"{step.low:g} to {step.high:g} {AXES[axis].unit}. Leave out less."
        )
    kept = xr.DataArray(~excluded, dims=(SPECTRUM, axis))
    cleaned = series.assign(
        intensity=series["intensity"].where(kept), sigma=series["sigma"].where(kept, np.inf)
    )
    why = f" ({step.reason})" if step.reason else ""
    return with_history(cleaned, f"Left out {step.low:g} to {step.high:g} {AXES[axis].unit}{why}.")


def excluded_points(series: xr.Dataset, step: ExcludeRange) -> NDArray[np.bool_]:
    """Which measured points lie in the range, shape (n, m)."""
    positions = axis_values(series)
    inside = (positions >= step.low) & (positions <= step.high)
    return np.asarray(inside & np.isfinite(series["intensity"].values))
