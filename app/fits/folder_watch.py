"""A folder that is watched during a measurement: what comes is added to the document and fitted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.fits.fitting_job import SeriesFit
from app.job import Job
from fitting.data.regions import windows_of
from fitting.pipeline.grow import grow_project
from fitting.pipeline.live.watch import Patience, watch_folder
from fitting.pipeline.request import AnalysisRequest
from fitting.projects.reading import Reading
from fitting.readers.options import ReadOptions

_PATIENCE = Patience(interval=0.5)
_REQUEST = AnalysisRequest(replaces=True)


class FolderWatch(QObject):
    """Watches one folder at a time; what comes while a fit runs waits until it has ended."""

    came = Signal(object)
    """The ``Reading`` that was added to the document."""
    ended = Signal()
    """The folder is not watched any more."""
    failed = Signal(object)
    """The exception that ended it."""

    def __init__(
        self,
        document: Document,
        fit: SeriesFit,
        parent: QObject | None = None,
        patience: Patience = _PATIENCE,
    ) -> None:
        super().__init__(parent)
        self._document, self._fit, self._patience = document, fit, patience
        self._waiting = Reading()
        self._is_watching = False
        self._job = Job(self)
        self._job.produced.connect(self._on_produced)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)
        fit.ended.connect(self._on_fit_ended)

    @property
    def is_watching(self) -> bool:
        return self._is_watching

    def start(self, folder: Path) -> None:
        """Read what is in the folder, and then whatever comes."""
        if self._job.is_running:
            return
        self._is_watching = True
        self._waiting = Reading()
        options = ReadOptions(windows=windows_of(self._document.catalogue))
        self._job.start(_Watch(folder, self._patience, options))

    def stop(self) -> None:
        """Watch no longer; what has come stays, and its fit goes on."""
        self._is_watching = False
        self._job.cancel()

    def wait(self) -> None:
        """Stop and wait for the thread to end, such as before the window closes."""
        self._is_watching = False
        self._job.wait()

    def _on_produced(self, reading: object) -> None:
        if isinstance(reading, Reading) and self._is_watching:
            self._waiting += reading
        self._take_waiting()

    def _on_fit_ended(self, *_: object) -> None:
        if self._is_watching:
            self._take_waiting()

    def _take_waiting(self) -> None:
        """Add what has come, and fit it; while another fit runs it would be lost on it."""
        reading = self._waiting
        if self._fit.is_running or reading == Reading():
            return
        self._waiting = Reading()
        prepared = grow_project(self._document.project, reading, self._document.catalogue, _REQUEST)
        self._document.change(prepared.project, "Add spectra from the folder")
        self.came.emit(reading)
        if prepared.to_fit:
            self._fit.start_rows(self._document, prepared.to_fit, "Fit what has come")

    def _on_ended(self, _: bool) -> None:
        self._is_watching = False
        self.ended.emit()


@dataclass(frozen=True, slots=True)
class _Watch:
    folder: Path
    patience: Patience
    options: ReadOptions

    def __call__(self) -> Iterator[Reading | None]:
        return watch_folder(self.folder, self.options, self.patience)
