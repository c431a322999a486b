"""Rules about assignments: what else the libraries find where a peak lies."""

from collections.abc import Iterator

import numpy as np

from fitting.audit.evidence import DETECTION_LIMIT, Evidence, Remark
from fitting.models.model import Peak
from fitting.quantities.proof import find_unproven, shared_lines
from fitting.quantities.quantify import BoolArray, species_areas
from libraries.species import Species
from libraries.start_values import StartValue, is_unverified, positions_that_count, start_value


def open_assignment(evidence: Evidence) -> Iterator[Remark]:
    """Peaks that lie nearer to where another species is found than to where their own is."""
    for peak, mask, own, position in _placed_peaks(evidence):
        distance = abs(position - own[1].value)
        for other, start in _others_at(evidence, own[0], position):
            if abs(position - start.value) < distance and other.id not in own[0].not_separable_from:
                yield Remark(
                    f"{peak.name} lies at {position:.5g} {evidence.unit} in {int(mask.sum())} "
                    f"spectra, nearer to {other.id} ({start.value:g}) than to where "
                    f"{own[0].id} is found ({own[1].value:g}): {other.name} fits as well. Put both "
                    "in the model, or say what else speaks for the one."
                )


def shared_assignment(evidence: Evidence) -> Iterator[Remark]:
    """Peaks where the libraries find another species too, which positions do not tell apart."""
    for peak, _, own, position in _placed_peaks(evidence):
        for other, start in _others_at(evidence, own[0], position):
            if other.id in own[0].not_separable_from:
                yield Remark(
                    f"{other.id} ({other.name}) is found at {start.value:g} {evidence.unit}, where "
                    f"{peak.name} lies: by position alone it is as likely."
                )


def shared_line_only(evidence: Evidence) -> Iterator[Remark]:
    """Species whose only evidence is a line that others share, such as sulfur at 476 1/cm."""
    region = evidence.analysis.region
    unproven = find_unproven(
        evidence.result, evidence.model, region, DETECTION_LIMIT, evidence.catalogue
    )
    areas = species_areas(evidence.result, evidence.model)
    for species, lines in shared_lines(evidence.model, region, evidence.catalogue):
        column = areas.names.index(species)
        error = np.nan_to_num(areas.stderr[:, column], nan=np.inf)
        seen = evidence.fitted & (areas.value[:, column] > DETECTION_LIMIT * error)
        count = int((seen & unproven.get(species, np.zeros_like(seen))).sum())
        if count:
            others = ", ".join(lines.sharers)
            ask = f"Its other lines have to be there ({', '.join(lines.own)})" if lines.own else ""
            yield Remark(
                f"{species} is seen by {', '.join(lines.shared)} alone in {count} spectra, where "
                f"{others} has a line too: it is not claimed. "
                f"{ask or f'Put {others} in the model beside it'}, or fit a model that has both."
            )


def disputed_assignment(evidence: Evidence) -> Iterator[Remark]:
    """Species of the model whose assignment is disputed."""
    present = {peak.species for peak, mask in evidence.present_peaks() if mask.any()}
    for name, (_, species) in evidence.species.items():
        if species.disputed and name in present:
            yield Remark(f"{name}: the assignment is disputed: {species.disputed}.")


_Own = tuple[Species, StartValue]


def _placed_peaks(evidence: Evidence) -> Iterator[tuple[Peak, BoolArray, _Own, float]]:
    """Peaks above their detection limit, of species with one line, with their median position."""
    for peak, mask in evidence.present_peaks():
        known = evidence.species.get(peak.species)
        if known is None or not mask.any() or len(known[1].bands) != 1:
            continue
        library, species = known
        if positions_that_count(species.bands[0]):
            start = start_value(library, species, species.bands[0])
            yield (
                peak,
                mask,
                (species, start),
                float(np.median(evidence.parameter(peak, "position")[mask])),
            )


def _others_at(
    evidence: Evidence, own: Species, position: float
) -> Iterator[tuple[Species, StartValue]]:
    """Species of the region's named models, not in this one, within whose bounds a position lies.

    Those that nobody fits, that are disputed, or that are known from memory only are left out.
    """
    region, known = evidence.analysis.region, evidence.catalogue
    inside = {own.id, *own.includes, *(peak.species for peak in evidence.model.peaks)}
    named = dict.fromkeys(name for model in known.models(region) for name in model.species)
    for name in named:
        library, species = known.find_species(region, name)
        if name in inside or own.id in species.includes or species.disputed:
            continue
        for band in species.bands:
            if positions_that_count(band) and not is_unverified(band):
                start = start_value(library, species, band)
                if start.low <= position <= start.high:
                    yield species, start
