"""Reads what the user drops or chooses, off the GUI thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.job import Job
from fitting.data.errors import ProjectFileError
from fitting.pipeline.events import Begun, Prepared, Read
from fitting.pipeline.grow import grow_project
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.pipeline.run import read_paths
from fitting.pipeline.voltages import with_voltages
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.records import PotentialRecord
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


@dataclass(frozen=True, slots=True)
class PreparedProject:
    """What came of adding a reading to a project."""

    before: Project
    reading: Reading
    prepared: Prepared


class Opening(QObject):
    """Reads one lot of files at a time, or makes a project of what was read."""

    progressed = Signal(int, int)
    """Files read, of how many."""
    read = Signal(object)
    """The ``Reading`` of all files, with the voltages that names tell."""
    opened = Signal(object)
    """An ``OpenedProject``."""
    prepared = Signal(object)
    """A ``PreparedProject``: a reading in a project, each new region with a proposed recipe."""
    failed = Signal(object)
    """The exception that ended the work."""
    ended = Signal(bool)
    """Nothing is being read any more; whether it was cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done, self._total = 0, 0
        self._job = self._new_job()
        # what was read can be accepted before the thread that read it has ended
        self._preparing = self._new_job()

    @property
    def is_running(self) -> bool:
        return self._job.is_running or self._preparing.is_running

    def start(self, paths: Sequence[Path], options: ReadOptions = DEFAULT) -> None:
        """Read files and folders, or one project file."""
        self._job.start(_Read(tuple(paths), options))

    def rescue(self, path: Path) -> None:
        """Open what is whole of a damaged project file."""
        self._job.start(_Rescue(path))

    def prepare(
        self,
        project: Project,
        reading: Reading,
        catalogue: Catalogue,
        record: PotentialRecord | None = None,
    ) -> None:
        """Add a reading to a project: refer, join and propose a recipe for every new region.

        A record gives potentials where the project has none of its own.
        """
        self._preparing.start(_Prepare(project, reading, catalogue, record))

    def stop(self) -> None:
        """Stop at once: nothing is opened, and the file that is being read is given up."""
        if not self.is_running:
            return
        # the threads end by themselves, and nobody listens to them any more
        for job in (self._job, self._preparing):
            job.disconnect(self)
            if job.is_running:
                job.ended.connect(job.deleteLater)
                job.cancel()
            else:
                job.deleteLater()
        self._job, self._preparing = self._new_job(), self._new_job()
        self.ended.emit(True)

    def wait(self) -> None:
        """Stop and wait for the threads to end."""
        for job in self.findChildren(Job):
            job.wait()

    def _new_job(self) -> Job:
        job = Job(self)
        job.produced.connect(self._on_produced)
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        return job

    def _on_ended(self, is_cancelled: bool) -> None:
        if not self.is_running:
            self.ended.emit(is_cancelled)

    def _on_produced(self, value: object) -> None:
        signals: dict[type, Callable[[object], None]] = {
            Reading: self.read.emit,
            OpenedProject: self.opened.emit,
            PreparedProject: self.prepared.emit,
        }
        if isinstance(value, Begun):
            self._done, self._total = 0, value.total or 0
        elif isinstance(value, Read):
            self._done += 1
            self.progressed.emit(self._done, self._total)
        else:
            signals[type(value)](value)


@dataclass(frozen=True, slots=True)
class _Read:
    paths: tuple[Path, ...]
    options: ReadOptions

    def __call__(self) -> Iterator[Begun | Read | Reading | OpenedProject]:
        projects = [path for path in self.paths if path.suffix == PROJECT_SUFFIX]
        if not projects:
            request = AnalysisRequest(reading=self.options)
            yield with_voltages((yield from read_paths(self.paths, request)))
            return
        if len(self.paths) > 1:
            raise ProjectFileError(
                f"{projects[0].name}: a project is opened alone. Open it first, then add the "
                "other files."
            )
        yield OpenedProject(open_project(projects[0]), projects[0])


@dataclass(frozen=True, slots=True)
class _Rescue:
    path: Path

    def __call__(self) -> Iterator[OpenedProject]:
        yield OpenedProject(rescue_project(self.path), self.path, is_rescued=True)


@dataclass(frozen=True, slots=True)
class _Prepare:
    project: Project
    reading: Reading
    catalogue: Catalogue
    record: PotentialRecord | None

    def __call__(self) -> Iterator[PreparedProject]:
        record = None if self.project.cell is not None else self.record
        request = AnalysisRequest(voltages=VoltageFile(source=record))
        prepared = grow_project(self.project, self.reading, self.catalogue, request)
        yield PreparedProject(self.project, self.reading, prepared)
