"""How many points of a spectrum count as one, where neighbours scatter together.

Smoothed or interpolated spectra have fewer independent points than points. The variance of what is
fitted to them is larger than that of independent ones by the integrated autocorrelation of the
residuals, ``1 + 2 sum_k rho_k`` (G. E. P. Box and G. M. Jenkins, Time Series Analysis, 1970).
"""

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray

CLEARLY = 4.0
"""Standard deviations of the correlation of neighbours, from which points are not independent."""
_NOISE = 2.0
"""Standard deviations of a correlation below which it is taken for none."""
_LARGEST_PART = 8
"""Correlations over more than this part of the points are the model's, not the noise's."""


def correlated_points(residuals: FloatArray, seen: NDArray[np.bool_]) -> FloatArray:
    """How many points count as one in each spectrum, shape (b,); 1 for independent noise.

    Parameters
    ----------
    residuals : shape (b, m)
        (data - model) / sigma.
    seen : shape (b, m)
        Which points were measured.
    """
    return np.array([_count_as_one(row[known]) for row, known in zip(residuals, seen, strict=True)])


def _count_as_one(values: FloatArray) -> float:
    points = values.size
    square = float(values @ values)
    if points < 2 * _LARGEST_PART or square == 0.0:
        return 1.0
    scatter = 1.0 / np.sqrt(points)
    total = 1.0
    for lag in range(1, points // _LARGEST_PART + 1):
        correlation = float(values[lag:] @ values[:-lag]) / square
        if correlation < (CLEARLY if lag == 1 else _NOISE) * scatter:
            break
        total += 2.0 * correlation
    return total
