"""The way without a window: files to a project, and all of it fitted, while bars show how far."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from fitting.data.result import FittedBlock
from fitting.data.series import SPECTRUM
from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK, Clock
from fitting.electrochemistry.side_table import SideTable
from fitting.pipeline.analyse import (
    Reading,
    find_files,
    fit_analysis,
    fit_project,
    prepare,
    read_files,
    with_voltages,
)
from fitting.pipeline.progress import show_progress
from fitting.pipeline.propose import (
    Choices,
    check_regions,
    propose_charge_reference,
    propose_recipe,
)
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import RecipeBook
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.records import PotentialRecord
from fitting.referencing.charge_reference import ChargeReference, parse_charge_reference
from fitting.selection.apply import choose_where_asked
from fitting.solvers.engine import FEW_SPECTRA, prepare_compiled
from fitting.uncertainty.analysis import with_uncertainty
from libraries.catalogue import Catalogue

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class VoltageFile:
    """A file that tells voltages, already read, and how they are taken from it."""

    path: Path | None = None
    source: SideTable | PotentialRecord | None = None
    scale: VoltageScale = LITHIUM
    clock: Clock = DEFAULT_CLOCK


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user says of the files; what is left out is told by them, or by the library."""

    choices: Choices = field(default_factory=Choices)
    voltages: VoltageFile = field(default_factory=VoltageFile)
    charge_reference: str | None = None
    """"C 1s=284.8", "PS4=161.5" or "none"; C 1s, where it was measured, if left out."""
    book: RecipeBook | None = None
    """Recipes of a file; their charge reference stands where none is asked for."""
    reading: ReadOptions = DEFAULT
    step: float | None = None
    """Bring unlike grids onto this one (eV or 1/cm)."""


def begin_project(
    paths: Iterable[Path], asked: Asked, known: Catalogue, *, quiet: bool = False
) -> Project:
    """Read the files and choose what is to be done with them: all that comes before the fit.

    Raises
    ------
    ThioscopeError
        If something that was asked for does not exist. A file that cannot be read does not stop the
        others: it is in ``project.unread`` with its reason.
    """
    check_regions(asked.choices, known)
    reading = _read(paths, asked, quiet=quiet)
    if sum(one.sizes[SPECTRUM] for one in reading.series) >= FEW_SPECTRA:
        # Gets ready while the series are joined.
        prepare_compiled()
    propose = partial(propose_recipe, catalogue=known, choices=asked.choices)
    reference = _charge_reference(asked, reading, known)
    project = prepare(reading, propose, reference, asked.step, catalogue=known)
    if isinstance(asked.voltages.source, PotentialRecord):
        cell = AttachedRecord(asked.voltages.source, asked.voltages.clock)
        return replace(project, cell=cell)
    return project


def fit_whole(
    project: Project,
    known: Catalogue,
    fit: Callable[[Analysis], Iterator[FittedBlock]] = fit_analysis,
    *,
    quiet: bool = False,
) -> Project:
    """Fit every region as its recipe says.

    That includes the choice of species before the fit, and intervals after it, where asked for.
    """
    spectra = {region: one.series.sizes[SPECTRUM] for region, one in project.analyses.items()}

    def by_spectra(doing: str, region: str, blocks: Iterator[_Part]) -> Iterable[_Part]:
        text = f"{doing} {region}"
        return show_progress(blocks, text, spectra[region], quiet=quiet, unit="spectra")

    chosen = choose_where_asked(
        project,
        known,
        lambda region, sets: show_progress(
            sets, f"weighing {region}", None, quiet=quiet, unit="sets"
        ),
    )
    fitted = fit_project(chosen, partial(by_spectra, "fitting"), fit)
    return with_uncertainty(fitted, partial(by_spectra, "intervals of"))


def _read(paths: Iterable[Path], asked: Asked, *, quiet: bool) -> Reading:
    """What the files hold, with the voltages that are known of them."""
    voltages = asked.voltages
    other = voltages.path.resolve() if voltages.path else None
    files = [path for path in find_files(paths) if path.resolve() != other]
    parts = read_files(files, asked.reading)
    readings = show_progress(parts, "reading", len(files), quiet=quiet, unit="files")
    reading = sum(readings, Reading())
    return with_voltages(reading, voltages.source, voltages.scale, voltages.clock)


def _charge_reference(asked: Asked, reading: Reading, known: Catalogue) -> ChargeReference | None:
    if asked.charge_reference is not None:
        return parse_charge_reference(asked.charge_reference, known)
    if asked.book is not None:
        return asked.book.charge_reference
    return propose_charge_reference(reading.series)
