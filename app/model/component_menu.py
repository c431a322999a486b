"""Menus that put a measured spectrum into the model: that on the screen, or one of a file."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.document import Document
from app.settings import last_folder
from fitting.data.errors import ThioscopeError
from fitting.models.peak_edits import free_name
from fitting.pipeline.components import measured_from, read_component, with_components
from fitting.projects.recipe import Recipe
from fitting.quantities.quantify import species_names
from libraries.errors import LibraryError

_OWN = "measured"
"""Begins the name of a component that stands for no species of the model."""


class ComponentMenu(QObject):
    """What the menu of new peaks has for measured spectra."""

    refused = Signal(str)
    """Why a spectrum could not be taken."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._window = document, parent

    def add_to(self, menu: QMenu) -> None:
        """Add the menus that hold for the region on the screen."""
        analysis = self._document.analysis
        if analysis is None:
            return
        for text, take in (
            ("Measured spectrum: this one", self.take_shown),
            ("Measured spectrum: of a file…", self._ask_file),
        ):
            below = menu.addMenu(text)
            below.setEnabled(analysis.has_peaks)
            for species in species_names(analysis.recipe.model):
                below.addAction(f"In place of {species}").triggered.connect(partial(take, species))
            own = free_name(analysis.recipe.model, _OWN)
            below.addAction("Beside the others").triggered.connect(partial(take, own))

    def take_shown(self, species: str, _: bool = False) -> None:
        """Take the spectrum on the screen for a species of the model."""
        analysis, spectrum = self._document.analysis, self._document.view.spectrum
        if analysis is not None:
            self._take(species, lambda _: measured_from(analysis, spectrum, species))

    def take_file(self, species: str, path: str) -> None:
        """Take the spectrum of a file for a species of the model."""
        analysis = self._document.analysis
        if analysis is not None:
            region = analysis.region

            def changed(recipe: Recipe) -> Recipe:
                component = read_component(f"{species}={path}:{region}")
                return with_components(recipe, region, [component])

            self._take(species, changed)

    def _take(self, species: str, changed: Callable[[Recipe], Recipe]) -> None:
        try:
            self._document.change_recipe(changed, f"Take a measured spectrum for {species}")
        except (ThioscopeError, LibraryError) as error:
            self.refused.emit(str(error))
        else:
            self._document.look_at(peak=species)

    def _ask_file(self, species: str, _: bool = False) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self._window, "Measured spectrum", str(last_folder())
        )
        if name:
            self.take_file(species, name)
