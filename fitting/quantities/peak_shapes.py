"""Height and full width of whole peaks, both lines of a doublet together, with their errors.

A peak's parameters are its area and the position and width of its main line. What one reads off
the drawn peak is derived: the maximum of the sum of both lines, and the full width at half of it
around that maximum. The errors are propagated through the full covariance by implicit
differentiation; parameters at a bound count as fixed. A height whose area, or a width whose fwhm is
at its bound has no error.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.result import Status, is_fitted
from fitting.data.series import FloatArray
from fitting.models.line_shapes import LineShape
from fitting.models.model import DOUBLET_PARAMETERS, Model, Peak, parameter_names

_GOLDEN = 0.5 * (np.sqrt(5.0) - 1.0)
_SEARCHES = 60
_STRIDE = 1.0 / 16.0
"""Step of the search for the half maximum, in units of the fwhm of one line."""
_REACH = 8.0
"""The search for the half maximum goes this far, in units of the fwhm of one line."""


@dataclass(frozen=True, slots=True)
class PeakShape:
    """Derived quantities of one peak in n spectra, each of shape (n,)."""

    height: FloatArray
    """Maximum above the background, unit of the intensity."""
    height_stderr: FloatArray
    fwhm: FloatArray
    """Full width at half maximum of both lines together, unit of the axis."""
    fwhm_stderr: FloatArray


def peak_shape(result: xr.Dataset, model: Model, name: str) -> PeakShape:
    """Height and full width of one peak; nan where not fitted."""
    peak = model.peak(name)
    shape = peak.shape
    short = ["area", "fwhm", *shape.shape_parameters]
    short += [part for part in DOUBLET_PARAMETERS if peak.is_doublet]
    rows = [parameter_names(model).index(f"{name}.{part}") for part in short]
    value = np.where(is_fitted(result)[:, None], result["value"].values[:, rows], np.nan)
    covariance = result["covariance"].values[np.ix_(range(len(value)), rows, rows)]
    fixed = ~(np.diagonal(covariance, axis1=1, axis2=2) > 0)
    fixed &= (result["status"].values == Status.AT_BOUND)[:, None]
    covariance = np.where(fixed[:, :, None] | fixed[:, None, :], 0.0, covariance)
    height, height_gradient, width, width_gradient = _height_and_width(peak, shape, value)
    return PeakShape(
        height,
        np.where(fixed[:, 0], np.nan, _propagate_errors(height_gradient, covariance)),
        width,
        np.where(fixed[:, 1], np.nan, _propagate_errors(width_gradient, covariance)),
    )


def _height_and_width(
    peak: Peak, shape: LineShape, value: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Height and width of shape (n,), with gradients by the parameters of shape (n, q)."""
    curve = _UnitCurve(shape, value[:, 1:], peak.is_doublet)
    top = _place_of_maximum(curve)
    maximum = curve(top)
    left = _place_of_half_maximum(curve, top, maximum, -1.0)
    right = _place_of_half_maximum(curve, top, maximum, +1.0)
    _, by_theta = curve.derivatives(top)
    area = value[:, :1]
    height_gradient = np.concatenate([maximum[:, None], area * by_theta], axis=1)
    ends = [_moved_by(curve, place, by_theta) for place in (left, right)]
    width_gradient = np.concatenate([np.zeros_like(area), ends[1] - ends[0]], axis=1)
    return area[:, 0] * maximum, height_gradient, right - left, width_gradient


class _UnitCurve:
    """The peak at unit area over the distance from its main line, n spectra at once."""

    def __init__(self, shape: LineShape, theta: FloatArray, is_doublet: bool) -> None:
        """``theta``: fwhm, shape parameters, and of a doublet separation and area_ratio."""
        self.fwhm = theta[:, 0]
        self._centre = np.zeros_like(self.fwhm)
        self._shape = shape
        self._is_doublet = is_doublet
        count = theta.shape[1] - (2 if is_doublet else 0)
        self._line = tuple(theta[:, column] for column in range(count))
        self._separation = theta[:, -2] if is_doublet else np.zeros(len(theta))
        self._ratio = theta[:, -1] if is_doublet else np.zeros(len(theta))

    def __call__(self, x: FloatArray) -> FloatArray:
        main = self._shape.profile(x, self._centre, *self._line)
        if not self._is_doublet:
            return main
        partner = self._shape.profile(x - self._separation, self._centre, *self._line)
        return (main + self._ratio * partner) / (1.0 + self._ratio)

    def derivatives(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Derivatives by x, shape (n,), and by theta, shape (n, q)."""
        main, by_position, *by_line = self._shape.derivatives(x, self._centre, *self._line)
        if not self._is_doublet:
            return -by_position, np.stack(by_line, axis=1)
        partner, partner_by_position, *partner_by_line = self._shape.derivatives(
            x - self._separation, self._centre, *self._line
        )
        ratio, total = self._ratio, 1.0 + self._ratio
        both = [(a + ratio * b) / total for a, b in zip(by_line, partner_by_line, strict=True)]
        both.append(ratio * partner_by_position / total)
        both.append((partner - main) / total**2)
        return -(by_position + ratio * partner_by_position) / total, np.stack(both, axis=1)


def _place_of_maximum(curve: _UnitCurve) -> FloatArray:
    """Golden-section search within half a width of the main line, where the maximum must be."""
    low, high = -0.5 * curve.fwhm, 0.5 * curve.fwhm
    for _ in range(_SEARCHES):
        reach = _GOLDEN * (high - low)
        inner_low, inner_high = high - reach, low + reach
        rises = curve(inner_low) < curve(inner_high)
        low, high = np.where(rises, inner_low, low), np.where(rises, high, inner_high)
    return np.asarray(0.5 * (low + high))


def _place_of_half_maximum(
    curve: _UnitCurve, top: FloatArray, maximum: FloatArray, direction: float
) -> FloatArray:
    """Where the curve first falls to half its maximum, going in one direction; else nan."""
    half = 0.5 * maximum
    stride = direction * _STRIDE * curve.fwhm
    inside, crossed = top.copy(), np.zeros(top.shape, dtype=bool)
    for _ in range(int(_REACH / _STRIDE)):
        crossed |= ~(curve(inside + stride) >= half)
        if crossed.all():
            break
        inside = np.where(crossed, inside, inside + stride)
    outside = inside + stride
    for _ in range(_SEARCHES):
        middle = 0.5 * (inside + outside)
        above = curve(middle) >= half
        inside, outside = np.where(above, middle, inside), np.where(above, outside, middle)
    return np.where(crossed, 0.5 * (inside + outside), np.nan)


def _moved_by(curve: _UnitCurve, place: FloatArray, maximum_by_theta: FloatArray) -> FloatArray:
    """Derivative of the place where the curve is at half maximum by theta, shape (n, q)."""
    by_x, by_theta = curve.derivatives(place)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((0.5 * maximum_by_theta - by_theta) / by_x[:, None])


def _propagate_errors(gradient: FloatArray, covariance: FloatArray) -> FloatArray:
    variance = np.einsum("ni,nij,nj->n", gradient, covariance, gradient)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
