"""The stored fits of a series as one analysis: a model for all of them, and the values of each.

Spectra may store unlike fits: see ``joined_models``. Where a spectrum has none of a peak, its area
is zero. What a spectrum stores is its values, whatever the others do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.result import (
    TAKEN_OVER,
    FittedBlock,
    Status,
    empty_result,
    with_blocks,
)
from fitting.data.series import SPECTRUM, FloatArray, axis_of, get_column
from fitting.exchange.joined_models import JoinedModels, join_models, rename_parameter
from fitting.exchange.taken_background import name_background
from fitting.exchange.taken_model import TakenFit, take_model
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.models.function import compile_model
from fitting.models.model import BACKGROUND, Model, Parameter, Peak, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.preprocessing.steps import apply_steps
from fitting.preprocessing.stored_range import KeepStoredRange, stored_fits
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe
from fitting.readers.spectra.published_fit import FitRegion, PublishedFit, published_fits

NOT_STORED = "Its file stores no fit that could be taken over."


@dataclass(frozen=True, slots=True)
class TakenSeries:
    """The analysis, and what there is to say of it."""

    analysis: Analysis
    doubts: Mapping[int, Mapping[str, str]]
    """By spectrum, then peak or "background": what has no exact counterpart."""
    notes: tuple[str, ...]
    """What holds for the series, as sentences."""


def take_series(series: xr.Dataset) -> TakenSeries | None:
    """The fits that are stored beside a series; ``None`` where there are none.

    Values are those of the other program: nothing is fitted. Energies that have been referred
    anew since move the positions with them.
    """
    found = (_take_spectrum(series, row, *one) for row, one in enumerate(stored_fits(series)))
    taken = {row: fit for row, fit in enumerate(found) if fit is not None}
    if not taken:
        return None
    joined = join_models({row: fit.model for row, fit in taken.items()})
    recipe = Recipe(joined.model, (KeepStoredRange(),), FitOptions(family=()))
    free = len(resolve_ties(joined.model).free)
    block = _make_block(series, joined, taken)
    result = with_blocks(empty_result(series, joined.model, free), (block,))
    return TakenSeries(
        Analysis(series, recipe, result, recipe),
        {
            row: {called.get(owner, owner): doubt for owner, doubt in taken[row].doubts.items()}
            for row, called in joined.names.items()
        },
        tuple(_describe_joining(str(series.attrs["region"]), joined)),
    )


def _take_spectrum(
    series: xr.Dataset, row: int, fit: PublishedFit, region: FitRegion | None, energy: FloatArray
) -> TakenFit | None:
    doubt = ""
    if region is not None and fit.curves is not None and not region.background:
        one = apply_steps(series.isel({SPECTRUM: [row]}), (KeepStoredRange(),))
        kept, intensity = one[axis_of(series)].values, one["intensity"].values[0]
        seen = np.isfinite(intensity)
        places = np.searchsorted(series[axis_of(series)].values, kept[seen])
        region, doubt = name_background(region, fit.curves, energy[places], intensity[seen])
    try:
        taken = take_model(fit, region)
    except ThioscopeError:
        # such as links that run in a circle
        return None
    if taken is None:
        return None
    now = float(np.nan_to_num(get_column(series, "charge_shift").astype(float))[row])
    taken = replace(taken, model=_move_peaks(taken.model, now - (fit.shift or 0.0)))
    return replace(taken, doubts={**taken.doubts, BACKGROUND: doubt}) if doubt else taken


def _move_peaks(model: Model, distance: float) -> Model:
    """The model with its peaks elsewhere."""

    def moved(peak: Peak) -> Peak:
        one = peak.parameters["position"]
        there = Parameter(one.value + distance, one.min + distance, one.max + distance, one.vary)
        return replace(peak, parameters={**peak.parameters, "position": there})

    return model if distance == 0.0 else replace(model, peaks=tuple(map(moved, model.peaks)))


def _make_block(
    series: xr.Dataset, joined: JoinedModels, taken: Mapping[int, TakenFit]
) -> FittedBlock:
    """The stored values as results, with how well they meet the data; errors are not known."""
    model, count = joined.model, series.sizes[SPECTRUM]
    names = parameter_names(model)
    value = np.tile([one.value for _, one in model.parameters()], (count, 1))
    for row in joined.names:
        value[row] = _values_of(model, taken[row].model, joined.names[row])
    prepared = apply_steps(series, (KeepStoredRange(),))
    data = take_measured(prepared, model)
    function = compile_model(model, prepared[axis_of(series)].values)
    expected = function.value(value, data.offsets) + data.static
    residuals = np.where(data.is_seen, (data.intensity - expected) / data.sigma, 0.0)
    is_taken = np.isin(np.arange(count), list(joined.names))
    programs = [fit.program or "another program" for fit in published_fits(series)]
    return FittedBlock(
        spectra=np.arange(count),
        value=np.where(is_taken[:, None], value, np.nan),
        covariance=np.full((count, len(names), len(names)), np.nan),
        chi_square=np.where(is_taken, np.sum(residuals**2, axis=1), np.nan),
        points=data.is_seen.sum(axis=1),
        status=np.where(is_taken, int(Status.CONVERGED), int(Status.FAILED)),
        message=tuple(
            f"Taken over from {program}, not fitted: without errors." if ours else NOT_STORED
            for program, ours in zip(programs, is_taken, strict=True)
        ),
        engine=TAKEN_OVER + next(programs[row] for row in joined.names),
    )


def _values_of(model: Model, own: Model, called: Mapping[str, str]) -> FloatArray:
    """The values of one spectrum in the order of the joined model; peaks it has not are empty."""
    stored = {rename_parameter(name, called): one.value for name, one in own.parameters()}
    empty = {name: 0.0 for name in parameter_names(model) if name.endswith(".area")}
    return np.array(
        [stored.get(name, empty.get(name, one.value)) for name, one in model.parameters()]
    )


def _describe_joining(region: str, joined: JoinedModels) -> Iterator[str]:
    if joined.left_out:
        yield (
            f"{region}: {len(joined.left_out)} of the spectra have another background than most; "
            "their stored fits are not taken over."
        )
    if joined.loosened:
        yield (
            f"{region}: the stored fits do not agree in what "
            f"{', '.join(joined.loosened)} follow(s); there is no tie in the model, the values are "
            "as stored."
        )
