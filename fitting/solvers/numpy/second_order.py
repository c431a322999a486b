"""Second derivatives of the peaks by their parameters, summed with the residual.

They are needed only as sums over the points, so that they cost no more than the first ones
(A. Ruhe and P. A. Wedin, SIAM Rev. 22, 318 (1980), on why they pay).
"""

from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.line_shapes import LineShape
from fitting.solvers.numpy.line_terms import LineTerms
from fitting.solvers.numpy.parameter_layout import PeakPlan, Plan

Sums = dict[str, FloatArray]
_AddPair = Callable[[int, int, FloatArray], None]


def has_second_order(shape: LineShape) -> bool:
    """Whether the second derivatives of a line shape are known."""
    return shape.reduced_second_derivatives is not None


def add_second_order(
    second: FloatArray,
    plan: Plan,
    peak: PeakPlan,
    lines: tuple[LineTerms, ...],
    parameters: FloatArray,
    pull: FloatArray,
) -> None:
    """Add the sums of pull (b, m) times the second derivatives of one peak to (b, f, f)."""
    if not has_second_order(peak.shape):
        return
    area = parameters[:, peak.area]

    def add(row: int, column: int, amount: FloatArray) -> None:
        if not (plan.varies(row) and plan.varies(column)):
            return
        value = plan.factor[row] * plan.factor[column] * amount
        first, other = plan.source[row], plan.source[column]
        second[:, first, other] += value
        if row != column:
            second[:, other, first] += value

    for line in lines:
        sums = _sum_pull(peak, line, parameters, pull)
        _add_pairs_of_area(add, peak, line, sums, area)
        _add_pairs_of_line(add, peak, line, sums, area)


def _add_pairs_of_area(
    add: _AddPair, peak: PeakPlan, line: LineTerms, sums: Sums, area: FloatArray
) -> None:
    """The pairs in which the area or the area ratio is one."""
    scale, half = line.scale, 0.5 * line.scale
    for row, amount in ((peak.area, line.share), (peak.area_ratio, area * line.share_slope)):
        for place in line.place_rows:
            add(row, place, -amount * scale * scale * sums["z"])
        add(row, peak.fwhm, -amount * scale * half * (sums["value"] + sums["z*z"]))
        for index, shape in enumerate(peak.shape_rows):
            add(row, shape, amount * scale * sums[f"shape {index}"])
    add(peak.area, peak.area_ratio, line.share_slope * scale * sums["value"])
    bend = area * line.share_curvature * scale * sums["value"]
    add(peak.area_ratio, peak.area_ratio, bend)


def _add_pairs_of_line(
    add: _AddPair, peak: PeakPlan, line: LineTerms, sums: Sums, area: FloatArray
) -> None:
    """The pairs among position, separation, fwhm and shape."""
    scale, half = line.scale, 0.5 * line.scale
    amount = area * line.share * scale
    for index, place in enumerate(line.place_rows):
        for other in line.place_rows[index:]:
            add(place, other, amount * scale * scale * sums["zz"])
        add(place, peak.fwhm, amount * scale * half * (2.0 * sums["z"] + sums["z*zz"]))
        for at, shape in enumerate(peak.shape_rows):
            add(place, shape, -amount * scale * sums[f"z shape {at}"])
    bend = 2.0 * sums["value"] + 4.0 * sums["z*z"] + sums["z*z*zz"]
    add(peak.fwhm, peak.fwhm, amount * half * half * bend)
    for at, shape in enumerate(peak.shape_rows):
        cross = sums[f"shape {at}"] + sums[f"z*z shape {at}"]
        add(peak.fwhm, shape, -amount * half * cross)
    for other, at in _pairs_of_shape(peak):
        cross = amount * sums[f"shape {at} {other}"]
        add(peak.shape_rows[at], peak.shape_rows[other], cross)


def _sum_pull(
    peak: PeakPlan,
    line: LineTerms,
    parameters: FloatArray,
    pull: FloatArray,
) -> Sums:
    """Sums of the pull with the derivatives of the reduced line and their moments, shape (b,)."""
    shape = [parameters[:, row, None] for row in peak.shape_rows]
    find = peak.shape.reduced_second_derivatives
    assert find is not None
    known = (line.value, line.by_z, *line.by_shape)
    by_zz, *others = find(line.z, known, *shape)
    first = pull * line.z
    second = first * line.z
    sums = {
        "value": _dot_product(pull, line.value),
        "z": _dot_product(pull, line.by_z),
        "z*z": _dot_product(first, line.by_z),
        "zz": _dot_product(pull, by_zz),
        "z*zz": _dot_product(first, by_zz),
        "z*z*zz": _dot_product(second, by_zz),
    }
    mixed, bends = others[: len(shape)], others[len(shape) :]
    for index, (slope, by_z_shape) in enumerate(zip(line.by_shape, mixed, strict=True)):
        sums[f"shape {index}"] = _dot_product(pull, slope)
        sums[f"z shape {index}"] = _dot_product(pull, by_z_shape)
        sums[f"z*z shape {index}"] = _dot_product(first, by_z_shape)
    for (other, index), bend in zip(_pairs_of_shape(peak), bends, strict=True):
        sums[f"shape {index} {other}"] = _dot_product(pull, bend)
    return sums


def _pairs_of_shape(peak: PeakPlan) -> list[tuple[int, int]]:
    """Pairs of shape parameters, (0, 0), (0, 1), (1, 1) and so on, the larger last."""
    pairs = combinations_with_replacement(range(len(peak.shape_rows)), 2)
    return sorted(pairs, key=lambda pair: (pair[1], pair[0]))


def _dot_product(left: FloatArray, right: FloatArray | None) -> FloatArray:
    if right is None:
        return np.zeros(len(left))
    return np.asarray(np.einsum("bm,bm->b", left, right))
