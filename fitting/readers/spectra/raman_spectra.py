"""Raman spectra of one file, as one series: what all readers of Raman formats do in the end."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import estimated_sigma
from fitting.data.regions import RAMAN
from fitting.data.series import SHIFT, FloatArray, make_series
from fitting.readers.spectra.samples import sample_of


def raman_series(
    path: Path,
    shift: FloatArray,
    intensity: FloatArray,
    *,
    unit: str,
    labels: Sequence[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
    **coordinates: ArrayLike,
) -> xr.Dataset:
    """A series of all spectra that are not empty; the empty ones are told in a warning.

    The noise is estimated: the gain and read noise of the detector are not known.

    Parameters
    ----------
    shift : shape (m,)
        Raman shifts (1/cm), ascending or descending.
    intensity : shape (n, m)
    labels, coordinates : length n, or a scalar for all spectra
        Empty ones (nan for all spectra) are left out.

    Raises
    ------
    UnreadableFileError
        If the shifts cannot be an axis, or no spectrum is left.
    """
    steps = np.diff(shift)
    if not steps.size or not (np.all(steps > 0) or np.all(steps < 0)):
        raise UnreadableFileError(
            f"{path.name}: the Raman shifts do not rise or fall from point to point, so the file "
            "is damaged. Export the spectra again."
        )
    measured = np.where(np.isfinite(intensity), intensity, np.nan)
    kept = np.flatnonzero(np.nan_to_num(measured).any(axis=1))
    if kept.size == 0:
        raise UnreadableFileError(f"{path.name}: all spectra in this file are empty.")
    lost = len(measured) - kept.size
    note = [f"{lost} of {len(measured)} spectra are empty and were left out."] if lost else []
    return make_series(
        SHIFT,
        shift,
        measured[kept],
        region=RAMAN,
        sigma=estimated_sigma(measured[kept]),
        noise="estimated",
        unit=unit,
        metadata=metadata,
        warnings=[*warnings, *note],
        sample=sample_of(path),
        label=np.array(labels or [""] * len(measured), dtype=object)[kept],
        **_of_kept(coordinates, kept, len(measured)),
    )


def shift_of_wavelength(wavelength: FloatArray, laser: float) -> FloatArray:
    """Raman shift (1/cm) of wavelengths (nm) excited by a laser line (nm)."""
    return np.asarray(1e7 / laser - 1e7 / wavelength)


def _of_kept(coordinates: Mapping[str, ArrayLike], kept: Any, count: int) -> dict[str, Any]:
    """The coordinates of the spectra that are left, where anything is known of them."""
    columns = {
        name: np.broadcast_to(np.asarray(values, dtype=float), (count,))[kept]
        for name, values in coordinates.items()
    }
    return {name: values for name, values in columns.items() if np.isfinite(values).any()}
