"""How far the scans of one spectrum moved along the axis while it was measured.

Each scan is put onto the mean of all: ``scan = a mean + b - s a mean'``, linear in ``a``, ``b`` and
``s a``, where ``s`` is its shift. A straight line through the shifts gives the drift from the first
scan to the last. Charging shows so, and it broadens what is summed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.joining.scans import has_scans, scan_groups
from fitting.data.series import AXES, SPECTRUM, FloatArray, axis_of

LIMIT = {"energy": 0.05, "shift": 0.5}
"""Smaller drifts (eV, 1/cm) are not told: they are within a step of most measurements."""
_SURE = 3.0
"""Standard errors beyond which a drift is told."""
_SMOOTHED_OVER = {"energy": 0.8, "shift": 6.0}
"""Width (eV, 1/cm) over which the mean is smoothed before its slope is taken: noise in the slope
makes shifts come out too small."""
_FEWEST, _ORDER = 7, 3
"""Fewest points that are smoothed over, and the order of the polynomial that does."""


@dataclass(frozen=True, slots=True)
class ScanDrift:
    """The shifts of the scans of one spectrum."""

    spectrum: str
    """Region, or what the file calls it, with its sample."""
    rows: tuple[int, ...]
    """Indices of the scans in the series."""
    shift: FloatArray
    """Of each scan from the mean of all, in the unit of the axis; shape (n,)."""
    stderr: FloatArray
    """Shape (n,)."""
    drift: float
    """From the first scan to the last, by a straight line."""
    drift_stderr: float
    unit: str
    is_told: bool
    """Whether it is larger than its limit and three standard errors."""

    @property
    def sentence(self) -> str:
        return (
            f"{self.spectrum}: {len(self.rows)} scans move by {self.drift:+.2f} ± "
            f"{self.drift_stderr:.2f} {self.unit} from the first to the last"
        )


def scan_drifts(series: xr.Dataset) -> Iterator[ScanDrift]:
    """The drift of every spectrum that has at least two scans."""
    for (_, sample, label), rows in scan_groups(series).items():
        if len(rows) > 1:
            name = label or str(series.attrs["region"])
            drift = _measure_drift(series, f"{name} of {sample}" if sample else name, rows)
            if drift is not None:
                yield drift


def _measure_drift(series: xr.Dataset, name: str, rows: list[int]) -> ScanDrift | None:
    """``None`` if the spectrum has no slope to tell a shift by."""
    # takes as long to import as all else that reading needs
    from scipy.signal import savgol_filter

    axis = axis_of(series)
    values, sigma = (series[part].values[rows] for part in ("intensity", "sigma"))
    measured = np.isfinite(values).all(axis=0) & np.isfinite(sigma).all(axis=0)
    grid = series[axis].values[measured]
    if grid.size < 2 * _FEWEST:
        return None
    window = max(_FEWEST, round(_SMOOTHED_OVER[axis] / float(np.median(np.diff(grid)))) | 1)
    window = min(window, (grid.size // 2) | 1)
    mean = savgol_filter(values[:, measured].mean(axis=0), window, _ORDER)
    shifts = _measure_shifts(grid, mean, values[:, measured], sigma[:, measured])
    if shifts is None:
        return None
    shift, stderr = shifts
    drift, drift_stderr = _fit_line(shift, stderr)
    is_told = abs(drift) > max(LIMIT[axis], _SURE * drift_stderr)
    unit = AXES[axis].unit
    return ScanDrift(name, tuple(rows), shift, stderr, drift, drift_stderr, unit, is_told)


def _measure_shifts(
    grid: FloatArray, mean: FloatArray, values: FloatArray, sigma: FloatArray
) -> tuple[FloatArray, FloatArray] | None:
    """Shift of each scan from the mean of all with its standard error, shape (n,) each."""
    design = np.stack([mean, np.ones_like(mean), -np.gradient(mean, grid)], axis=1)
    scale = np.linalg.norm(design, axis=0)
    if not np.all(scale > 0) or np.linalg.matrix_rank(design / scale) < 3:
        return None
    shift, stderr = np.empty(len(values)), np.empty(len(values))
    for index, (scan, error) in enumerate(zip(values, sigma, strict=True)):
        weighted = design / scale / error[:, None]
        covariance = np.linalg.inv(weighted.T @ weighted)
        factor, _, moved = covariance @ weighted.T @ (scan / error) / scale
        if factor <= 0:
            return None
        shift[index] = moved / factor
        stderr[index] = np.sqrt(covariance[2, 2]) / scale[2] / factor
    return shift, stderr


def _fit_line(shift: FloatArray, stderr: FloatArray) -> tuple[float, float]:
    """Difference between the ends of the straight line through the shifts, and its error."""
    place = np.linspace(-0.5, 0.5, shift.size)
    weight = stderr**-2
    centre = np.average(place, weights=weight)
    spread = np.sum(weight * (place - centre) ** 2)
    slope = np.sum(weight * (place - centre) * shift) / spread
    return float(slope), float(spread**-0.5)


def drift_remarks(series: xr.Dataset) -> list[str]:
    """A sentence if scans are kept apart, and one for every drift that is told."""
    if not has_scans(series):
        return []
    region, count = series.attrs["region"], series.sizes[SPECTRUM]
    told = [f"{drift.sentence}." for drift in scan_drifts(series) if drift.is_told]
    return [
        f"{region}: the {count} scans are kept apart. Sum them with --sum-scans, or by a right "
        "click on the region.",
        *told,
    ]
