"""The line that a component is which another program left as a curve only."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.line_shapes import LINE_SHAPES

_CANDIDATES = ("gl-product", "sgl-sum")
_STARTS = (0.1, 0.5)
_GOOD = 0.005
"""Of the maximum: a line that is met no better than this is said to be another."""


@dataclass(frozen=True, slots=True)
class CurveShape:
    """A line fitted to a curve."""

    line_shape: str
    area: float
    position: float
    fwhm: float
    mixing: float
    misfit: float
    """Root mean square over the maximum of the curve."""

    @property
    def is_met(self) -> bool:
        return self.misfit < _GOOD


class _Start(NamedTuple):
    position: float
    fwhm: float
    mixing: float


def find_curve_shape(energy: FloatArray, curve: FloatArray) -> CurveShape | None:
    """The Gaussian-Lorentzian line nearest to a curve; ``None`` for one that is empty.

    Parameters
    ----------
    energy, curve : shape (m,)
        Ascending energies (eV); counts/s without the background.
    """
    if curve.size < 5 or not np.all(np.isfinite(curve)) or np.max(curve) <= 0.0:
        return None
    top = int(np.argmax(curve))
    above = energy[curve >= 0.5 * curve[top]]
    width = float(np.ptp(above)) or float(np.median(np.diff(energy)))
    found = [
        _fit_line(name, energy, curve, _Start(float(energy[top]), width, mixing))
        for name in _CANDIDATES
        for mixing in _STARTS
    ]
    return min(found, key=lambda one: one.misfit)


def _fit_line(name: str, energy: FloatArray, curve: FloatArray, start: _Start) -> CurveShape:
    # takes long to import, and only a stored fit of unknown shape asks for it
    from scipy.optimize import least_squares

    shape, height = LINE_SHAPES[name], float(np.max(curve))

    def line(numbers: FloatArray) -> FloatArray:
        position, fwhm, mixing = (np.array([one]) for one in numbers[:3])
        return shape.profile(energy, position, fwhm, mixing)

    def area_of(profile: FloatArray) -> float:
        return float(profile @ curve / (profile @ profile))

    def misfit(numbers: FloatArray) -> FloatArray:
        profile = line(numbers)
        return (area_of(profile) * profile - curve) / height

    step = float(np.median(np.diff(energy)))
    low, high = energy[0] - step, energy[-1] + step
    solved = least_squares(
        misfit,
        np.clip(start, (low, 0.2 * step, 0.0), (high, np.inf, 1.0)),
        bounds=((low, 0.1 * step, 0.0), (high, 10.0 * np.ptp(energy), 1.0)),
        x_scale=(start.fwhm, start.fwhm, 0.3),
    )
    profile = line(solved.x)
    position, fwhm, mixing = map(float, solved.x)
    error = float(np.sqrt(np.mean(solved.fun**2)))
    return CurveShape(name, area_of(profile), position, fwhm, mixing, error)
