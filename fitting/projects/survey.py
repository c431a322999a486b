"""Which elements a survey shows, as far as they matter: those with lines under narrow regions.

Binding energies are those of the elements and their oxides in Moulder et al., Handbook of X-ray
Photoelectron Spectroscopy (Perkin-Elmer 1992). An element counts as seen if the line it is looked
for by stands out of the straight line between its flanks.
"""

import json
from collections.abc import Mapping

import numpy as np
import xarray as xr

from fitting.data.regions import SURVEY
from fitting.data.series import FloatArray, axis_values, get_column

ATTRIBUTE = "survey_elements"
"""Attribute of a series: elements that the surveys of its samples show, as JSON."""
_DEVIATIONS = 8.0
"""Standard deviations of the net counts from which a line is seen."""
_LEAST_PART = 0.02
"""Net counts must be at least this part of those under them: a step is no line."""
_HALF_WIDTH, _FLANK = 4.0, 4.0
"""Half the width in which counts are added, and the width of each flank (eV)."""
_FEWEST_POINTS = 3
_LOOKED_FOR: Mapping[str, float] = {
    "Bi": 440.0, "Y": 300.5, "Nb": 207.0, "Ge": 1218.0, "Sr": 269.5, "Zn": 1022.0, "Pb": 413.0,
    "K": 293.0, "Sb": 539.5, "Na": 1071.5, "Mn": 653.5, "Co": 780.0, "Mg": 1304.0, "Au": 84.0,
    "V": 516.5,
}  # fmt: skip
"""The line (eV) by which an element is recognised: the strongest one that neither the elements of
an electrolyte nor Auger lines of nickel and cobalt (Al Kα) lie beside. Selenium, iron and ruthenium
have none."""


def elements_seen(survey: xr.Dataset) -> dict[str, tuple[str, ...]]:
    """For every sample of a survey, the elements it shows of those that are looked for."""
    energy, counts = axis_values(survey), survey["intensity"].values
    samples = [str(name) for name in get_column(survey, "sample")]
    seen: dict[str, tuple[str, ...]] = {}
    for row, sample in enumerate(samples):
        found = [
            element
            for element, position in _LOOKED_FOR.items()
            if _stands_out(energy[row], counts[row], survey["sigma"].values[row], position)
        ]
        seen[sample] = tuple(dict.fromkeys((*seen.get(sample, ()), *found)))
    return seen


def with_survey(joined: Mapping[str, xr.Dataset]) -> dict[str, xr.Dataset]:
    """Return the regions, each with what the survey among them shows of its samples."""
    if SURVEY not in joined:
        return dict(joined)
    seen = json.dumps(elements_seen(joined[SURVEY]))
    return {
        region: series if region == SURVEY else series.assign_attrs({ATTRIBUTE: seen})
        for region, series in joined.items()
    }


def survey_of(series: xr.Dataset) -> dict[str, list[str]]:
    """Elements that the surveys of a series' samples show; empty if there is none."""
    return dict(json.loads(series.attrs.get(ATTRIBUTE, "{}")))


def _stands_out(energy: FloatArray, counts: FloatArray, sigma: FloatArray, position: float) -> bool:
    known = np.isfinite(counts) & np.isfinite(sigma)
    distance = energy - position
    line = known & (np.abs(distance) <= _HALF_WIDTH)
    below = known & (distance < -_HALF_WIDTH) & (distance >= -_HALF_WIDTH - _FLANK)
    above = known & (distance > _HALF_WIDTH) & (distance <= _HALF_WIDTH + _FLANK)
    if min(line.sum(), below.sum(), above.sum()) < _FEWEST_POINTS:
        return False
    level = 0.5 * (counts[below].mean() + counts[above].mean())
    under = level * line.sum()
    net = counts[line].sum() - under
    flanks = 0.25 * (np.sum(sigma[below] ** 2) / below.sum() ** 2)
    flanks += 0.25 * (np.sum(sigma[above] ** 2) / above.sum() ** 2)
    error = np.sqrt(np.sum(sigma[line] ** 2) + line.sum() ** 2 * flanks)
    return bool(net > _DEVIATIONS * error and net > _LEAST_PART * under)
