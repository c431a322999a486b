"""How the fit of every spectrum ended, or why there is none, as a sentence."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import Status
from fitting.data.series import SPECTRUM, get_column
from fitting.projects.project import Analysis, Project, name_spectra
from fitting.projects.unread import Unread
from fitting.referencing.contested import CONTESTED, is_contested

WITHOUT_PEAKS = (
    "Not fitted: the model has no peaks, as the region was not asked for or the library has no "
    "model for it. Give it a model or peaks of your own."
)
_WITHOUT_REFERENCE = f"Not fitted: {CONTESTED} (see the notes)."


def tell_outcomes(analysis: Analysis, left_out: Sequence[Unread] = ()) -> NDArray[Any]:
    """A sentence for each spectrum, shape (n,).

    Parameters
    ----------
    left_out
        Of the project, with the reason where nothing of a region could be fitted.
    """
    series, result = analysis.series, analysis.result
    none = Status.NOT_FITTED.sentence if analysis.has_peaks else WITHOUT_PEAKS
    reasons = {_key_of(one): one.reason for one in left_out}
    told = np.array([reasons.get(key, none) for key in _iterate_keys(series)], dtype=object)
    if result is not None:
        is_tried = result["status"].values != Status.NOT_FITTED
        told = np.where(is_tried, result["message"].values, told)
    return np.where(is_contested(series), _WITHOUT_REFERENCE, told)


def list_without_row(project: Project) -> tuple[Unread, ...]:
    """What is left out and is no spectrum of the project's series."""
    held = {key for one in project.analyses.values() for key in _iterate_keys(one.series)}
    return tuple(entry for entry in project.unread if _key_of(entry) not in held)


def list_left_out(project: Project) -> tuple[Unread, ...]:
    """What could not be used, and the spectra whose references disagree: they are not fitted."""
    entries = list(project.unread)
    for analysis in project.analyses.values():
        series = analysis.series
        rows = np.flatnonzero(is_contested(series))
        if rows.size:
            contested = series.isel({SPECTRUM: rows})
            entries += name_spectra(contested, f"{analysis.region}: {_WITHOUT_REFERENCE}")
    return tuple(entries)


def list_without_peaks(project: Project) -> tuple[Unread, ...]:
    """The spectra of regions that have no peaks yet."""
    regions = [one for one in project.analyses.values() if not one.has_peaks]
    return tuple(
        entry
        for one in regions
        for entry in name_spectra(one.series, f"{one.region}: {WITHOUT_PEAKS}")
    )


def _key_of(entry: Unread) -> tuple[str, ...]:
    return entry.region, entry.source, entry.sample, entry.label


def _iterate_keys(series: xr.Dataset) -> Iterator[tuple[str, ...]]:
    columns = [get_column(series, name).astype(str) for name in ("source", "sample", "label")]
    for names in zip(*columns, strict=True):
        yield (str(series.attrs["region"]), *map(str, names))
