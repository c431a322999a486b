"""Several spectra of a region together: as they are, one above the other, or as differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from fitting.data.series import SPECTRUM, FloatArray, axis_values

Arrangement = Literal["together", "waterfall", "difference"]
"""As they are; each a step above the one before; each minus the first."""
_STEP = 0.3
"""Of the largest height among the spectra, by which each stands above the one before."""


@dataclass(frozen=True, slots=True)
class ComparedSpectrum:
    """One spectrum as it is drawn; shapes (m,)."""

    spectrum: int
    """Index into the series."""
    x: FloatArray
    """Axis with the spectrum's own offset (eV or 1/cm)."""
    y: FloatArray
    """Intensity; in parts of its highest point if it is normalised."""


def compare_spectra(
    series: xr.Dataset,
    spectra: Sequence[int],
    arrangement: Arrangement = "together",
    *,
    is_normalised: bool = False,
) -> list[ComparedSpectrum]:
    """The measured points of some spectra, arranged to be looked at together.

    Parameters
    ----------
    spectra
        Indices, in the order in which they stand above one another; of differences, the first is
        what is taken from the others, by linear interpolation where their points differ.
    is_normalised
        Divide each by its highest point.
    """
    rows = [_take_spectrum(series, spectrum, is_normalised) for spectrum in spectra]
    rows = [row for row in rows if row.x.size]
    if arrangement == "difference":
        return [_subtract(row, rows[0]) for row in rows[1:]]
    if arrangement == "waterfall" and rows:
        step = _STEP * max(float(np.ptp(row.y)) for row in rows)
        return [
            ComparedSpectrum(row.spectrum, row.x, row.y + place * step)
            for place, row in enumerate(rows)
        ]
    return rows


def _take_spectrum(series: xr.Dataset, spectrum: int, is_normalised: bool) -> ComparedSpectrum:
    x = axis_values(series.isel({SPECTRUM: [spectrum]}))[0]
    y = np.asarray(series["intensity"].values[spectrum], dtype=float)
    measured = np.isfinite(y) & np.isfinite(x)
    x, y = x[measured], y[measured]
    highest = float(y.max()) if y.size else 0.0
    return ComparedSpectrum(spectrum, x, y / highest if is_normalised and highest > 0 else y)


def _subtract(row: ComparedSpectrum, first: ComparedSpectrum) -> ComparedSpectrum:
    """Where the first was measured; nothing is made up beyond."""
    inside = (row.x >= first.x[0]) & (row.x <= first.x[-1])
    x = row.x[inside]
    return ComparedSpectrum(row.spectrum, x, row.y[inside] - np.interp(x, first.x, first.y))
