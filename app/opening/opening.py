"""Reads what the user drops or chooses, off the GUI thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.job import Job
from fitting.data.errors import ProjectFileError
from fitting.pipeline.analyse import Reading, find_files, prepare, read_files, with_voltages
from fitting.pipeline.propose import propose_charge_reference, propose_recipe
from fitting.projects.project import Project
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.saving.project_file import open_project, rescue_project
from libraries.catalogue import Catalogue

PROJECT_SUFFIX = ".thio"


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """A project file that was read."""

    project: Project
    path: Path
    is_rescued: bool = False
    """Whether these are only the parts that are whole of a damaged file."""


class Opening(QObject):
    """Reads one lot of files at a time, or makes a project of what was read."""

    progressed = Signal(int, int)
    """Files read, of how many."""
    read = Signal(object)
    """The ``Reading`` of all files, with the voltages that names tell."""
    opened = Signal(object)
    """An ``OpenedProject``."""
    prepared = Signal(object)
    """The ``Project`` made of a reading, each region with a proposed recipe."""
    failed = Signal(object)
    """The exception that ended the work."""
    ended = Signal(bool)
    """Nothing is being read any more; whether it was cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = Job(self)
        # what was read can be accepted before the thread that read it has ended
        self._preparing = Job(self)
        for job in (self._job, self._preparing):
            job.produced.connect(self._on_produced)
            job.failed.connect(self.failed)
            job.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        return self._job.is_running or self._preparing.is_running

    def start(self, paths: Sequence[Path], options: ReadOptions = DEFAULT) -> None:
        """Read files and folders, or one project file."""
        self._job.start(_Read(tuple(paths), options))

    def rescue(self, path: Path) -> None:
        """Open what is whole of a damaged project file."""
        self._job.start(_Rescue(path))

    def prepare(self, reading: Reading, known: Catalogue) -> None:
        """Reference, join and propose a recipe for every region of the reading."""
        self._preparing.start(_Prepare(reading, known))

    def cancel(self) -> None:
        """Stop after the file that is being read; nothing is opened."""
        self._job.cancel()
        self._preparing.cancel()

    def wait(self) -> None:
        """Cancel and wait for the thread to end."""
        self._job.wait()
        self._preparing.wait()

    def _on_ended(self, is_cancelled: bool) -> None:
        if not self.is_running:
            self.ended.emit(is_cancelled)

    def _on_produced(self, value: object) -> None:
        signals: dict[type, Callable[[object], None]] = {
            Reading: self.read.emit,
            OpenedProject: self.opened.emit,
            Project: self.prepared.emit,
        }
        if isinstance(value, _Progress):
            self.progressed.emit(value.done, value.total)
        else:
            signals[type(value)](value)


@dataclass(frozen=True, slots=True)
class _Progress:
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Read:
    paths: tuple[Path, ...]
    options: ReadOptions

    def __call__(self) -> Iterator[_Progress | Reading | OpenedProject]:
        projects = [path for path in self.paths if path.suffix == PROJECT_SUFFIX]
        if not projects:
            yield from self._readings()
            return
        if len(self.paths) > 1:
            raise ProjectFileError(
                f"{projects[0].name}: a project is opened alone. Open it first, then add the "
                "other files."
            )
        yield OpenedProject(open_project(projects[0]), projects[0])

    def _readings(self) -> Iterator[_Progress | Reading]:
        files = find_files(self.paths)
        found: list[Reading] = []
        for reading in read_files(files, self.options):
            found.append(reading)
            yield _Progress(len(found), len(files))
        yield with_voltages(sum(found, Reading()))


@dataclass(frozen=True, slots=True)
class _Rescue:
    path: Path

    def __call__(self) -> Iterator[OpenedProject]:
        yield OpenedProject(rescue_project(self.path), self.path, is_rescued=True)


@dataclass(frozen=True, slots=True)
class _Prepare:
    reading: Reading
    known: Catalogue

    def __call__(self) -> Iterator[Project]:
        yield prepare(
            self.reading,
            lambda series: propose_recipe(series, self.known),
            propose_charge_reference(self.reading.series),
            catalogue=self.known,
        )
