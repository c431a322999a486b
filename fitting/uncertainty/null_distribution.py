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

from fitting.data.series import FloatArray
from fitting.models.function import PeakRows
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.uncertainty.fitted import Fitted

_DRAWS = 2000
_SEED = 1987
_PLACES = 13
_WIDTHS = 5
_WIDEST = 2.0
"""A width without a bound is tried up to this factor away."""
_REACH = 3.0
"""Standard deviations around what others of a joint fit say that a peak is looked for in."""
_SAME = 1e-6
"""A profile of which this part of the square is left is one that the rest of the model has."""


def chance_rises(fitted: Fitted, spectrum: int, group: BoolArray) -> FloatArray:
    """Rises of chi-square that a group of absent peaks explains by chance, shape (draws,).

    Where other spectra of a joint fit say where the peaks are, they are looked for around there.

    Parameters
    ----------
    spectrum
        Which of the fitted ones.
    group : shape (k,)
        The peaks.
    """
    free = _remove_group(fitted, spectrum, group)
    others = _rows_of_others(fitted, spectrum)
    rest = _rest_of_model(fitted, spectrum, free, group)
    noise = _draw_noise(len(rest))
    left = noise - rest @ (rest.T @ noise)
    total = np.zeros(_DRAWS)
    for peak in (fitted.function.peaks[index] for index in np.flatnonzero(group)):
        trials = np.array(list(_iterate_trials(fitted, spectrum, free, peak, group)))
        unit, is_new = _unit_profiles(fitted, spectrum, peak, trials, rest)
        if unit.size:
            offsets = (trials[is_new] - free) @ others.T
            total += _largest_rise(unit, left, rest, offsets)
    return total


def _rows_of_others(fitted: Fitted, spectrum: int) -> FloatArray:
    """What the others of a joint fit measure, as rows of the free parameters, shape (c, f)."""
    if fitted.rest is None:
        return np.zeros((0, fitted.minimum.free.shape[1]))
    return np.asarray(fitted.rest.slope[spectrum])


def _unit_profiles(
    fitted: Fitted, spectrum: int, peak: PeakRows, trials: FloatArray, rest: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """What a peak has that the rest of the model has not, as unit vectors; and of which trials.

    Returns shapes (u, m + c) and (t,).
    """
    weight = fitted.spectra.weight[spectrum]
    parameters = fitted.function.affine.expand(trials)
    offset = fitted.spectra.offsets[spectrum]
    profiles = fitted.function.unit_peak(peak, parameters, offset) * weight
    before = np.einsum("tm,tm->t", profiles, profiles)
    profiles = np.pad(profiles, ((0, 0), (0, len(rest) - weight.size)))
    profiles = profiles - (profiles @ rest) @ rest.T
    after = np.einsum("tm,tm->t", profiles, profiles)
    is_new = np.asarray(after > _SAME * before)
    return profiles[is_new] / np.sqrt(after[is_new])[:, None], is_new


def _largest_rise(
    unit: FloatArray, left: FloatArray, rest: FloatArray, offsets: FloatArray
) -> FloatArray:
    """The largest rise over the trials, shape (draws,).

    A trial that lies off what the others measured pays for it; without the peak nothing does, and
    the best place is free.

    Parameters
    ----------
    unit : shape (t, m + c)
    left : shape (m + c, draws)
        Noise without what the rest of the model takes up.
    rest : shape (m + c, r)
    offsets : shape (t, c)
        How far off each trial is, in standard deviations.
    """
    if not offsets.any():
        return np.asarray(np.maximum((unit @ left).max(axis=0), 0.0) ** 2)
    moved = np.pad(offsets, ((0, 0), (left.shape[0] - offsets.shape[1], 0)))
    moved = moved - (moved @ rest) @ rest.T
    paid = np.einsum("tm,tm->t", moved, moved)[:, None] - 2.0 * moved @ left
    along = unit @ left - np.einsum("tm,tm->t", unit, moved)[:, None]
    rises = np.maximum(along, 0.0) ** 2 - paid
    return np.asarray(np.maximum(rises.max(axis=0) - np.maximum(-paid.min(axis=0), 0.0), 0.0))


def _remove_group(fitted: Fitted, spectrum: int, group: BoolArray) -> FloatArray:
    """Free parameters of a spectrum with the areas of the group at zero, shape (f,)."""
    free = fitted.minimum.free[spectrum].copy()
    free[fitted.area_slopes[group].any(axis=0)] = 0.0
    return np.asarray(free)


def _rest_of_model(fitted: Fitted, spectrum: int, free: FloatArray, group: BoolArray) -> FloatArray:
    """Orthonormal directions that the rest of the model can take, shape (m + c, r)."""
    function = fitted.function
    offset = fitted.spectra.offsets[spectrum]
    _, jacobian = function.value_and_jacobian(function.affine.expand(free[None]), offset)
    slopes = function.free_jacobian(jacobian)[0] * fitted.spectra.weight[spectrum]
    own = fitted.area_slopes[group].any(axis=0) | _own_shapes(fitted, group)
    slopes = np.concatenate([slopes, _rows_of_others(fitted, spectrum).T], axis=1)
    kept = ~own & ~fitted.minimum.at_bound[spectrum] & slopes.any(axis=1)
    columns = slopes[kept].T
    directions, sizes, _ = np.linalg.svd(
        columns / np.linalg.norm(columns, axis=0), full_matrices=False
    )
    return np.asarray(directions[:, sizes > _SAME])


def _iterate_trials(
    fitted: Fitted, spectrum: int, free: FloatArray, peak: PeakRows, group: BoolArray
) -> Iterator[FloatArray]:
    """Free parameters with the peak at every place and width that it is free to take."""
    known = _known_deviations(fitted, spectrum)
    places = _range_of(fitted, peak.position, group, _PLACES, (free, known))
    widths = _range_of(fitted, peak.fwhm, group, _WIDTHS, (free, known))
    for place_column, place in places or [(0, free[0])]:
        for width_column, width in widths or [(0, free[0])]:
            trial = free.copy()
            if places:
                trial[place_column] = place
            if widths:
                trial[width_column] = width
            yield trial


def _known_deviations(fitted: Fitted, spectrum: int) -> FloatArray:
    """How well others of a joint fit know each free parameter, shape (f,); infinite if not."""
    rows = _rows_of_others(fitted, spectrum)
    size = np.linalg.norm(rows, axis=0)
    said = size > 0
    deviations = np.full(rows.shape[1], np.inf)
    unit = rows[:, said] / size[said]
    inverse = np.linalg.inv(unit.T @ unit + _SAME * np.eye(unit.shape[1]))
    deviations[said] = np.sqrt(np.diagonal(inverse)) / size[said]
    return deviations


def _range_of(
    fitted: Fitted, row: int, group: BoolArray, count: int, known: tuple[FloatArray, FloatArray]
) -> list[tuple[int, float]]:
    """Values of the free parameter that a parameter follows, if only the group has it."""
    affine = fitted.function.affine
    columns = np.flatnonzero(affine.matrix[row])
    if not columns.size or not _own_shapes(fitted, group)[columns[0]]:
        return []
    column = int(columns[0])
    low, high = affine.lower[column], affine.upper[column]
    low = low if np.isfinite(low) else affine.start[column] / _WIDEST
    high = high if np.isfinite(high) else affine.start[column] * _WIDEST
    middle, reach = known[0][column], _REACH * known[1][column]
    low, high = max(low, middle - reach), min(high, middle + reach)
    if row in {peak.fwhm for peak in fitted.function.peaks}:
        return [(column, float(value)) for value in np.geomspace(low, high, count)]
    return [(column, float(value)) for value in np.linspace(low, high, count)]


def _own_shapes(fitted: Fitted, group: BoolArray) -> BoolArray:
    """Free parameters of positions, widths and shapes that only the group has, shape (f,)."""
    matrix = fitted.function.affine.matrix != 0
    followed = np.zeros((2, matrix.shape[1]), dtype=bool)
    for peak, is_ours in zip(fitted.function.peaks, group, strict=True):
        rows = [peak.position, peak.fwhm, *peak.shape]
        followed[int(is_ours)] |= matrix[rows].any(axis=0)
    return np.asarray(followed[1] & ~followed[0])


@cache
def _draw_noise(points: int) -> FloatArray:
    """Normal deviates, the same for every spectrum, shape (m, draws)."""
    return np.asarray(np.random.default_rng(_SEED).standard_normal((points, _DRAWS)))
