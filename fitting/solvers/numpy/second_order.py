"""Second derivatives of the peaks by their parameters, summed with the residual.

They are needed only as sums over the points, so that they cost no more than the first ones
(A. Ruhe and P. A. Wedin, SIAM Rev. 22, 318 (1980), on why they pay).
"""

from collections.abc import Callable, Mapping

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.line_shapes import LineShape
from fitting.models.line_shapes.asymmetric import doniach_sunjic_second_derivatives
from fitting.models.line_shapes.convolution import voigt_second_derivatives
from fitting.models.line_shapes.products import gl_product_second_derivatives
from fitting.solvers.numpy.line_terms import LineTerms
from fitting.solvers.numpy.parameter_layout import PeakPlan, Plan

_LN2 = float(np.log(2.0))

Sums = dict[str, FloatArray]
_AddPair = Callable[[int, int, FloatArray], None]


def has_second_order(shape: LineShape) -> bool:
    """Whether the second derivatives of a line shape are known."""
    return shape.name in _SECOND_SLOPES


def add_second_order(
    second: FloatArray,
    plan: Plan,
    peak: PeakPlan,
    lines: tuple[LineTerms, ...],
    parameters: FloatArray,
    pull: FloatArray,
) -> None:
    """Add the sums of pull (b, m) times the second derivatives of one peak to (b, f, f)."""
    find = _SECOND_SLOPES.get(peak.shape.name)
    if find is None:
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
        sums = _sum_pull(peak, line, parameters, pull, find)
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
        for shape in peak.shape_rows:
            add(row, shape, amount * scale * sums["shape"])
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
        for shape in peak.shape_rows:
            add(place, shape, -amount * scale * sums["z shape"])
    bend = 2.0 * sums["value"] + 4.0 * sums["z*z"] + sums["z*z*zz"]
    add(peak.fwhm, peak.fwhm, amount * half * half * bend)
    for shape in peak.shape_rows:
        add(peak.fwhm, shape, -amount * half * (sums["shape"] + sums["z*z shape"]))
        add(shape, shape, amount * sums["shape shape"])


def _sum_pull(
    peak: PeakPlan,
    line: LineTerms,
    parameters: FloatArray,
    pull: FloatArray,
    find: Callable[..., tuple[FloatArray, ...]],
) -> Sums:
    """Sums of the pull with the derivatives of the reduced line and their moments, shape (b,)."""
    shape = [parameters[:, row, None] for row in peak.shape_rows]
    by_zz, *by_shape = find(line, *shape)
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
    if by_shape:
        mixed, *bend = by_shape
        sums["shape"] = _dot_product(pull, line.by_shape[0])
        sums["z shape"] = _dot_product(pull, mixed)
        sums["z*z shape"] = _dot_product(first, mixed)
        sums["shape shape"] = _dot_product(pull, bend[0]) if bend else np.zeros(len(pull))
    return sums


def _dot_product(left: FloatArray, right: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("bm,bm->b", left, right))


def _gaussian_seconds(line: LineTerms) -> tuple[FloatArray, ...]:
    return (_gaussian_curvature(line.z * line.z, line.value),)


def _lorentzian_seconds(line: LineTerms) -> tuple[FloatArray, ...]:
    return (_lorentzian_curvature(line.z * line.z, line.value),)


def _pseudo_voigt_seconds(line: LineTerms, mixing: FloatArray) -> tuple[FloatArray, ...]:
    """By z twice, and by z and mixing; the two parts follow from value and slope by mixing."""
    square = line.z * line.z
    bell = line.value - mixing * line.by_shape[0]
    tail = bell + line.by_shape[0]
    bell_zz = _gaussian_curvature(square, bell)
    by_zz = bell_zz + mixing * (_lorentzian_curvature(square, tail) - bell_zz)
    mixed = 2.0 * line.z * (_LN2 * bell - np.pi * tail * tail)
    return by_zz, mixed


def _gaussian_curvature(square: FloatArray, value: FloatArray) -> FloatArray:
    return 2.0 * _LN2 * value * (2.0 * _LN2 * square - 1.0)


def _lorentzian_curvature(square: FloatArray, value: FloatArray) -> FloatArray:
    height = np.pi * value
    return np.asarray(value * height * height * (6.0 * square - 2.0))


def _voigt_seconds(line: LineTerms, mixing: FloatArray) -> tuple[FloatArray, ...]:
    return voigt_second_derivatives(line.z, mixing, (line.value, line.by_z, line.by_shape[0]))


def _of_line(
    second: Callable[[FloatArray, FloatArray], tuple[FloatArray, ...]],
) -> Callable[[LineTerms, FloatArray], tuple[FloatArray, ...]]:
    return lambda line, shape: second(line.z, shape)


_SECOND_SLOPES: Mapping[str, Callable[..., tuple[FloatArray, ...]]] = {
    "gaussian": _gaussian_seconds,
    "lorentzian": _lorentzian_seconds,
    "pseudo-voigt": _pseudo_voigt_seconds,
    "gl-product": _of_line(gl_product_second_derivatives),
    "voigt": _voigt_seconds,
    "doniach-sunjic": _of_line(doniach_sunjic_second_derivatives),
}
"""Second derivatives in reduced form: by z, by z and shape, by shape if that is not zero."""
