"""What a background is: one frozen object with its parameters, words, and how it is computed.

A co-fitted background is a level, linear in its parameters, and for some ``factor *
scattered(x)``: what the model's own peaks leave behind them, towards higher binding energy. A
static one is computed once from the data and subtracted; it meets the mean of the outermost points
at both ends. Where ``ends`` is stated, as of a fit of CasaXPS, it meets the mean of that many
points on either side of each end, and the outermost points are there for the means alone. Static
backgrounds take their ends for free of peaks and their own noise for nothing: areas come out biased
and their errors too small. They are there to compare with other programs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fitting.models.parameter_kind import ParameterKind

FloatArray = NDArray[np.float64]

LEVEL_POINTS = 3
"""A static background meets the mean of at least so many points at either end ..."""
LEVEL_SHARE = 0.05
"""... and of this share of all points."""


ENDS = ParameterKind(
    "ends",
    "points averaged at the ends",
    "points averaged at the ends",
    "points on either side of each end of the range whose mean the background meets",
    start=1.0,
    low=0.0,
    varies=False,
    limits=(0.0, 100.0),
)


class Scattering(Protocol):
    """What peaks leave behind them, as a linear operation on their profiles."""

    def spread(self, profiles: FloatArray, shape: FloatArray) -> FloatArray:
        """Background of each profile, shape (b, r, m), for shape parameters (b, s)."""

    def spread_slopes(self, profile: FloatArray, shape: FloatArray) -> FloatArray:
        """Its derivatives by the shape parameters (b, s, m), for profiles (b, m)."""


@dataclass(frozen=True, slots=True)
class BackgroundKind:
    """A background: what the model names, the solver evaluates, and window and report tell."""

    name: str
    label: str
    """In the window."""
    words: str
    """In a report, a sentence."""
    formula: str
    """As the page on backgrounds has it."""
    source: str = ""
    """Where the formula is from."""
    level: tuple[ParameterKind, ...] = ()
    """The parameters that it is linear in, whatever the peaks."""
    level_curves: Callable[[FloatArray], FloatArray] | None = None
    """What each of them multiplies, shape (l, m), on a grid (m,)."""
    scattering_parameters: tuple[ParameterKind, ...] = ()
    """Of a scattering its factor, then its shape; of a static background all it has, fixed."""
    scattering: Callable[[FloatArray], Scattering] | None = None
    """For a co-fitted background: the scattering on a grid."""
    optional: tuple[ParameterKind, ...] = ()
    """What a static background may have in addition, such as ``ENDS``."""
    static: Callable[..., FloatArray] | None = None
    """``(positions, intensity, **parameters)`` for a background that is computed from complete
    data (b, m) and not varied in the fit."""
    techniques: tuple[str, ...] = ("xps", "raman")
    """What it is offered for: electrons scatter, Raman photons do not."""
    follows_baseline: bool = False
    """It bends as a fluorescence does: the fit needs no baseline subtracted before."""
    has_compiled_scattering: bool = False
    """Whether its scattering is the cumulative area, which the compiled engine has."""

    @property
    def parameter_kinds(self) -> tuple[ParameterKind, ...]:
        """All parameters: those of the level first."""
        return self.level + self.scattering_parameters

    @property
    def parameters(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(kind.name for kind in self.parameter_kinds)

    @property
    def optional_parameters(self) -> tuple[str, ...]:
        """Names of those that may be left out."""
        return tuple(kind.name for kind in self.optional)

    @property
    def is_static(self) -> bool:
        """Whether it is computed once from the data, and not varied in the fit."""
        return self.static is not None


def level_kind(name: str, meaning: str, *, varies: bool = True) -> ParameterKind:
    """A coefficient of the level in the unit of the intensity, from 0 on."""
    return ParameterKind(name, name, name, meaning, varies=varies, unit="intensity", is_linear=True)


def between_ends(compute: Callable[..., FloatArray]) -> Callable[..., FloatArray]:
    """A static background that is computed between its two levels.

    Parameters
    ----------
    compute
        ``(positions, intensity, low, high, **parameters)``, the levels of shape (b, 1).
    """

    def between(
        positions: FloatArray, intensity: FloatArray, ends: float | None = None, **given: float
    ) -> FloatArray:
        if ends is None:
            return compute(positions, intensity, *_average_ends(intensity), **given)
        width = min(round(ends), (positions.size - 2) // 2)
        inner = slice(width, positions.size - width)
        low = intensity[:, : 2 * width + 1].mean(axis=1, keepdims=True)
        high = intensity[:, positions.size - 2 * width - 1 :].mean(axis=1, keepdims=True)
        curve = compute(positions[inner], intensity[:, inner], low, high, **given)
        return np.pad(curve, ((0, 0), (width, width)), mode="edge")

    return between


def _average_ends(intensity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means of the outermost points at the low and the high end, shape (b, 1) each."""
    count = max(LEVEL_POINTS, round(LEVEL_SHARE * intensity.shape[1]))
    low = intensity[:, :count].mean(axis=1, keepdims=True)
    return low, intensity[:, -count:].mean(axis=1, keepdims=True)
