"""Which species of a fitted region are seen, with those that were weighed and left out."""

import xarray as xr

from fitting.projects.project import Analysis, prepared_series
from fitting.quantities.detection import Detection, absent_peaks, detect_species


def find_detection(analysis: Analysis, prepared: xr.Dataset | None = None) -> Detection:
    """Detection of the species of a fitted region.

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
