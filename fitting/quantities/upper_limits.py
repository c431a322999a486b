"""What is said of a species that is not detected: below which value it is, at 95 %.

The limit is the detection limit of ``fitting.quantities.detection``, in the unit of the quantity.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fitting.data.series import FloatArray
from fitting.quantities.detection import Detection
from fitting.quantities.quantify import Areas, BoolArray, Estimate
from fitting.quantities.quantity import Quantity


def detection_limits(detection: Detection, areas: Areas, quantity: Quantity) -> FloatArray:
    """What would be detected in 95 % of spectra, in the unit of the quantity; shape (n,).

    nan where nothing is fitted, and for several species together. A ratio has a limit where the
    species below the line is detected.
    """
    species = quantity.species[0]
    if len(quantity.species) > 1 or species not in detection.names:
        return np.full(len(areas.value), np.nan)
    column = detection.column(species)
    is_share = quantity.kind == "fraction"
    limit = (detection.limit_percent if is_share else detection.limit_area)[:, column]
    if quantity.kind == "ratio":
        return _divide_by_limit(limit, _detected_area(areas, detection, quantity.relative_to))
    return limit


def is_seen(detection: Detection | None, species: Sequence[str], count: int) -> BoolArray:
    """Whether any of some species is detected, shape (count,); false where nobody has looked."""
    known = () if detection is None else [name for name in species if name in detection.names]
    if detection is None or not known:
        return np.zeros(count, dtype=bool)
    columns = [detection.column(name) for name in known]
    return np.asarray(detection.is_detected[:, columns].any(axis=1))


def upper_limits(detection: Detection, areas: Areas, quantity: Quantity) -> FloatArray:
    """The 95 % upper limit where the species of a quantity is not detected, shape (n,).

    nan where it is detected; see ``detection_limits``.
    """
    seen = is_seen(detection, quantity.species, len(areas.value))
    return np.where(seen, np.nan, detection_limits(detection, areas, quantity))


def bound_ratio(ratio: Estimate) -> Estimate:
    """The ratio without the spectra in which the species below the line may be missing."""
    is_unbounded = np.isinf(ratio.high95)
    return replace(
        ratio,
        value=np.where(is_unbounded, np.nan, ratio.value),
        stderr=np.where(is_unbounded, np.nan, ratio.stderr),
    )


def _detected_area(areas: Areas, detection: Detection, names: tuple[str, ...]) -> FloatArray:
    """The area of the detected ones of some species, shape (n,)."""
    found = np.zeros(len(areas.value))
    for name in names:
        seen = detection.is_detected[:, detection.column(name)]
        found += np.where(seen, areas.value[:, areas.names.index(name)], 0.0)
    return found


def _divide_by_limit(area: FloatArray, below: FloatArray) -> FloatArray:
    return np.where(below > 0, area / np.where(below > 0, below, 1.0), np.nan)
