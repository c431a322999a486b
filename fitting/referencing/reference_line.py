"""Where the line of a charge reference lies in one spectrum, wherever charging has moved it.

The strongest line is taken for the reference line first, and for that of every other species of
the library's model after it.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.result import is_fitted
from fitting.data.series import FloatArray, axis_values, set_coordinates
from fitting.fits.each import fit_all_spectra
from fitting.models.model import Model
from fitting.preprocessing.axis import CropAxis, crop_axis

CLEARLY_BETTER = 0.8
"""Another reading of the strongest line needs a reduced chi-square smaller by this factor."""
LEAST_SHARE = 0.1
"""Part of the area of its region that the reference line has where another line is stronger."""
SMOOTHED_OVER = 0.6
"""The strongest line is looked for in counts averaged over this width (eV)."""
_FEWEST_OF_TOP = 7
"""Points about a maximum that say where it is."""
_FOOT = 2.0
"""Counts this far below a line (eV) are its background."""


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """The line with its neighbours, as a library has them."""

    species: str
    position: float
    """Where the line shall be (eV)."""
    model: Model
    crop: CropAxis
    expected: tuple[float, ...]
    """Position of every species of the model (eV), the reference's own first."""


@dataclass(frozen=True, slots=True)
class ReferenceAttempt:
    """What a spectrum gives if its strongest line is taken for that of one species."""

    shift: float
    """eV, added to the measured energies."""
    stderr: float
    chi_square: float
    share: float
    """Area of the reference line over that of all lines."""


@dataclass(frozen=True, slots=True)
class LineReading:
    """The shift that a spectrum asks for, by two readings of its strongest line."""

    first: ReferenceAttempt
    """That line is the reference line."""
    chosen: ReferenceAttempt
    """The same, or of another species' line where that fits clearly better."""
    half_width: float
    """From the top of the strongest line to half its height at lower energy (eV)."""


def read_line(measured: xr.Dataset, line: ReferenceLine) -> LineReading | None:
    """How the strongest line of one spectrum can be read; ``None`` if it cannot be fitted."""
    strongest = _strongest_line(measured)
    if strongest is None:
        return None
    tried = [_try_shift(measured, line, position - strongest) for position in line.expected]
    found = [attempt for attempt in tried if attempt is not None]
    if not found:
        return None
    # the strongest line is the reference line unless another reading fits clearly better, and has
    # a reference line: in a tail of another line there is none
    first = found[0]
    others = [attempt for attempt in found[1:] if attempt.share >= LEAST_SHARE]
    best = min((first, *others), key=lambda attempt: attempt.chi_square)
    is_better = best.chi_square < CLEARLY_BETTER * first.chi_square
    half_width = _half_width_below(measured, strongest)
    return LineReading(first, best if is_better else first, half_width)


def moved_by(series: xr.Dataset, shift: FloatArray | float) -> xr.Dataset:
    """The series with its energies moved (eV)."""
    return set_coordinates(series, axis_offset=series["axis_offset"].values + shift)


def _try_shift(measured: xr.Dataset, line: ReferenceLine, move: float) -> ReferenceAttempt | None:
    """Fit a spectrum that is moved to where the library expects it; ``None`` if that fails."""
    try:
        result = fit_all_spectra(crop_axis(moved_by(measured, move), line.crop), line.model)
    except SeriesError:
        return None
    name = f"{line.species}.position"
    value, stderr = (float(result[part].sel(parameter=name)[0]) for part in ("value", "stderr"))
    if not is_fitted(result)[0] or not np.isfinite(stderr):
        return None
    shift = move + line.position - value
    areas = {
        peak.name: float(result["value"].sel(parameter=f"{peak.name}.area")[0])
        for peak in line.model.peaks
    }
    share = areas[line.species] / (sum(areas.values()) or np.nan)
    return ReferenceAttempt(shift, stderr, float(result["reduced_chi_square"][0]), share)


def _strongest_line(spectrum: xr.Dataset) -> float | None:
    """Energy of the largest smoothed count above the line between the ends; ``None`` if none."""
    energy, counts = axis_values(spectrum)[0], spectrum["intensity"].values[0]
    energy, counts = energy[np.isfinite(counts)], counts[np.isfinite(counts)]
    width = max(1, round(SMOOTHED_OVER / float(np.median(np.diff(energy)))))
    if counts.size < 3 * width:
        return None
    smooth = np.convolve(counts, np.full(width, 1 / width), mode="valid")
    inner = np.convolve(energy, np.full(width, 1 / width), mode="valid")
    ends = np.interp(inner, inner[[0, -1]], smooth[[0, -1]])
    return float(inner[np.argmax(smooth - ends)])


def _half_width_below(spectrum: xr.Dataset, strongest: float) -> float:
    """From the top of a line to half its height over its low foot (eV), at its low side."""
    energy, counts = axis_values(spectrum)[0], spectrum["intensity"].values[0]
    energy, counts = energy[np.isfinite(counts)], counts[np.isfinite(counts)]
    near = np.abs(energy - strongest) < SMOOTHED_OVER
    if near.sum() < _FEWEST_OF_TOP:
        return np.inf
    curve = np.polynomial.Polynomial.fit(energy[near], counts[near], 4)
    fine = np.linspace(energy[near][0], energy[near][-1], 200)
    top = float(fine[np.argmax(curve(fine))])
    foot = float(np.median(counts[energy < top - _FOOT]) if (energy < top - _FOOT).any() else 0)
    half = (float(curve(top)) + foot) / 2
    below = np.flatnonzero((energy < top) & (counts < half))
    if not below.size or below[-1] + 1 >= energy.size:
        return np.inf
    low = int(below[-1])
    part = (half - counts[low]) / (counts[low + 1] - counts[low])
    return top - float(energy[low] + part * (energy[low + 1] - energy[low]))
