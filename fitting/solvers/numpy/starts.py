"""Several starts for the spectra whose first minimum is doubtful.

A least-squares sum has more than one minimum where peaks overlap or vanish. What is doubtful is
fitted again from other starts, all of them together; the lowest chi-square is kept.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction, PeakRows
from fitting.solvers.numpy.overlapping_starts import near_pairs, nested_starts
from fitting.solvers.spectra import BoolArray, Solution, Solve, Spectra

_WIDER = 1.4
"""Widths are tried this much wider and narrower."""
_OUTLIER = 4.0
"""A chi-square is worse than its neighbours' beyond this many robust standard deviations."""
_NEIGHBOURS = 31
"""The median of this many spectra is a start for the one in their middle."""
_FEWEST_NEIGHBOURS = 5
_SCAN_PLACES = 64
_LOWER_BY = 1e-9


@dataclass(frozen=True, slots=True)
class _SeveralStarts:
    """A solver that tries again where the first result is doubtful."""

    solve: Solve
    compares_neighbours: bool

    def __call__(self, function: ModelFunction, spectra: Spectra, max_evaluations: int) -> Solution:
        best = self.solve(function, spectra, max_evaluations)
        rows = np.flatnonzero(self._doubtful(function, spectra, best))
        if not rows.size:
            return best
        starts = other_starts(function, spectra, best, rows)
        if self.compares_neighbours:
            starts.append(_of_neighbours(best, rows))
        again = _take_spectra(spectra, np.tile(rows, len(starts)), np.concatenate(starts))
        found = self.solve(function, again, max_evaluations)
        for attempt in range(len(starts)):
            part = slice(attempt * rows.size, (attempt + 1) * rows.size)
            _keep_lower(best, found, rows, part)
        return best

    def _doubtful(self, function: ModelFunction, spectra: Spectra, solution: Solution) -> BoolArray:
        doubtful = is_doubtful(function, spectra, solution)
        if self.compares_neighbours:
            doubtful |= is_outlier(function, spectra, solution)
        return doubtful


def with_several_starts(solve: Solve, *, compares_neighbours: bool = False) -> Solve:
    """The solver, with other starts for the spectra whose minimum is doubtful.

    Parameters
    ----------
    compares_neighbours
        Doubt a spectrum also where its chi-square is far above the others', and start from their
        median. The result of a spectrum then depends on what is fitted with it.
    """
    return _SeveralStarts(solve, compares_neighbours)


def is_doubtful(function: ModelFunction, spectra: Spectra, solution: Solution) -> BoolArray:
    """Which spectra may have a lower minimum elsewhere, shape (b,).

    Those that did not converge; with parameters that are undetermined, cannot be told apart or
    stand at a bound; and with two peaks in almost one place, now or at the start. The mixing of a
    pseudo-Voigt line may stand at a bound: the model is linear in it.
    """
    on_bound = _on_bound(function, solution.free) | solution.at_bound
    doubtful = ~solution.converged | (on_bound & ~is_mixing(function)).any(axis=1)
    doubtful |= (solution.undetermined | solution.entangled).any(axis=1)
    doubtful |= is_crowded(function, solution.free) | is_crowded(function, spectra.start)
    return np.asarray(doubtful & _is_usable(function, spectra, solution))


def is_outlier(function: ModelFunction, spectra: Spectra, solution: Solution) -> BoolArray:
    """Which spectra have a reduced chi-square far above the others', shape (b,)."""
    usable = _is_usable(function, spectra, solution)
    points = np.count_nonzero(spectra.weight, axis=1)
    freedom = np.maximum(points - len(function.affine.free), 1)
    typical = usable & (solution.chi_square > 0)
    if typical.sum() < _FEWEST_NEIGHBOURS:
        return np.zeros_like(usable)
    misfit = np.log(np.where(typical, solution.chi_square, 1.0) / freedom)
    middle = np.median(misfit[typical])
    spread = 1.4826 * np.median(np.abs(misfit[typical] - middle))
    expected = np.sqrt(2.0 / freedom)
    return np.asarray(typical & (misfit > middle + _OUTLIER * np.maximum(spread, expected)))


def other_starts(
    function: ModelFunction, spectra: Spectra, solution: Solution, rows: NDArray[np.int_]
) -> list[FloatArray]:
    """Starts for some spectra, each of shape (r, f).

    The solution with lost peaks put elsewhere, the solution with line shapes off their bounds,
    and the first start with wider and with narrower lines, and with peaks moved: all up, all down,
    by turns up and down, and the reverse. Where peaks are crowded, the last two give way to a
    narrow peak within a wide one.
    """
    affine = function.affine
    widths = np.array([name.endswith(".fwhm") for name in affine.free], dtype=bool)
    start = spectra.start[rows]
    on_bound = _on_bound(function, solution.free[rows]) | solution.at_bound[rows]
    starts = [
        _with_lost_peaks_placed(function, spectra, solution, rows),
        np.where(on_bound & ~widths, start, solution.free[rows]),
    ]
    starts = [np.clip(values, affine.lower, affine.upper) for values in starts]
    *shifted, turn, back = shifted_starts(function, start)
    near = near_pairs(function, start) | near_pairs(function, solution.free[rows])
    crowded = np.asarray(near.any(axis=(1, 2)))[:, None]
    one, other = nested_starts(function, start, near, solution.free[rows])
    return [*starts, *shifted, np.where(crowded, one, turn), np.where(crowded, other, back)]


OTHER_STARTS = 8
"""How many those are."""


def shifted_starts(function: ModelFunction, start: FloatArray) -> list[FloatArray]:
    """The start, shape (r, f), with wider and with narrower lines, and with peaks moved."""
    affine = function.affine
    widths = np.array([name.endswith(".fwhm") for name in affine.free], dtype=bool)
    wider = np.where(widths, _WIDER, 1.0)
    starts = [
        start * wider,
        start / wider,
        *(start + move for move in _displace_peaks(function, start)),
    ]
    return [np.clip(values, affine.lower, affine.upper) for values in starts]


def is_crowded(function: ModelFunction, free: FloatArray) -> BoolArray:
    """Whether two peaks stand almost in one place, and at least one of them is free to move."""
    return np.asarray(near_pairs(function, free).any(axis=(1, 2)))


def is_mixing(function: ModelFunction) -> BoolArray:
    """Free parameters that are the mixing of pseudo-Voigt lines, shape (f,)."""
    rows = [
        row for peak in function.peaks if peak.line_shape.is_linear_in_shape for row in peak.shape
    ]
    return np.asarray(function.affine.matrix[rows].any(axis=0))


def _displace_peaks(function: ModelFunction, start: FloatArray) -> list[FloatArray]:
    """Displacements of the peaks: a quarter of their range, half a width at most."""
    affine = function.affine
    width = affine.expand(start)[:, [peak.fwhm for peak in function.peaks]]
    move, turns = np.zeros_like(start), np.ones(start.shape[1])
    sign = 1.0
    for index, peak in enumerate(function.peaks):
        place = affine.matrix[peak.position]
        if not place.any():
            continue
        column = int(np.abs(place).argmax())
        quarter = 0.25 * (affine.upper[column] - affine.lower[column])
        move[:, column] = np.minimum(quarter, 0.5 * width[:, index])
        turns[column], sign = sign, -sign
    return [move, -move, move * turns, -move * turns]


def _on_bound(function: ModelFunction, free: FloatArray) -> BoolArray:
    return np.asarray((free <= function.affine.lower) | (free >= function.affine.upper))


def _is_usable(function: ModelFunction, spectra: Spectra, solution: Solution) -> BoolArray:
    points = np.count_nonzero(spectra.weight, axis=1)
    enough = points > len(function.affine.free)
    return np.asarray(enough & np.isfinite(solution.chi_square))


def _of_neighbours(solution: Solution, rows: NDArray[np.int_]) -> FloatArray:
    """Median of the spectra around each."""
    count = len(solution.free)
    first = np.clip(rows - _NEIGHBOURS // 2, 0, max(count - _NEIGHBOURS, 0))
    return np.stack([np.median(solution.free[at : at + _NEIGHBOURS], axis=0) for at in first])


def _with_lost_peaks_placed(
    function: ModelFunction, spectra: Spectra, solution: Solution, rows: NDArray[np.int_]
) -> FloatArray:
    """The solution, with lost peaks put where they would take most from the residual.

    Lost is what has no area, or stands at a bound of its position or width.
    """
    affine = function.affine
    free = solution.free[rows].copy()
    parameters = affine.expand(free)
    start = spectra.start[rows]
    for peak in function.peaks:
        place = affine.matrix[peak.position]
        if not place.any() or not affine.matrix[peak.area].any():
            continue
        column = int(np.abs(place).argmax())
        own = affine.matrix[[peak.fwhm, *peak.shape]].any(axis=0)
        outer = affine.matrix[[peak.fwhm, peak.position]].any(axis=0)
        lost = (parameters[:, peak.area] <= 0.0) | solution.at_bound[rows][:, outer].any(axis=1)
        for row in np.flatnonzero(lost):
            rest = parameters[row].copy()
            rest[peak.area] = 0.0
            free[row, own] = start[row, own]
            trial = np.tile(free[row], (_SCAN_PLACES, 1))
            ends = affine.lower[column], affine.upper[column]
            trial[:, column] = _spread_places(*ends, free[row, column])
            gain = _gain_by_place(function, spectra, int(rows[row]), trial, (peak, rest))
            free[row, column] = trial[int(gain.argmax()), column]
    return free


def _spread_places(lower: float, upper: float, now: float) -> FloatArray:
    if np.isfinite(lower) and np.isfinite(upper):
        inset = (upper - lower) / (2 * _SCAN_PLACES)
        return np.linspace(lower + inset, upper - inset, _SCAN_PLACES)
    return np.full(_SCAN_PLACES, now)


def _gain_by_place(
    function: ModelFunction,
    spectra: Spectra,
    index: int,
    trial: FloatArray,
    absent: tuple[PeakRows, FloatArray],
) -> FloatArray:
    """Fall of chi-square that an area would bring at each of the trial places.

    ``absent`` is the peak, and the parameters of the model without it.
    """
    peak, rest = absent
    offset, weight = spectra.offsets[index], spectra.weight[index]
    residual = spectra.intensity[index] - function.value(rest[None], offset)[0]
    profile = function.unit_peak(peak, function.affine.expand(trial), offset) * weight
    pull = profile @ (residual * weight)
    length = np.einsum("tm,tm->t", profile, profile)
    return np.asarray(np.maximum(pull, 0.0) ** 2 / np.where(length > 0, length, np.inf))


def _take_spectra(spectra: Spectra, rows: NDArray[np.int_], start: FloatArray) -> Spectra:
    return Spectra(spectra.intensity[rows], spectra.weight[rows], spectra.offsets[rows], start)


def _keep_lower(best: Solution, found: Solution, rows: NDArray[np.int_], part: slice) -> None:
    """Put what has the lower chi-square, or converged where the best did not, in its place."""
    old, new = best.chi_square[rows], found.chi_square[part]
    converges = found.converged[part] & ~best.converged[rows]
    lower = found.converged[part] & (new < old * (1.0 - _LOWER_BY))
    better = lower | (converges & (new <= old * (1.0 + _LOWER_BY)))
    for field in fields(Solution):
        getattr(best, field.name)[rows[better]] = getattr(found, field.name)[part][better]
