"""Where a line starts and how far it may move: one rule over what the sources say.

The rule, for each band of a species:

1. Positions marked ``conflicts`` take no part.
2. Of the others, those measured on electrolytes and electrodes count. Only where there are none,
   those measured on reference samples (pure compounds, films, polymers) count.
3. The start value is the median of the values. Where only regions are given, it is the middle of
   the narrowest region.
4. The bounds span the values, widened by the library's margin on both sides, and every region as
   it stands; they lie at least the library's minimum half-width from the start value.
"""

from dataclasses import dataclass
from statistics import median

from libraries.errors import LibraryError
from libraries.species import Band, Library, Position, Species


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
    narrowest = min(regions, key=lambda ends: ends[1] - ends[0], default=(0.0, 0.0))
    value = median(values) if values else sum(narrowest) / 2
    rule = library.position_rule
    lows = [number - rule.margin for number in values] + [low for low, _ in regions]
    highs = [number + rule.margin for number in values] + [high for _, high in regions]
    low = min([value - rule.minimum_half_width, *lows])
    high = max([value + rule.minimum_half_width, *highs])
    start = StartValue(round(value, 4), round(low, 4), round(high, 4), "")
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
    agreeing = [p for p in band.positions if p.is_positioned and not p.conflicts]
    own = [position for position in agreeing if not position.is_reference_sample]
    return tuple(own or agreeing)


def _describe_origin(start: StartValue, band: Band, used: tuple[Position, ...], unit: str) -> str:
    values = [p for p in used if p.value is not None]
    regions = [p for p in used if p.region is not None]
    if len(values) > 1:
        how = f"median of {len(values)} positions"
    elif values:
        how = "the one position given"
    else:
        how = "middle of the region given"
    cited = ", ".join(_cite_position(position) for position in [*values, *regions])
    left_out = sum(1 for p in band.positions if p.is_positioned and p not in used)
    tail = f" {left_out} further position(s) left out." if left_out else ""
    return (
        f"{start.value:g} {unit}: {how} ({cited}); "
        f"bounds {start.low:g} to {start.high:g} {unit}.{tail}"
    )


def _cite_position(position: Position) -> str:
    if position.region is not None:
        low, high = position.region
        return f"{low:g} to {high:g} {position.source}"
    return f"{position.value:g} {position.source}"
