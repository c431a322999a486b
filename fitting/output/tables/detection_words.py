"""What the tables say of species that are seen, and of those that are not."""

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.quantities.quantify import BoolArray


def seen_words(is_detected: BoolArray, limit: FloatArray) -> NDArray[np.object_]:
    """ "yes", "no", or nothing where not fitted; shape (n, k)."""
    known = np.isfinite(limit) | is_detected
    seen = np.where(is_detected, "yes", "no")
    return np.asarray(np.where(known, seen, "").astype(object))


def reported_words(
    is_detected: BoolArray, limit: FloatArray, share: FloatArray, stderr: FloatArray
) -> NDArray[np.object_]:
    """The share with its standard error, or that it is below the detection limit; shape (n, k).

    All in percent.
    """
    words = np.full(share.shape, "", dtype=object)
    for place in np.ndindex(*share.shape):
        if is_detected[place]:
            words[place] = _with_error(float(share[place]), float(stderr[place]))
        elif np.isfinite(limit[place]):
            words[place] = below_words(float(limit[place]))
    return words


def below_words(limit: float) -> str:
    """That a share is below a detection limit in percent."""
    return f"below {limit:.2g} % (95 %)"


def _with_error(share: float, stderr: float) -> str:
    if not np.isfinite(stderr) or stderr <= 0:
        return f"{share:.3g} %"
    digits = max(0, 1 - int(np.floor(np.log10(stderr))))
    return f"{share:.{digits}f} ± {stderr:.{digits}f} %"
