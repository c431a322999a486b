"""Backgrounds of XPS spectra: part of the model, so that their uncertainty is in the areas.

The co-fitted kinds are a level, ``offset + slope (x - middle)`` with the middle of the grid, and
for some ``factor * scattered(x)``: what the model's own peaks leave behind them, towards higher
binding energy. The level of a polynomial goes on with Legendre polynomials, ``c2`` to ``c6`` or, as
``polynomial-8``, to ``c8``: it follows the fluorescence under Raman bands, as far as that has few
bends; a ``spline`` of twelve cubic B-splines follows one with more. The static kinds are computed
once from the data and subtracted; they meet the mean of the outermost points at both ends. Static
backgrounds take their ends for free of peaks and their own noise for nothing: areas come out biased
and their errors too small. They are there to compare with other programs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.polynomial.legendre import Legendre
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.interpolate import BSpline

FloatArray = NDArray[np.float64]
Kernel = Callable[[FloatArray, FloatArray], FloatArray]
"""Cross section of an energy loss (eV) for a C (eV^2)."""

STRAIGHT = ("offset", "slope")
SPLINE = tuple(f"s{number}" for number in range(12))
"""Coefficients of cubic B-splines on equal intervals, in the unit of the intensity."""
CURVED = ("c2", "c3", "c4", "c5", "c6", "c7", "c8")
"""Coefficients of the Legendre polynomials of order 2 to 8, in the unit of the intensity."""
POLYNOMIALS = {"polynomial": (*STRAIGHT, *CURVED[:5]), "polynomial-8": (*STRAIGHT, *CURVED)}
"""Coefficients by kind: up to order 6 where bands are broad for the range, else up to order 8."""
LEVEL = (*STRAIGHT, *CURVED, *SPLINE)
"""Parameters that the level is linear in."""
LEVEL_POINTS = 3
"""A static background meets the mean of at least so many points at either end ..."""
LEVEL_SHARE = 0.05
"""... and of this share of all points."""
_CUBIC = 3
_SHIRLEY_TOLERANCE = 1e-10
_SHIRLEY_ROUNDS = 500
_EVEN_TOLERANCE = 1e-3
"""Steps that differ by this part are even enough for a fast convolution."""


class Scattering(Protocol):
    """What peaks leave behind them, as a linear operation on their profiles."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:
        """Background of each profile, shape (b, r, m), for shape parameters (b, s)."""

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:
        """Its derivatives by the shape parameters (b, s, m), for profiles (b, m)."""


@dataclass(frozen=True, slots=True)
class ShirleyScattering:
    """A step under each peak: its area up to the energy, by the trapezoidal rule.

    D. A. Shirley, Phys. Rev. B 5 (1972) 4709, co-fitted as by A. Herrera-Gomez et al., Surf.
    Interface Anal. 46 (2014) 897.
    """

    positions: FloatArray
    """Binding energies, ascending, shape (m,)."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:  # noqa: ARG002
        return cumulative_area(self.positions, profiles)

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:  # noqa: ARG002
        return np.empty((len(profile), 0, profile.shape[-1]))


@dataclass(frozen=True, slots=True)
class TougaardScattering:
    """The profile convolved with ``T / (C + T^2)^2`` of the energy loss T.

    S. Tougaard, Surf. Interface Anal. 25 (1997) 137. The factor in front is his B; ``C`` is
    1643 eV^2 in his universal cross section.
    """

    positions: FloatArray
    """Binding energies, ascending, shape (m,)."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:
        return self._convolved(profiles, shape[:, 0], _cross_section)

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:
        return self._convolved(profile[:, None, :], shape[:, 0], _cross_section_slope)

    def _convolved(self, profiles: FloatArray, C: FloatArray, kernel: Kernel) -> FloatArray:
        """Profiles (b, r, m) convolved with the kernel of each spectrum's C, shape (b,)."""
        weighted = profiles * _trapezoid_weights(self.positions)
        if _is_even(self.positions):
            length = next_fast_len(2 * self.positions.size, real=True)
            kernels = kernel(self.positions - self.positions[0], C[:, None])[:, None, :]
            whole = irfft(rfft(weighted, length) * rfft(kernels, length), length)
            return np.asarray(whole[..., : self.positions.size])
        loss = np.maximum(self.positions[:, None] - self.positions[None, :], 0.0)
        return np.stack([part @ kernel(loss, c).T for part, c in zip(weighted, C, strict=True)])


@dataclass(frozen=True, slots=True)
class BackgroundKind:
    """A background: the parameters the model gives it and how it is computed."""

    name: str
    parameters: tuple[str, ...]
    """Those of the level first; then, if it scatters, factor and the shape parameters."""
    is_static: bool
    """Computed once from the data between the ends of the range, and not varied in the fit."""
    scattering: Callable[[FloatArray], Scattering] | None = None
    """For a co-fitted background: the scattering on a grid."""
    follows_baseline: bool = False
    """It bends as a fluorescence does: the fit needs no baseline subtracted before."""


BACKGROUNDS: Mapping[str, BackgroundKind] = {
    kind.name: kind
    for kind in (
        BackgroundKind("none", (), False),
        BackgroundKind("linear", STRAIGHT, False),
        *(
            BackgroundKind(name, names, False, follows_baseline=True)
            for name, names in (*POLYNOMIALS.items(), ("spline", SPLINE))
        ),
        BackgroundKind("shirley", (*STRAIGHT, "factor"), False, ShirleyScattering),
        BackgroundKind("tougaard", (*STRAIGHT, "factor", "C"), False, TougaardScattering),
        BackgroundKind("shirley-static", (), True),
        BackgroundKind("tougaard-static", ("C",), True),
    )
}


def level_curves(kind: str, positions: FloatArray) -> list[FloatArray]:
    """What each parameter of the level multiplies, shape (m,), in the order of the kind.

    Parameters
    ----------
    positions : shape (m,)
        The grid, ascending; curves are the same for every offset of a spectrum.
    """
    middle = 0.5 * (positions[0] + positions[-1])
    reach = 0.5 * (positions[-1] - positions[0])
    curves = {"offset": np.ones_like(positions), "slope": positions - middle}
    curves |= {
        name: Legendre.basis(order)((positions - middle) / reach)
        for order, name in enumerate(CURVED, 2)
    }
    curves |= dict(zip(SPLINE, _b_splines(positions, len(SPLINE)), strict=True))
    return [curves[name] for name in BACKGROUNDS[kind].parameters if name in LEVEL]


def static_background(
    kind: str, positions: FloatArray, intensity: FloatArray, **parameters: float
) -> FloatArray:
    """Background computed from the data between the ends of the range.

    Parameters
    ----------
    kind
        A static one of ``BACKGROUNDS``.
    positions : shape (m,)
        Binding energies (eV), ascending, evenly spaced or not.
    intensity : shape (b, m)
        Nan where nothing was measured: the background runs between the outermost measured points.
    parameters
        Those of the kind: ``C`` (eV^2).

    Returns
    -------
    shape (b, m)
        Nan for a spectrum that does not rise above its ends, which has no such background.
    """
    compute: Callable[..., FloatArray] = _STATIC[kind]
    result = np.full(intensity.shape, np.nan)
    measured = np.isfinite(intensity)
    complete = measured.all(axis=1)
    if complete.any():
        result[complete] = compute(positions, intensity[complete], **parameters)
    for row in np.flatnonzero(~complete):
        seen = measured[row]
        if seen.sum() >= 2 * LEVEL_POINTS:
            curve = compute(positions[seen], intensity[row, seen][None, :], **parameters)[0]
            result[row] = np.interp(positions, positions[seen], curve)
    return result


def compute_shirley(positions: FloatArray, intensity: FloatArray) -> FloatArray:
    """Static Shirley background, iterated to a part in 1e10 of its step, shape (b, m).

    ``B(x) = low + (high - low) S(x) / S(end)``, where S is the area between data and background
    from the low binding energy end to x (A. Proctor and P. M. A. Sherwood, Anal. Chem. 54 (1982)
    13). Nan where that area is not positive or the iteration does not settle.
    """
    low, high = _average_ends(intensity)
    step = high - low
    background = np.repeat(low, positions.size, axis=1)
    settled = np.zeros(len(intensity), dtype=bool)
    for _ in range(_SHIRLEY_ROUNDS):
        above = cumulative_area(positions, intensity - background)
        total = above[:, -1:]
        share = above / np.where(total > 0, total, np.nan)
        improved = low + step * share
        change = np.max(np.abs(improved - background), axis=1)
        background = improved
        settled = change <= _SHIRLEY_TOLERANCE * np.abs(step[:, 0])
        if np.all(settled | np.isnan(change)):
            break
    background[~settled] = np.nan
    return background


def compute_tougaard(positions: FloatArray, intensity: FloatArray, C: float) -> FloatArray:
    """Static two-parameter Tougaard background ("U 2 Tougaard" in CasaXPS), shape (b, m).

    ``B(x) = low + B integral T / (C + T^2)^2 (data(x - T) - low) dT``, with B such that the
    background meets the data at the high binding energy end. Nan where no B does.
    """
    low, high = _average_ends(intensity)
    profile = (intensity - low)[:, None, :]
    shape = np.full((len(intensity), 1), C)
    scattered = TougaardScattering(positions).spread(profile, shape)[:, 0, :]
    total = scattered[:, -1:]
    return np.asarray(low + (high - low) * scattered / np.where(total > 0, total, np.nan))


def cumulative_area(positions: FloatArray, profiles: FloatArray) -> FloatArray:
    """Area from the first point to each, by the trapezoidal rule, shape (..., m)."""
    area = np.empty_like(profiles)
    area[..., 0] = 0.0
    pieces = 0.5 * np.diff(positions) * (profiles[..., 1:] + profiles[..., :-1])
    np.cumsum(pieces, axis=-1, out=area[..., 1:])
    return area


def _b_splines(positions: FloatArray, count: int) -> FloatArray:
    """Cubic B-splines on equal intervals over the grid, shape (count, m); their sum is one."""
    low, high = positions[0], positions[-1]
    step = (high - low) / (count - _CUBIC)
    knots = low + step * np.arange(-_CUBIC, count + 1)
    inside = np.clip(positions, low, high - 1e-9 * step)
    return np.asarray(BSpline.design_matrix(inside, knots, _CUBIC).toarray().T)


def _average_ends(intensity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means of the outermost points at the low and the high end, shape (b, 1) each."""
    count = max(LEVEL_POINTS, round(LEVEL_SHARE * intensity.shape[1]))
    low = intensity[:, :count].mean(axis=1, keepdims=True)
    return low, intensity[:, -count:].mean(axis=1, keepdims=True)


def _trapezoid_weights(positions: FloatArray) -> FloatArray:
    weights = np.zeros_like(positions)
    steps = 0.5 * np.diff(positions)
    weights[1:] += steps
    weights[:-1] += steps
    return weights


def _is_even(positions: FloatArray) -> bool:
    steps = np.diff(positions)
    return bool(np.ptp(steps) <= _EVEN_TOLERANCE * steps.mean())


def _cross_section(loss: FloatArray, C: FloatArray) -> FloatArray:
    return np.asarray(loss / (C + loss * loss) ** 2)


def _cross_section_slope(loss: FloatArray, C: FloatArray) -> FloatArray:
    return np.asarray(-2.0 * loss / (C + loss * loss) ** 3)


_STATIC: Mapping[str, Callable[..., FloatArray]] = {
    "shirley-static": compute_shirley,
    "tougaard-static": compute_tougaard,
}
