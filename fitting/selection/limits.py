"""The share from which on a species would be chosen for a series.

A species is chosen if what the fit gains by it in the spectra that support it is more than what the
criterion charges. How much of that gain all other species that are weighed would have taken is
known from fitting them to the spectra that are expected with it, without noise (the data set of
G. Cowan et al., Eur. Phys. J. C 71, 1554 (2011), called Asimov). The limit is the share that is
chosen so often that, if all species stood at their limits, the whole set would be right in 95 % of
series, and ``_MARGIN`` more. The bands of a Raman species have equal areas in it, for want of
better knowledge.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.model import Model, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.quantities.detection import absent_peaks
from fitting.quantities.linearised import Linearised, linearise_fit
from fitting.quantities.quantify import species_areas, species_names
from fitting.selection.candidates import ChoiceLimit, Selection
from fitting.selection.fitted_set import points_of
from fitting.selection.power import Weighing, chosen_from
from fitting.selection.species_subset import with_only

RIGHT = 0.95
"""Part of series in which the whole set is right, if all species stand at their limits."""
_MARGIN = 1.15
"""What was missing in simulated series, by which areas are taken larger (decision 15)."""
_MOST_SPECTRA = 32
_MOST_REFINEMENTS = 6


def with_limits(series: xr.Dataset, selection: Selection, options: FitOptions) -> Selection:
    """The choice of species with the limits of those that were not chosen.

    Parameters
    ----------
    series
        As the species were weighed for it: with the steps of its recipe applied.
    options
        Of the fits by which the species were chosen.
    """
    model = with_only(selection.considered, selection.chosen)
    options = replace(options, weights="data")
    result = fit_all_spectra(series, model, options)
    limits = choice_limits(series, result, model, selection.considered, options)
    return replace(selection, limits=limits)


def choice_limits(
    series: xr.Dataset, result: xr.Dataset, model: Model, considered: Model, options: FitOptions
) -> tuple[ChoiceLimit, ...]:
    """The limits of the species that were considered and are not in the model.

    Parameters
    ----------
    series
        As it was fitted: with the steps of its recipe applied.
    considered
        The model with all species that were weighed.
    options
        Of the fits by which the species are chosen.
    """
    absent = absent_peaks(model, considered)
    total = np.nansum(species_areas(result, model).value, axis=1)
    fitted = np.flatnonzero(is_fitted(result) & (total > 0))
    if not absent or not fitted.size:
        return ()
    rows = fitted[np.unique(np.linspace(0, fitted.size - 1, _MOST_SPECTRA).round().astype(int))]
    about = linearise_fit(series, result, model, absent, rows)
    expected = _Expected(
        series.isel({SPECTRUM: rows}),
        result.isel({SPECTRUM: rows}),
        about,
        considered,
        replace(options, weights="data"),
    )
    power = RIGHT ** (1.0 / len(species_names(considered)))
    weighings = expected.weighings(total[rows], int(fitted.size))
    for _ in range(_MOST_REFINEMENTS):
        before, weighings = weighings, expected.refined(weighings, power)
        if all(weighings[name].is_like(one) for name, one in before.items()):
            break
    return tuple(_find_limit(species, one, power) for species, one in weighings.items())


def _find_limit(species: str, weighing: Weighing, power: float) -> ChoiceLimit:
    order = np.argsort(weighing.gains(1.0))
    median = weighing.take(order[[order.size // 2]])
    ratios = (
        chosen_from(weighing, weighing.spectra, power),
        chosen_from(weighing, max(weighing.spectra // 2, 1), power),
        chosen_from(median, 1, power),
    )
    larger = [_MARGIN * ratio for ratio in ratios]
    return ChoiceLimit(species, *(100.0 * ratio / (1.0 + ratio) for ratio in larger))


@dataclass(frozen=True, slots=True)
class _Expected:
    """r spectra of a fit, and what they are expected to be with more species."""

    series: xr.Dataset
    result: xr.Dataset
    about: Linearised
    considered: Model
    options: FitOptions

    def weighings(self, total: FloatArray, spectra: int) -> dict[str, Weighing]:
        """Every species left out, with the errors that the fit without them gives its areas.

        Parameters
        ----------
        total : shape (r,)
            Area of what is in the fit.
        spectra
            Of the series.
        """
        scale, log_points = self._noise_scale(), np.log(points_of(self.series))
        found = {}
        for species in species_names(self.about.model):
            own = self.about.columns(species)
            if own is None or self._is_fitted(species):
                continue
            unit = np.repeat(total[:, None] / len(own), len(own), axis=1)
            shapes = _own_shapes(self.considered, species, self.options)
            covariance = scale * self.about.estimate(own)[1]
            found[species] = Weighing(covariance, unit, log_points, *shapes, spectra)
        return found

    def refined(self, weighings: Mapping[str, Weighing], power: float) -> dict[str, Weighing]:
        """The same with errors such that a gain is what all other species leave of it.

        Every species is in all spectra, as much of it as is chosen with that power.
        """
        ratios = {
            species: chosen_from(one, one.spectra, power) for species, one in weighings.items()
        }
        if not np.isfinite(list(ratios.values())).all():
            return dict(weighings)
        series = self._with(
            {species: ratio * weighings[species].unit for species, ratio in ratios.items()}
        )
        return {
            species: one.stretched(
                float(one.gains(ratios[species]).sum()) / self._left_of(species, series)
            )
            for species, one in weighings.items()
        }

    def _is_fitted(self, species: str) -> bool:
        peaks = (peak.name for peak in self.about.model.peaks if peak.species == species)
        return any(f"{peak}.area" in self.result["parameter"].values for peak in peaks)

    def _with(self, areas: Mapping[str, FloatArray]) -> xr.Dataset:
        """The series as it is expected with these areas (r, j) of species that were left out."""
        affine = self.about.function.affine
        parameters = self.about.parameters.copy()
        for species, one in areas.items():
            own = self.about.columns(species) or []
            parameters[:, [affine.names.index(affine.free[column]) for column in own]] = one
        offsets, dims = self.series["axis_offset"].values, self.series["intensity"].dims
        expected = self.about.function.value(parameters, offsets) + self.about.static
        expected[~np.isfinite(self.series["intensity"].values)] = np.nan
        return self.series.assign(intensity=(dims, expected), sigma=(dims, self.about.sigma))

    def _left_of(self, species: str, series: xr.Dataset) -> float:
        """What is lost without a species where all others are fitted to what is expected."""
        rest = [name for name in species_names(self.considered) if name != species]
        others = with_only(self.considered, rest)
        starts = self.result["value"].reindex(parameter=list(parameter_names(others))).values
        chi_square = fit_all_spectra(series, others, self.options, starts=starts)[
            "chi_square"
        ].values
        return float(np.nansum(chi_square)) / self._noise_scale()

    def _noise_scale(self) -> float:
        """The reduced chi-square of the series; for known counts not less than one."""
        scale = float(np.nanmean(self.result["reduced_chi_square"].values))
        is_known = self.series.attrs["noise"] == "poisson"
        return max(scale, 1.0 if is_known else np.finfo(float).tiny)


def _own_shapes(
    considered: Model, species: str, options: FitOptions
) -> tuple[NDArray[np.int_], int]:
    """Free shape parameters that go with each band of a species alone, and those that are shared.

    One that several bands follow counts with the first.
    """
    affine = resolve_ties(considered)
    matrix = affine.matrix != 0
    peaks = np.array([name.rpartition(".")[0] for name in affine.names])
    own = [peak.name for peak in considered.peaks if peak.species == species]
    is_own = np.isin(peaks, own)
    kinds = np.array([name.rpartition(".")[2] for name in affine.free])
    alone = matrix[is_own].any(axis=0) & ~matrix[~is_own].any(axis=0) & (kinds != "area")
    shared = alone & np.isin(kinds, options.share)
    left, counts = alone & ~shared, []
    for name in own:
        followed = left & matrix[peaks == name].any(axis=0)
        counts.append(int(followed.sum()))
        left = left & ~followed
    return np.array(counts), int(shared.sum())
