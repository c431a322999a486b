"""Single steps of the way from files to results, which the pipeline puts one after the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.joining.common_grid import GridCount
from fitting.data.joining.join import check_joinable, join_series
from fitting.data.result import FittedBlock, empty_result, with_blocks
from fitting.fits.each import fit_series
from fitting.models.parameters import resolve_ties
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis, name_spectra
from fitting.projects.unread import Unread

Solve = Callable[..., Iterator[FittedBlock]]
"""Fits the spectra of a prepared series: ``fit_series`` or another with its arguments."""


def join_regions(
    series: Iterable[xr.Dataset], held: Mapping[str, xr.Dataset] | None = None
) -> tuple[dict[str, xr.Dataset], tuple[Unread, ...]]:
    """Join what belongs to one region; a part that does not fit the others is left out, and said.

    Parameters
    ----------
    held
        Series of regions that the joined ones have to fit as well; they are not joined with them.
    """
    regions: dict[str, list[xr.Dataset]] = {}
    grids = {region: GridCount(one) for region, one in (held or {}).items()}
    left_out: list[Unread] = []
    for part in series:
        region = str(part.attrs["region"])
        kept = regions.get(region, [])
        first = (held or {}).get(region, kept[0] if kept else None)
        try:
            if first is not None:
                check_joinable(first, part)
            grids.setdefault(region, GridCount()).add(part)
        except SeriesError as error:
            left_out += name_spectra(part, str(error))
        else:
            regions[region] = [*kept, part]
    return {region: join_series(parts) for region, parts in regions.items()}, tuple(left_out)


def fit_analysis(
    analysis: Analysis, spectra: Sequence[int] | None = None, solve: Solve = fit_series
) -> Iterator[FittedBlock]:
    """Fit the spectra (or those with these indices) as the recipe says; stop to cancel.

    Raises
    ------
    SeriesError
        If a step of the recipe leaves nothing of the series.
    """
    recipe = analysis.recipe
    prepared = apply_steps(analysis.series, recipe.steps)
    return solve(prepared, recipe.model, recipe.options, spectra=spectra)


def with_fit(analysis: Analysis, blocks: Iterable[FittedBlock]) -> Analysis:
    """Return the analysis with fitted blocks put into its result.

    Blocks of the recipe that gave the result so far are added to it; of another, begin a new one.
    """
    result = analysis.result if analysis.is_current else None
    if result is None:
        free = len(resolve_ties(analysis.recipe.model).free)
        result = empty_result(analysis.series, analysis.recipe.model, free)
    return replace(analysis, result=with_blocks(result, blocks), result_of=analysis.recipe)
