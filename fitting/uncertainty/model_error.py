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
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.data.result import empty_result, is_fitted, with_blocks
from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.block import IndexArray, filled_block, select_fittable, start_values
from fitting.fits.component_noise import with_component_noise
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.models.function import compile_model
from fitting.models.model import Model, parameter_names
from fitting.quantities.detection import DECISION
from fitting.quantities.interval_storage import AS_FITTED
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import Quantity
from fitting.solvers.numpy.minimise import solve_numpy
from fitting.uncertainty.common_shapes import HeldModel, hold_over_series
from fitting.uncertainty.model_family import ABSENCE, Member

CONTRIBUTES = 0.02
"""Weight from which a member is named."""
OWN_PRIOR = 0.25
"""What the fitted model counts before any evidence; the kinds of members share the rest equally,
and so do the members of a kind."""
REJECTED = 20.0
"""Difference of the information criterion beyond which the fitted model counts as rejected; the
evidence between the others is then taken in units of a twentieth of what rejects it."""
MOST_SPECTRA = 64
"""Of a longer series so many stand for all."""
_MOST_EVALUATIONS = 200
_LEAST_KNOWN = 100.0 / np.sqrt(12.0)
"""Standard deviation of a share of which nothing is known (percent)."""


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
    common: int = 0
    """Parameters that all spectra have in common."""


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
    first: FittedMember | None = None
    for member in (Member(AS_FITTED, AS_FITTED, "", model), *members):
        try:
            refitted = _refit(fitted, member.model, _starts_of(member.model, ended, model), sigma)
            found = _take_member(member, refitted, quantities)
            first = first or found
            yield found
            if rows.size > 1 and _may_count(found, first):
                held = hold_over_series(member.model, refitted, model)
                if held is not None:
                    starts = _starts_of(held.model, refitted, member.model)
                    again = _refit(fitted, held.model, starts, sigma)
                    yield _take_common(found, held, again, quantities)
        except ThioscopeError:
            # bounds that leave nothing to vary in: the member says nothing of this series
            continue


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
    whole = [one for one in fitted if one.member.kind != ABSENCE]
    absent = [one for one in fitted if one.member.kind == ABSENCE]
    weights = _find_weights(whole, result["points"].values[rows].astype(float))
    first = fitted[0]
    square, known, unseen = (np.zeros_like(first.value) for _ in range(3))
    for weight, one in zip(weights, whole, strict=True):
        excess = np.nan_to_num(one.stderr) ** 2 - np.nan_to_num(first.stderr) ** 2
        part = (one.value - first.value) ** 2 + np.maximum(excess, 0.0)
        usable = np.isfinite(part)
        square += np.where(usable, weight * part, 0.0)
        known += np.where(usable, weight, 0.0)
        is_seen = one.value > DECISION * np.nan_to_num(one.stderr)
        unseen += np.where(usable & ~is_seen, weight, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        square = square / known + sum(_square_of_absence(first, one) for one in absent)
        error = np.where(known > 0, np.sqrt(square), np.nan)
        unseen = np.where(known > 0, unseen / known, np.nan)
    named = [(one.member.name, float(weight)) for one, weight in zip(whole, weights, strict=True)]
    mattered = sorted((n for n in named if n[1] >= CONTRIBUTES), key=lambda n: -n[1])
    return FamilyError(
        _spread_over_series(error, rows, result),
        _spread_over_series(unseen, rows, result),
        tuple(mattered),
    )


def _square_of_absence(first: FittedMember, absent: FittedMember) -> FloatArray:
    """What it adds to the squared error that a species may not be there at all, shape (b, q).

    Whether it is there may differ from spectrum to spectrum: each weighs the two for itself.
    """
    rise = absent.chi_square - first.chi_square
    weight = 1.0 / (1.0 + np.exp(np.minimum(0.5 * rise - (first.free - absent.free), 500.0)))
    part = weight[:, None] * (absent.value - first.value) ** 2
    return np.asarray(np.where(np.isfinite(part), part, 0.0))


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
    everywhere = np.isfinite(chi_square[0])
    if not everywhere.any():
        return np.asarray(np.eye(len(fitted))[0])
    # dropping what the fitted model has explains nothing, and is no evidence against it
    free = np.maximum([one.free for one in fitted], fitted[0].free)
    common = np.array([one.common for one in fitted])
    total = chi_square[:, everywhere].sum(axis=1)
    freedom = points[everywhere].sum() - free * everywhere.sum()
    # where even the best is not good, what is better by chance alone weighs less
    scale = max(1.0, float(np.nanmin(total / np.maximum(freedom, 1.0))))
    evidence = total / scale + 2.0 * (free * everywhere.sum() + common)
    # a member that could not be fitted to every spectrum says nothing of the series
    evidence = np.where(np.isfinite(evidence), evidence, np.inf)
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
    spectra = data.spectra(sigma[rows], start[rows])
    solution = solve_numpy(function, spectra, _MOST_EVALUATIONS)
    filled = filled_block(block, rows, function, solution)
    filled = with_component_noise(filled, rows, function, spectra, solution)
    return with_blocks(empty_result(series, model, start.shape[1]), [filled])


def _take_member(
    member: Member, result: xr.Dataset, quantities: Sequence[Quantity]
) -> FittedMember:
    areas = species_areas(result, member.model)
    value, stderr = np.full((2, len(result["chi_square"]), len(quantities)), np.nan)
    for column, one in enumerate(quantities):
        if set(one.species) | set(one.relative_to) <= set(areas.names):
            estimate = one.estimate(areas)
            value[:, column], stderr[:, column] = estimate.value, estimate.stderr
            if one.kind == "fraction":
                stderr[:, column] = np.minimum(stderr[:, column], _LEAST_KNOWN)
    chi_square = np.where(is_fitted(result), result["chi_square"].values, np.nan)
    return FittedMember(member, value, stderr, chi_square, int(result.attrs["free_parameters"]))


def _may_count(found: FittedMember, first: FittedMember) -> bool:
    """Whether a member could have weight if it paid for what it frees only once."""
    both = np.isfinite(found.chi_square) & np.isfinite(first.chi_square)
    gain = float((first.chi_square - found.chi_square)[both].sum())
    return found.free > first.free and gain > found.free - first.free


def _take_common(
    free: FittedMember, held: HeldModel, result: xr.Dataset, quantities: Sequence[Quantity]
) -> FittedMember:
    """The member with common values; how well the spectra together know those is in its errors."""
    member = replace(free.member, name=f"{free.member.name}, in common", model=held.model)
    found = _take_member(member, result, quantities)
    of_common = np.maximum(free.stderr**2 - found.stderr**2, 0.0) / len(free.stderr)
    stderr = np.sqrt(found.stderr**2 + np.nan_to_num(of_common))
    return replace(found, stderr=stderr, common=held.count)


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
