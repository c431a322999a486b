"""What the spectra of a joint fit have in common: peaks at unit area, their slopes, the level."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import Evaluator, sum_of_lines
from fitting.solvers.numpy.line_terms import LineTerms, add_slopes, line_terms
from fitting.solvers.numpy.parameter_layout import ABSENT, PeakPlan, Plan
from fitting.solvers.numpy.second_order import add_second_order, has_second_order

IndexArray = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class AlikePeaks:
    """Peaks of one line shape, which are evaluated as if each were a spectrum."""

    indices: IndexArray
    """Of the k peaks in the model."""
    rows: IndexArray
    """Rows of their n parameters among all parameters, the area first; shape (k, n)."""
    peak: PeakPlan
    """One of them, by itself."""
    plan: Plan
    """Its plan: each of its parameters but the area is free."""
    slopes: IndexArray
    """Which of the slopes of all peaks are theirs, shape (t,)."""
    slope_place: tuple[IndexArray, IndexArray]
    """Peak and parameter of each of them, as indices into ``rows``; shape (t,)."""


@dataclass(frozen=True, slots=True)
class JointLayout:
    """Which columns there are: l that linear parameters multiply, and r slopes of all peaks.

    A slope is the derivative of one peak at unit area by one of its parameters. Where the factor of
    a scattered background is shared, the last ones are by it, one for each peak.
    """

    linear: IndexArray
    """Free parameters, shape (l,)."""
    shared: IndexArray
    """Free parameters, shape (s,)."""
    alike: tuple[AlikePeaks, ...]
    area_rows: IndexArray
    """Rows of the areas of all peaks among all parameters, shape (k,)."""
    slope_peak: IndexArray
    """Peak of each slope, shape (r,)."""
    by_shared: FloatArray
    """How the parameter that each slope is by follows the shared ones, shape (r, s)."""
    by_linear: FloatArray
    """How the area of each slope's peak follows the linear parameters; zero where the second
    derivative is not known. Shape (r, l)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns at one trial, on a grid of m points."""

    parameters: FloatArray
    """All parameters, at unit areas, shape (1, p)."""
    lines: tuple[tuple[LineTerms, ...], ...]
    """Of each group of alike peaks."""
    linear: FloatArray
    """What the linear parameters multiply, shape (l, m)."""
    base: FloatArray
    """The part of the model that they do not touch, shape (m,)."""
    slopes: FloatArray
    """Shape (r, m)."""
    bare_slopes: FloatArray
    """Those of the peaks alone, without the background they scatter; by the factor, 0."""


def make_layout(plan: Plan, shared: BoolArray) -> JointLayout:
    """Find out which columns a plan has; a spectrum's own is what is not shared, all linear."""
    linear, common = np.flatnonzero(~shared), np.flatnonzero(shared)
    kinds = {(peak.shape.name, peak.separation == ABSENT) for peak in plan.peaks}
    slopes = [
        (index, row)
        for index, peak in enumerate(plan.peaks)
        for row in _rows_of_peak(peak)[1:]
        if plan.varies(row)
    ]
    factor = plan.scattering_rows[0] if plan.scattering_rows else ABSENT
    if plan.varies(factor):
        slopes += [(index, factor) for index in range(len(plan.peaks))]
    peaks, rows = np.array(slopes, dtype=int).reshape(-1, 2).T
    area_rows = np.array([peak.area for peak in plan.peaks], dtype=int)
    known = np.array([has_second_order(peak.shape) for peak in plan.peaks], dtype=bool)
    is_known = known[peaks] | (rows == factor)
    return JointLayout(
        linear=linear,
        shared=common,
        alike=tuple(_find_alike(plan, (peaks, rows), *kind) for kind in sorted(kinds)),
        area_rows=area_rows,
        slope_peak=peaks,
        by_shared=plan.affine.matrix[rows][:, common],
        by_linear=plan.affine.matrix[area_rows[peaks]][:, linear] * is_known[:, None],
    )


def columns_at(evaluator: Evaluator, at: JointLayout, start: FloatArray, offset: float) -> Columns:
    """The columns at free parameters of shape (1, f), the linear ones 0."""
    plan, scatter = evaluator.plan, evaluator.scatter
    parameters = plan.affine.expand(start)
    unit = parameters.copy()
    unit[:, at.area_rows] = 1.0
    lines, peaks, bare = _evaluate_peaks(plan, at, unit, offset)
    slopes = bare
    if scatter is not None:
        factor = parameters[0, scatter.factor_row]
        spread = scatter.spread(np.concatenate([peaks, bare])[None], parameters)[0]
        of_peaks, of_slopes = spread[: len(peaks)], spread[len(peaks) :]
        slopes, peaks = bare + factor * of_slopes, peaks + factor * of_peaks
        if plan.varies(scatter.factor_row):
            slopes[-len(peaks) :] = of_peaks
    linear, base = _linear_rows(plan, at, parameters, peaks)
    return Columns(unit, lines, linear, base, slopes, bare)


def second_derivatives(at: JointLayout, columns: Columns, pull: FloatArray) -> FloatArray:
    """Second derivatives of the peaks summed with the pull on each, by what is shared, (s, s).

    Parameters
    ----------
    pull : shape (k, m)
    """
    total = np.zeros((at.shared.size, at.shared.size))
    for alike, lines in zip(at.alike, columns.lines, strict=True):
        count, size = alike.rows.shape
        second = np.zeros((count, size, size))
        parameters = columns.parameters[0, alike.rows]
        add_second_order(second, alike.plan, alike.peak, lines, parameters, pull[alike.indices])
        by_shared = alike.plan.affine.matrix[alike.rows][:, :, at.shared]
        total += np.einsum("kns,knt->st", by_shared, second @ by_shared)
    return total


def _rows_of_peak(peak: PeakPlan) -> tuple[int, ...]:
    """The parameters of a peak, the area first."""
    doublet = () if peak.separation == ABSENT else (peak.separation, peak.area_ratio)
    return (peak.area, peak.position, peak.fwhm, *peak.shape_rows, *doublet)


def _find_alike(
    plan: Plan, slopes: tuple[IndexArray, IndexArray], shape: str, is_single: bool
) -> AlikePeaks:
    indices = np.array(
        [
            index
            for index, peak in enumerate(plan.peaks)
            if (peak.shape.name, peak.separation == ABSENT) == (shape, is_single)
        ]
    )
    rows = np.array([_rows_of_peak(plan.peaks[index]) for index in indices])
    place = {row: index for index, row in enumerate(rows[0])}
    first = plan.peaks[indices[0]]
    source = np.arange(rows.shape[1])
    source[~(plan.source[rows] != ABSENT).any(axis=0)] = ABSENT
    source[0] = ABSENT
    alone = replace(
        first,
        area=0,
        position=1,
        fwhm=2,
        shape_rows=tuple(place[row] for row in first.shape_rows),
        separation=ABSENT if is_single else place[first.separation],
        area_ratio=ABSENT if is_single else place[first.area_ratio],
    )
    own = replace(plan, source=source, factor=np.ones(rows.shape[1]))
    of_slope, row_of_slope = slopes
    is_ours = (of_slope[:, None] == indices)[:, :, None] & (
        row_of_slope[:, None, None] == rows[None]
    )
    mine, of_peak, of_row = np.nonzero(is_ours)
    return AlikePeaks(indices, rows, alone, own, mine, (of_peak, of_row))


def _evaluate_peaks(
    plan: Plan, at: JointLayout, unit: FloatArray, offset: float
) -> tuple[tuple[tuple[LineTerms, ...], ...], FloatArray, FloatArray]:
    """Lines of each group, profiles of all peaks (k, m) and their slopes (r, m)."""
    points = plan.positions.size
    lines = []
    peaks = np.empty((at.area_rows.size, points))
    slopes = np.zeros((at.slope_peak.size, points))
    for alike in at.alike:
        parameters = unit[0, alike.rows]
        offsets = np.full(len(parameters), offset)
        found = line_terms(alike.peak, plan.positions, offsets, parameters)
        jacobian = np.zeros((*parameters.shape, points))
        add_slopes(jacobian, alike.plan, alike.peak, found, parameters)
        lines.append(found)
        peaks[alike.indices] = sum_of_lines(found)
        slopes[alike.slopes] = jacobian[alike.slope_place]
    return tuple(lines), peaks, slopes


def _linear_rows(
    plan: Plan, at: JointLayout, parameters: FloatArray, peaks: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """What the linear parameters multiply, and the rest of the model."""
    curves = np.concatenate([peaks, plan.level])
    rows = np.concatenate([at.area_rows, np.array(plan.level_rows, dtype=int)])
    linear = plan.affine.matrix[rows][:, at.linear].T @ curves
    return linear, np.asarray(parameters[0, rows] @ curves)
