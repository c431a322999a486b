"""Steps on the intensity: take out cosmic spikes, bring spectra to a common scale."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.grids import iterate_grids
from fitting.data.series import AXES, SPECTRUM, FloatArray, axis_of, axis_values, with_history
from fitting.preprocessing.gaps import bridge_gaps

Scale = Literal["max", "area"]
BoolArray = NDArray[np.bool_]

_PASSES = 3
"""A spike beside a higher one shows only when that one is gone."""
_NARROWEST_LINE = 1.5
"""FWHM of the narrowest line that must survive, in reaches of the test; see ``_spike_centres``."""
_SHARPNESS_THRESHOLD = 3.0
_NORMAL_MAD = 0.6745
"""Median absolute deviation of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class RemoveSpikes:
    """Take out cosmic spikes; the points become unknown, no value is put in their place.

    A point is a spike if it stands above the points beside it, to the left and right, by more than
    ``threshold`` (a modified z-score, after Whitaker and Hayes, Chemom. Intell. Lab. Syst. 179
    (2018) 82), and is too narrow to be a line. In a series of three or more, what the neighbouring
    spectra have in common is subtracted first, so that a spike on a band is found as well.
    """

    threshold: float = 8.0
    """Smallest modified z-score of a spike."""
    max_width: int = 3
    """Points that one spike may cover; a line of as many points at half maximum survives."""

    def __post_init__(self) -> None:
        if not 3 <= self.threshold < np.inf:
            raise RecipeError(f"RemoveSpikes: threshold is {self.threshold:g}; take 3 or more.")
        if not 1 <= self.max_width <= 15:
            raise RecipeError(f"RemoveSpikes: max_width is {self.max_width}; take 1 to 15 points.")


@dataclass(frozen=True, slots=True)
class Normalise:
    """Divide each spectrum by one number, its sigma alike; fractions and ratios stay."""

    kind: Scale = "max"
    """"max": the highest point becomes 1; "area": the integral becomes 1."""
    low: float | None = None
    """Lower end of the range that is looked at (eV or 1/cm); none: from the first point."""
    high: float | None = None
    """Upper end of the range that is looked at (eV or 1/cm); none: to the last point."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Scale):
            raise RecipeError(
                f"Normalise: there is no kind {self.kind!r}. Choose: {', '.join(get_args(Scale))}."
            )
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise RecipeError(
                f"Normalise: low ({self.low:g}) must be less than high ({self.high:g})."
            )


def remove_spikes(series: xr.Dataset, step: RemoveSpikes) -> xr.Dataset:
    """Make the points of cosmic spikes nan at infinite sigma."""
    axis = axis_of(series)
    intensity = np.asarray(series["intensity"].values, dtype=float)
    sigma = np.asarray(series["sigma"].values, dtype=float)
    spikes = np.zeros(intensity.shape, dtype=bool)
    is_measured = np.isfinite(intensity).any(axis=1)
    for rows, columns in iterate_grids(series):
        part = np.ix_(rows[is_measured[rows]], columns)
        spikes[part] = spike_points(intensity[part], sigma[part], step)
    kept = xr.DataArray(~spikes, dims=(SPECTRUM, axis))
    cleaned = series.assign(
        intensity=series["intensity"].where(kept), sigma=series["sigma"].where(kept, np.inf)
    )
    return with_history(
        cleaned,
        f"Removed cosmic spikes above a score of {step.threshold:g}: {int(spikes.sum())} points "
        f"in {int(spikes.any(axis=1).sum())} of {len(spikes)} spectra.",
    )


def spike_points(intensity: FloatArray, sigma: FloatArray, step: RemoveSpikes) -> BoolArray:
    """Which points belong to a spike, shape (n, m)."""
    excess, noise = bridge_gaps(intensity), _smooth_noise(sigma, step.max_width)
    if len(intensity) >= 3:
        nearest = _nearest_others(len(intensity))
        excess = bridge_gaps(intensity - _common_level(excess, nearest))
        noise = np.maximum(noise, _common_level(bridge_gaps(sigma), nearest)) * np.sqrt(1.4)
    half = step.max_width // 2
    spikes = np.zeros(intensity.shape, dtype=bool)
    for _ in range(_PASSES):
        found = _widen_mask(_spike_centres(excess, noise, step), half)
        if not (found & ~spikes).any():
            break
        spikes |= found
        excess = bridge_gaps(np.where(spikes, np.nan, excess))
    return spikes & np.isfinite(intensity)


def normalise_series(series: xr.Dataset, step: Normalise) -> xr.Dataset:
    """Divide each spectrum by its maximum or area.

    Raises
    ------
    SeriesError
        If that is not positive for a spectrum that has points.
    """
    axis = axis_of(series)
    positions = axis_values(series)
    low = -np.inf if step.low is None else step.low
    high = np.inf if step.high is None else step.high
    looked_at = (positions >= low) & (positions <= high)
    intensity = np.where(looked_at, series["intensity"].values, np.nan)
    has_points = np.isfinite(intensity).any(axis=1)
    scale = np.ones(len(intensity))
    scale[has_points] = _find_scales(intensity[has_points], positions[has_points], step.kind)
    if (scale <= 0).any():
        worst = int(np.argmin(scale))
        raise SeriesError(
            f"{series.attrs['region']}: spectrum {worst} has a {step.kind} of {scale[worst]:.4g} "
            "in the range; only a positive one can be divided by. Choose another range."
        )
    factor = xr.DataArray(1.0 / scale, dims=SPECTRUM)
    scaled = {
        name: values * factor
        for name, values in series.data_vars.items()
        if values.dims == (SPECTRUM, axis)
    }
    unit = series.attrs["unit"]
    text = f"Divided each spectrum by its {step.kind} ({scale.min():.4g} to {scale.max():.4g} "
    if step.kind == "area":
        unit = f"{unit} x {AXES[axis].unit}"
    return with_history(
        series.assign(scaled).assign_attrs(unit="arbitrary"),
        f"{text}{unit}); the error of that number is not in sigma.",
    )


def _spike_centres(excess: FloatArray, noise: FloatArray, step: RemoveSpikes) -> BoolArray:
    """Points that are high and sharp.

    ``near`` is the height over the points one reach away, ``far`` that over those at two reaches.
    For a spike, narrower than the reach, they are equal; for a Lorentzian with a FWHM of
    ``_NARROWEST_LINE`` reaches ``far`` is ``ratio`` = 1.37 times ``near`` (Gaussian 1.41), and
    more for broader lines.
    """
    reach = step.max_width // 2 + 1
    ratio = _lorentzian_drop(2 * reach, reach) / _lorentzian_drop(reach, reach)
    near, far = _height_over_neighbours(excess, reach), _height_over_neighbours(excess, 2 * reach)
    near_score = near / (noise * np.sqrt(1.5))
    sharpness = ratio * near - far
    sharpness_error = noise * np.sqrt((ratio - 1) ** 2 + 0.5 * ratio**2 + 0.5)
    spread = np.median(np.abs(near_score), axis=1, keepdims=True) / _NORMAL_MAD
    # Where sigma understates the scatter, the scatter decides.
    inflation = np.maximum(spread, 1.0)
    return np.asarray(
        (near_score > step.threshold * inflation)
        & (sharpness > _SHARPNESS_THRESHOLD * inflation * sharpness_error)
    )


def _lorentzian_drop(distance: float, reach: float) -> float:
    """Part of its height by which the narrowest line has fallen at a distance."""
    return 1.0 - 1.0 / (1.0 + (2.0 * distance / (_NARROWEST_LINE * reach)) ** 2)


def _height_over_neighbours(values: FloatArray, reach: int) -> FloatArray:
    """Height over the higher of the points ``reach`` to the left and to the right.

    Over the higher one, because beside a dip the mean of both would show a peak. Beyond the ends
    the values are continued point-symmetrically, so that the tail of the laser line is no spike.
    """
    padded = np.pad(values, ((0, 0), (reach, reach)), mode="reflect", reflect_type="odd")
    return np.asarray(values - np.maximum(padded[:, : -2 * reach], padded[:, 2 * reach :]))


def _nearest_others(count: int) -> NDArray[np.int_]:
    """Indices of the nearest four other spectra of each, shape (n, up to 4)."""
    nearest = [
        sorted(set(range(max(0, i - 4), min(count, i + 5))) - {i}, key=lambda j: (abs(j - i), j))
        for i in range(count)
    ]
    return np.array([others[:4] for others in nearest])


def _common_level(values: FloatArray, nearest: NDArray[np.int_]) -> FloatArray:
    """What the nearest others of each spectrum have in common, shape (n, m)."""
    others = [values[column] for column in nearest.T]
    match others:
        case [one, two]:
            # The mean of two would let a dead point of one raise a spike in the spectra beside it.
            return np.asarray(np.maximum(one, two))
        case [one, two, three, four]:
            # Their median, without sorting.
            low = np.maximum(np.minimum(one, two), np.minimum(three, four))
            high = np.minimum(np.maximum(one, two), np.maximum(three, four))
            return np.asarray(0.5 * (low + high))
        case _:
            return np.asarray(np.median(others, axis=0))


def _smooth_noise(sigma: FloatArray, width: int) -> FloatArray:
    """Sigma without the rise that a spike's own counts give it."""
    # loads all of scipy's image routines
    from scipy.ndimage import median_filter

    half = 2 * width
    # One long row: the filter of one dimension is ten times faster than that of two.
    padded = np.pad(bridge_gaps(sigma), ((0, 0), (half, half)), mode="edge")
    smooth = median_filter(padded.ravel(), size=2 * half + 1).reshape(padded.shape)
    return np.asarray(smooth[:, half:-half])


def _widen_mask(centres: BoolArray, half: int) -> BoolArray:
    wide = centres.copy()
    for distance in range(1, half + 1):
        wide[:, distance:] |= centres[:, :-distance]
        wide[:, :-distance] |= centres[:, distance:]
    return wide


def _find_scales(intensity: FloatArray, positions: FloatArray, kind: Scale) -> FloatArray:
    if kind == "max":
        return np.asarray(np.nanmax(intensity, axis=1))
    return np.array(
        [
            np.trapezoid(row[np.isfinite(row)], x[np.isfinite(row)])
            for row, x in zip(intensity, positions, strict=True)
        ]
    )
