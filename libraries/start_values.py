"""Where a line starts and how far it may move: one rule over what the sources say.

The rule, for each band of a species:

1. Positions marked ``conflicts`` take no part, and those known from memory only where there is no
   other.
2. Where at least three sources state their energy reference, those count and no others.
3. The start value is the median over the sources, each with the median of its own values; a record
   of a database counts for the paper that it names. Where only regions are given, it is the middle
   of the narrowest region.
4. The bounds span the values, widened by the library's margin on both sides, and every region as
   it stands. They lie at least the library's minimum half-width from the start value, and at least
   twice that where all rests on one source: one source does not know how far others scatter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from libraries.errors import LibraryError
from libraries.species import UNVERIFIED, Band, Library, Position, Species

FEWEST_REFERENCED = 3
"""Sources with a stated energy reference from which on they alone count."""
MOST_CITED = 6
"""Positions that the sentence about a start value names one by one."""
LONE_SOURCE_FACTOR = 2.0
"""The least half-width where one source positions a line, in minimum half-widths."""


@dataclass(frozen=True, slots=True)
class StartValue:
    """Start value and bounds of a position, in the unit of the axis."""

    value: float
    low: float
    high: float
    origin: str
    """A sentence: from which sources, by which rule."""


def start_value(library: Library, species: Species, band: Band) -> StartValue:
    """Start value and bounds of one band by the rule of this module.

    Raises
    ------
    LibraryError
        If no source positions it.
    """
    used = positions_that_count(band)
    if not used:
        raise no_position(library, species)
    values = [position.value for position in used if position.value is not None]
    regions = [position.region for position in used if position.region is not None]
    value = _find_middle(used)
    margin = library.position_rule.margin
    reach = library.position_rule.minimum_half_width
    reach *= LONE_SOURCE_FACTOR if is_lone(used) else 1.0
    lows = [number - margin for number in values] + [low for low, _ in regions]
    highs = [number + margin for number in values] + [high for _, high in regions]
    low, high = library.window
    start = StartValue(
        round(value, 4),
        round(max(low, min([value - reach, *lows])), 4),
        round(min(high, max([value + reach, *highs])), 4),
        "",
    )
    return StartValue(
        start.value, start.low, start.high, _describe_origin(start, band, used, library.unit)
    )


def no_position(library: Library, species: Species) -> LibraryError:
    """The error to raise for a species that no source positions."""
    return LibraryError(
        f"{library.file}: species {species.id}: no source gives a position for it in "
        f"{library.region} that could be used, so it cannot be put in a model. Give it a "
        "position with its source in a library of your own."
    )


def positions_that_count(band: Band) -> tuple[Position, ...]:
    """The positions that start value and bounds rest on; empty if there are none."""
    undoubted = [p for p in band.positions if p.is_positioned and not p.conflicts]
    verified = [position for position in undoubted if position.seen != UNVERIFIED]
    referenced = [position for position in verified if position.energy_reference]
    if _count_origins(referenced) >= FEWEST_REFERENCED:
        return tuple(referenced)
    return tuple(verified or undoubted)


def is_unverified(band: Band) -> bool:
    """Whether all that positions the band is known from memory."""
    used = positions_that_count(band)
    return bool(used) and all(position.seen == UNVERIFIED for position in used)


def is_lone(positions: Iterable[Position]) -> bool:
    """Whether all positions come from one source."""
    return _count_origins(positions) == 1


def _count_origins(positions: Iterable[Position]) -> int:
    return len({position.origin for position in positions})


def _find_middle(used: Iterable[Position]) -> float:
    """Median over the sources of their medians, else the middle of the narrowest region."""
    by_origin: dict[str, list[float]] = {}
    for position in used:
        if position.value is not None:
            by_origin.setdefault(position.origin, []).append(position.value)
    if by_origin:
        return median(median(values) for values in by_origin.values())
    regions = [position.region for position in used if position.region is not None]
    low, high = min(regions, key=lambda ends: ends[1] - ends[0])
    return (low + high) / 2


def _describe_origin(start: StartValue, band: Band, used: tuple[Position, ...], unit: str) -> str:
    values = [p for p in used if p.value is not None]
    regions = [p for p in used if p.region is not None]
    sources = _count_origins(values)
    if len(values) > 1:
        how = f"median of {len(values)} positions of {sources} source{'s' * (sources > 1)}"
    elif values:
        how = "the one position given"
    else:
        how = "middle of the region given"
    cited = _cite_positions([*values, *regions])
    left_out = sum(1 for p in band.positions if p.is_positioned and p not in used)
    tail = f" {left_out} further position(s) left out." if left_out else ""
    doubt = " From memory, unverified." if is_unverified(band) else ""
    return (
        f"{start.value:g} {unit}: {how} ({cited}); "
        f"bounds {start.low:g} to {start.high:g} {unit}.{doubt}{tail}"
    )


def _cite_positions(positions: Sequence[Position]) -> str:
    texts = list(dict.fromkeys(map(_cite_position, positions)))
    more = len(texts) - MOST_CITED
    return ", ".join(texts[:MOST_CITED]) + (f" and {more} more" if more > 0 else "")


def _cite_position(position: Position) -> str:
    if position.region is not None:
        low, high = position.region
        return f"{low:g} to {high:g} {position.source}"
    return f"{position.value:g} {position.source}"
