"""Rules about lines of other elements where a region is measured, with a survey or without."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.audit.evidence import Evidence, Remark, spectra_where
from fitting.audit.residuals import scaled_residuals
from fitting.data.grids import own_points
from fitting.data.series import FloatArray, axis_values, get_column
from fitting.projects.survey import survey_of
from libraries.sensitivity_sets import sensitivity_set
from libraries.species import Interference
from libraries.survey_lines import SurveyLine, lines_of

UNEXPLAINED_LIMIT = 6.0
"""Standard deviations of the residuals' mean over a line's width from which counts are asked of."""
LINE_WIDTH = 1.2
"""What residuals are averaged over (eV): about the width of a line."""
_BLOCK = 64
_BY_ABBREVIATION: Mapping[str, tuple[str, ...]] = {
    "LGPS": ("Ge",),
    "LSNPS": ("Sn",),
    "LSIPS": ("Si",),
    "LSPSCL": ("Si",),
    "NMC": ("Ni", "Mn", "Co"),
    "NCM": ("Ni", "Mn", "Co"),
    "NCA": ("Ni", "Co", "Al"),
    "LCO": ("Co",),
    "LMO": ("Mn",),
    "LPSI": ("I",),
    "LPSBR": ("Br",),
    "LLZO": ("La", "Zr"),
}
"""Elements of what the field abbreviates."""
_FORMULA = re.compile(r"(?:[A-Z][a-z]?(?:\d+(?:\.\d+)?)?){2,}")
_ELEMENT = re.compile(r"[A-Z][a-z]?")


@dataclass(frozen=True, slots=True)
class ElementLines:
    """The lines of one element within a region's window, from the lowest to the highest."""

    element: str
    lines: str
    low: float
    high: float


def lines_of_other_elements(evidence: Evidence) -> Iterator[Remark]:
    """Lines of elements that the survey shows or the sample's name states."""
    surveyed = survey_of(evidence.analysis.series)
    axis = axis_values(evidence.series)
    samples = get_column(evidence.analysis.series, "sample").astype(str)
    named = {sample: elements_in_name(sample) for sample in dict.fromkeys(samples)}
    region = evidence.analysis.region
    for other in lines_by_element(_known_lines(evidence)):
        in_range = (axis.min(axis=1) < other.high) & (axis.max(axis=1) > other.low)
        shown = np.array([other.element in surveyed.get(sample, ()) for sample in samples])
        stated = np.array([other.element in named[sample] for sample in samples])
        for spectrum in spectra_where(evidence.fitted & in_range & (shown | stated)):
            who = "The survey shows" if shown[spectrum] else "The sample's name states"
            yield Remark(
                f"{who} {other.element}, whose {other.lines} lies at {other.low:g} to "
                f"{other.high:g} eV, in the range that is fitted: areas there are not of "
                f"{region} alone.",
                spectrum,
            )


def unexplained_lines(evidence: Evidence) -> Iterator[Remark]:
    """Counts that no peak explains, where another element has a line."""
    lines = _known_lines(evidence)
    if not lines:
        return
    fitted = np.flatnonzero(evidence.fitted)
    for first in range(0, fitted.size, _BLOCK):
        spectra = fitted[first : first + _BLOCK]
        for spectrum, place, excess in _unexplained_places(evidence, spectra):
            found = [line for line in lines if line.low - 0.5 <= place <= line.high + 0.5]
            if found:
                names = ", ".join(dict.fromkeys(f"{one.element} {one.line}" for one in found))
                settles = describe_what_settles(found, evidence.analysis.region)
                yield Remark(
                    f"Counts near {place:.5g} eV that no peak explains ({excess:.0f} standard "
                    f"deviations), where these lie: {names}. Other lines of the same element may "
                    f"lie under the peaks. {settles}",
                    spectrum,
                )


def lines_by_element(lines: Iterable[Interference]) -> list[ElementLines]:
    """The lines of each element as one."""
    found: dict[str, list[Interference]] = {}
    for line in lines:
        found.setdefault(line.element, []).append(line)
    return [
        ElementLines(
            element,
            ", ".join(dict.fromkeys(f"{element} {line.line}" for line in own)),
            min(line.low for line in own),
            max(line.high for line in own),
        )
        for element, own in found.items()
    ]


def describe_what_settles(lines: Sequence[Interference], region: str) -> str:
    """What would settle whether elements are there: a survey, or the strongest other line of each.

    Parameters
    ----------
    lines
        Where counts were found that nothing explains.
    region
        Whose spectrum they are in.
    """
    parts = []
    for element in dict.fromkeys(one.element for one in lines):
        strong = [one for one in lines_of(element) if not one.is_minor and one.name != region]
        in_the_way = {one.line[:2] for one in lines if one.element == element}
        others = [one for one in strong if one.core_level not in in_the_way]
        if others:
            best = max(others, key=_sensitivity_of)
            parts.append(f"{best.name} ({best.low:.0f} to {best.high:.0f} eV)")
    wanted = f" or {', '.join(parts)}" if parts else ""
    return f"A survey{wanted} would settle it."


def elements_in_name(name: str) -> frozenset[str]:
    """Elements that a sample's name states by a formula or an abbreviation of the field."""
    found: set[str] = set()
    for word in re.split(r"[^A-Za-z0-9.]+", name):
        meant = [e for short, e in _BY_ABBREVIATION.items() if word.upper().startswith(short)]
        found |= {element for elements in meant for element in elements}
        if not meant and _FORMULA.fullmatch(word) and re.search(r"\d", word):
            found |= set(_ELEMENT.findall(word))
    return frozenset(found)


def _sensitivity_of(line: SurveyLine) -> float:
    factors = sensitivity_set().factors
    return factors[line.name].total if line.name in factors else 0.0


def _known_lines(evidence: Evidence) -> Sequence[Interference]:
    region, known = evidence.analysis.region, evidence.catalogue
    if region not in known.regions():
        return ()
    own = region.partition(" ")[0]
    return [line for line in known.interferences(region) if line.element != own]


def _unexplained_places(
    evidence: Evidence, spectra: NDArray[np.int_]
) -> Iterator[tuple[int, float, float]]:
    """Spectrum, place (eV) and size (standard deviations) of the largest excess over the model."""
    residuals = np.nan_to_num(scaled_residuals(evidence, spectra))
    axis, own = axis_values(evidence.series), own_points(evidence.series)
    for row, spectrum in enumerate(spectra):
        points = own[spectrum]
        places = axis[spectrum, points]
        step = float(np.median(np.abs(np.diff(places))))
        excess = _average_residuals(residuals[row, points], max(3, round(LINE_WIDTH / step)))
        peak = int(np.argmax(excess))
        if excess[peak] > UNEXPLAINED_LIMIT:
            yield int(spectrum), float(places[peak]), float(excess[peak])


def _average_residuals(residuals: FloatArray, width: int) -> FloatArray:
    window = np.ones(width) / np.sqrt(width)
    return np.convolve(residuals, window, mode="same")
