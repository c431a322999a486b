"""One set of species fitted to a series: chi-square and what BIC charges, spectrum by spectrum."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray, get_column
from fitting.fits.block import IndexArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.model import Model, parameter_names, with_parameter
from fitting.quantities.quantify import BoolArray
from fitting.selection.species_subset import with_only


@dataclass(frozen=True, slots=True)
class OwnFit:
    """What spectra gain and are charged for by themselves; shape (n,) throughout."""

    chi_square: FloatArray
    parameters: FloatArray
    """Free parameters of the spectrum alone that did not end at a bound."""
    charge: FloatArray
    """What BIC charges for them."""
    fitted: BoolArray

    def take(self, rows: IndexArray) -> "OwnFit":
        """Some of the spectra."""
        return OwnFit(
            self.chi_square[rows], self.parameters[rows], self.charge[rows], self.fitted[rows]
        )


@dataclass(frozen=True, slots=True)
class FittedSet:
    """One set of species fitted to n spectra."""

    model: Model
    own: OwnFit
    shared: FloatArray
    """The part of each spectrum in the free parameters that it shares with others, shape (n,)."""
    shared_charge: FloatArray
    """What BIC charges for that part, shape (n,)."""
    values: xr.DataArray
    """Of all parameters by spectrum."""


def fit_set(
    series: xr.Dataset, model: Model, options: FitOptions, starts: FloatArray | None = None
) -> FittedSet:
    """Fit a model to all spectra, and count its parameters."""
    result = fit_all_spectra(series, model, options, starts=starts)
    free = np.isfinite(result["stderr"].values) & (result["stderr"].values > 0)
    varied = _varied_rows(model)
    is_shared = np.array([_is_shared(name, options) for name in parameter_names(model)])
    own = (free & ~is_shared)[:, varied].sum(axis=1).astype(float)
    points, members = points_of(series), _group_sizes(series, options)
    shared = (free & is_shared)[:, varied].sum(axis=1) / members
    return FittedSet(
        model,
        OwnFit(result["chi_square"].values, own, own * np.log(points), is_fitted(result)),
        shared,
        shared * np.log(points * members),
        result["value"],
    )


def fit_fewer(
    series: xr.Dataset,
    whole: FittedSet,
    species: Sequence[str],
    rows: IndexArray,
    options: FitOptions,
) -> OwnFit:
    """Fit fewer species to some spectra of a joint fit; what they share stays as it was found."""
    fewer = OwnFit(*(np.full(series.sizes[SPECTRUM], value) for value in (np.nan, 0.0, 0.0, False)))
    alone = replace(options, share=(), share_by=())
    groups = _shared_groups(series, options)
    for key in sorted({groups[row] for row in rows}):
        at = np.array([row for row in rows if groups[row] == key])
        held = _with_shared_held(whole, int(at[0]), options)
        model = with_only(held, species)
        found = whole.values.isel({SPECTRUM: at})
        starts = found.reindex(parameter=list(parameter_names(model))).values
        part = fit_set(series.isel({SPECTRUM: at}), model, alone, starts).own
        for name in ("chi_square", "parameters", "charge", "fitted"):
            getattr(fewer, name)[at] = getattr(part, name)
    return fewer.take(rows)


def points_of(series: xr.Dataset) -> FloatArray:
    """Points that were measured, at least one, shape (n,)."""
    measured = np.isfinite(series["sigma"].values).sum(axis=1)
    return np.asarray(np.maximum(measured.astype(float), 1.0))


def _varied_rows(model: Model) -> list[int]:
    """Rows of the parameters that are free by themselves."""
    tied = {tie.target for tie in model.ties}
    return [
        row
        for row, (name, parameter) in enumerate(model.parameters())
        if parameter.vary and name not in tied
    ]


def _is_shared(name: str, options: FitOptions) -> bool:
    return name.rpartition(".")[2] in options.share


def _group_sizes(series: xr.Dataset, options: FitOptions) -> FloatArray:
    """How many spectra have their shared parameters in common with each, shape (n,)."""
    keys = _shared_groups(series, options)
    counts = Counter(keys)
    return np.array([counts[key] for key in keys], dtype=float)


def _shared_groups(series: xr.Dataset, options: FitOptions) -> list[tuple[str, ...]]:
    """What each spectrum has in common with those it shares parameters with."""
    columns = [get_column(series, name).astype(str) for name in options.share_by]
    return list(zip(*columns, strict=True)) if columns else [()] * series.sizes[SPECTRUM]


def _with_shared_held(whole: FittedSet, spectrum: int, options: FitOptions) -> Model:
    """The model with what a spectrum shares with others fixed at what was found."""
    model, found = whole.model, whole.values.isel({SPECTRUM: spectrum}).values
    for row, (name, one) in enumerate(whole.model.parameters()):
        if _is_shared(name, options) and np.isfinite(found[row]):
            value = min(max(float(found[row]), one.min), one.max)
            model = with_parameter(model, name, value=value, vary=False)
    return model
