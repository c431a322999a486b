"""Which species a whole series supports: backward elimination and a forward check, by BIC.

The series is fitted with all species, then without the one whose absence costs least, and so on for
as long as the Bayesian information criterion (BIC) falls; after that every species left out is
tried again. Each set is fitted to all spectra at once by the batched engine: a few dozen fits of
the series, where all subsets would be two to the power of the number of species.

The criterion is the sum over the spectra of ``chi^2 / c + k log m``: m points, k free parameters
that did not end at a bound. A constrained coefficient that is at its bound uses no degree of
freedom (Meyer and Woodroofe, Ann. Stat. 28, 1083, 2000), so that a species which is there in a few
spectra only is not charged for the others. Parameters that all spectra share count once, with the
points of all. All sets have the same weights, those of the fit with all species; c is the reduced
chi-square of that fit, as for overdispersed counts (Burnham and Anderson, Model Selection, 2nd ed.,
Springer 2002, p. 67), for known counts not less than 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import xarray as xr

from fitting.errors import ModelError
from fitting.fits.each import fit
from fitting.fits.options import FitOptions
from fitting.fits.weights import counting_gain, expected_sigma
from fitting.model import Model, parameter_names
from fitting.model_function import series_curves
from fitting.quantities.quantify import BoolArray, species_names
from fitting.result import is_fitted
from fitting.selection.candidates import Candidate, Selection
from fitting.selection.species_subset import with_only
from fitting.series import SPECTRUM, FloatArray, column

_BLOCK = 256
"""Spectra whose curves are held at a time."""

Species = frozenset[str]


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
    search = _begin(series, model, options)
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


@dataclass(frozen=True, slots=True)
class _Fit:
    """One set of species fitted to every spectrum."""

    chi_square: FloatArray
    """Shape (n,)."""
    parameters: FloatArray
    """Free parameters away from their bounds, shape (n,); of a shared one each has its part."""
    charge: FloatArray
    """What BIC charges for them, shape (n,)."""
    fitted: BoolArray
    values: xr.DataArray
    """Of all parameters by spectrum."""
    is_joint: bool
    """Whether the spectra were fitted together."""

    def or_better(self, other: "_Fit") -> "_Fit":
        """Of each spectrum the fit that is the better; the other is a special case of this one."""
        better = other.fitted & (~self.fitted | (other.chi_square < self.chi_square))
        if self.is_joint:
            better[:] = other.chi_square.sum() < self.chi_square.sum()
        return replace(
            self,
            chi_square=np.where(better, other.chi_square, self.chi_square),
            parameters=np.where(better, other.parameters, self.parameters),
            charge=np.where(better, other.charge, self.charge),
            fitted=self.fitted | other.fitted,
        )


class _Search:
    """The sets fitted so far, and the series with the weights that they have in common."""

    def __init__(self, series: xr.Dataset, model: Model, options: FitOptions) -> None:
        self._series = series
        self._model = model
        self._options = replace(options, weights="data")
        self._fits: dict[Species, _Fit] = {}

    def add(self, species: Species, like: Species | None = None) -> bool:
        """Fit a set, started from the fit of another one; whether it was new."""
        if species in self._fits:
            return False
        model = self._only(species)
        starts = None
        if like is not None:
            known = self._fits[like].values
            starts = known.reindex(parameter=list(parameter_names(model))).values
        self._fits[species] = self._fit(model, starts)
        return True

    def best_of(self, sets: Sequence[Species]) -> Species:
        """The set of the lowest BIC among some that are fitted."""
        bic = self._bic()
        return min((one for one in sets if one in bic), key=lambda one: bic[one])

    def selection(self) -> Selection:
        """The sets so far as a table, the lowest BIC first."""
        bic, fits, counted = self._bic(), self._nested(), self._counted()
        order = sorted(fits, key=lambda one: bic[one])
        names = species_names(self._model)
        candidates = tuple(
            Candidate(
                tuple(name for name in names if name in one),
                float(fits[one].chi_square[counted].sum()),
                round(float(fits[one].parameters[counted].sum())),
                bic[one],
            )
            for one in order
        )
        points = int(self._points()[counted].sum())
        return Selection(candidates, self._model, int(counted.sum()), points, self._noise_scale())

    def _only(self, species: Species) -> Model:
        return with_only(self._model, [n for n in species_names(self._model) if n in species])

    def _fit(self, model: Model, starts: FloatArray | None) -> _Fit:
        result = fit(self._series, model, self._options, starts=starts)
        free = np.isfinite(result["stderr"].values) & (result["stderr"].values > 0)
        varied, shared = _varied(model), np.zeros(len(parameter_names(model)), dtype=bool)
        for row in varied:
            shared[row] = parameter_names(model)[row].rpartition(".")[2] in self._options.share
        own = (free & ~shared)[:, varied].sum(axis=1)
        common = (free & shared)[:, varied].sum(axis=1)
        points, members = self._points(), _group_sizes(self._series, self._options)
        return _Fit(
            chi_square=result["chi_square"].values,
            parameters=own + common / members,
            charge=own * np.log(points) + common * np.log(points * members) / members,
            fitted=is_fitted(result),
            values=result["value"],
            is_joint=bool(self._options.share),
        )

    def _counted(self) -> BoolArray:
        """Spectra that every set could be fitted to."""
        return np.asarray(np.all([one.fitted for one in self._fits.values()], axis=0))

    def _points(self) -> FloatArray:
        measured = np.isfinite(self._series["sigma"].values).sum(axis=1)
        return np.asarray(np.maximum(measured.astype(float), 1.0))

    def _noise_scale(self) -> float:
        counted, full = self._counted(), self._nested()[frozenset(species_names(self._model))]
        freedom = (self._points() - full.parameters)[counted].sum()
        scale = float(full.chi_square[counted].sum() / max(freedom, 1.0))
        is_known = self._series.attrs["noise"] == "poisson"
        return max(scale, 1.0) if is_known else max(scale, np.finfo(float).tiny)

    def _nested(self) -> dict[Species, _Fit]:
        """The fits, none worse than that of a set it contains."""
        fits = dict(self._fits)
        by_size = sorted(fits, key=len)
        for smaller, larger in combinations(by_size, 2):
            if smaller < larger:
                fits[larger] = fits[larger].or_better(fits[smaller])
        return fits

    def _bic(self) -> dict[Species, float]:
        counted, scale = self._counted(), self._noise_scale()
        return {
            species: float((one.chi_square / scale + one.charge)[counted].sum())
            for species, one in self._nested().items()
        }


def _begin(series: xr.Dataset, model: Model, options: FitOptions) -> _Search:
    """The search with all species fitted."""
    result = fit(series, model, options)
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


def _varied(model: Model) -> list[int]:
    """Rows of the parameters that are free by themselves."""
    tied = {tie.target for tie in model.ties}
    return [
        row
        for row, (name, parameter) in enumerate(model.parameters())
        if parameter.vary and name not in tied
    ]


def _group_sizes(series: xr.Dataset, options: FitOptions) -> FloatArray:
    """How many spectra have their shared parameters in common with each, shape (n,)."""
    columns = [column(series, name).astype(str) for name in options.share_by]
    keys = list(zip(*columns, strict=True)) if columns else [()] * series.sizes[SPECTRUM]
    return np.array([keys.count(key) for key in keys], dtype=float)
