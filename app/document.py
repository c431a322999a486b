"""The window's state: one project, undone and redone as a whole, and what is being looked at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import xarray as xr
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.detections import Detections
from app.memory import return_free_memory
from app.prepared import PreparedSeries
from fitting.data.series import SPECTRUM, axis_values
from fitting.models.edits import with_own_peak, with_species
from fitting.models.model import Model, with_parameter
from fitting.models.peak_edits import free_name
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.projects.recipe import Recipe
from libraries.catalogue import Catalogue
from libraries.loader import catalogue

_MERGEABLE = 1


@dataclass(frozen=True, slots=True)
class View:
    """What is on the screen; changing it is not undone."""

    region: str = ""
    spectrum: int = 0
    peak: str = ""


class Document(QObject):
    """Holds the project and the view; panels show parts of them and ask for changes here."""

    project_changed = Signal(object, object)
    """The old and the new ``Project``."""
    view_changed = Signal(object, object)
    """The old and the new ``View``."""
    catalogue_changed = Signal()
    """Other libraries are in use."""
    path_changed = Signal(object)
    """The ``Path`` of the project file, or ``None``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._view = View()
        self._path: Path | None = None
        self._prepared = PreparedSeries()
        self._catalogue = catalogue()
        self.detections = Detections(self)
        self.undo_stack = QUndoStack(self)

    @property
    def project(self) -> Project:
        return self._project

    @property
    def view(self) -> View:
        return self._view

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def catalogue(self) -> Catalogue:
        """The libraries in use: the bundled ones and the analyst's own."""
        return self._catalogue

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return not self.undo_stack.isClean()

    @property
    def analysis(self) -> Analysis | None:
        """The analysis of the region on the screen."""
        return self._project.analyses.get(self._view.region)

    def prepared(self) -> xr.Dataset | None:
        """The series on the screen as it is fitted: with the steps of its recipe applied.

        Raises
        ------
        SeriesError
            If a step leaves nothing of it.
        """
        return None if self.analysis is None else self._prepared.of(self.analysis)

    def prepared_of(self, analysis: Analysis) -> xr.Dataset:
        """The series of a region of the project as it is fitted; see ``prepared``."""
        return self._prepared.of(analysis)

    def open(self, project: Project, path: Path | None) -> None:
        """Replace everything; nothing of the former project can be undone."""
        self.undo_stack.clear()
        self._show_project(project)
        self.mark_saved(path)
        # everything that the former project held is free now
        return_free_memory()

    def mark_saved(self, path: Path | None) -> None:
        """The project as it is now is what the file at ``path`` holds."""
        self.undo_stack.setClean()
        self._path = path
        self.path_changed.emit(path)

    def take_catalogue(self, catalogue: Catalogue) -> None:
        """Use these libraries; models keep what they took from the former ones."""
        self._catalogue = catalogue
        self.catalogue_changed.emit()

    def change(self, project: Project, text: str, merge_key: object = None) -> None:
        """Make ``project`` the current one, as one step of undo named ``text``.

        Changes in a row with the same ``merge_key`` (such as those of one drag) are one step.
        """
        if project is not self._project:
            self.undo_stack.push(_ChangeProject(self, project, text, merge_key))

    def take_back(self, merge_key: object) -> None:
        """Undo the last step if it has this ``merge_key``, as if it had never been."""
        last = self.undo_stack.command(self.undo_stack.index() - 1)
        if isinstance(last, _ChangeProject) and last.is_of(merge_key):
            last.undo()
            # the stack drops what is obsolete: it cannot be done again either
            last.setObsolete(True)
            self.undo_stack.undo()

    def change_analysis(self, analysis: Analysis, text: str, merge_key: object = None) -> None:
        """Put a changed analysis into the project."""
        self.change(with_analysis(self._project, analysis), text, merge_key)

    def change_recipe(
        self, changed: Callable[[Recipe], Recipe], text: str, merge_key: object = None
    ) -> None:
        """Change the recipe of the region on the screen."""
        if self.analysis is not None:
            recipe = changed(self.analysis.recipe)
            self.change_analysis(replace(self.analysis, recipe=recipe), text, merge_key)

    def change_model(
        self, changed: Callable[[Model], Model], text: str, merge_key: object = None
    ) -> None:
        """Change the model of the region on the screen."""
        self.change_recipe(
            lambda recipe: replace(recipe, model=changed(recipe.model)), text, merge_key
        )

    def set_parameter(self, name: str, merge_key: object = None, **changes: float | bool) -> None:
        """Change fields of one parameter of the model on the screen."""
        self.change_model(
            lambda model: with_parameter(model, name, **changes), f"Change {name}", merge_key
        )

    def add_species(self, species: str) -> None:
        """Add a species of the library to the model on the screen, and look at its first peak.

        Raises
        ------
        LibraryError, ModelError
            If the library has no position for it, or the model has it already.
        """
        if self.analysis is not None:
            before = self.analysis.recipe.model
            model = with_species(before, self.analysis.region, species, self._catalogue)
            self.change_model(lambda _: model, f"Add {species}")
            self.look_at(peak=model.peaks[len(before.peaks)].name)

    def add_own_peak(self, position: float | None = None) -> None:
        """Add a peak that no library knows to the model on the screen, and look at it.

        Parameters
        ----------
        position
            Where it starts (eV or 1/cm), within the range that is fitted; its middle if left out.
        """
        prepared = self.prepared()
        if prepared is None or self.analysis is None:
            return
        x = axis_values(prepared)[min(self.view.spectrum, prepared.sizes[SPECTRUM] - 1)]
        limits = float(x.min()), float(x.max())
        wanted = sum(limits) / 2 if position is None else position
        place = min(max(round(wanted, 2), limits[0]), limits[1])
        name = free_name(self.analysis.recipe.model)
        self.change_model(lambda model: with_own_peak(model, name, place, limits), f"Add {name}")
        self.look_at(peak=name)

    def look_at(self, **changes: object) -> None:
        """Change what is on the screen: ``region``, ``spectrum`` or ``peak``."""
        wanted = replace(self._view, **changes)  # type: ignore[arg-type]
        is_open = wanted.region in self._project.analyses
        old, self._view = self._view, _view_within(self._project, wanted) if is_open else wanted
        if old != self._view:
            self.view_changed.emit(old, self._view)

    def _show_project(self, project: Project) -> None:
        old, self._project = self._project, project
        self._prepared.forget_others(project.analyses)
        # what is looked at exists before anybody is told of the new project
        seen, self._view = self._view, _view_within(project, self._view)
        self.project_changed.emit(old, project)
        if seen != self._view:
            self.view_changed.emit(seen, self._view)


def _view_within(project: Project, view: View) -> View:
    """The view, moved to what there is in the project."""
    analysis = project.analyses.get(view.region)
    if analysis is None:
        return View(region=next(iter(project.analyses), ""))
    return replace(view, spectrum=min(view.spectrum, analysis.series.sizes[SPECTRUM] - 1))


class _ChangeProject(QUndoCommand):
    """The one kind of undo step: the project before and after."""

    def __init__(self, document: Document, after: Project, text: str, merge_key: object) -> None:
        super().__init__(text)
        self._document = document
        self._before = document.project
        self._after = after
        self._merge_key = merge_key

    def is_of(self, merge_key: object) -> bool:
        """Whether this is the step of a drag."""
        return merge_key is not None and self._merge_key == merge_key

    def redo(self) -> None:
        self._document._show_project(self._after)

    def undo(self) -> None:
        self._document._show_project(self._before)

    def id(self) -> int:
        return _MERGEABLE if self._merge_key is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, _ChangeProject) or not other.is_of(self._merge_key):
            return False
        self._after = other._after
        return True
