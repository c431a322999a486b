"""Spectra added to an analysis: what is fitted keeps its result, what is new has none yet."""

from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.joining.join import join_series
from fitting.data.result import GROUP, without_fits
from fitting.data.series import SPECTRUM, axis_of, get_column, set_coordinates
from fitting.fits.block import IndexArray
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.backgrounds.straight import OFFSET
from fitting.models.model import Background
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe


def with_spectra(analysis: Analysis, series: xr.Dataset) -> Analysis:
    """Return the analysis with the spectra of a series among its own, in the order of a join.

    Raises
    ------
    SeriesError
        If the two cannot be joined.
    """
    joined, origin = _join_both(analysis.series, series)
    return _with_rows(analysis, joined, origin)


def with_moved_series(analysis: Analysis, series: xr.Dataset) -> Analysis:
    """Return the analysis with the same spectra at other potentials, times or energies.

    Spectra whose energies have moved have no fit any more: it was of the former energies.
    """
    result = analysis.result
    if series is analysis.series or result is None:
        return replace(analysis, series=series)
    told = {name: one.variable for name, one in series.coords.items() if one.dims == (SPECTRUM,)}
    moved = analysis.series["axis_offset"].values != series["axis_offset"].values
    result = result.assign_coords(told)
    if moved.any():
        result = without_fits(result, np.flatnonzero(moved))
    return replace(analysis, series=series, result=result)


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
    # species were chosen for the spectra that were there
    analysis = replace(analysis, selection=None)
    if analysis.result is None:
        return replace(analysis, series=joined)
    is_new = origin >= analysis.series.sizes[SPECTRUM]
    if _is_background_moved(analysis, joined):
        is_new = np.ones_like(is_new)
    result = analysis.result.isel({SPECTRUM: np.where(is_new, 0, origin)})
    told = {name: one.variable for name, one in joined.coords.items() if one.dims == (SPECTRUM,)}
    result = without_fits(result.assign_coords(told), np.flatnonzero(is_new))
    if GROUP in result:
        result[GROUP] = (SPECTRUM, _rename_groups(result[GROUP].values))
    return replace(analysis, series=joined, result=result)


def _is_background_moved(analysis: Analysis, joined: xr.Dataset) -> bool:
    """Whether the fitted range has other ends now, and a background with a slope or bends refers
    to them: its fitted parameters would draw another curve."""
    background = analysis.model.background
    if not any(
        one.vary for name, one in background.parameters.items() if name in _bends(background)
    ):
        return False
    recipe = analysis.result_of or analysis.recipe
    return _fitted_ends(analysis.series, recipe) != _fitted_ends(joined, recipe)


def _bends(background: Background) -> set[str]:
    kind = BACKGROUNDS[background.kind]
    return (
        {one.name for one in kind.level if one.name != OFFSET.name} if kind.level_curves else set()
    )


def _fitted_ends(series: xr.Dataset, recipe: Recipe) -> tuple[float, ...]:
    """The ends of the axis within the ranges of the recipe; none where nothing is in them."""
    try:
        kept = apply_steps(series, [step for step in recipe.steps if isinstance(step, CropAxis)])
    except SeriesError:
        return ()
    axis = kept[axis_of(kept)].values
    return float(axis[0]), float(axis[-1])


def _rename_groups(groups: np.ndarray) -> np.ndarray:
    """Groups of a joint fit, named by the index of the first spectrum in each."""
    first = {group: int(np.flatnonzero(groups == group)[0]) for group in np.unique(groups)}
    return np.array([-1 if group < 0 else first[group] for group in groups])
