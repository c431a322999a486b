"""Which elements the surveys of a project show: what narrow regions are told of their samples."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.regions import SURVEY
from fitting.data.series import SPECTRUM, axis_values, get_column
from fitting.quantities.quantification import AL_KA, Quantification, chosen_correction
from fitting.quantities.survey_elements import FoundElement, find_elements

ATTRIBUTE = "survey_elements"
"""Attribute of a series: elements that the surveys of its samples show, as JSON."""


@dataclass(frozen=True, slots=True)
class SurveyElement:
    """An element that the survey of a sample shows."""

    sample: str
    element: str
    evidence: str
    """By which lines, in words; empty in projects of older versions."""
    atomic_percent: float
    """Of all elements that the survey shows, over straight backgrounds; nan if not known."""
    stderr: float
    """Statistical."""


def elements_seen(survey: xr.Dataset) -> dict[str, tuple[FoundElement, ...]]:
    """For every sample of a survey, the elements it shows.

    Of a sample with many surveys the first, the middle and the last one are looked through. Amounts
    are by the default factors: a survey is there to name elements.
    """
    samples = get_column(survey, "sample").astype(str)
    found: dict[str, tuple[FoundElement, ...]] = {}
    for sample in dict.fromkeys(samples.tolist()):
        rows = np.flatnonzero(samples == sample)
        chosen = dict.fromkeys((rows[0], rows[rows.size // 2], rows[-1]))
        seen = [one for row in chosen for one in _elements_of(survey, int(row))]
        # of an element that several show, what the first of them says
        found[sample] = tuple({one.element: one for one in reversed(seen)}.values())[::-1]
    return found


def with_survey(joined: Mapping[str, xr.Dataset]) -> dict[str, xr.Dataset]:
    """Return the regions, each with what the survey among them shows of its samples."""
    if SURVEY not in joined:
        return dict(joined)
    seen = json.dumps(
        {
            sample: [[one.element, one.evidence, *_known_share(one)] for one in elements]
            for sample, elements in elements_seen(joined[SURVEY]).items()
        }
    )
    return {
        region: series if region == SURVEY else series.assign_attrs({ATTRIBUTE: seen})
        for region, series in joined.items()
    }


def survey_of(series: xr.Dataset) -> dict[str, list[str]]:
    """Elements that the surveys of a series' samples show; empty if there is none."""
    stored = json.loads(series.attrs.get(ATTRIBUTE, "{}"))
    return {
        sample: [one if isinstance(one, str) else str(one[0]) for one in elements]
        for sample, elements in stored.items()
    }


def list_survey_elements(series: Sequence[xr.Dataset]) -> tuple[SurveyElement, ...]:
    """What the surveys of a project show, sample by sample."""
    found: dict[tuple[str, str], SurveyElement] = {}
    for one in series:
        for sample, elements in json.loads(one.attrs.get(ATTRIBUTE, "{}")).items():
            for entry in elements:
                element, evidence, *share = [entry, ""] if isinstance(entry, str) else entry
                value, stderr = map(float, share or (np.nan, np.nan))
                found[sample, element] = SurveyElement(sample, element, evidence, value, stderr)
    return tuple(found.values())


def _elements_of(survey: xr.Dataset, row: int) -> tuple[FoundElement, ...]:
    stated = float(get_column(survey, "photon_energy")[row])
    photon_energy = stated if np.isfinite(stated) else AL_KA
    correction = chosen_correction(Quantification(), photon_energy)
    measured = survey.isel({SPECTRUM: [row]})
    return find_elements(
        axis_values(measured)[0],
        measured["intensity"].values[0],
        measured["sigma"].values[0],
        correction,
        photon_energy,
    )


def _known_share(element: FoundElement) -> list[float]:
    """Atomic percent and its error, where they are known."""
    share = [element.atomic_percent, element.stderr]
    return share if np.isfinite(share).all() else []
