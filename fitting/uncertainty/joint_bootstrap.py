"""Parametric bootstrap of a joint fit: replicas of a whole group of spectra, fitted jointly.

A replica is drawn from the fitted models of all spectra that share parameters, and fitted like
them, so that its scatter holds what the uncertainty of the shared parameters adds to each spectrum.
Ends near a bound, where a species may be absent, are those of the profile interval.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import empty_result, is_fitted, with_blocks
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.options import FitOptions
from fitting.fits.shared import fit_shared
from fitting.models.model import Model
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantity import Quantity, tabulated_quantities, values_of
from fitting.uncertainty.bootstrap import REPLICAS, with_ends_near_bounds
from fitting.uncertainty.joint_fitted import groups_of, make_group
from fitting.uncertainty.percentiles import percentile_block
from fitting.uncertainty.profile import ends_near_bounds
from fitting.uncertainty.replicas import replicas_of

_BLOCK = 16
"""Spectra of which is asked together whether species may be absent."""
_NUMBERS = 2_000_000
"""Intensities that are drawn at once: 16 MB."""


def joint_bootstrap(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    *,
    quantities: Sequence[Quantity] = (),
    replicas: int = REPLICAS,
    seed: int = 0,
    spectra: Sequence[int] | None = None,
) -> Iterator[IntervalBlock]:
    """95 % intervals, scatter and bias, group after group; stop iterating to cancel.

    Before the blocks of a group come ones without spectra, one for each replica.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    options
        Those of the fit: replicas are fitted in the same way, from where the fit ended.
    quantities
        Those of the tables if left out.
    seed
        The same seed gives the same replicas of a group, whichever others are done.
    spectra
        Of which the intervals are wanted; replicas are of all that share with them.
    """
    wanted = tuple(quantities) or tabulated_quantities(model)
    chosen = np.arange(series.sizes[SPECTRUM]) if spectra is None else np.asarray(spectra, int)
    best = values_of(result, model, wanted)
    nothing = np.zeros((0, len(wanted)))
    for members, rows in groups_of(result, chosen):
        values = np.full((replicas, members.size, len(wanted)), np.nan)
        drawn = _iterate_replicas(series, result, model, members, (replicas, seed))
        for index, one in enumerate(drawn):
            values[index] = _refit_replica(one, result, model, options, (members, wanted))
            yield IntervalBlock(np.zeros(0, dtype=int), nothing, nothing)
        asked = np.intersect1d(rows, members)
        found = [values[:, int(place)] for place in np.searchsorted(members, asked)]
        group = make_group(series, result, model, options, members)
        for first in range(0, asked.size, _BLOCK):
            part = slice(first, first + _BLOCK)
            ends = ends_near_bounds(group.fitted(asked[part]), model, wanted)
            for index, spectrum in enumerate(asked[part]):
                block = _summarise_replicas(int(spectrum), best, found[first + index])
                yield with_ends_near_bounds(block, ends[:, index : index + 1])


def _summarise_replicas(spectrum: int, best: FloatArray, values: FloatArray) -> IntervalBlock:
    """What replicas of one spectrum say, shape (r, q); those that failed are nan."""
    usable = ~np.isnan(values).any(axis=1)
    return percentile_block(np.array([spectrum]), best[spectrum], values[usable])


def _iterate_replicas(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    members: NDArray[np.int_],
    what: tuple[int, int],
) -> Iterator[xr.Dataset]:
    """So many replicas of a group from a seed, each a series of its spectra."""
    replicas, seed = what
    group = series.isel({SPECTRUM: members})
    alike = _with_one_noise(result, members)
    generators = [np.random.default_rng([seed, int(spectrum)]) for spectrum in members]
    most = max(_NUMBERS // group["intensity"].size, 1)
    for first in range(0, replicas, most):
        count = min(most, replicas - first)
        drawn = [
            replicas_of(series, alike, model, int(spectrum), count, rng)
            for spectrum, rng in zip(members, generators, strict=True)
        ]
        intensity, sigma = (
            np.stack([one[name].values for one in drawn], axis=1) for name in ("intensity", "sigma")
        )
        for index in range(count):
            yield group.assign(
                intensity=(group["intensity"].dims, intensity[index]),
                sigma=(group["sigma"].dims, sigma[index]),
            )


def _with_one_noise(result: xr.Dataset, members: NDArray[np.int_]) -> xr.Dataset:
    """The result with the reduced chi-square of the whole group in each of its spectra."""
    reduced = result["reduced_chi_square"].copy(deep=True)
    chi_square = result["chi_square"].values[members]
    freedom = (chi_square / reduced.values[members]).sum()
    reduced.values[members] = chi_square.sum() / freedom
    return result.assign(reduced_chi_square=reduced)


def _refit_replica(
    drawn: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    what: tuple[NDArray[np.int_], Sequence[Quantity]],
) -> FloatArray:
    """Quantities of one replica, shape (g, q); ratios to nothing are inf, what failed is nan."""
    members, quantities = what
    together = replace(options, share_by=())
    starts = result["value"].values[members]
    # they begin at their own truth, where there is no lower minimum to look for elsewhere
    blocks = fit_shared(drawn, model, together, starts=starts, several_starts=False)
    empty = empty_result(drawn, model, int(result.attrs["free_parameters"]))
    refitted = with_blocks(empty, [block for block in blocks if block.spectra.size])
    values = values_of(refitted, model, quantities)
    usable = is_fitted(refitted)[:, None]
    return np.where(usable, np.where(np.isnan(values), np.inf, values), np.nan)
