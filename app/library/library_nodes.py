"""The rows of the library browser, worked out from what was found; no widget here."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.controls.number_text import number_text
from libraries.search import LibraryEntry
from libraries.species import TRUSTS, Band, Position
from libraries.start_values import StartValue, positions_that_count

TOP = -1
"""Parent of the species' own rows."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Positions of sources within the bounds that follow from them, on a common scale."""

    values: tuple[float, ...]
    regions: tuple[tuple[float, float], ...]
    left_out: tuple[float, ...]
    """Positions that start value and bounds do not rest on."""
    starts: tuple[StartValue, ...]
    scale: tuple[float, float]
    """Ends of what is drawn (eV or 1/cm)."""


@dataclass(frozen=True, slots=True)
class Node:
    """One row: a species, a band of it, or what a source says."""

    entry: LibraryEntry
    texts: tuple[str, str, str]
    """Name, start value, bounds."""
    tip: str
    parent: int
    """Number of the row that this one is below."""
    row: int
    """Place among those of the same parent."""
    spread: Spread | None = None
    is_left_out: bool = False


def nodes_of(entries: Sequence[LibraryEntry]) -> list[Node]:
    """All rows, each after the one that it is below."""
    nodes = _Nodes()
    for entry in entries:
        scale = _find_scale([other for other in entries if other.region == entry.region])
        bands = entry.species.bands
        top = nodes.add_species(entry, scale)
        for band in bands:
            below = nodes.add_band(entry, band, top, scale) if len(bands) > 1 else top
            for position in band.positions:
                nodes.add_source(entry, band, position, below)
    return nodes.made


class _Nodes:
    """Adds rows and counts those of every parent."""

    def __init__(self) -> None:
        self.made: list[Node] = []
        self._counts: dict[int, int] = {}

    def add_species(self, entry: LibraryEntry, scale: tuple[float, float]) -> int:
        starts = tuple(start for _, start in entry.starts)
        species = entry.species
        name = species.id if species.label == species.id else f"{species.id}   {species.label}"
        texts = (name, *_start_texts(starts))
        tip = "\n".join([entry.species.name, *(start.origin for start in starts)])
        return self._add(entry, texts, tip, TOP, _find_spread(entry.species.bands, starts, scale))

    def add_band(
        self, entry: LibraryEntry, band: Band, parent: int, scale: tuple[float, float]
    ) -> int:
        starts = tuple(start for other, start in entry.starts if other is band)
        texts = (
            f"{band.name} strongest" if band.is_strongest else band.name,
            *_start_texts(starts),
        )
        tip = "\n".join([start.origin for start in starts] + [band.note]).strip()
        return self._add(entry, texts, tip, parent, _find_spread((band,), starts, scale))

    def add_source(self, entry: LibraryEntry, band: Band, position: Position, parent: int) -> int:
        texts = (f"{position.source}  {position.sample}", _position_text(position), "")
        said = (position.sample, position.condition, position.label, position.note)
        seen = [f"Seen: {TRUSTS[position.seen]}."] if position.seen in TRUSTS else []
        about = [position.original, position.energy_reference]
        unplaced = [] if position.is_positioned else ["Named without a position."]
        left_out = [f"Left out: {position.conflicts}."] if position.conflicts else []
        tip = "\n".join(
            [position.source, *filter(None, (*about, *said)), *seen, *unplaced, *left_out]
        )
        is_left_out = position not in positions_that_count(band)
        return self._add(entry, texts, tip, parent, None, is_left_out=is_left_out)

    def _add(
        self,
        entry: LibraryEntry,
        texts: tuple[str, str, str],
        tip: str,
        parent: int,
        spread: Spread | None,
        *,
        is_left_out: bool = False,
    ) -> int:
        row = self._counts.get(parent, 0)
        self._counts[parent] = row + 1
        self.made.append(Node(entry, texts, tip, parent, row, spread, is_left_out))
        return len(self.made) - 1


def _start_texts(starts: Sequence[StartValue]) -> tuple[str, str]:
    if not starts:
        return "", ""
    if len(starts) > 1:
        return f"{len(starts)} bands", ""
    one = starts[0]
    return number_text(one.value), f"{number_text(one.low)} – {number_text(one.high)}"


def _position_text(position: Position) -> str:
    if position.value is not None:
        return number_text(position.value)
    if position.region is not None:
        return " – ".join(number_text(end) for end in position.region)
    return "–"


def _find_spread(
    bands: Sequence[Band], starts: tuple[StartValue, ...], scale: tuple[float, float]
) -> Spread:
    used = [position for band in bands for position in positions_that_count(band)]
    others = [position for band in bands for position in band.positions if position not in used]
    return Spread(
        values=tuple(position.value for position in used if position.value is not None),
        regions=tuple(position.region for position in used if position.region is not None),
        left_out=tuple(position.value for position in others if position.value is not None),
        starts=starts,
        scale=scale,
    )


def _find_scale(entries: Sequence[LibraryEntry]) -> tuple[float, float]:
    """Ends that hold the bounds and positions of all species of a region."""
    starts = [start for entry in entries for _, start in entry.starts]
    values = [
        position.value
        for entry in entries
        for band in entry.species.bands
        for position in band.positions
        if position.value is not None
    ]
    ends = [*(start.low for start in starts), *(start.high for start in starts), *values]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)
