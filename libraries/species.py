"""What the literature says about a chemical state, as frozen values. Nothing here computes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Technique = Literal["xps", "raman"]
UNITS: Mapping[Technique, str] = {"xps": "eV", "raman": "1/cm"}
Trust = Literal["", "read", "secondary", "computed", "own-knowledge"]
UNVERIFIED: Trust = "own-knowledge"
TRUSTS: Mapping[str, str] = {
    "read": "read in the source's own text",
    "secondary": "taken from another's table, which the source or its note names",
    "computed": "worked out from other numbers",
    UNVERIFIED: "from memory, to be verified",
}
"""How a number was seen, by the word that stands in a library file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A paper, handbook or database."""

    key: str
    citation: str
    doi: str = ""
    instrument_xps: str = ""
    instrument_raman: str = ""
    energy_reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """What one source says about one line on one sample.

    It gives a ``value``, or only a ``region``, or neither: the species is named without a position.
    """

    source: str
    """Key of the source."""
    unit: str
    value: float | None = None
    """Position of the line; of the main line (2p3/2) in a doublet."""
    partner: float | None = None
    """Position of the partner line (2p1/2), where the source gives it."""
    region: tuple[float, float] | None = None
    sample: str = ""
    condition: str = ""
    label: str = ""
    """What the source calls the species."""
    note: str = ""
    is_reference_sample: bool = False
    """Measured on a pure compound, film or polymer, not on an electrolyte or an electrode."""
    conflicts: str = ""
    """Why this position takes no part in start value and bounds; empty if it does."""
    seen: Trust = ""
    """How the number was seen; empty where a file does not say."""
    laser: float | None = None
    """Wavelength of the laser (nm), where the source gives it."""
    original: str = ""
    """The paper behind a record of a database."""
    energy_reference: str = ""
    """What the energies of this record are referred to; of its source where that says it."""

    @property
    def is_positioned(self) -> bool:
        return self.value is not None or self.region is not None

    @property
    def origin(self) -> str:
        """Who measured it: the original paper of a database's record, else the source."""
        return self.original or self.source


@dataclass(frozen=True, slots=True)
class ParameterRange:
    """Start value and bounds of a width or shape parameter."""

    start: float
    min: float
    max: float
    vary: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a species: its core-level line or doublet, or one of its Raman bands."""

    name: str
    """Nominal shift for a Raman band, such as "428"; empty for a core level."""
    positions: tuple[Position, ...]
    is_strongest: bool = False
    relative_strength: float | None = None
    """Area relative to the species' strongest band, where a source gives it."""
    strength_source: str = ""
    shared_with: tuple[str, ...] = ()
    """Ids of species that have a band at the same place: this one alone proves nothing."""
    fwhm: ParameterRange | None = None
    """Width of this line where it is not like that of a model's other lines."""
    note: str = ""

    @property
    def is_positioned(self) -> bool:
        return any(position.is_positioned for position in self.positions)


@dataclass(frozen=True, slots=True)
class Species:
    """A chemical state in one region."""

    id: str
    name: str
    """In words."""
    label: str
    """As written in a figure, such as "PS₄³⁻"."""
    bands: tuple[Band, ...]
    unpositioned: bool = False
    """No source positions it: it is listed, but cannot be put in a model."""
    not_separable_from: tuple[str, ...] = ()
    """Ids of species whose lines cannot be told from this one's by position."""
    includes: tuple[str, ...] = ()
    """Ids of species that this one stands for together."""
    disputed: str = ""
    """Why the assignment itself is in doubt; empty if it is not."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Interference:
    """A line of another element where a region is measured."""

    element: str
    line: str
    low: float
    high: float
    """From where to where it lies; once if the source gives one number."""
    source: str
    seen: Trust
    strength: float | None = None
    """Cross section relative to the region's own line (Al Kα); ``None`` where not known."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CoreLevel:
    """Spin-orbit constants of one core level; shared by all its species."""

    name: str
    separation: float
    """Binding energy of the partner line minus that of the main line (eV)."""
    area_ratio: float
    """Area of the partner line over area of the main line."""
    separation_source: str
    area_ratio_source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PositionRule:
    """How far a position may move, in the unit of the axis."""

    margin: float
    """Added on both sides of the spread of the positions."""
    minimum_half_width: float
    """The bounds lie at least this far from the start value."""


@dataclass(frozen=True, slots=True)
class ModelTie:
    """``target = factor * source + offset``, of full parameter names such as "C-O.position"."""

    target: str
    source: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model by name: which species, line shape, background and constraints."""

    name: str
    region: str
    species: tuple[str, ...]
    line_shape: str
    background: str
    crop: tuple[float, float]
    """Suggested range of the axis."""
    fwhm: ParameterRange
    shape: Mapping[str, ParameterRange] = field(default_factory=dict)
    """Shape parameters of the line shape, common to all peaks."""
    width_groups: tuple[tuple[str, ...], ...] = ()
    """Peaks of a group have one width; ("*",) stands for all peaks."""
    ties: tuple[ModelTie, ...] = ()
    is_default: bool = False
    is_weighed: bool = True
    """Whether its species are weighed where the data choose among those of the region."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """One file of reference data: the species of one region."""

    name: str
    file: str
    """Name of the file, for messages."""
    technique: Technique
    region: str
    """Core level such as "S 2p", or "raman"."""
    unit: str
    window: tuple[float, float]
    """Where on the axis every position of the region lies."""
    position_rule: PositionRule
    species: tuple[Species, ...]
    models: tuple[NamedModel, ...] = ()
    interferences: tuple[Interference, ...] = ()
    core_level: CoreLevel | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Sources the file brings along."""
    note: str = ""

    def positions(self) -> Iterator[tuple[Species, Band, Position]]:
        """Every position with the band and the species it belongs to."""
        for species in self.species:
            for band in species.bands:
                for position in band.positions:
                    yield species, band, position
