"""Models that could be defended as well as the one that was fitted: the family of a model.

A fitted model takes some things for granted that spectra do not tell by themselves: that species
share one width, how Lorentzian a line is, that it has no tail, that all of the sample has one
potential, which background is below, and that nothing else lies there. Each member of the family
gives up one of these, within limits that are stated here. How far a quantity moves from member to
member, weighted by how well each describes the series, is its model error: see ``model_error``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import xarray as xr

from fitting.data.errors import ThioscopeError
from fitting.models.from_library import peaks_of_species, starting_background
from fitting.models.model import (
    BACKGROUND,
    Model,
    Parameter,
    Peak,
    Tie,
    peaks_of_lines,
    with_parameter,
    without_peak,
)
from fitting.models.parameters import resolve_ties
from fitting.quantities.quantify import species_names
from fitting.uncertainty.altered_models import (
    MIXING,
    SEPARATION,
    SLOPE,
    WIDTH,
    Frame,
    collides_with,
    free_mixings,
    is_inside,
    make_frame,
    make_usual_ties,
    ties_of_kind,
    untie_widths,
    with_second_line,
    with_second_lines,
    with_wider_bounds,
)
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError

MIXINGS = (0.0, 0.6)
"""Lorentzian parts of a line that are as usual as the 0.3 of the libraries, for S 2p and P 2p."""
TAILS = tuple(
    (distance, 1.0 + distance / 2, part)
    for distance in (0.6, 0.9, 1.3)
    for part in (0.06, 0.12, 0.18, 0.25)
)
"""A tail towards high binding energy, as a second line: its distance and width in widths of the
line, and its part of the area."""
CHARGED = ((0.4, 0.15), (0.4, 0.3), (0.6, 0.15), (0.6, 0.3), (0.9, 0.2))
"""A part of the sample at another potential: its shift in widths of the line, and the part."""
SPLITS = ((0.5, 1.0), (0.9, 1.0), (0.9, 1.5), (1.3, 1.5))
"""A broad or asymmetric species as two lines: distance and width of the second, in widths of the
first."""
BAND_SPLITS = ((-0.7, 1.0), (0.7, 1.0))
"""The same of a Raman band, which may have a second one on either side."""
SEPARATION_SPREAD = 0.08
"""How far the distance of a doublet's lines may be from its constant (eV): reported ones of S 2p
spread over 1.15 to 1.25 eV, of P 2p over 0.82 to 0.9 eV."""
ABSENCE = "absence"
"""The kind of members that lack a species."""
UNKNOWN = "unknown"
"""The species of a line that no library entry stands for."""


@dataclass(frozen=True, slots=True)
class Member:
    """One model of the family."""

    kind: str
    """What it gives up: the name of its maker in ``MAKERS``."""
    name: str
    """Such as "tail 0.12 at 0.9"."""
    words: str
    """What it gives up, for a sentence that begins with "with"."""
    model: Model


def make_family(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    catalogue: Catalogue,
    kinds: Sequence[str],
) -> tuple[Member, ...]:
    """The members of the family of a fitted model, without the model itself.

    Parameters
    ----------
    series, result
        As it was fitted, and what the fit gave: widths of members are in those of the fit.
    kinds
        Names of ``MAKERS``: what may be given up.
    """
    frame = make_frame(series, result, model, catalogue)
    return tuple(
        Member(kind, name, words, made)
        for kind in kinds
        for name, words, made in MAKERS[kind](frame)
    )


Made = tuple[str, str, Model]
"""Name, words and model of a member."""


def free_widths(frame: Frame) -> Iterator[Made]:
    """Widths free of each other: of all species, and of each alone; and beyond their bounds."""
    tied = ties_of_kind(frame.model, WIDTH)
    if wider := with_wider_bounds(frame):
        yield ("widths beyond bounds", "widths beyond their bounds", wider)
    if not tied:
        return
    yield (
        "widths free",
        "widths free of each other",
        untie_widths(frame, [t.target for t in tied]),
    )
    if len(tied) > 1:
        for tie in tied:
            peak = tie.target.partition(".")[0]
            freed = untie_widths(frame, [tie.target])
            yield (f"width of {peak} free", f"the width of {peak} its own", freed)
        if mixed := free_mixings(untie_widths(frame, [t.target for t in tied])):
            yield ("widths and mixings free", "widths and shapes free of each other", mixed)


def other_mixings(frame: Frame) -> Iterator[Made]:
    """More and less Lorentzian lines: all of them alike, and each species for itself."""
    names = [f"{p.name}.{MIXING}" for p in frame.model.peaks if MIXING in p.parameters]
    resolved = resolve_ties(frame.model)
    if not names:
        return
    if not any(name in resolved.free for name in names):
        for value in MIXINGS:
            model = frame.model
            for name in names:
                model = with_parameter(model, name, value=value, min=0.0, max=1.0, vary=False)
            yield (f"mixing {value:g}", f"a Lorentzian part of {value:g}", model)
    if by_species := free_mixings(frame.model):
        yield ("mixing by species", "a Lorentzian part of each species' own", by_species)


def add_tails(frame: Frame) -> Iterator[Made]:
    """Lines with a tail towards high binding energy: of all species, and of the largest alone."""
    with_formula = peaks_of_lines(frame.model)
    if not frame.is_xps or not with_formula:
        return
    for distance, width, part in TAILS:
        model = with_second_lines(frame, with_formula, (distance, width), part)
        name = f"tail {part:g} at {distance:g}"
        yield (name, "a tail towards high binding energy", model)


def charge_parts(frame: Frame) -> Iterator[Made]:
    """A part of the sample at another potential, to either side."""
    if not frame.is_xps:
        return
    for distance, part in CHARGED:
        model = with_second_lines(frame, frame.model.peaks, (distance, 1.0), part)
        name = f"charged {part:g} by {distance:g}"
        yield (name, "a part of the sample at another potential", model)


def split_species(frame: Frame) -> Iterator[Made]:
    """Each species as two lines side by side, with free areas; of bands the strongest alone."""
    names = [peak.name for peak in frame.model.peaks] if frame.is_xps else frame.find_strongest()
    with_formula = [peak.name for peak in peaks_of_lines(frame.model)]
    for name in [name for name in names if name in with_formula]:
        for distance, width in SPLITS if frame.is_xps else BAND_SPLITS:
            peak = frame.model.peak(name)
            model = with_second_line(frame, frame.model, peak, (distance, width), None)
            yield (f"{name} split by {distance:g}, {width:g}", f"{name} as two lines", model)


def other_separations(frame: Frame) -> Iterator[Made]:
    """Doublets closer together, or further apart, than the constant of the core level."""
    names = [f"{peak.name}.{SEPARATION}" for peak in frame.model.peaks if peak.is_doublet]
    tied = {tie.target for tie in frame.model.ties}
    known = dict(frame.model.parameters())
    if not names or any(name in tied or known[name].vary for name in names):
        return
    first = known[names[0]].value
    bounds = {"min": first - SEPARATION_SPREAD, "max": first + SEPARATION_SPREAD}
    model = with_parameter(frame.model, names[0], vary=True, **bounds)
    offsets = [known[name].value - first for name in names[1:]]
    ties = [
        Tie(name, names[0], 1.0, offset) for name, offset in zip(names[1:], offsets, strict=True)
    ]
    model = replace(model, ties=(*model.ties, *ties))
    yield ("separation free", "another distance of the two lines of a doublet", model)


def other_backgrounds(frame: Frame) -> Iterator[Made]:
    """Other backgrounds that are usual for the technique."""
    if any(BACKGROUND in (tie.target + tie.source) for tie in frame.model.ties):
        return
    background = frame.model.background
    others = ("shirley", "tougaard", "linear") if frame.is_xps else ("polynomial", "polynomial-8")
    for other in others:
        if other != background.kind:
            model = replace(frame.model, background=starting_background(other))
            yield (f"background {other}", f"a background of the kind {other}", model)
    slope = background.parameters.get(SLOPE)
    if frame.is_xps and slope is not None and not slope.vary:
        model = with_parameter(frame.model, f"{BACKGROUND}.{SLOPE}", vary=True)
        yield ("background sloping", "a background that slopes by itself", model)


def leave_out(frame: Frame) -> Iterator[Made]:
    """The model without each of the species that some spectra do not show."""
    species = species_names(frame.model)
    for name in species if len(species) > 1 else ():
        if frame.is_clear[name]:
            continue
        model = frame.model
        for peak in frame.model.peaks:
            if peak.species == name:
                model = without_peak(model, peak.name)
        yield (f"without {name}", f"no {name}", model)


def further_species(frame: Frame) -> Iterator[Made]:
    """Every other species of the libraries that promises to describe the spectra, one at a time."""
    candidates = dict(_find_candidates(frame))
    for species in frame.keep_promising(candidates):
        peaks = candidates[species]
        try:
            ties = make_usual_ties(frame, peaks)
            model = replace(
                frame.model, peaks=(*frame.model.peaks, *peaks), ties=(*frame.model.ties, *ties)
            )
        except ThioscopeError:
            # its names are taken: nothing that could be fitted
            continue
        yield (f"with {species}", f"{species} beside the others", model)


def _find_candidates(frame: Frame) -> Iterator[tuple[str, tuple[Peak, ...]]]:
    """Species in the range that the model lacks, with their peaks."""
    present = species_names(frame.model)
    if frame.region not in frame.catalogue.regions():
        return
    for species in dict.fromkeys(s.id for s in frame.catalogue.species(frame.region)):
        if species in present:
            continue
        try:
            peaks = peaks_of_species(frame.region, species, frame.model, frame.catalogue)
        except (ThioscopeError, LibraryError):
            # no source positions it
            continue
        peaks = tuple(peak for peak in peaks if is_inside(frame, peak))
        if peaks and not collides_with(frame, peaks):
            yield species, peaks


def add_unknown_line(frame: Frame) -> Iterator[Made]:
    """One more line anywhere in the gaps between those of the model."""
    width = float(np.median(list(frame.widths.values())))
    lines = (peak.parameters["position"].value for peak in frame.model.peaks)
    borders = [frame.low, *sorted(lines), frame.high]
    with_formula = peaks_of_lines(frame.model)
    if not with_formula:
        return
    like = with_formula[0]
    for number, (low, high) in enumerate(pairwise(borders)):
        if high - low < 1.2 * width:
            continue
        start, ends = frame.find_excess(low, high), (low + 0.3 * width, high - 0.3 * width)
        position = Parameter(float(np.clip(start, *ends)), *ends)
        own = {"area": Parameter(1.0, min=0.0), "position": position}
        peak = replace(like, name=UNKNOWN, species=UNKNOWN, parameters={**like.parameters, **own})
        ties = make_usual_ties(frame, [peak])
        model = replace(
            frame.model, peaks=(*frame.model.peaks, peak), ties=(*frame.model.ties, *ties)
        )
        yield (f"unknown {number}", f"a line between {low:.1f} and {high:.1f}", model)


def draw_measured_as_lines(frame: Frame) -> Iterator[Made]:
    """Lines of the library in place of each measured spectrum that stands for its species."""
    for peak in frame.model.peaks:
        if peak.measured is None:
            continue
        try:
            others = without_peak(frame.model, peak.name)
            lines = peaks_of_species(frame.region, peak.species, others, frame.catalogue)
            ties = make_usual_ties(replace(frame, model=others), lines)
            model = replace(others, peaks=(*others.peaks, *lines), ties=(*others.ties, *ties))
        except (ThioscopeError, LibraryError):
            # a species of the user's own has no lines in a library
            continue
        yield (f"lines of {peak.species}", f"lines for {peak.species}", model)


MAKERS: Mapping[str, Callable[[Frame], Iterator[Made]]] = {
    "width": free_widths,
    "mixing": other_mixings,
    "tail": add_tails,
    "charging": charge_parts,
    "split": split_species,
    "separation": other_separations,
    "background": other_backgrounds,
    "species": further_species,
    "unknown": add_unknown_line,
    ABSENCE: leave_out,
    "measured": draw_measured_as_lines,
}
"""Each gives up one thing that the model takes for granted."""
