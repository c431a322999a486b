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
    is_detected: BoolArray,
    limit: FloatArray,
    share: FloatArray,
    stderr: FloatArray,
    model_error: FloatArray,
) -> NDArray[np.object_]:
    """The share with its errors, or that it is below the detection limit; shape (n, k).

    All in percent.
    """
    words = np.full(share.shape, "", dtype=object)
    for place in np.ndindex(*share.shape):
        if is_detected[place]:
            errors = (float(stderr[place]), float(model_error[place]))
            words[place] = _with_errors(float(share[place]), *errors)
        elif np.isfinite(limit[place]):
            words[place] = below_words(float(limit[place]))
    return words


def below_words(limit: float) -> str:
    """That a share is below a detection limit in percent."""
    return f"below {limit:.2g} % (95 %)"


def _with_errors(share: float, stderr: float, model_error: float) -> str:
    """With two digits of the larger error; the model error is named where it is known."""
    if not np.isfinite(stderr) or stderr <= 0:
        return f"{share:.3g} %"
    has_model = np.isfinite(model_error)
    largest = max(stderr, model_error) if has_model else stderr
    digits = max(0, 1 - int(np.floor(np.log10(largest))))
    if not has_model:
        return f"{share:.{digits}f} ± {stderr:.{digits}f} %"
    return f"{share:.{digits}f} ± {stderr:.{digits}f} (stat) ± {model_error:.{digits}f} (model) %"
