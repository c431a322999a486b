"""Gaps bridged for steps that need every point; what they return leaves the gaps open again."""

import numpy as np

from fitting.data.series import FloatArray


def bridge_gaps(values: FloatArray) -> FloatArray:
    """Rows with what is not finite bridged by straight lines; a row without points becomes 0.

    Parameters
    ----------
    values : shape (n, m)
    """
    bridged = np.array(values, dtype=float)
    finite = np.isfinite(bridged)
    bridged[~finite.any(axis=1)] = 0.0
    index = np.arange(bridged.shape[1])
    for row in np.flatnonzero(finite.any(axis=1) & ~finite.all(axis=1)):
        known = finite[row]
        bridged[row, ~known] = np.interp(index[~known], index[known], bridged[row, known])
    return bridged
