"""Fills the window: makes the document and the panels and connects them, and nothing else."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import xarray as xr
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWhatsThis, QWidget

from app.about import show_about
from app.autosave import Autosave
from app.cell.cell_actions import CellActions
from app.composition.composition_dialog import CompositionActions
from app.controls.lasting_menu import LastingTicks
from app.docks import Docks, add_extra_dock, keep_size
from app.document import Document
from app.errors import ErrorDesk
from app.export import ExportActions
from app.figures.figure_dialog import FigureActions
from app.file_actions import FileActions
from app.fits.fit_actions import FitActions
from app.fits.fitting_job import SeriesFit
from app.fits.watch_actions import WatchActions
from app.impedance.impedance_panel import ImpedancePanel
from app.job import Job
from app.library.library_browser import LibraryBrowser
from app.main_window import MainWindow
from app.model.model_panel import ModelPanel
from app.plots.compare_plot import ComparePlot
from app.plots.series_map import SeriesMap
from app.plots.spectrum_plot import SpectrumPlot
from app.plots.trends_plot import TrendsPlot
from app.preferences import Preferences
from app.preferences_dialog import PreferencesDialog
from app.recovery import Recovery
from app.results.audit_panel import AuditPanel
from app.results.left_out import count_words, is_told_alike
from app.results.notes_panel import NotesPanel
from app.results.results_table import ResultsTable
from app.shortcuts import ShortcutSheet
from app.spectra.measurement_actions import MeasurementActions
from app.spectra.series_list import SeriesList
from app.steps.steps_panel import StepsPanel
from app.theme import apply_appearance
from fitting.data.order import order_drawn
from fitting.projects.project import Project


class Workbench(QObject):
    """One window at work: its document, panels and actions."""

    def __init__(self, window: MainWindow, autosaves: Path | None = None) -> None:
        super().__init__(window)
        self.window, self._actions = window, window.actions_by_name
        self._actions.enable_all(True)
        self.document = Document(self)
        self.desk = ErrorDesk(window)
        self.fit = SeriesFit(self)
        self.plot, self.map = SpectrumPlot(self.document), SeriesMap(self.document)
        self.trends, self.series = TrendsPlot(self.document), SeriesList(self.document)
        self.compare = ComparePlot(self.document)
        self.library = LibraryBrowser(self.document)
        self.model, self.results = ModelPanel(self.document), ResultsTable(self.document)
        self.docks = Docks(window, self._panels())
        self.impedance = ImpedancePanel(self.document)
        self._impedance_dock = add_extra_dock(window, "impedance", "Impedance", self.impedance)
        self.files = FileActions(window, self.document, self.desk)
        self.export = ExportActions(window, self.document, self.desk, self.plot, self.files.save)
        self.figures = FigureActions(window, self.document, self.desk, self.series.selected)
        self.fits = FitActions(self.document, self.fit, self._actions, window.status)
        self.watch = WatchActions(window, self.document, self.fit, self.desk)
        self.cell = CellActions(window, self.document, self.desk, self._actions, window.status)
        self.composition = CompositionActions(window, self.document, self._actions)
        self.measurement = MeasurementActions(window, self.document, self._actions)
        self.autosave = Autosave(self.document, autosaves)
        self._autosaves = autosaves
        self.recovery = Recovery(window, self.document, self.autosave, self.desk)
        self._has_layout = window.restore_layout()
        self._connect()
        self.library.own.restore()
        self._show_project(Project(), self.document.project)
        self._show_panels(False)
        window.drops.watch(window)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files as if they had been dropped."""
        self.files.open_paths(paths)

    def offer_recovery(self, paths: Sequence[Path] = ()) -> QMessageBox | None:
        """Ask whether to open what a crash has left, if anything; then open the files."""
        box = self.recovery.offer(self._autosaves)
        if box is None:
            self.open_paths(paths)
        elif paths:
            self.recovery.settled.connect(partial(self.open_paths, list(paths)))
        return box

    def _panels(self) -> dict[str, QWidget]:
        return {
            "series": self.series,
            "series_map": self.map,
            "compare": self.compare,
            "trends": self.trends,
            "model": self.model,
            "library": self.library,
            "steps": StepsPanel(self.document),
            "results": self.results,
            "audit": AuditPanel(self.document),
            "notes": NotesPanel(self.document),
        }

    def _connect(self) -> None:
        self._connect_undo()
        self._connect_views()
        menu = self.plot.canvas.menu
        menu.insertAction(self.plot.canvas.copy, self._actions["copy_data"])
        self.fit.progressed.connect(self._show_partial)
        self.fit.ended.connect(self._end_partial)
        self.fit.failed.connect(self.desk.show)
        self.plot.failed.connect(self.desk.show)
        self.impedance.failed.connect(self.desk.show)
        self.library.own.failed.connect(self.desk.show)
        self.plot.hovered.connect(self.window.status.readout.setText)
        self.autosave.failed.connect(self.desk.show)
        self.series.fit_requested.connect(self.fits.fit_some)
        self.series.selection_changed.connect(self.compare.show_spectra)
        self.series.refused.connect(self.desk.show)
        self.window.status.notes.clicked.connect(self._show_notes)
        self._actions["remove"].triggered.connect(self.series.remove_selected)
        self._actions["shortcuts"].triggered.connect(self._show_shortcuts)
        self._actions["preferences"].triggered.connect(self._show_preferences)
        self._actions["whats_this"].triggered.connect(_ask_what)
        LastingTicks(self._actions.menus["&View"])
        self._actions["about"].triggered.connect(partial(_show_about, self.window))
        self.document.project_changed.connect(self._show_project)
        self.document.view_changed.connect(self._show_title)
        self.document.path_changed.connect(self._show_title)
        self.document.undo_stack.cleanChanged.connect(self._show_title)
        # after the files' own question, which may keep the window open
        self.window.closing.connect(self._on_closing)

    def _connect_undo(self) -> None:
        stack = self.document.undo_stack
        for name, text, able, changed, step in (
            ("undo", "&Undo", stack.canUndoChanged, stack.undoTextChanged, stack.undo),
            ("redo", "&Redo", stack.canRedoChanged, stack.redoTextChanged, stack.redo),
        ):
            action = self._actions[name]
            action.setEnabled(False)
            action.setIconText(text.replace("&", ""))
            action.triggered.connect(partial(self._step_back, name, step))
            able.connect(action.setEnabled)
            changed.connect(partial(_name_step, action, text))

    def _step_back(self, name: str, step: Callable[[], None], _: bool = False) -> None:
        """Undo or redo, and say what: what the status line said before may hold no more."""
        stack = self.document.undo_stack
        text = stack.undoText() if name == "undo" else stack.redoText()
        step()
        self.window.status.say(f"{'Undone' if name == 'undo' else 'Done again'}: {text}.")

    def _connect_views(self) -> None:
        for name, along, by in (
            ("next_spectrum", self._next_spectrum, 1),
            ("previous_spectrum", self._next_spectrum, -1),
            ("next_region", self._next_region, 1),
            ("previous_region", self._next_region, -1),
        ):
            self._actions[name].triggered.connect(partial(_step_along, along, by))
        self._actions["reset_layout"].triggered.connect(self.docks.reset)
        menu = self._actions.menus["&View"]
        for dock in self.docks.all():
            menu.insertAction(self._actions["reset_layout"], dock.toggleViewAction())
        menu.insertAction(self._actions["reset_layout"], self._impedance_dock.toggleViewAction())
        menu.insertSeparator(self._actions["reset_layout"])

    def _next_spectrum(self, by: int) -> None:
        analysis = self.document.analysis
        if analysis is not None:
            order = order_drawn(analysis.series, self.document.project.order).tolist()
            place = order.index(self.document.view.spectrum) + by
            self.document.look_at(spectrum=order[min(max(place, 0), len(order) - 1)])

    def _next_region(self, by: int) -> None:
        regions = list(self.document.project.analyses)
        if regions:
            place = regions.index(self.document.view.region) + by
            self.document.look_at(region=regions[place % len(regions)], spectrum=0, peak="")

    def _show_partial(self, region: str, result: xr.Dataset, *_: object) -> None:
        self.trends.show_partial(region, result)
        self.plot.show_partial(region, result)

    def _end_partial(self, *_: object) -> None:
        for region in self.document.project.analyses:
            self.trends.show_partial(region, None)
            self.plot.show_partial(region, None)

    def _show_project(self, old: Project, new: Project) -> None:
        self._show_title()
        is_open = bool(new.analyses)
        if not is_told_alike(old, new):
            self.window.status.count_notes(count_words(new), is_warning=bool(new.unread))
        has_impedance = new.impedance is not None
        self._actions.set_enabled(("save", "save_as"), is_open or has_impedance)
        self._actions.set_enabled(("remove",), is_open)
        if has_impedance != (old.impedance is not None):
            self._impedance_dock.setVisible(has_impedance)
            self._impedance_dock.toggleViewAction().setVisible(has_impedance)
        if is_open != bool(old.analyses):
            self._show_panels(is_open)
        if not is_open and (old.unread, old.notes) != (new.unread, new.notes):
            # nothing else could say why there is nothing
            self.docks["notes"].setVisible(bool(new.unread or new.notes))

    def _show_panels(self, is_open: bool) -> None:
        with keep_size(self.window):
            self._arrange_panels(is_open)

    def _arrange_panels(self, is_open: bool) -> None:
        self.window.show_in_centre(self.plot if is_open else self.window.welcome)
        if not is_open:
            self.docks.show_all(False)
        elif self._has_layout:
            self.window.restore_layout()
        else:
            self.docks.reset()

    def _show_notes(self) -> None:
        self.docks.show_panel("notes")

    def _show_title(self, *_: object) -> None:
        path = self.document.path
        name = path.name if path else "unsaved project" if self.document.project.analyses else ""
        self.window.setWindowTitle(f"{name}[*] – Thioscope" if name else "Thioscope[*]")
        self.window.setWindowModified(self.document.is_changed)

    def _show_shortcuts(self) -> None:
        ShortcutSheet(self._actions, self.window).open()

    def _show_preferences(self) -> None:
        dialog = PreferencesDialog(self.window)
        dialog.changed.connect(_take_preferences)
        dialog.open()

    def _on_closing(self, event: QCloseEvent) -> None:
        if event.isAccepted():
            self.watch.wait()
            self.fit.wait()
            self.files.wait()
            self.cell.wait()
            self.document.detections.wait()
            self.autosave.discard()
            for job in self.window.findChildren(Job):
                job.wait()
            # the stack goes after the actions that it would name
            self.document.undo_stack.blockSignals(True)


def _name_step(action: QAction, text: str, step: str) -> None:
    action.setText(f"{text} {step[:1].lower()}{step[1:]}" if step else text)
    action.setIconText(text.replace("&", ""))


def _step_along(along: object, by: int, _: bool = False) -> None:
    along(by)  # type: ignore[operator]


def _take_preferences(preferences: Preferences) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        apply_appearance(application, preferences.appearance)


def _ask_what(_: bool = False) -> None:
    QWhatsThis.enterWhatsThisMode()


def _show_about(window: QWidget, _: bool = False) -> None:
    show_about(window)
