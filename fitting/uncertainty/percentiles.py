"""What the scatter of replicas says: bias-corrected percentiles, standard deviation and bias."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from fitting.data.series import FloatArray
from fitting.quantities.interval_storage import IntervalBlock

_LEVELS = (0.025, 0.975)
_FEWEST = 20
"""With fewer replicas that could be fitted nothing is said."""
_LARGEST_BIAS = 0.2
"""Standard deviations. Replicas that are further off lean on a bound, and do so wherever the truth
is: to move the percentiles by as much would answer a bias that the fit itself need not have."""


def percentile_block(
    spectra: NDArray[np.int_], best: FloatArray, values: FloatArray
) -> IntervalBlock:
    """95 % intervals, scatter and bias of one spectrum from its replicas.

    Parameters
    ----------
    spectra : shape (1,)
    best : shape (q,)
        Fitted quantities.
    values : shape (r, q)
        Those of the replicas; ratios to nothing are infinite.
    """
    if len(values) < _FEWEST:
        nothing = np.full((1, best.size), np.nan)
        return IntervalBlock(spectra, nothing, nothing, nothing, nothing)
    ends = [_find_ends(float(one), column) for one, column in zip(best, values.T, strict=True)]
    is_finite = np.isfinite(values).all(axis=0)
    finite = np.where(is_finite, values, 0.0)
    spread = np.where(is_finite, finite.std(axis=0, ddof=1), np.nan)
    bias = np.where(is_finite, finite.mean(axis=0) - best, np.nan)
    return IntervalBlock(spectra, *(row[None] for row in (*np.transpose(ends), spread, bias)))


def _find_ends(best: float, values: FloatArray) -> tuple[float, float]:
    """Percentiles of the replicas, moved against their bias (B. Efron, J. Am. Stat. Assoc. 82, 171
    (1987)); by the nearest ranks outside, for values may be infinite."""
    ordered, count = np.sort(values), values.size
    below = np.mean(values < best) + 0.5 * np.mean(values == best)
    bias = np.clip(ndtri(below), -_LARGEST_BIAS, _LARGEST_BIAS)
    low, high = ndtr(ndtri(_LEVELS) + 2.0 * bias) * (count + 1)
    first, last = max(int(np.floor(low)), 1), min(int(np.ceil(high)), count)
    return float(ordered[first - 1]), float(ordered[last - 1])
