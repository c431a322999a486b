"""Which species of a fitted region are seen, with those that were weighed and left out."""

from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.models.model import Model
from fitting.projects.project import Analysis, prepared_series
from fitting.quantities.detection import DECISION, Detection, absent_peaks, detect_species
from fitting.quantities.interval_storage import (
    AS_FITTED,
    family_weights,
    model_error_of,
    undetected_weight_of,
)
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import fraction_of

_DECISION_IF_REJECTED = 3.0
"""Total errors above zero from which a species is detected where the fitted model is rejected."""
_MOST_DOUBT = 0.05
_REACH = 1.96
"""Standard deviations of a normal error in half a 95 % interval."""


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
    detection = detect_species(series, analysis.result, analysis.model, absent)
    return _doubt_by_model(detection, analysis.result, analysis.model)


def _doubt_by_model(detection: Detection, result: xr.Dataset, model: Model) -> Detection:
    """Without the species that another model of the family might do without.

    The decision is that of ``detection``, with the total error of the share in place of the
    statistical one, and it has to be that of the family: models that do not detect the species
    must not weigh more than 5 %. Where the fitted model is rejected, more is asked for: what
    another model makes of the spectra is known less well. What is not detected then lies below the
    upper end of its total interval.
    """
    areas = species_areas(result, model)
    seen, percent = detection.is_detected.copy(), detection.limit_percent.copy()
    area = detection.limit_area.copy()
    weights = family_weights(result)
    decision = DECISION if not weights or AS_FITTED in weights else _DECISION_IF_REJECTED
    for place, name in enumerate(areas.names):
        quantity = fraction_of(name)
        model_error = model_error_of(result, quantity)
        share = quantity.estimate(areas)
        total = np.hypot(share.stderr, model_error)
        column = detection.column(name)
        with np.errstate(invalid="ignore", divide="ignore"):
            doubted = (share.value < decision * total) | (
                undetected_weight_of(result, quantity) > _MOST_DOUBT
            )
            doubted &= seen[:, column]
            highest = np.minimum(share.value + _REACH * total, 100.0)
            per_percent = areas.value[:, place] / share.value
        seen[doubted, column] = False
        percent[doubted, column] = highest[doubted]
        area[doubted, column] = (highest * per_percent)[doubted]
    return replace(detection, is_detected=seen, limit_percent=percent, limit_area=area)
