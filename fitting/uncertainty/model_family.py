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
    with_parameter,
)
from fitting.models.parameters import resolve_ties
from fitting.quantities.quantify import species_names
from fitting.uncertainty.altered_models import (
    MIXING,
    WIDTH,
    Frame,
    collides_with,
    is_inside,
    make_frame,
    make_usual_ties,
    species_of_parameter,
    ties_of_kind,
    untie_widths,
    with_second_line,
    with_second_lines,
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
    """Widths free of each other: of all species, and of each alone."""
    tied = ties_of_kind(frame.model, WIDTH)
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


def other_mixings(frame: Frame) -> Iterator[Made]:
    """More and less Lorentzian lines; where the mixing is free for all, free for each species."""
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
        return
    tied = [tie.target for tie in ties_of_kind(frame.model, MIXING)]
    first = {peak.species: f"{peak.name}.{MIXING}" for peak in reversed(frame.model.peaks)}
    freed = [name for name in first.values() if name in tied]
    if freed:
        ties = tuple(
            replace(tie, source=first[species_of_parameter(frame.model, tie.target)])
            if tie.target in tied
            else tie
            for tie in frame.model.ties
            if tie.target not in freed
        )
        yield (
            "mixing by species",
            "a Lorentzian part of each species' own",
            replace(frame.model, ties=ties),
        )


def add_tails(frame: Frame) -> Iterator[Made]:
    """Lines with a tail towards high binding energy: of all species, and of the largest alone."""
    if not frame.is_xps:
        return
    for distance, width, part in TAILS:
        model = with_second_lines(frame, distance, width, part)
        name = f"tail {part:g} at {distance:g}"
        yield (name, "a tail towards high binding energy", model)


def charge_parts(frame: Frame) -> Iterator[Made]:
    """A part of the sample at another potential, to either side."""
    if not frame.is_xps:
        return
    for distance, part in CHARGED:
        model = with_second_lines(frame, distance, 1.0, part)
        name = f"charged {part:g} by {distance:g}"
        yield (name, "a part of the sample at another potential", model)


def split_species(frame: Frame) -> Iterator[Made]:
    """Each species as two lines side by side, with free areas."""
    for peak in frame.model.peaks if frame.is_xps else ():
        for distance, width in SPLITS:
            model = with_second_line(frame, frame.model, peak, (distance, width), None)
            name = f"{peak.name} split by {distance:g}, {width:g}"
            yield (name, f"{peak.name} as two lines", model)


def other_backgrounds(frame: Frame) -> Iterator[Made]:
    """Other backgrounds that are usual for the technique."""
    if any(BACKGROUND in (tie.target + tie.source) for tie in frame.model.ties):
        return
    kind = frame.model.background.kind
    for other in ("shirley", "tougaard", "linear") if frame.is_xps else ():
        if other != kind:
            model = replace(frame.model, background=starting_background(other))
            yield (f"background {other}", f"a background of the kind {other}", model)


def further_species(frame: Frame) -> Iterator[Made]:
    """Every other species that the libraries have in the range, one at a time."""
    present = species_names(frame.model)
    if frame.region not in frame.catalogue.regions():
        return
    for species in dict.fromkeys(s.id for s in frame.catalogue.species(frame.region)):
        if species in present:
            continue
        try:
            peaks = peaks_of_species(frame.region, species, frame.model, frame.catalogue)
            peaks = tuple(peak for peak in peaks if is_inside(frame, peak))
            if not peaks or collides_with(frame, peaks):
                continue
            ties = make_usual_ties(frame, peaks)
            model = replace(
                frame.model, peaks=(*frame.model.peaks, *peaks), ties=(*frame.model.ties, *ties)
            )
        except (ThioscopeError, LibraryError):
            # no source positions it, or its names are taken: nothing that could be fitted
            continue
        yield (f"with {species}", f"{species} beside the others", model)


def add_unknown_line(frame: Frame) -> Iterator[Made]:
    """One more line anywhere in the gaps between those of the model."""
    width = float(np.median(list(frame.widths.values())))
    lines = (peak.parameters["position"].value for peak in frame.model.peaks)
    ends = [frame.low, *sorted(lines), frame.high]
    like = frame.model.peaks[0]
    for number, (low, high) in enumerate(pairwise(ends)):
        if high - low < 1.2 * width:
            continue
        position = Parameter((low + high) / 2, low + 0.3 * width, high - 0.3 * width)
        own = {"area": Parameter(1.0, min=0.0), "position": position}
        peak = replace(like, name=UNKNOWN, species=UNKNOWN, parameters={**like.parameters, **own})
        ties = make_usual_ties(frame, [peak])
        model = replace(
            frame.model, peaks=(*frame.model.peaks, peak), ties=(*frame.model.ties, *ties)
        )
        yield (f"unknown {number}", f"a line between {low:.1f} and {high:.1f}", model)


MAKERS: Mapping[str, Callable[[Frame], Iterator[Made]]] = {
    "width": free_widths,
    "mixing": other_mixings,
    "tail": add_tails,
    "charging": charge_parts,
    "split": split_species,
    "background": other_backgrounds,
    "species": further_species,
    "unknown": add_unknown_line,
}
"""Each gives up one thing that the model takes for granted."""
