"""Puts results outside the window: the export folder, plots, and a script for the same fit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.document import Document
from app.errors import ErrorDesk
from app.export_dialog import ExportChoice, ExportDialog
from app.job import Job
from app.main_window import MainWindow
from app.preferences import write_columns
from app.settings import last_folder, recent_files
from fitting.data.errors import ThioscopeError
from fitting.output.curves import curve_headings, find_curves, list_points
from fitting.output.export import check_folder, export_project
from fitting.output.figures import write_spectrum_figure
from fitting.output.nexus import NEXUS_FILE, write_nexus
from fitting.output.python_script import python_script
from fitting.output.report.page import REPORT
from fitting.output.tables.csv_text import cell_text
from fitting.output.vamas import VAMAS_FILE, write_vamas
from fitting.projects.project import Project, prepared_series
from libraries.catalogue import Catalogue

_RESULTS = (
    "export",
    "copy_plot",
    "copy_data",
    "save_plot",
    "save_nexus",
    "save_vamas",
    "copy_python",
)
_WRITING = ("export", "save_nexus", "save_vamas")
_FOLDER = "thioscope-results"
_PLOT_FILTER = "Figures (*.svg *.pdf *.png *.tiff)"
_SCALE = 2
"""Pixels of a copied plot for each on the screen."""


class ExportActions(QObject):
    """Writes what the command line writes, through the same function."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        desk: ErrorDesk,
        plot: QWidget,
        save: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._desk, self._plot = window, document, desk, plot
        self._save = save
        self._actions, self._status = window.actions_by_name, window.status
        self._written: list[Path] = []
        self._folder, self._results = Path(), Path()
        self.dialog: ExportDialog | None = None
        self._job = Job(self)
        self._job.produced.connect(self._on_written)
        self._job.failed.connect(desk.show)
        self._job.ended.connect(self._on_ended)
        for name in _RESULTS:
            self._actions[name].triggered.connect(getattr(self, name))
        self._actions["open_results"].triggered.connect(self.open_folder)
        self._actions["open_report"].triggered.connect(self.open_report)
        self._actions.set_enabled(("open_results", "open_report"), False)
        document.project_changed.connect(self._on_project_changed)
        self._update()

    @property
    def is_running(self) -> bool:
        return self._job.is_running

    def export(self) -> None:
        """Ask for a folder and what is to be in it, and write that."""
        self.dialog = ExportDialog(self._propose_folder(), self._window)
        self.dialog.chosen.connect(self._on_chosen)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def export_into(self, folder: Path, *, curves: bool = False, nexus: bool = False) -> None:
        """Write everything into the folder, asking before files in it are replaced."""
        try:
            check_folder(folder, overwrite=True)
        except ThioscopeError as error:
            self._desk.show(error)
            return
        if _holds_files(folder) and not self._may_replace(folder):
            return
        self._folder = self._results = folder
        self._written = []
        self._actions.set_enabled(_WRITING, False)
        self._status.begin(f"Writing to {folder.name}")
        known = self._document.catalogue
        self._job.start(_Export(self._document.project, folder, known, curves, nexus))

    def copy_plot(self) -> None:
        """Put a picture of the spectrum plot on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._picture())
        self._status.say("The plot is on the clipboard.")

    def save_plot(self) -> None:
        """Save the fit on the screen as a figure for print, or the plot as it is before a fit."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save plot", str(last_folder() / "spectrum.svg"), _PLOT_FILTER
        )
        if not name:
            return
        try:
            self._write_plot(Path(name))
        except ThioscopeError as error:
            self._desk.show(error)
        else:
            self._status.say(f"Saved as {Path(name).name}.")

    def save_nexus(self) -> None:
        """Ask for a file and write data and fit of all regions into it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save as NeXus", str(last_folder() / NEXUS_FILE), "NeXus (*.nxs)"
        )
        if name:
            self._folder, self._written = Path(name).parent, []
            self._actions.set_enabled(_WRITING, False)
            self._status.begin(f"Writing {Path(name).name}")
            self._job.start(_Nexus(self._document.project, Path(name)))

    def save_vamas(self) -> None:
        """Ask for a file and write spectra and fits of all XPS regions for CasaXPS into it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save for CasaXPS", str(last_folder() / VAMAS_FILE), "VAMAS (*.vms)"
        )
        if name:
            self._folder, self._written = Path(name).parent, []
            self._actions.set_enabled(_WRITING, False)
            self._status.begin(f"Writing {Path(name).name}")
            self._job.start(_Vamas(self._document.project, Path(name)))

    def copy_python(self) -> None:
        """Put a script on the clipboard that does the same; it needs the project to be saved."""
        if (self._document.path is None or self._document.is_changed) and not self._save():
            return
        assert self._document.path is not None
        QGuiApplication.clipboard().setText(
            python_script(self._document.project, self._document.path)
        )
        self._status.say("The script is on the clipboard; it reads the saved project.")

    def wait(self) -> None:
        """Stop writing, before the window goes."""
        self._job.wait()

    def _write_plot(self, path: Path) -> None:
        analysis, spectrum = self._document.analysis, self._document.view.spectrum
        known = self._document.catalogue
        if analysis is not None and write_spectrum_figure(
            analysis, spectrum, path, known, self._document.project.figure_style
        ):
            return
        if not self._picture().save(str(path.with_suffix(".png"))):
            raise ThioscopeError(f"{path}: cannot be written. Choose another folder.")

    def copy_data(self) -> None:
        """Put data and curves of the spectrum on the screen on the clipboard, as columns."""
        analysis = self._document.analysis
        if analysis is None:
            return
        try:
            prepared = prepared_series(analysis)
        except ThioscopeError as error:
            self._desk.show(error)
            return
        spectrum = self._document.view.spectrum
        rows = list_points(find_curves(analysis, prepared, spectrum))
        lines = [
            curve_headings(analysis, has_spectrum=False),
            *(map(cell_text, one) for one in rows),
        ]
        text = "\n".join(map("\t".join, lines)) + "\n"
        QGuiApplication.clipboard().setText(write_columns(text))
        self._status.say("Data, fit and components are on the clipboard, as columns.")

    def open_folder(self) -> None:
        """Show the folder of the last export."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._results)))

    def open_report(self) -> None:
        """Show the report of the last export in the browser."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._results / REPORT)))

    def _on_chosen(self, choice: ExportChoice) -> None:
        self.export_into(choice.folder, curves=choice.has_curves, nexus=choice.has_nexus)

    def _on_closed(self, _: int) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _on_written(self, path: object) -> None:
        if isinstance(path, ThioscopeError):
            self._desk.show(path)
            return
        assert isinstance(path, Path)
        self._written.append(path)
        self._status.say(f"Wrote {path.name}")

    def _on_ended(self, is_cancelled: bool) -> None:
        self._update()
        if self._written and not is_cancelled:
            self._status.finish(f"{_count_files(len(self._written))} written to {self._folder}.")
            self._offer_results()
        else:
            self._status.finish("Nothing was exported.")

    def _offer_results(self) -> None:
        """Let the last export be looked at, from the menu and the status line."""
        found = {
            "open_results": self._results != Path() and self._results.is_dir(),
            "open_report": self._results != Path() and (self._results / REPORT).is_file(),
        }
        for name, is_there in found.items():
            self._actions[name].setEnabled(is_there)
        if self._folder == self._results:
            self._status.offer(
                [self._actions[name] for name, is_there in found.items() if is_there]
            )

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is not new.analyses or old.impedance is not new.impedance:
            self._update()

    def _update(self) -> None:
        project = self._document.project
        is_open = bool(project.analyses)
        self._actions.set_enabled(_RESULTS, is_open)
        can_write = is_open or project.impedance is not None
        self._actions.set_enabled(_WRITING, can_write and not self._job.is_running)

    def _may_replace(self, folder: Path) -> bool:
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            "Export",
            f"{folder.name} is not empty. Files of an earlier export in it are replaced; "
            "others are left alone.",
            buttons.Ok | buttons.Cancel,
        )
        return answer == buttons.Ok

    def _propose_folder(self) -> Path:
        """The one of the last export; else a new one beside what was opened."""
        if self._results != Path():
            return self._results
        path = self._document.path
        opened = next(iter(recent_files()), None)
        if path is None and opened is None:
            return Path.home() / _FOLDER
        return (path or opened or Path.home()).parent / _FOLDER

    def _picture(self) -> QPixmap:
        size = self._plot.size()
        picture = QPixmap(size * _SCALE)
        picture.setDevicePixelRatio(_SCALE)
        self._plot.render(picture)
        return picture


@dataclass(frozen=True, slots=True)
class _Export:
    project: Project
    folder: Path
    known: Catalogue
    curves: bool
    nexus: bool

    def __call__(self) -> Iterator[Path | ThioscopeError]:
        problems: list[str] = []
        yield from export_project(
            self.project,
            self.folder,
            self.known,
            nexus=self.nexus,
            curves=self.curves,
            tell=problems.append,
        )
        if problems:
            yield ThioscopeError("\n\n".join(problems))


@dataclass(frozen=True, slots=True)
class _Nexus:
    project: Project
    path: Path

    def __call__(self) -> Iterator[Path]:
        yield write_nexus(self.project, self.path)


@dataclass(frozen=True, slots=True)
class _Vamas:
    project: Project
    path: Path

    def __call__(self) -> Iterator[Path | ThioscopeError]:
        try:
            differing = write_vamas(self.project, self.path)
        except OSError as error:
            raise ThioscopeError(
                f"{self.path}: cannot be written. Choose another place."
            ) from error
        yield self.path
        if differing:
            listed = "\n".join(differing)
            yield ThioscopeError(f"CasaXPS will not draw all of it as it is here:\n\n{listed}")


def _count_files(files: int) -> str:
    return "1 file was" if files == 1 else f"{files} files were"


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
