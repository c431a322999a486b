"""Spectra added to an analysis: what is fitted keeps its result, what is new has none yet."""

from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.joining.join import join_series
from fitting.data.result import FREEDOM, GROUP, empty_result
from fitting.data.series import SPECTRUM, get_column, set_coordinates
from fitting.fits.block import IndexArray
from fitting.projects.project import Analysis
from fitting.quantities.interval_storage import without_intervals


def with_spectra(analysis: Analysis, series: xr.Dataset) -> Analysis:
    """Return the analysis with the spectra of a series among its own, in the order of a join.

    Raises
    ------
    SeriesError
        If the two cannot be joined.
    """
    joined, origin = _join_both(analysis.series, series)
    return _with_rows(analysis, joined, origin)


def with_spectra_after(analysis: Analysis, series: xr.Dataset) -> Analysis:
    """Return the analysis with the spectra of a series after its own, such as those that come.

    Raises
    ------
    SeriesError
        If the two cannot be joined.
    """
    joined, origin = _join_both(analysis.series, series)
    order = np.argsort(origin)
    return _with_rows(analysis, joined.isel({SPECTRUM: order}), origin[order])


def _join_both(first: xr.Dataset, second: xr.Dataset) -> tuple[xr.Dataset, IndexArray]:
    """Both series, and where each spectrum stood when one was put after the other."""
    parts = (first, second)
    labels = np.concatenate([get_column(part, "label") for part in parts])
    stops = np.cumsum([part.sizes[SPECTRUM] for part in parts])
    numbered = [
        set_coordinates(part, label=np.arange(stop - part.sizes[SPECTRUM], stop).astype(str))
        for part, stop in zip(parts, stops, strict=True)
    ]
    joined = join_series(numbered)
    origin = joined["label"].values.astype(int)
    return set_coordinates(joined, label=labels[origin]), origin


def _with_rows(analysis: Analysis, joined: xr.Dataset, origin: IndexArray) -> Analysis:
    if analysis.result is None:
        return replace(analysis, series=joined)
    # intervals of some of the spectra would pass for those of all
    former = without_intervals(analysis.result)
    result = empty_result(joined, analysis.model, int(former.attrs["free_parameters"]))
    is_former = origin < analysis.series.sizes[SPECTRUM]
    for name in result.data_vars:
        result[name].values[is_former] = former[name].values[origin[is_former]]
    if GROUP in former:
        result[FREEDOM] = (SPECTRUM, _fill_values(former[FREEDOM].values, origin, np.nan))
        result[GROUP] = (SPECTRUM, _rename_groups(_fill_values(former[GROUP].values, origin, -1)))
    return replace(analysis, series=joined, result=result.assign_attrs(former.attrs))


def _fill_values(values: np.ndarray, origin: IndexArray, empty: float) -> np.ndarray:
    """What spectra had, where they stand now, shape (n,)."""
    added = origin.size - values.size
    return np.append(values, np.full(added, empty, dtype=values.dtype))[origin]


def _rename_groups(groups: np.ndarray) -> np.ndarray:
    """Groups of a joint fit, named by the index of the first spectrum in each."""
    first = {group: int(np.flatnonzero(groups == group)[0]) for group in np.unique(groups)}
    return np.array([-1 if group < 0 else first[group] for group in groups])
