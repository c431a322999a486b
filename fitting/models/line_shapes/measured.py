"""A measured spectrum as the shape of a component: a table, shifted, scaled, and broadened.

The table is of unit area, smooth, and continued beyond what was measured; see
``fitting.fits.measured_component``, which makes it. Between its points runs a spline of order five
(C. de Boor, A Practical Guide to Splines, Springer 1978), so that value and slopes belong together.
A Gaussian broadens it by Gauss and Hermite's rule; its slope by the variance of that Gaussian is
half the second derivative by z, as of everything that solves the heat equation.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, FloatArray, LineShape
from fitting.models.parameter_kind import ParameterKind

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

MEASURED = "measured"
"""The line shape of such a component; its table is in the peak."""
SQUARED_BROADENING = ParameterKind(
    "squared_broadening",
    "squared broadening",
    "squared broadenings",
    "squared width of a Gaussian that broadens the measured spectrum, over that of the spectrum",
    start=0.0,
    low=0.0,
    high=2.25,
    varies=False,
    limits=(0.0, 2.25),
    symbol="q",
)
_VARIANCE = 1.0 / (2.0 * LN2)
"""Variance of the Gaussian in squared half widths, over the squared broadening."""
_NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(32)
_ORDER = 5


@dataclass(frozen=True, slots=True)
class MeasuredShape:
    """A spectrum without its background, of unit area, and what is not known of it."""

    source: str
    """Where it is from, for the report: "pristine.vms, S 2p"."""
    background: str
    """Kind of the background that was fitted and subtracted."""
    position: float
    """Where its maximum lies (unit of the axis)."""
    fwhm: float
    """Its full width at half of its maximum (unit of the axis)."""
    first: float
    """The first point of the table (unit of the axis)."""
    step: float
    values: tuple[float, ...]
    """The table (1 / unit of the axis)."""
    noise: tuple[float, ...] = ()
    """Curves of the same points, one after the other: the sum of their products is the covariance
    of the table."""

    def __post_init__(self) -> None:
        table, noise = np.asarray(self.values, dtype=float), np.asarray(self.noise, dtype=float)
        if table.ndim != 1 or table.size <= _ORDER or noise.size % table.size:
            raise ValueError(f"{self.source}: its table and its noise are not of the same points")
        numbers = np.array([self.position, self.fwhm, self.first, self.step])
        is_finite = all(np.isfinite(part).all() for part in (table, noise, numbers))
        if not is_finite or min(self.fwhm, self.step) <= 0.0:
            raise ValueError(f"{self.source}: its table has numbers that no spectrum has")

    def __hash__(self) -> int:
        # of the whole table it would take longer than a look at the curve
        return hash((self.source, self.position, self.fwhm, self.first, len(self.values)))

    @property
    def positions(self) -> FloatArray:
        """The points of the table, shape (m,)."""
        return np.asarray(self.first + self.step * np.arange(len(self.values)), dtype=float)

    @property
    def relative_noise(self) -> float:
        """Standard deviation of the table over its size, both summed over all points."""
        square = float(np.sum(np.square(self.values)))
        return float(np.sqrt(np.sum(np.square(self.noise)) / square))


def describe_measured(measured: MeasuredShape) -> str:
    """What the component is, in a report, after "drawn as"."""
    return (
        f"the measured spectrum {measured.source} (its background, of the kind "
        f"{measured.background}, subtracted; its noise, {100 * measured.relative_noise:.1f} % of "
        "it, is in the errors)"
    )


def measured_noise(measured: MeasuredShape, z: FloatArray) -> FloatArray:
    """The curves of its noise at distances z in half widths, shape (..., k)."""
    count = len(measured.values)
    curves = np.reshape(measured.noise, (-1, count)).T * (0.5 * measured.fwhm)
    if not curves.size:
        return np.zeros((*z.shape, 0))
    spline = _interpolate(measured, curves, 3)
    return np.asarray(np.nan_to_num(spline(z, extrapolate=False)))


@lru_cache(maxsize=64)
def measured_line_shape(measured: MeasuredShape) -> LineShape:
    """The table as a line shape, which every engine but the compiled one evaluates."""
    table = 0.5 * measured.fwhm * np.asarray(measured.values)
    spline = _interpolate(measured, table, _ORDER)

    def evaluate(z: FloatArray, broadening: FloatArray) -> FloatArray:
        return _broadened(spline, z, broadening, 0)

    def differentiate(z: FloatArray, broadening: FloatArray) -> tuple[FloatArray, ...]:
        value, by_z, by_zz = (_broadened(spline, z, broadening, order) for order in range(3))
        return value, by_z, 0.5 * _VARIANCE * by_zz

    def second_derivatives(
        z: FloatArray, known: tuple[FloatArray, ...], broadening: FloatArray
    ) -> tuple[FloatArray | None, ...]:
        half = 0.5 * _VARIANCE
        if not np.any(broadening):
            return known[2] / half, None, None
        third, fourth = (_broadened(spline, z, broadening, order) for order in (3, 4))
        return known[2] / half, half * third, half * half * fourth

    return LineShape(
        name=MEASURED,
        label="measured spectrum",
        words=describe_measured(measured),
        formula="the measured spectrum, convolved with a Gaussian of `sqrt(q)` times its width",
        source=measured.source,
        reduced=evaluate,
        reduced_derivatives=differentiate,
        reduced_second_derivatives=second_derivatives,
        parameters=(SQUARED_BROADENING,),
        cost=20.0,
    )


def _interpolate(measured: MeasuredShape, curves: FloatArray, order: int) -> "BSpline":
    # takes half a second to load, which few models need
    from scipy.interpolate import make_interp_spline

    return make_interp_spline(_places(measured), curves, k=order)


def _places(measured: MeasuredShape) -> FloatArray:
    """The points of the table as distances from its maximum in half widths."""
    return np.asarray(2.0 / measured.fwhm * (measured.positions - measured.position))


def _broadened(spline: "BSpline", z: FloatArray, broadening: FloatArray, order: int) -> FloatArray:
    """A derivative of the broadened table; nothing is beyond its ends."""
    if not np.any(broadening):
        return np.asarray(np.nan_to_num(spline(z, nu=order, extrapolate=False)))
    reach = np.sqrt(2.0 * _VARIANCE * np.asarray(broadening, dtype=float))[..., None]
    places = z[..., None] - reach * _NODES
    found = np.nan_to_num(spline(places, nu=order, extrapolate=False))
    return np.asarray(found @ (_WEIGHTS / np.sqrt(np.pi)))
