"""Rules about which species a model has: too many, not supported, or hidden under others."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from fitting.audit.evidence import DETECTION_LIMIT, Evidence, Remark
from fitting.data.series import FloatArray
from fitting.data.techniques import technique_of
from fitting.models.model import Peak
from fitting.quantities.detection import absent_peaks
from fitting.quantities.quantify import BoolArray, species_areas
from fitting.quantities.region_detection import find_detection
from fitting.selection.candidates import ChoiceLimit

HIDDEN_WITHIN = 0.5
"""Distance of two bands, in widths, within which one hides under the other."""
OVERLAP_WITHIN = 1.0
"""Distance of two fitted bands, in mean widths, within which they share their counts."""


def too_many_components(evidence: Evidence) -> Iterator[Remark]:
    """Species that cost more parameters than the series' fit gains by them, by BIC.

    The gain is that of Wald: the square of area over standard error, summed over the spectra.
    """
    areas = species_areas(evidence.result, evidence.model)
    if len(areas.names) < 2:
        return
    points = np.maximum(evidence.result["points"].values.astype(float), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = np.where(areas.stderr > 0, (areas.value / areas.stderr) ** 2, 0.0)
    for place, species in enumerate(areas.names):
        seen = evidence.fitted & np.isfinite(areas.stderr[:, place]) & (areas.value[:, place] > 0)
        own = _own_parameters(evidence, species)
        balance = float((gain[:, place] - own * np.log(points))[seen].sum())
        detected = np.sqrt(gain[:, place]) > DETECTION_LIMIT
        if balance < 0 and (int(evidence.fitted.sum()) > 1 or (detected & seen).any()):
            yield Remark(
                f"{species} has more parameters than the series supports: BIC falls by about "
                f"{-balance:.0f} without it. Choose the species for the series, or take it out."
            )


def species_not_supported(evidence: Evidence) -> Iterator[Remark]:
    """Species that were weighed and left out, with what may be there unseen.

    The shares from which on they would have been chosen are those of the choice itself.
    """
    selection = evidence.analysis.selection
    if selection is None:
        return
    absent = absent_peaks(evidence.model, selection.considered)
    if not absent:
        return
    found = evidence.detection or find_detection(evidence.analysis, evidence.series)
    for species in dict.fromkeys(peak.species for peak in absent):
        limit = np.nanmedian(found.limit_percent[:, found.column(species)])
        chosen = [_chosen_from(one) for one in selection.limits if one.species == species]
        yield Remark(
            f"{species} is not supported by the series: below {limit:.2g} % (95 %) of the area in "
            f"one spectrum.{''.join(chosen)}"
        )


def overlapping_bands(evidence: Evidence) -> Iterator[Remark]:
    """Raman bands of different species that share counts, such as 198 and 203 1/cm."""
    if not technique_of(evidence.series).has_bands:
        return
    yield from _overlaps_in_the_model(evidence)
    yield from _hidden_bands(evidence)


def _chosen_from(limit: ChoiceLimit) -> str:
    """From which share on a species would have been chosen, as a sentence."""
    ways = {
        "in one spectrum alone": limit.in_one,
        "in half of them": limit.in_half,
        "in all of them": limit.in_all,
    }
    shares = [f"{share:.2g} % {way}" for way, share in ways.items() if np.isfinite(share)]
    return f" It would have been chosen from {', '.join(shares)}." if shares else ""


def _own_parameters(evidence: Evidence, species: str) -> int:
    """Free parameters that go with the species."""
    peaks = {peak.name for peak in evidence.model.peaks if peak.species == species}
    matrix, names = evidence.resolved.matrix != 0, evidence.resolved.names
    of_species = np.array([name.rpartition(".")[0] in peaks for name in names])
    own = matrix[of_species].any(axis=0) & ~matrix[~of_species].any(axis=0)
    return int(own.sum())


def _overlaps_in_the_model(evidence: Evidence) -> Iterator[Remark]:
    present = list(evidence.present_peaks())
    for (first, in_first), (second, in_second) in combinations(present, 2):
        if first.species == second.species:
            continue
        distance = _measure_band_distance(evidence, first, second)
        close = in_first & in_second & (distance < OVERLAP_WITHIN)
        if close.any():
            yield Remark(
                f"{first.name} and {second.name} lie {np.median(distance[close]):.2f} widths apart "
                f"in {int(close.sum())} spectra: how their counts are shared rests on the line "
                "shape and on what ties them. Trust their sum, and the species' other bands."
            )


def _measure_band_distance(evidence: Evidence, first: Peak, second: Peak) -> FloatArray:
    """Distance of two bands in their mean width, shape (n,)."""
    apart = np.abs(evidence.parameter(first, "position") - evidence.parameter(second, "position"))
    width = 0.5 * (evidence.parameter(first, "fwhm") + evidence.parameter(second, "fwhm"))
    return np.asarray(apart / width)


def _hidden_bands(evidence: Evidence) -> Iterator[Remark]:
    """Bands of the library that would lie under a fitted one, of species not in the model."""
    names = {peak.species for peak in evidence.model.peaks}
    for peak, mask in evidence.present_peaks():
        known = evidence.species.get(peak.species)
        if known is None or not mask.any():
            continue
        hidden = [name for name in known[1].not_separable_from if name not in names]
        for name, place in evidence.places_of(hidden):
            near = _is_near(evidence, peak, place, mask)
            if near:
                yield Remark(
                    f"{name} has a band at {place:g} {evidence.unit}, under {peak.name}: if that "
                    f"one grows against the other bands of {peak.species}, it is not "
                    f"{peak.species} alone."
                )


def _is_near(evidence: Evidence, peak: Peak, place: float, mask: BoolArray) -> bool:
    position = np.median(evidence.parameter(peak, "position")[mask])
    width = np.median(evidence.parameter(peak, "fwhm")[mask])
    return bool(abs(position - place) < HIDDEN_WITHIN * width)
