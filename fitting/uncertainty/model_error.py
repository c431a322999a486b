"""The model error of shares and ratios: how far they move within the family of the model.

The members are fitted to the same spectra. Each counts by its evidence over the whole series,
the information criterion of all spectra together (H. Akaike, IEEE Trans. Autom. Control 19, 716,
1974): what one spectrum cannot tell, twenty may. The model error of a quantity is

    sqrt(sum_m w_m ((x_m - x)^2 + max(s_m^2 - s^2, 0)))

with the value ``x`` and standard error ``s`` of the fitted model, ``x_m`` and ``s_m`` of a member
and its weight ``w_m``: it holds the distance to what describes the series better, and what is less
sure there. It is beside the statistical error, never part of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.result import empty_result, is_fitted, with_blocks
from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.block import IndexArray, filled_block, select_fittable, start_values
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.models.function import compile_model
from fitting.models.model import Model, parameter_names
from fitting.quantities.detection import DECISION
from fitting.quantities.interval_storage import AS_FITTED
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import Quantity
from fitting.solvers.numpy.minimise import solve_numpy
from fitting.uncertainty.model_family import Member

CONTRIBUTES = 0.02
"""Weight from which a member is named."""
OWN_PRIOR = 0.5
"""What the fitted model counts before any evidence; the kinds of members share the rest equally,
and so do the members of a kind."""
REJECTED = 20.0
"""Difference of the information criterion beyond which the fitted model counts as rejected; the
evidence between the others is then taken in units of a twentieth of what rejects it."""
MOST_SPECTRA = 64
"""Of a longer series so many stand for all."""
_MOST_EVALUATIONS = 200


@dataclass(frozen=True, slots=True)
class FittedMember:
    """A member of the family, fitted to the series."""

    member: Member
    value: FloatArray
    """Quantities in the spectra of ``sample_rows``, shape (b, q); nan where it was not fitted."""
    stderr: FloatArray
    chi_square: FloatArray
    """Shape (b,)."""
    free: int
    """Free parameters of a spectrum."""


@dataclass(frozen=True, slots=True)
class FamilyError:
    """What the family says of q quantities in n spectra."""

    error: FloatArray
    """Shape (n, q); nan where no member could be fitted."""
    undetected: FloatArray
    """Weight of the members that do not detect it, 0 to 1; shape (n, q)."""
    weights: tuple[tuple[str, float], ...]
    """Members by their name with their weights; the fitted model is "as fitted"."""


def fit_family(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    members: Sequence[Member],
    quantities: Sequence[Quantity],
    options: FitOptions,
) -> Iterator[FittedMember]:
    """Fit the fitted model anew and every member, one after the other; stop to cancel.

    All are fitted spectrum by spectrum with the noise that the fitted model expects, from where it
    ended: their chi-squares can be compared.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    """
    rows = sample_rows(result)
    fitted, ended = series.isel({SPECTRUM: rows}), result.isel({SPECTRUM: rows})
    sigma = _expected_noise(fitted, ended, model, options)
    for member in (Member(AS_FITTED, AS_FITTED, "", model), *members):
        try:
            refitted = _refit(fitted, member.model, _starts_of(member.model, ended, model), sigma)
        except ThioscopeError:
            # bounds that leave nothing to vary in: the member says nothing of this series
            continue
        yield _take_member(member, refitted, quantities)


def sample_rows(result: xr.Dataset) -> IndexArray:
    """The fitted spectra that stand for the series: all of a short one, evenly some of a long one.

    The model errors of those between follow from their neighbours.
    """
    rows = np.flatnonzero(is_fitted(result))
    if rows.size <= MOST_SPECTRA:
        return rows
    return np.asarray(rows[np.linspace(0, rows.size - 1, MOST_SPECTRA).round().astype(int)])


def weigh_family(fitted: Sequence[FittedMember], result: xr.Dataset) -> FamilyError:
    """The model error of the first of them, which is the fitted model itself.

    Parameters
    ----------
    result
        Of the fitted model, all spectra of the series.
    """
    rows = sample_rows(result)
    weights = _find_weights(fitted, result["points"].values[rows].astype(float))
    first = fitted[0]
    square, known, unseen = (np.zeros_like(first.value) for _ in range(3))
    for weight, one in zip(weights, fitted, strict=True):
        excess = np.nan_to_num(one.stderr) ** 2 - np.nan_to_num(first.stderr) ** 2
        part = (one.value - first.value) ** 2 + np.maximum(excess, 0.0)
        usable = np.isfinite(part)
        square += np.where(usable, weight * part, 0.0)
        known += np.where(usable, weight, 0.0)
        is_seen = one.value > DECISION * np.nan_to_num(one.stderr)
        unseen += np.where(usable & ~is_seen, weight, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(known > 0, np.sqrt(square / known), np.nan)
        unseen = np.where(known > 0, unseen / known, np.nan)
    named = [(one.member.name, float(weight)) for one, weight in zip(fitted, weights, strict=True)]
    mattered = sorted((n for n in named if n[1] >= CONTRIBUTES), key=lambda n: -n[1])
    return FamilyError(
        _spread_over_series(error, rows, result),
        _spread_over_series(unseen, rows, result),
        tuple(mattered),
    )


def _spread_over_series(found: FloatArray, rows: IndexArray, result: xr.Dataset) -> FloatArray:
    """What was found of some spectra for all fitted ones, shape (n, q): linear between them."""
    everywhere = np.full((result.sizes[SPECTRUM], found.shape[1]), np.nan)
    inside = np.flatnonzero(is_fitted(result))
    for column, own in enumerate(found.T):
        known = np.isfinite(own)
        if known.any():
            between = np.interp(inside, rows[known], own[known])
            everywhere[inside, column] = between
    everywhere[rows[:, None], np.arange(found.shape[1])] = found
    return everywhere


def _find_weights(fitted: Sequence[FittedMember], points: FloatArray) -> FloatArray:
    """Weights of the members, which add up to 1, shape (k,)."""
    chi_square = np.stack([one.chi_square for one in fitted])
    everywhere = np.isfinite(chi_square).all(axis=0)
    if not everywhere.any():
        return np.asarray(np.eye(len(fitted))[0])
    free = np.array([one.free for one in fitted])
    total = chi_square[:, everywhere].sum(axis=1)
    freedom = points[everywhere].sum() - free * everywhere.sum()
    # where even the best is not good, what is better by chance alone weighs less
    scale = max(1.0, float((total / np.maximum(freedom, 1.0)).min()))
    evidence = total / scale + 2.0 * free * everywhere.sum()
    evidence -= evidence.min()
    # where the fitted model is rejected, no other one is proved by the same margin
    weights = _find_priors(fitted) * np.exp(-0.5 * evidence / max(1.0, evidence[0] / REJECTED))
    return np.asarray(weights / weights.sum())


def _find_priors(fitted: Sequence[FittedMember]) -> FloatArray:
    """What each member counts before the spectra are looked at, shape (k,)."""
    sizes = Counter(one.member.kind for one in fitted)
    others = max(len(sizes) - 1, 1)
    return np.array(
        [
            OWN_PRIOR
            if one.member.kind == AS_FITTED
            else (1.0 - OWN_PRIOR) / others / sizes[one.member.kind]
            for one in fitted
        ]
    )


def _expected_noise(
    series: xr.Dataset, result: xr.Dataset, model: Model, options: FitOptions
) -> FloatArray:
    """Sigma of every point: of counted data that of the fitted curve, else as measured."""
    function = compile_model(model, series[axis_of(series)].values)
    data = take_measured(series, model)
    if options.weights == "data" or not data.is_counted:
        return data.sigma
    return np.asarray(data.modelled_sigma(function, result["value"].values))


def _refit(series: xr.Dataset, model: Model, starts: FloatArray, sigma: FloatArray) -> xr.Dataset:
    function = compile_model(model, series[axis_of(series)].values)
    start = start_values(function, series.sizes[SPECTRUM], starts)
    data, block, rows = select_fittable(series, model, function)
    solution = solve_numpy(function, data.spectra(sigma[rows], start[rows]), _MOST_EVALUATIONS)
    filled = filled_block(block, rows, function, solution)
    return with_blocks(empty_result(series, model, start.shape[1]), [filled])


def _take_member(
    member: Member, result: xr.Dataset, quantities: Sequence[Quantity]
) -> FittedMember:
    areas = species_areas(result, member.model)
    estimates = [one.estimate(areas) for one in quantities]
    value = np.stack([one.value for one in estimates], axis=1)
    stderr = np.stack([one.stderr for one in estimates], axis=1)
    chi_square = np.where(is_fitted(result), result["chi_square"].values, np.nan)
    return FittedMember(member, value, stderr, chi_square, int(result.attrs["free_parameters"]))


def _starts_of(member: Model, result: xr.Dataset, model: Model) -> FloatArray:
    """Where the fitted model ended, for what the member has in common with it, shape (n, p)."""
    known = {name: column for column, name in enumerate(parameter_names(model))}
    fitted = result["value"].values
    names = parameter_names(member)
    starts = np.full((len(fitted), len(names)), np.nan)
    for place, name in enumerate(names):
        if name in known and not name.startswith("background."):
            starts[:, place] = fitted[:, known[name]]
    return starts
