"""A core line convolved with a Gaussian, by quadrature on either side of the core's middle.

The core stands in units of its own half width. ``broadening`` is the full width of the Gaussian
over that of a Lorentzian of the same unit, so that its standard deviation is ``broadening / sqrt(2
ln 2)``. The integral ``int phi(t) C(u - sigma t) dt`` over 6.5 standard deviations is divided where
``u - sigma t = 0``: cores of two exponents or two widths bend there, and Gauss and Legendre's rule
converges on either side as if they did not (P. J. Davis and P. Rabinowitz, Methods of Numerical
Integration, 2nd ed. (1984), 2.7). Measured, lines are met to 1e-9 of their maxima.
"""

from collections.abc import Callable

import numpy as np

from fitting.models.line_shapes.line_shape import LN2, FloatArray
from fitting.models.line_shapes.numeric_line import RawLine, RawValues
from fitting.models.parameter_kind import ParameterKind

WIDEST = 3.0
BROADENING = ParameterKind(
    "broadening",
    "Gaussian broadening",
    "Gaussian broadenings",
    "width of the Gaussian over that of the Lorentzian",
    start=1.0,
    low=0.0,
    high=WIDEST,
    limits=(0.0, 10.0),
    symbol="b",
)
COST = 400.0
"""Of a broadened line over a Gaussian."""
_SIGMA = 1.0 / np.sqrt(2.0 * LN2)
"""Standard deviation of a Gaussian of broadening 1, in half widths of the Lorentzian."""
_END = 6.5
"""Standard deviations of the Gaussian beyond which nothing is left of it: 8e-11."""
_ROOTS, _ROOT_WEIGHTS = np.polynomial.legendre.leggauss(48)
_NODES, _NODE_WEIGHTS = 0.5 * (1.0 + _ROOTS), 0.5 * _ROOT_WEIGHTS
_SMALLEST = 1e-9
"""A Gaussian narrower than this changes nothing."""


def make_broadened(
    core: Callable[..., RawValues],
    area: Callable[..., tuple[FloatArray, tuple[FloatArray, ...]]],
    farthest: float,
) -> RawLine:
    """The convolution of a core with a Gaussian; its last shape parameter is the broadening.

    Parameters
    ----------
    core, area
        As those of ``RawLine``, for the parameters of the core.
    farthest
        Distance within which the core falls to a half of its maximum, wherever that is.
    """

    def evaluate(u: FloatArray, *shape: FloatArray) -> RawValues:
        *own, broadening = (np.asarray(one, dtype=float)[..., None] for one in shape)
        sigma = _SIGMA * broadening
        places, weights = _divide(u[..., None] / np.maximum(sigma, _SMALLEST))
        line = core(u[..., None] - sigma * places, *own)
        turned = -_SIGMA * places * weights

        def spread(part: FloatArray, by: FloatArray = weights) -> FloatArray:
            return np.asarray(np.sum(part * by, axis=-1))

        return RawValues(
            spread(line.value),
            spread(line.by_u),
            spread(line.by_uu),
            (*map(spread, line.by_shape), spread(line.by_u, turned)),
            (*map(spread, line.by_u_shape), spread(line.by_uu, turned)),
        )

    def area_with_broadening(
        *shape: FloatArray,
    ) -> tuple[FloatArray, tuple[FloatArray, ...]]:
        value, slopes = area(*shape[:-1])
        return value, (*slopes, np.zeros_like(shape[-1]))

    def reach(*shape: FloatArray) -> tuple[FloatArray, FloatArray]:
        far = farthest + _END * _SIGMA * np.asarray(shape[-1])
        return -far, far

    return RawLine(evaluate, area_with_broadening, reach)


def _divide(middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places and weights of the rule on either side of the middle, in standard deviations."""
    middle = np.clip(middle, -_END, _END)
    below, above = middle + _END, _END - middle
    places = np.concatenate([-_END + below * _NODES, middle + above * _NODES], axis=-1)
    weights = np.concatenate([below * _NODE_WEIGHTS, above * _NODE_WEIGHTS], axis=-1)
    return places, weights * np.exp(-0.5 * places**2) / np.sqrt(2.0 * np.pi)
