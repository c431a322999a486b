"""The lines of the peaks in reduced form and their first derivatives, for many spectra at once.

With ``z = 2 (x - position) / fwhm`` and ``s = 2 / fwhm`` a line is ``area share s g(z, shape)``.
"""

from dataclasses import dataclass, replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.parameter_layout import ABSENT, PeakPlan, Plan


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One line of a peak in reduced form, for b spectra on m points."""

    share: FloatArray
    """Part of the peak's area, shape (b,)."""
    share_slope: FloatArray
    """Its derivative by the area ratio, shape (b,)."""
    share_curvature: FloatArray
    """Its second derivative by the area ratio, shape (b,)."""
    place_rows: tuple[int, ...]
    """What its position follows: that of the peak, and for the partner the separation."""
    scale: FloatArray
    """2 / fwhm, shape (b,)."""
    z: FloatArray
    value: FloatArray
    by_z: FloatArray
    by_shape: tuple[FloatArray, ...]

    def profile(self) -> FloatArray:
        """The line's part of the peak at unit area, shape (b, m)."""
        return np.asarray((self.share * self.scale)[:, None] * self.value)

    def slope_by_position(self, amount: FloatArray) -> FloatArray:
        """Derivative by position of a line of height scale ``amount = area share s``."""
        return np.asarray((-amount * self.scale)[:, None] * self.by_z)

    def slope_by_fwhm(self, amount: FloatArray) -> FloatArray:
        """Derivative by fwhm of a line of height scale ``amount = area share s``."""
        slope = self.z * self.by_z
        slope += self.value
        slope *= (-0.5 * amount * self.scale)[:, None]
        return slope

    def take(self, rows: BoolArray) -> "LineTerms":
        """Some of the spectra."""
        return replace(
            self,
            share=self.share[rows],
            share_slope=self.share_slope[rows],
            share_curvature=self.share_curvature[rows],
            scale=self.scale[rows],
            z=self.z[rows],
            value=self.value[rows],
            by_z=self.by_z[rows],
            by_shape=tuple(slope[rows] for slope in self.by_shape),
        )


def line_terms(
    peak: PeakPlan, positions: FloatArray, offsets: FloatArray, parameters: FloatArray
) -> tuple[LineTerms, ...]:
    """The one or two lines of a peak at all parameters, shape (b, p)."""
    position = parameters[:, peak.position] - offsets
    shares = _shares_of_lines(peak, parameters)
    lines: list[LineTerms] = []
    for index, share in enumerate(shares):
        shift = parameters[:, peak.separation] if index else 0.0
        line = _one_line(peak, positions, position + shift, parameters, share)
        places = (peak.position, peak.separation) if index else (peak.position,)
        lines.append(replace(line, place_rows=places))
    return tuple(lines)


def add_slopes(
    jacobian: FloatArray,
    plan: Plan,
    peak: PeakPlan,
    lines: tuple[LineTerms, ...],
    parameters: FloatArray,
) -> None:
    """Add the derivatives of one peak to those by the free parameters, shape (b, f, m)."""
    area = parameters[:, peak.area]

    def add(row: int, slope: FloatArray) -> None:
        factor, source = plan.factor[row], plan.source[row]
        jacobian[:, source] += slope if factor == 1.0 else factor * slope

    for line in lines:
        amount = area * line.share * line.scale
        for row in _find_varying(plan, peak.area):
            add(row, line.profile())
        for row in _find_varying(plan, peak.area_ratio):
            add(row, (area * line.share_slope * line.scale)[:, None] * line.value)
        for row in _find_varying(plan, *line.place_rows):
            add(row, line.slope_by_position(amount))
        for row in _find_varying(plan, peak.fwhm):
            add(row, line.slope_by_fwhm(amount))
        for row in _find_varying(plan, *peak.shape_rows):
            add(row, amount[:, None] * line.by_shape[peak.shape_rows.index(row)])


def _find_varying(plan: Plan, *rows: int) -> list[int]:
    return [row for row in rows if plan.varies(row)]


def _shares_of_lines(
    peak: PeakPlan, parameters: FloatArray
) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    """Part of the area in each line and its first two derivatives by the area ratio."""
    count = len(parameters)
    if peak.separation == ABSENT:
        return [(np.ones(count), np.zeros(count), np.zeros(count))]
    whole = 1.0 / (1.0 + parameters[:, peak.area_ratio])
    main = (whole, -(whole**2), 2.0 * whole**3)
    return [main, (1.0 - whole, whole**2, -2.0 * whole**3)]


def _one_line(
    peak: PeakPlan,
    positions: FloatArray,
    centre: FloatArray,
    parameters: FloatArray,
    share: tuple[FloatArray, FloatArray, FloatArray],
) -> LineTerms:
    scale = 2.0 / parameters[:, peak.fwhm]
    z = scale[:, None] * (positions - centre[:, None])
    shape = [parameters[:, row, None] for row in peak.shape_rows]
    value, by_z, *by_shape = peak.shape.reduced_derivatives(z, *shape)
    return LineTerms(*share, (peak.position,), scale, z, value, by_z, tuple(by_shape))
