"""Opening and saving: files, folders, projects, recent ones, the example."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from app.document import Document
from app.errors import ErrorDesk
from app.main_window import MainWindow
from app.opening.open_preview import OpenPreview
from app.opening.opening import PROJECT_SUFFIX, OpenedProject, Opening, PreparedProject
from app.project_place import ProjectPlace
from app.settings import last_folder, recent_files, remember_file
from app.spectra.series_tree import region_title
from fitting.data.errors import DamagedProjectError, ThioscopeError
from fitting.data.regions import windows_of
from fitting.pipeline.events import Prepared
from fitting.projects.corrections import count_spectra
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.records import PotentialRecord
from fitting.readers.spectra.published_fit import published_fits
from fitting.saving.project_file import save_project
from fitting.simulation.example import write_example

_FILTER = f"Thioscope project (*{PROJECT_SUFFIX})"
_SIMULATED = "The spectra of the example are simulated, not measured."
_BUSY = ("open_files", "open_folder", "open_example")


class FileActions(QObject):
    """Opens what is dropped or chosen, and saves; asks before anything unsaved is lost."""

    saved = Signal()

    def __init__(self, window: MainWindow, document: Document, desk: ErrorDesk) -> None:
        super().__init__(window)
        self._window, self._document, self._desk = window, document, desk
        self._actions, self._status = window.actions_by_name, window.status
        self._opening = Opening(self)
        self._place = ProjectPlace(document)
        self._paths: tuple[Path, ...] = ()
        self._is_added = False
        self._record: PotentialRecord | None = None
        self._again: Reading | None = None
        self._is_example = False
        self.preview: OpenPreview | None = None
        self._recent_menu = QMenu("Open &recent", window)
        self._example_folder: tempfile.TemporaryDirectory[str] | None = None
        self._connect()
        self._show_recent()

    def open_paths(self, paths: Sequence[Path], options: ReadOptions = DEFAULT) -> None:
        """Read files and folders and show what was found, or open a project."""
        if self._opening.is_running or not paths:
            return
        self._paths = tuple(paths)
        self._is_example = False
        self._begin("Reading files")
        windows = windows_of(self._document.catalogue)
        self._opening.start(paths, replace(options, windows=windows))

    def open_files(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open spectra or a project", str(last_folder())
        )
        self.open_paths([Path(name) for name in names])

    def open_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(
            self._window, "Open all spectra in a folder", str(last_folder())
        )
        if name:
            self.open_paths([Path(name)])

    def open_example(self) -> None:
        """Open the bundled example, whose data are simulated."""
        self._example_folder = tempfile.TemporaryDirectory(prefix="thioscope-")
        spectra = write_example(Path(self._example_folder.name) / "simulated example")
        self.open_paths([spectra])
        self._is_example = True

    def stop(self) -> None:
        """Stop reading; nothing is opened."""
        if self._opening.is_running:
            self._again = None
            self._opening.stop()
            self._status.finish("Reading was stopped; nothing was opened.")

    def save(self) -> bool:
        """Save to the project's file, asking for one where there is none; whether it was saved."""
        if self._document.path is None:
            return self.save_as()
        return self._save_to(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and save to it; whether it was saved."""
        proposed = self._document.path or last_folder() / f"project{PROJECT_SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save project", str(proposed), _FILTER)
        if not name:
            return False
        path = Path(name)
        return self._save_to(path if path.suffix else path.with_suffix(PROJECT_SUFFIX))

    def may_discard(self) -> bool:
        """Whether what is open may be replaced or closed; asks if it is not saved."""
        if not self._document.is_changed:
            return True
        buttons = QMessageBox.StandardButton
        name = self._document.path.name if self._document.path else "this project"
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"Save the changes to {name}?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return self.save() if answer == buttons.Save else answer == buttons.Discard

    def wait(self) -> None:
        """End all reading, before the window goes."""
        self._opening.wait()
        self._place.release()
        if self._example_folder is not None:
            self._example_folder.cleanup()

    def _begin(self, sentence: str) -> None:
        self._actions.set_enabled(_BUSY, False)
        self._actions.set_busy("reading", True)
        self._status.begin(sentence)

    def _connect(self) -> None:
        for name in ("open_files", "open_folder", "open_example", "save", "save_as"):
            self._actions[name].triggered.connect(getattr(self, name))
        self._actions["stop"].triggered.connect(self.stop)
        self._actions["quit"].triggered.connect(self._window.close)
        self._window.drops.dropped.connect(self.open_paths)
        self._window.welcome.recent_chosen.connect(self._open_recent)
        self._window.closing.connect(self._on_closing)
        self._opening.progressed.connect(partial(self._status.advance, "Reading files"))
        self._opening.read.connect(self._on_read)
        self._opening.opened.connect(self._on_opened)
        self._opening.prepared.connect(self._on_prepared)
        self._opening.failed.connect(self._on_failed)
        self._opening.ended.connect(self._on_ended)
        self._place.changed_outside.connect(self._on_changed_outside)
        file_menu = self._actions.menus["&File"]
        file_menu.insertMenu(self._actions["open_example"], self._recent_menu)

    def _on_read(self, reading: Reading) -> None:
        if self._is_example:
            reading = replace(reading, notes=(_SIMULATED, *reading.notes))
        if self.preview is None:
            self.preview = OpenPreview(self._window, can_add=bool(self._document.project.analyses))
            self.preview.read_again.connect(self._on_read_again)
            self.preview.open_requested.connect(self._on_open_requested)
            self.preview.record_read.connect(self._on_record_read)
            self._record = None
            self.preview.finished.connect(self._on_preview_finished)
            self.preview.open()
        self.preview.set_reading(reading)
        found = count_spectra(reading)
        self._status.finish(f"{found} spectra were found." if found else "")

    def _on_read_again(self, options: ReadOptions) -> None:
        is_example = self._is_example
        self.open_paths(self._paths, options)
        self._is_example = is_example

    def _on_preview_finished(self, code: int) -> None:
        self.preview = None
        if code == OpenPreview.DialogCode.Rejected:
            # it may be reading again
            self.stop()

    def _on_open_requested(self, reading: Reading, is_added: bool) -> None:
        if not is_added and self._document.project.analyses:
            if not self.may_discard():
                return
            self._document.open(Project(), None)
        self._is_added = is_added
        self._begin("Preparing the spectra")
        self._prepare(reading)

    def _prepare(self, reading: Reading) -> None:
        self._opening.prepare(
            self._document.project, reading, self._document.catalogue, self._record
        )

    def _on_record_read(self, record: PotentialRecord) -> None:
        self._record = record

    def _on_prepared(self, done: PreparedProject) -> None:
        if done.before is not self._document.project:
            # what is open has changed since: what was read is added to what it is now
            self._again = done.reading
            return
        for path in self._paths if not self._is_example else ():
            remember_file(path)
        self._show_recent()
        text = "Add spectra" if self._is_added else "Open spectra"
        self._document.change(done.prepared.project, text)
        self._status.finish(_describe_ready(done.prepared))

    def _on_failed(self, error: Exception) -> None:
        box = self._desk.show(error)
        if isinstance(error, DamagedProjectError) and error.whole:
            rescue = box.addButton("Open what is whole", QMessageBox.ButtonRole.AcceptRole)
            box.addButton(QMessageBox.StandardButton.Close)
            rescue.clicked.connect(self._rescue)

    def _rescue(self, _: bool = False) -> None:
        if not self._opening.is_running:
            self._begin("Opening what is whole")
            self._opening.rescue(self._paths[0])

    def _on_opened(self, opened: OpenedProject) -> None:
        if not self.may_discard():
            self._status.finish("")
            return
        if opened.is_rescued:
            # without a file of its own: the damaged one is not to be written over
            self._document.open(Project(), None)
            self._document.change(opened.project, "Open what is whole")
            self._status.finish(f"What is whole of {opened.path.name} is open; save it anew.")
            return
        remember_file(opened.path)
        self._show_recent()
        self._document.open(opened.project, opened.path)
        self._status.finish(f"{opened.path.name} is open.")
        if self._place.holder:
            self._desk.show(_open_elsewhere(opened.path, self._place.holder))

    def _on_ended(self, _: bool) -> None:
        reading, self._again = self._again, None
        if reading is not None:
            self._prepare(reading)
            return
        self._actions.set_enabled(_BUSY, True)
        self._actions.set_busy("reading", False)
        self._status.bar.hide()

    def _on_changed_outside(self, path: Path) -> None:
        self._status.say(f"{path.name} was written to by another program; saving asks first.")

    def _may_replace(self, path: Path) -> bool:
        """Whether what somebody else wrote to the file may be lost; asks if there is such."""
        if not self._place.is_changed_outside(path):
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            "Changed by another program",
            f"{path.name} was written to by another program or window after it was opened here. "
            "Replace it by what is open here? To keep both, cancel and save the project under "
            "another name.",
            buttons.Yes | buttons.Cancel,
            buttons.Cancel,
        )
        return answer == buttons.Yes

    def _save_to(self, path: Path) -> bool:
        if not self._may_replace(path):
            return False
        try:
            save_project(self._document.project, path)
        except ThioscopeError as error:
            self._desk.show(error)
            return False
        self._document.mark_saved(path)
        remember_file(path)
        self._show_recent()
        self._status.say(f"Saved as {path.name}.")
        self.saved.emit()
        return True

    def _on_closing(self, event: QCloseEvent) -> None:
        if not self.may_discard():
            event.ignore()

    def _open_recent(self, path: Path, _: bool = False) -> None:
        self.open_paths([path])

    def _show_recent(self) -> None:
        paths = recent_files()
        self._window.welcome.show_recent(paths)
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self._recent_menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setStatusTip(str(path))
            action.triggered.connect(partial(self._open_recent, path))


def _describe_next(project: Project) -> str:
    """What leads to a fit where the libraries know none of the regions."""
    fits = [fit for one in project.analyses.values() for fit in published_fits(one.series)]
    if any(fit.components for fit in fits):
        return "The file stores a fit: take it over (menu Fit), or double-click to add peaks."
    return "Double-click the spectrum to add peaks."


def _open_elsewhere(path: Path, machine: str) -> ThioscopeError:
    return ThioscopeError(
        f"{path.name} is also open in another window, on {machine}. You can work on it here; "
        "saving asks if the other window has saved in between."
    )


def _describe_ready(prepared: Prepared) -> str:
    regions = ", ".join(map(region_title, prepared.project.analyses))
    if not regions:
        return "Nothing that can be fitted was found; the Notes panel says why."
    if not any(one.has_peaks for one in prepared.project.analyses.values()):
        return f"{regions}: no model is known. {_describe_next(prepared.project)}"
    count = len(prepared.known)
    files = "1 file is" if count == 1 else f"{count} files are"
    again = f" {files} open already, and left as they are." if count else ""
    return f"{regions}: ready.{again} Next: Fit series."
