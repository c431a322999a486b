"""What the tables say of species that are seen, and of those that are not."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.projects.project import Analysis, prepared_series
from fitting.quantities.detection import Detection, absent_peaks, detect_species


def detection_of(analysis: Analysis, prepared: xr.Dataset | None = None) -> Detection:
    """Detection of the species of a fitted region, with those that were weighed and left out.

    Parameters
    ----------
    prepared
        The series as it was fitted, if it is at hand; else the recipe's steps are applied.
    """
    assert analysis.result is not None
    series = prepared_series(analysis) if prepared is None else prepared
    selection = analysis.selection
    absent = () if selection is None else absent_peaks(analysis.model, selection.considered)
    return detect_species(series, analysis.result, analysis.model, absent)


def seen_words(detection: Detection) -> NDArray[np.object_]:
    """ "yes", "no", or nothing where not fitted; shape (n, k)."""
    known = np.isfinite(detection.limit_percent) | detection.is_detected
    seen = np.where(detection.is_detected, "yes", "no")
    return np.asarray(np.where(known, seen, "").astype(object))


def reported_words(
    detection: Detection, share: FloatArray, stderr: FloatArray
) -> NDArray[np.object_]:
    """The share with its standard error, or that it is below the detection limit; shape (n, k)."""
    words = np.full(share.shape, "", dtype=object)
    for place in np.ndindex(*share.shape):
        limit = detection.limit_percent[place]
        if detection.is_detected[place]:
            words[place] = _with_error(float(share[place]), float(stderr[place]))
        elif np.isfinite(limit):
            words[place] = below_words(float(limit))
    return words


def below_words(limit: float) -> str:
    """That a share is below a detection limit in percent."""
    return f"below {limit:.2g} % (95 %)"


def _with_error(share: float, stderr: float) -> str:
    if not np.isfinite(stderr) or stderr <= 0:
        return f"{share:.3g} %"
    digits = max(0, 1 - int(np.floor(np.log10(stderr))))
    return f"{share:.{digits}f} ± {stderr:.{digits}f} %"
