"""Polynomials under Raman bands: a straight line, then Legendre polynomials ``c2`` to ``c8``.

They follow the fluorescence, as far as that has few bends; up to order 6 where bands are broad for
the range, else up to order 8.
"""

import numpy as np
from numpy.polynomial.legendre import Legendre

from fitting.models.backgrounds.background import BackgroundKind, FloatArray, level_kind
from fitting.models.backgrounds.straight import OFFSET, SLOPE, straight_curves


def _make_polynomial(name: str, label: str, order: int, formula: str) -> BackgroundKind:
    def curves(positions: FloatArray) -> FloatArray:
        middle = 0.5 * (positions[0] + positions[-1])
        reach = 0.5 * (positions[-1] - positions[0])
        curved = [Legendre.basis(n)((positions - middle) / reach) for n in range(2, order + 1)]
        return np.concatenate([straight_curves(positions), curved])

    bends = tuple(
        level_kind(f"c{n}", f"coefficient of the Legendre polynomial of order {n}")
        for n in range(2, order + 1)
    )
    return BackgroundKind(
        name,
        label,
        f"A polynomial of order {order} was fitted under the lines, together with them.",
        formula,
        level=(OFFSET, SLOPE, *bends),
        level_curves=curves,
        follows_baseline=True,
    )


POLYNOMIAL = _make_polynomial(
    "polynomial", "Polynomial", 6, "Legendre polynomials up to order 6 over the range"
)
POLYNOMIAL_8 = _make_polynomial(
    "polynomial-8", "Polynomial, 8", 8, "the same up to order 8: under the bands of an argyrodite"
)
