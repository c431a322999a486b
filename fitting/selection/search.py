"""Which species a whole series supports: backward elimination and a forward check, by BIC.

The series is fitted with all species, then without the one whose absence costs least, and so on for
as long as the Bayesian information criterion (BIC) falls; after that every species left out is
tried again. Each set is fitted to all spectra at once by the batched engine: a few dozen fits of
the series, where all subsets would be two to the power of the number of species.

The criterion is the sum over the spectra of ``chi^2 / c + k log m``: m points, k free parameters
that did not end at a bound. Each spectrum has those species of a set only by which this becomes
smaller, and which spectra have a species is charged as well: see ``presence``. Parameters that all
spectra share count once, with the points of all. All sets have the same weights, those of the fit
with all species; c is the lowest reduced chi-square of the sets, as for overdispersed counts
(Burnham and Anderson, Model Selection, 2nd ed., Springer 2002, p. 67), for known counts not less
than 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import xarray as xr

from fitting.data.errors import ModelError
from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.block import IndexArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.fits.weights import counting_gain, expected_sigma
from fitting.models.function import series_curves
from fitting.models.model import Model, parameter_names
from fitting.quantities.quantify import BoolArray, species_names
from fitting.selection.candidates import Candidate, Selection
from fitting.selection.fitted_set import FittedSet, OwnFit, fit_fewer, fit_set, points_of
from fitting.selection.presence import Presence, Species, presence_in
from fitting.selection.species_subset import with_only

_BLOCK = 256
"""Spectra whose curves are held at a time."""


def choose_species(series: xr.Dataset, model: Model, options: FitOptions) -> Selection:
    """The species of a model that the series supports; see ``weigh_species``."""
    *_, selection = weigh_species(series, model, options)
    return selection


def weigh_species(series: xr.Dataset, model: Model, options: FitOptions) -> Iterator[Selection]:
    """Fit sets of the model's species to the series; the selection so far after every set.

    Parameters
    ----------
    series
        As it is fitted: with the steps of its recipe applied.
    model
        With all species that are to be weighed.
    options
        Of the fits; weights are those of the model with all species throughout.

    Raises
    ------
    ModelError
        If no spectrum can be fitted with all species.
    """
    names = species_names(model)
    search = _begin_search(series, model, options)
    best = frozenset(names)
    yield search.selection()
    for change in (_without_one, _with_one):
        improved = True
        while improved:
            for subset in change(best, names):
                if search.add(subset, best):
                    yield search.selection()
            found = search.best_of([best, *change(best, names)])
            improved, best = found != best, found
    yield search.selection()


def _without_one(current: Species, names: Sequence[str]) -> list[Species]:
    return [current - {name} for name in names if name in current and len(current) > 1]


def _with_one(current: Species, names: Sequence[str]) -> list[Species]:
    return [current | {name} for name in names if name not in current]


class _Search:
    """The sets fitted so far, and the series with the weights that they have in common."""

    def __init__(self, series: xr.Dataset, model: Model, options: FitOptions) -> None:
        self._series = series
        self._model = model
        self._options = replace(options, weights="data")
        self._fits: dict[Species, FittedSet] = {}
        self._presences: dict[Species, Presence] = {}

    def add(self, species: Species, like: Species | None = None) -> bool:
        """Weigh a set, started from the fit of another one; whether it was new."""
        if species in self._presences:
            return False
        whole = self._fit(species, like)
        fewer = partial(self._fewer, whole, species)
        self._presences[species] = presence_in(whole, species, fewer, self._noise_scale())
        return True

    def best_of(self, sets: Sequence[Species]) -> Species:
        """The set of the lowest BIC among some, of which the first is weighed."""
        bic = self._bic()
        return min((one for one in sets if one in bic), key=lambda one: bic[one])

    def selection(self) -> Selection:
        """The sets so far as a table, the lowest BIC first."""
        bic, counted = self._bic(), self._counted()
        order = sorted(self._presences, key=lambda one: bic[one])
        points = int(points_of(self._series)[counted].sum())
        return Selection(
            tuple(self._candidate(one, bic[one]) for one in order),
            self._model,
            int(counted.sum()),
            points,
            self._noise_scale(),
        )

    def _candidate(self, species: Species, bic: float) -> Candidate:
        presence, counted = self._presences[species], self._counted()
        return Candidate(
            self._in_order(species),
            float(presence.chi_square[counted].sum()),
            round(float(presence.parameters[counted].sum())),
            bic,
        )

    def _in_order(self, species: Species) -> tuple[str, ...]:
        return tuple(name for name in species_names(self._model) if name in species)

    def _fit(self, species: Species, like: Species | None) -> FittedSet:
        """The fit of a set to all spectra."""
        if species not in self._fits:
            model = with_only(self._model, self._in_order(species))
            starts = None
            if like is not None:
                known = self._fits[like].values
                starts = known.reindex(parameter=list(parameter_names(model))).values
            self._fits[species] = fit_set(self._series, model, self._options, starts)
        return self._fits[species]

    def _fewer(
        self, whole: FittedSet, species: Species, smaller: Species, rows: IndexArray
    ) -> OwnFit:
        """The fit of fewer species to some spectra, with what a joint fit of more found shared."""
        if not self._options.share:
            return self._fit(smaller, species).own.take(rows)
        return fit_fewer(self._series, whole, self._in_order(smaller), rows, self._options)

    def _counted(self) -> BoolArray:
        """Spectra that every set could be fitted to."""
        return np.asarray(np.all([one.own.fitted for one in self._fits.values()], axis=0))

    def _noise_scale(self) -> float:
        """The lowest reduced chi-square; for known counts not less than one."""
        points, counted = points_of(self._series), self._counted()
        scale = min(_reduced_chi_square(one, points, counted) for one in self._fits.values())
        is_known = self._series.attrs["noise"] == "poisson"
        return max(scale, 1.0 if is_known else np.finfo(float).tiny)

    def _bic(self) -> dict[Species, float]:
        counted, scale = self._counted(), self._noise_scale()
        return {species: one.bic(counted, scale) for species, one in self._presences.items()}


def _begin_search(series: xr.Dataset, model: Model, options: FitOptions) -> _Search:
    """The search with all species fitted."""
    result = fit_all_spectra(series, model, options)
    fitted = is_fitted(result)
    if not fitted.any():
        raise ModelError(
            f"{series.attrs['region']}: no spectrum can be fitted with all of "
            f"{', '.join(species_names(model))}; choose among fewer species."
        )
    search = _Search(_with_weights_of(series, model, result, fitted), model, options)
    search.add(frozenset(species_names(model)))
    return search


def _with_weights_of(
    series: xr.Dataset, model: Model, result: xr.Dataset, fitted: BoolArray
) -> xr.Dataset:
    """The series with the sigma that a fit expects, where counts are known."""
    gain = counting_gain(series)
    sigma = series["sigma"].values.copy()
    rows = np.flatnonzero(fitted & np.isfinite(gain[:, 0]))
    for first in range(0, rows.size, _BLOCK):
        block = rows[first : first + _BLOCK]
        expected = series_curves(series, model, result["value"].values[block], block).total
        part = series.isel({SPECTRUM: block})
        sigma[block] = expected_sigma(
            part["intensity"].values, part["sigma"].values, expected, gain[block]
        )
    return series.assign(sigma=(series["sigma"].dims, sigma))


def _reduced_chi_square(fitted: FittedSet, points: FloatArray, counted: BoolArray) -> float:
    freedom = (points - fitted.own.parameters - fitted.shared)[counted].sum()
    return float(fitted.own.chi_square[counted].sum() / max(freedom, 1.0))
