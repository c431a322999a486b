"""What a table of plain numbers is: its axis, its region and its unit, each by evidence in order.

A table is a text file in columns or a sheet of a workbook. The tables of clues below are the order
in which they are asked, and the guide prints them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fitting.data.noise import is_counts
from fitting.data.regions import (
    fits_region,
    region_from_range,
    region_windows,
    regions_from_name,
)
from fitting.data.series import ENERGY, SHIFT, FloatArray
from fitting.data.techniques import TECHNIQUES
from fitting.readers.evidence import Clue, Inference, Source
from fitting.readers.options import EnergyScale, ReadOptions
from fitting.readers.spectra.counting import UnitKind
from fitting.readers.spectra.headings import (
    AxisKind,
    axis_kind,
    axis_kind_of_header,
    is_arbitrary,
    unit_of,
)
from fitting.readers.spectra.neighbours import neighbour_headings
from fitting.readers.spectra.voltage_from_name import name_without_extension

UNNAMED = "unnamed"
"""The region of a spectrum of which nothing tells it, or names of two regions leave it open."""
_AXIS_KINDS: Mapping[str, AxisKind] = {ENERGY: "energy", SHIFT: "shift"}
_BESIDE_WINDOW = 5.0
"""An axis of which nothing is said goes no further (eV) beyond the window of a core level."""
_RAMAN = re.compile(r"(?i)(?<![a-z])raman(?![a-z])")
_REGION_LABEL = re.compile(
    r"(?i)^\W*(?:region|core[ _]?level|element|line|name|transition|species label)\b[^\w]*(.+)$"
)
_OTHER_LINE = re.compile(r"(?i)charge|calib|referenc|correct|shift|align|=\s*\d")
"""Header lines that name another core level than the one that was measured."""
_REFERENCE = re.compile(
    r"(?i:calib|(?<![a-z])(?:ref(?:eren[cz])?|corr(?:ected)?|aligned|shifted)(?![a-z]))|\d{2,3}[.,p]\d"
)
"""Names of files and folders that say to which line energies are referred."""


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table with all that may tell what it is."""

    path: Path
    title: str
    """Of the sheet; empty for text."""
    axis_heading: str
    headings: tuple[str, ...]
    """Of the columns of intensity."""
    header: tuple[str, ...]
    """The lines above the numbers."""
    positions: FloatArray
    """As written; shape (m,)."""
    intensity: FloatArray
    """Shape (n, m)."""
    options: ReadOptions
    energies: FloatArray | None = None
    """Binding energies (eV) once they are known."""

    @property
    def name(self) -> str:
        """The name of the file without its extension."""
        return name_without_extension(self.path.name)

    @property
    def folder(self) -> str:
        """The name of the folder the file lies in."""
        return self.path.resolve().parent.name


def told_regions(words: TableWords) -> tuple[str, ...]:
    """The regions that the strongest words name; several leave the choice to the energies."""
    for find in _REGION_WORDS:
        found = find(words)
        if found:
            return found
    return ()


def _regions_of_texts(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(region for text in texts for region in regions_from_name(text)))


def _regions_of_headings(words: TableWords) -> tuple[str, ...]:
    return _regions_of_texts(words.axis_heading, *words.headings)


def _regions_of_title(words: TableWords) -> tuple[str, ...]:
    return _regions_of_texts(words.title)


def _regions_of_labels(words: TableWords) -> tuple[str, ...]:
    labels = [match[1] for line in words.header if (match := _REGION_LABEL.match(line))]
    return _regions_of_texts(*labels)


def _regions_of_name(words: TableWords) -> tuple[str, ...]:
    return _regions_but_references(words, words.name)


def _regions_of_folder(words: TableWords) -> tuple[str, ...]:
    return _regions_but_references(words, words.folder)


def _regions_but_references(words: TableWords, text: str) -> tuple[str, ...]:
    """What a name tells but the line that energies are referred to, as in "C1s_284.8_ref"."""
    regions = _regions_of_texts(text)
    if not _REFERENCE.search(text):
        return regions
    energies = words.positions if words.energies is None else words.energies
    low, high = float(energies.min()), float(energies.max())
    return tuple(region for region in regions if fits_region(low, high, region) is not False)


def _regions_of_header(words: TableWords) -> tuple[str, ...]:
    """What lines of the header mention beside the lines of a charge reference."""
    lines = [line for line in words.header if not _OTHER_LINE.search(line)]
    energies = words.positions if words.energies is None else words.energies
    low, high = float(energies.min()), float(energies.max())
    return tuple(
        region
        for region in _regions_of_texts(*lines)
        if fits_region(low, high, region) is not False
    )


_REGION_WORDS: Sequence[Callable[[TableWords], tuple[str, ...]]] = (
    _regions_of_headings,
    _regions_of_title,
    _regions_of_labels,
    _regions_of_name,
    _regions_of_header,
    _regions_of_folder,
)


def _chosen(
    find: Callable[[TableWords], tuple[str, ...]],
) -> Callable[[TableWords], str | None]:
    """The region words tell; of several the one that the range is of, else none of them."""

    def choose(words: TableWords) -> str | None:
        regions = find(words)
        if len(regions) < 2:
            return regions[0] if regions else None
        by_range = _region_of_range(words)
        return by_range if by_range in regions else UNNAMED

    return choose


def _region_of_range(words: TableWords) -> str | None:
    energies = words.positions if words.energies is None else words.energies
    return region_from_range(float(energies.min()), float(energies.max()))


REGION: Inference[TableWords, str] = Inference(
    "region",
    (
        Clue(Source.FILE, "the headings of its columns", _chosen(_regions_of_headings)),
        Clue(Source.FILE, "the title of the sheet", _chosen(_regions_of_title)),
        Clue(Source.FILE, "a line such as 'Region: S 2p'", _chosen(_regions_of_labels)),
        Clue(Source.FILE, "the name of the file", _chosen(_regions_of_name)),
        Clue(Source.FILE, "a core level in the lines above", _chosen(_regions_of_header)),
        Clue(Source.ANSWER, "your answer (--assume-region)", lambda words: words.options.region),
        Clue(Source.NEIGHBOURS, "the name of the folder", _chosen(_regions_of_folder)),
        Clue(Source.NUMBERS, "the range of its energies", _region_of_range),
    ),
    "the region is called unnamed",
)
"""Names of two regions, as Fe3p-Mg2p, leave the range the choice between those two only."""


def _axis_of_name(words: TableWords) -> AxisKind | None:
    if _RAMAN.search(words.title) or _RAMAN.search(words.path.stem):
        return "shift"
    return "energy" if _regions_of_texts(words.title, words.path.stem) else None


def _axis_by_answer(words: TableWords) -> AxisKind | None:
    technique = words.options.technique
    if words.options.energy_scale is not None:
        return "energy"
    return None if technique is None else _AXIS_KINDS[TECHNIQUES[technique].axis.name]


def _axis_of_neighbours(words: TableWords) -> AxisKind | None:
    for headings in neighbour_headings(words.path, words.positions):
        kinds = [kind for heading in headings if (kind := axis_kind(heading))]
        if kinds and kinds[0] != "other":
            return kinds[0]
    return None


def _axis_of_folder(words: TableWords) -> AxisKind | None:
    if _RAMAN.search(words.folder):
        return "shift"
    return "energy" if regions_from_name(words.folder) else None


def _axis_of_range(words: TableWords) -> AxisKind | None:
    """Energy, if the axis lies within the window of a core level: Raman spectra are wider."""
    low, high = float(words.positions.min()), float(words.positions.max())
    window = region_windows().get(region_from_range(low, high) or "")
    if window is None:
        return None
    is_within = window[0] - _BESIDE_WINDOW <= low and high <= window[1] + _BESIDE_WINDOW
    return "energy" if is_within else None


AXIS: Inference[TableWords, AxisKind] = Inference(
    "axis",
    (
        Clue(
            Source.FILE,
            "the heading of the column",
            lambda words: axis_kind(words.axis_heading),
        ),
        Clue(
            Source.FILE,
            "the lines above the numbers",
            lambda words: axis_kind_of_header(words.header),
        ),
        Clue(Source.FILE, "the name of the file or sheet", _axis_of_name),
        Clue(Source.ANSWER, "your answer (--technique, --energy-scale)", _axis_by_answer),
        Clue(Source.NEIGHBOURS, "the headings of files beside it", _axis_of_neighbours),
        Clue(Source.NEIGHBOURS, "the name of the folder", _axis_of_folder),
        Clue(Source.NUMBERS, "the range of the axis", _axis_of_range),
    ),
    "it is asked (--technique)",
)


def _scale_of(kind: AxisKind | None) -> EnergyScale | None:
    scales: dict[AxisKind | None, EnergyScale] = {"binding": "binding", "kinetic": "kinetic"}
    return scales.get(kind)


SCALE: Inference[TableWords, EnergyScale] = Inference(
    "energy scale",
    (
        Clue(
            Source.FILE,
            "the heading of the column",
            lambda words: _scale_of(axis_kind(words.axis_heading)),
        ),
        Clue(
            Source.FILE,
            "the lines above the numbers",
            lambda words: _scale_of(axis_kind_of_header(words.header)),
        ),
        Clue(
            Source.ANSWER,
            "your answer (--energy-scale)",
            lambda words: words.options.energy_scale,
        ),
        Clue(
            Source.NEIGHBOURS,
            "the headings of files beside it",
            lambda words: _scale_of(_axis_of_neighbours(words)),
        ),
    ),
    "that in which the energies are those of the region, if it is binding energy; else it is asked",
)


def _unit_in(*texts: str) -> UnitKind | None:
    for text in texts:
        kind = unit_of(text)
        if kind != "arbitrary":
            return kind
        if is_arbitrary(text):
            return "arbitrary"
    return None


def _unit_of_neighbours(words: TableWords) -> UnitKind | None:
    found = (_unit_in(*texts) for texts in neighbour_headings(words.path, words.positions))
    return next((kind for kind in found if kind), None)


UNIT: Inference[TableWords, UnitKind] = Inference(
    "unit of the intensity",
    (
        Clue(Source.FILE, "the headings of the columns", lambda words: _unit_in(*words.headings)),
        Clue(Source.FILE, "the lines above the numbers", lambda words: _unit_in(*words.header)),
        Clue(
            Source.ANSWER,
            "your answer (--intensity)",
            lambda words: words.options.intensity_unit,
        ),
        Clue(Source.NEIGHBOURS, "the headings of files beside it", _unit_of_neighbours),
        Clue(
            Source.NUMBERS,
            "whole numbers in steps of one, which are counts",
            lambda words: "counts" if is_counts(words.intensity) else None,
        ),
    ),
    "arbitrary: the noise is estimated from the scatter of the points",
)
