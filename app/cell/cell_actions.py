"""Attaches a potentiostat record: asks for it, reads it off the GUI thread, shows its clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions import Actions
from app.cell.cell_dialog import CellDialog
from app.cell.columns_dialog import ColumnsDialog
from app.document import Document
from app.errors import ErrorDesk
from app.job import Job
from app.settings import last_folder
from app.status_line import StatusLine
from fitting.electrochemistry.potential_by_time import Clock
from fitting.projects.project import Project
from fitting.readers.records import open_columns, read_record, record_of_columns
from fitting.readers.records.record import PotentialRecord

_FILTER = (
    "Potentiostat records (*.mpt *.mpr *.csv *.txt *.tsv *.xlsx *.nda *.ndax *.res);;All files (*)"
)


class CellActions(QObject):
    """The record of the document: attached, changed, removed."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        desk: ErrorDesk,
        actions: Actions,
        status: StatusLine,
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._desk = window, document, desk
        self._actions, self._status = actions, status
        self.dialog: CellDialog | None = None
        self.columns: ColumnsDialog | None = None
        self._path = Path()
        self._next: _Read | None = None
        self._job = Job(self)
        self._job.produced.connect(self._on_produced)
        self._job.failed.connect(desk.show)
        self._job.ended.connect(self._on_ended)
        actions["attach_record"].triggered.connect(self.ask)
        actions["change_clock"].triggered.connect(self.change_clock)
        document.project_changed.connect(self._on_project_changed)
        self._update()

    def ask(self) -> None:
        """Ask for the file of a record."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Attach a potentiostat record", str(last_folder()), _FILTER
        )
        if name:
            self.attach(Path(name))

    def attach(self, path: Path, named: Mapping[str, str] | None = None) -> None:
        """Read a record and show how it lies over the spectra."""
        # what a job gave can be answered before its thread has ended
        self._next = _Read(path, dict(named) if named else None)
        if not self._job.is_running:
            self._start_next()

    def change_clock(self) -> None:
        """Show the record of the project again."""
        cell = self._document.project.cell
        if cell is not None:
            self._show(cell.record, cell.clock)

    def wait(self) -> None:
        """End all reading, before the window goes."""
        self._job.wait()

    def _on_produced(self, found: object) -> None:
        if isinstance(found, PotentialRecord):
            former = self._document.project.cell
            self._show(found, former.clock if former is not None else Clock())
        elif isinstance(found, _Unknown):
            self.columns = ColumnsDialog(self._path.name, found.headings, self._window)
            self.columns.accepted.connect(self._on_columns)
            self.columns.open()

    def _on_columns(self) -> None:
        assert self.columns is not None
        self.attach(self._path, self.columns.value())

    def _show(self, record: PotentialRecord, clock: Clock) -> None:
        self.dialog = CellDialog(self._document, record, clock, self._window)
        self.dialog.applied.connect(self._status.say)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_closed(self, _: int) -> None:
        self.dialog = None

    def _on_ended(self, _: bool) -> None:
        self._status.finish("")
        self._start_next()

    def _start_next(self) -> None:
        if self._next is None:
            return
        wanted, self._next = self._next, None
        self._path = wanted.path
        self._status.begin(f"Reading {wanted.path.name}")
        self._job.start(wanted)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.cell is not new.cell or bool(old.analyses) != bool(new.analyses):
            self._update()

    def _update(self) -> None:
        project = self._document.project
        self._actions["attach_record"].setEnabled(bool(project.analyses))
        self._actions["change_clock"].setEnabled(project.cell is not None)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A table of which nobody has said what its columns are."""

    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    path: Path
    named: dict[str, str] | None

    def __call__(self) -> Iterator[PotentialRecord | _Unknown]:
        if self.named is not None:
            yield record_of_columns(self.path, self.named)
            return
        headings = open_columns(self.path)
        yield _Unknown(tuple(headings)) if headings else read_record(self.path)
