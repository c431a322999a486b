"""What happens on the way from files to results, each with what it changes in the project.

``KeptProject`` makes the project of them: who iterates the pipeline needs nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fitting.data.result import FittedBlock
from fitting.fits.options import Uncertainty
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.projects.project import Analysis, Project
from fitting.projects.reading import Reading
from fitting.projects.unread import Unread
from fitting.quantities.interval_storage import IntervalBlock
from fitting.selection.candidates import Selection

Rows = Mapping[str, tuple[int, ...]]
"""Indices of spectra, by region."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Something that takes a while begins; nothing has changed yet."""

    doing: str
    """Such as "fitting"."""
    region: str = ""
    total: int | None = None
    """How many of ``unit`` there will be, if that is known."""
    unit: str = "spectra"


@dataclass(frozen=True, slots=True)
class Read:
    """One file was read, or could not be: then it is in ``reading.unread``."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read is in the project, with voltages, energies referred, and recipes proposed."""

    project: Project
    to_fit: Rows
    """Spectra that have no fit by their recipe yet."""
    known: tuple[str, ...] = ()
    """Files that were in the project before as they are now, and are left as they are."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One more set of species was fitted to a region, before its species are chosen."""

    region: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Chosen:
    """The species of a region are chosen: they are those of its model now."""

    analysis: Analysis


@dataclass(frozen=True, slots=True)
class BlockFitted:
    """Some spectra of a region were fitted; none where it is only said that the fit goes on."""

    region: str
    block: FittedBlock


@dataclass(frozen=True, slots=True)
class RegionFitted:
    """All spectra that were to be fitted of a region are: the analysis with all their blocks."""

    analysis: Analysis


@dataclass(frozen=True, slots=True)
class IntervalsFound:
    """Intervals of some spectra of a region were found."""

    region: str
    method: Uncertainty
    block: IntervalBlock


@dataclass(frozen=True, slots=True)
class MemberFitted:
    """One more model of the family of a region was fitted; nothing has changed yet."""

    region: str
    name: str


@dataclass(frozen=True, slots=True)
class ErrorsFound:
    """The errors that a region's recipe asks for are found: the analysis with all of them."""

    analysis: Analysis


@dataclass(frozen=True, slots=True)
class ImpedanceFitted:
    """The impedance spectra are fitted: the analysis with its result."""

    impedance: ImpedanceAnalysis


@dataclass(frozen=True, slots=True)
class Noted:
    """Something to be told that changes no number."""

    note: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A region could not be fitted; it stays as it was."""

    region: str
    entries: tuple[Unread, ...] = field(default=())


Event = (
    Begun
    | Read
    | Prepared
    | Weighed
    | Chosen
    | BlockFitted
    | RegionFitted
    | IntervalsFound
    | MemberFitted
    | ErrorsFound
    | ImpedanceFitted
    | Noted
    | LeftOut
)
