"""Mask points at the ceiling of a detector: what was counted there is not what came in.

A detector that is full, or a converter at its largest number, gives one value however much more
comes in. Such points lie side by side at the maximum of a spectrum and are equal to the last digit,
which noise does not do: two neighbours there are equal with a chance of about one step of the
numbers over 2 sqrt(pi) standard deviations of the noise, or as often as neighbours elsewhere are.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import RecipeError
from fitting.data.grids import own_points
from fitting.data.series import SPECTRUM, FloatArray, axis_of, with_history

BoolArray = NDArray[np.bool_]

_CONVERTERS = frozenset({4095.0, 16383.0, 32767.0, 65535.0, 262143.0})
"""Largest numbers of analogue to digital converters of 12 to 18 bit."""
_CHANCE = 1e-6
"""Of equal points at the maximum by noise alone, in the whole spectrum."""
_MOST = 0.5
"""A spectrum with more than this part of its points at the maximum is empty or a constant."""


@dataclass(frozen=True, slots=True)
class MaskSaturation:
    """Take out points at the detector's ceiling; they become unknown, no value takes their place.

    A spectrum is saturated where as many neighbouring points as ``fewest`` are at its maximum,
    equal to the last digit, and noise would not do that once in a million spectra; or where it
    reaches the largest number of a converter (such as 65535) twice. All points at that maximum are
    masked.
    """

    fewest: int = 3
    """Equal neighbouring points that are a ceiling."""

    def __post_init__(self) -> None:
        if not 2 <= self.fewest <= 1000:
            raise RecipeError(f"MaskSaturation: fewest is {self.fewest}; take 2 to 1000 points.")


def mask_saturation(series: xr.Dataset, step: MaskSaturation) -> xr.Dataset:
    """Make the points at the detector's ceiling nan at infinite sigma."""
    axis = axis_of(series)
    masked = saturated_points(series, step)
    kept = xr.DataArray(~masked, dims=(SPECTRUM, axis))
    cleaned = series.assign(
        intensity=series["intensity"].where(kept), sigma=series["sigma"].where(kept, np.inf)
    )
    count, spectra = int(masked.sum()), np.flatnonzero(masked.any(axis=1))
    which = f" (spectra {', '.join(map(str, spectra))})" if 0 < spectra.size <= 12 else ""
    return with_history(
        cleaned,
        f"Masked points at the ceiling of the detector: {count} points in {spectra.size} of "
        f"{len(masked)} spectra{which}.",
    )


def saturated_points(series: xr.Dataset, step: MaskSaturation | None = None) -> BoolArray:
    """Which points of a series lie at the ceiling of its detector, shape (n, m)."""
    fewest = (step or MaskSaturation()).fewest
    intensity = np.asarray(series["intensity"].values, dtype=float)
    sigma = np.asarray(series["sigma"].values, dtype=float)
    masked, own = np.zeros(intensity.shape, dtype=bool), own_points(series)
    for row, points in enumerate(own):
        masked[row, points] = _find_ceiling(intensity[row, points], sigma[row, points], fewest)
    return masked


def _find_ceiling(values: FloatArray, noise: FloatArray, fewest: int) -> BoolArray:
    """Points of one spectrum at its ceiling, none if it has none; shape (m,)."""
    none = np.zeros(values.shape, dtype=bool)
    finite: BoolArray = np.isfinite(values)
    if finite.sum() < 2 * fewest:
        return none
    top = float(np.max(values[finite]))
    at_top: BoolArray = finite & (values == top)
    if at_top.sum() > _MOST * finite.sum() or top <= 0:
        return none
    if top in _CONVERTERS and at_top.sum() >= 2:
        return at_top
    longest = _longest_run(at_top)
    if longest < fewest:
        return none
    equal = _chance_of_equals(values[finite], noise[finite], at_top[finite])
    is_chance = bool(np.count_nonzero(finite) * equal ** (longest - 1) > _CHANCE)
    return none if is_chance else at_top


def _longest_run(mask: BoolArray) -> int:
    """The largest number of neighbouring points that are in a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(int)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def _chance_of_equals(values: FloatArray, noise: FloatArray, at_top: BoolArray) -> float:
    """Chance that noise or rounding makes two neighbours at the maximum equal."""
    steps = np.diff(np.unique(values))
    step = float(np.min(steps, initial=np.inf))
    known = np.isfinite(noise) & (noise > 0) & ~at_top
    if not known.any() or not np.isfinite(step):
        return 1.0
    # the noise of strong points is at least that of all
    by_noise = step / (2 * np.sqrt(np.pi) * np.median(noise[known]))
    pairs = ~(at_top[1:] & at_top[:-1])
    by_rounding = np.mean(np.diff(values)[pairs] == 0) if pairs.any() else 1.0
    return float(min(1.0, max(by_noise, by_rounding)))
