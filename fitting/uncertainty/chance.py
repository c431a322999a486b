"""What chance alone makes of peaks that are not there: the threshold for calling them present.

Where the areas of a group of peaks are zero, the fall of chi-square that they bring is not
chi-square distributed: they cannot be negative, there may be several, and each is fitted where and
as wide as suits the noise best (R. B. Davies, Biometrika 74, 33 (1987); E. Gross and O. Vitells,
Eur. Phys. J. C 70, 525 (2010)). Its distribution is that of the largest projection of pure noise
on the profiles the peaks can have, which is drawn here.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from fitting.model_function import PeakRows
from fitting.series import FloatArray
from fitting.solver.cholesky import BoolArray
from fitting.uncertainty.fitted import Fitted

_DRAWS = 2000
_SEED = 1987
_PLACES = 13
_WIDTHS = 5
_WIDEST = 2.0
"""A width without a bound is tried up to this factor away."""
_SAME = 1e-6
"""A profile of which this part of the square is left is one that the rest of the model has."""


def chance_rises(fitted: Fitted, spectrum: int, group: BoolArray) -> FloatArray:
    """Rises of chi-square that a group of absent peaks explains by chance, shape (draws,).

    Parameters
    ----------
    spectrum
        Which of the fitted ones.
    group : shape (k,)
        The peaks.
    """
    free = _without(fitted, spectrum, group)
    weight = fitted.spectra.weight[spectrum]
    rest = _rest_of_model(fitted, spectrum, free, group)
    noise = _noise(weight.size)
    total = np.zeros(_DRAWS)
    for peak in (fitted.function.peaks[index] for index in np.flatnonzero(group)):
        trials = np.array(list(_trials(fitted, free, peak, group)))
        parameters = fitted.function.affine.expand(trials)
        offset = fitted.spectra.offsets[spectrum]
        profiles = fitted.function.unit_peak(peak, parameters, offset) * weight
        before = np.einsum("tm,tm->t", profiles, profiles)
        profiles = profiles - (profiles @ rest) @ rest.T
        after = np.einsum("tm,tm->t", profiles, profiles)
        is_new = after > _SAME * before
        unit = profiles[is_new] / np.sqrt(after[is_new])[:, None]
        if unit.size:
            total += np.maximum((unit @ noise).max(axis=0), 0.0) ** 2
    return total


def _without(fitted: Fitted, spectrum: int, group: BoolArray) -> FloatArray:
    """Free parameters of a spectrum with the areas of the group at zero, shape (f,)."""
    free = fitted.minimum.free[spectrum].copy()
    free[fitted.area_slopes[group].any(axis=0)] = 0.0
    return np.asarray(free)


def _rest_of_model(fitted: Fitted, spectrum: int, free: FloatArray, group: BoolArray) -> FloatArray:
    """Orthonormal directions that the rest of the model can take, shape (m, r)."""
    function = fitted.function
    offset = fitted.spectra.offsets[spectrum]
    _, jacobian = function.value_and_jacobian(function.affine.expand(free[None]), offset)
    slopes = function.free_jacobian(jacobian)[0] * fitted.spectra.weight[spectrum]
    own = fitted.area_slopes[group].any(axis=0)
    kept = ~own & ~fitted.minimum.at_bound[spectrum] & slopes.any(axis=1)
    columns = slopes[kept].T
    directions, sizes, _ = np.linalg.svd(
        columns / np.linalg.norm(columns, axis=0), full_matrices=False
    )
    return np.asarray(directions[:, sizes > _SAME])


def _trials(
    fitted: Fitted, free: FloatArray, peak: PeakRows, group: BoolArray
) -> Iterator[FloatArray]:
    """Free parameters with the peak at every place and width that it is free to take."""
    places = _range_of(fitted, peak.position, group, _PLACES)
    widths = _range_of(fitted, peak.fwhm, group, _WIDTHS)
    for place_column, place in places or [(0, free[0])]:
        for width_column, width in widths or [(0, free[0])]:
            trial = free.copy()
            if places:
                trial[place_column] = place
            if widths:
                trial[width_column] = width
            yield trial


def _range_of(fitted: Fitted, row: int, group: BoolArray, count: int) -> list[tuple[int, float]]:
    """Values of the free parameter that a parameter follows, if only the group has it."""
    affine = fitted.function.affine
    columns = np.flatnonzero(affine.matrix[row])
    if not columns.size or not _is_own(fitted, int(columns[0]), group):
        return []
    column = int(columns[0])
    low, high = affine.lower[column], affine.upper[column]
    low = low if np.isfinite(low) else affine.start[column] / _WIDEST
    high = high if np.isfinite(high) else affine.start[column] * _WIDEST
    if row in {peak.fwhm for peak in fitted.function.peaks}:
        return [(column, float(value)) for value in np.geomspace(low, high, count)]
    return [(column, float(value)) for value in np.linspace(low, high, count)]


def _is_own(fitted: Fitted, column: int, group: BoolArray) -> bool:
    """Whether no peak outside the group follows that free parameter."""
    matrix = fitted.function.affine.matrix
    others = [peak for peak, own in zip(fitted.function.peaks, group, strict=True) if not own]
    rows = [row for peak in others for row in (peak.position, peak.fwhm, *peak.shape)]
    return not matrix[rows, column].any()


@cache
def _noise(points: int) -> FloatArray:
    """Normal deviates, the same for every spectrum, shape (m, draws)."""
    return np.asarray(np.random.default_rng(_SEED).standard_normal((points, _DRAWS)))
