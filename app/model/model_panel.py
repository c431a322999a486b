"""The model of the region on the screen: which one, its background and lines, its parameters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Hint, Refusal
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.model.background_names import background_names
from app.model.component_menu import ComponentMenu
from app.model.model_rows import groups_of
from app.model.model_table import ModelTable
from app.model.model_view import ModelView
from app.model.shared_choice import Shared, SharedChoice
from app.model.species_choice import SpeciesChoiceDialog
from app.model.template_menu import TemplateMenu
from app.theme import SPACING
from fitting.data.errors import ThioscopeError
from fitting.data.result import is_fitted
from fitting.data.techniques import technique_of
from fitting.fits.options import Seed
from fitting.fits.shared import groupings_of
from fitting.models.edits import (
    with_background,
    with_line_shape,
    with_start_values,
    with_tie,
)
from fitting.models.from_library import model_from_library
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import (
    Model,
    parameter_names,
    peaks_of_lines,
    with_parameter,
    without_peak,
)
from fitting.models.parameter_kinds import shared_kinds
from fitting.models.parameters import resolve_ties
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.quantify import species_names
from fitting.selection.species_subset import with_only
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError
from libraries.species import NamedModel

_MINE = "my "
"""Begins the name of a template: no model of a library is named so."""
_OWN = ""
"""Name of a model that no library has."""


class ModelPanel(QWidget):
    """Shows and edits the model."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.models, self.backgrounds = Chooser({}), Chooser({})
        self.line_shapes = Chooser({shape.name: shape.label for shape in LINE_SHAPES.values()})
        self.shared = SharedChoice()
        self.table = ModelTable(self)
        self.view = ModelView(self.table)
        self.add, self.remove = QPushButton("Add peak"), QPushButton("Remove peak")
        self.take_fit = QPushButton("Fit → start")
        self.choose = QPushButton("Choose species…")
        self.templates = TemplateMenu(document)
        self.components = ComponentMenu(document, self)
        self.refusal = Refusal()
        self._arrange()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the model of the document's view."""
        analysis, view = self._document.analysis, self._document.view
        self._pages.setCurrentIndex(0 if analysis is None else 1)
        if analysis is None:
            return
        self.table.show_groups(groups_of(analysis, view, self._known))
        self.view.make_room()
        self._show_choices(analysis)
        self._show_buttons()
        self._show_peak(view.peak)

    @property
    def _known(self) -> Catalogue:
        return self._document.catalogue

    def _arrange(self) -> None:
        name_widgets(
            {
                "Model": self.models,
                "Background": self.backgrounds,
                "Line shape": self.line_shapes,
                "Parameters of the model": self.view,
            }
        )
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACING, 0, SPACING, SPACING)
        buttons.setSpacing(SPACING)
        for button in (self.add, self.remove, self.take_fit):
            buttons.addWidget(button)
        buttons.addStretch()
        self.add.setMenu(QMenu(self.add))
        self.choose.setToolTip("Weigh sets of species for the whole series, and take one")
        self.take_fit.setToolTip("Start the next fit from the values of this spectrum's fit")
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(self._choosers())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.refusal)
        layout.addLayout(buttons)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(Hint("Open spectra to see the model that is proposed for them."))
        self._pages.addWidget(page)

    def _choosers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(SPACING, SPACING, SPACING, 0)
        grid.setSpacing(SPACING)
        grid.addWidget(QLabel("Model"), 0, 0)
        model = QHBoxLayout()
        model.addWidget(self.models, 1)
        model.addWidget(self.choose)
        model.addWidget(self.templates)
        grid.addLayout(model, 0, 1, 1, 3)
        grid.addWidget(QLabel("Background"), 1, 0)
        grid.addWidget(self.backgrounds, 1, 1)
        grid.addWidget(QLabel("Lines"), 1, 2)
        grid.addWidget(self.line_shapes, 1, 3)
        grid.addWidget(QLabel("Shared"), 2, 0)
        grid.addWidget(self.shared, 2, 1, 1, 3)
        return grid

    def _connect(self) -> None:
        self.models.chosen.connect(self._take_model)
        self.backgrounds.chosen.connect(self._take_background)
        self.line_shapes.chosen.connect(self._take_line_shape)
        self.templates.changed.connect(self.refresh)
        self.templates.refused.connect(self.refusal.say)
        self.components.refused.connect(self.refusal.say)
        self.shared.chosen.connect(self._take_shared)
        self.table.edited.connect(self._on_edited)
        self.view.removal_requested.connect(self._remove_peak)
        self.view.selectionModel().currentChanged.connect(self._on_row_changed)
        self.add.menu().aboutToShow.connect(self._list_species)
        self.remove.clicked.connect(self._remove_peak)
        self.take_fit.clicked.connect(self._take_fitted_values)
        self.choose.clicked.connect(self._choose_species)
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._document.catalogue_changed.connect(self.refresh)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refusal.clear()
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if (old.region, old.spectrum) != (new.region, new.spectrum):
            self.refresh()
        elif old.peak != new.peak:
            self._show_peak(new.peak)

    def _show_choices(self, analysis: Analysis) -> None:
        named = {model.name: model.name for model in self._models_of(analysis.region)}
        model = analysis.recipe.model
        same = [name for name in named if _is_named(model, name, self._known)]
        kept = self.templates.templates()
        same += [f"{_MINE}{name}" for name, one in kept.items() if one == model]
        named |= {f"{_MINE}{name}": f"{name} (my template)" for name in kept}
        own = "species weighed" if _is_weighed(analysis) else "changed by hand"
        own = own if model.peaks else "no peaks yet"
        self.models.offer(named if same else {_OWN: own, **named})
        self.models.setValue(same[0] if same else _OWN)
        self.backgrounds.offer(background_names(technique_of(analysis.series)))
        self.backgrounds.setValue(model.background.kind)
        shapes = {peak.line_shape for peak in peaks_of_lines(model)}
        self.line_shapes.setValue(shapes.pop() if len(shapes) == 1 else "")
        options = analysis.recipe.options
        self.shared.offer(_kinds_to_share(model), groupings_of(analysis.series))
        self.shared.setValue((options.share, options.share_by))

    def _models_of(self, region: str) -> Sequence[NamedModel]:
        return self._known.models(region) if region in self._known.regions() else ()

    def _show_buttons(self) -> None:
        self.remove.setEnabled(bool(self.view.current_peak()))
        analysis = self._document.analysis
        self.take_fit.setEnabled(
            analysis is not None and _has_fit(analysis, self._document.view.spectrum)
        )

    def _show_peak(self, peak: str) -> None:
        if peak and peak != self.view.current_peak():
            index = self.table.index_of(peak)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _on_row_changed(self, *_: object) -> None:
        self._show_buttons()
        self._document.look_at(peak=self.view.current_peak())

    def _on_edited(self, name: str, changes: str, value: object) -> None:
        if changes == "tie":
            self._change(lambda model: with_tie(model, name, str(value)), f"Tie {name}")
        else:
            self._change(
                lambda model: with_parameter(model, name, **{changes: value}),  # type: ignore[arg-type]
                f"Change {name}",
            )

    def _take_model(self, name: str) -> None:
        own = self.templates.templates().get(name.removeprefix(_MINE))
        if name.startswith(_MINE) and own is not None:
            self._change(lambda _: own, f"Take the template {name.removeprefix(_MINE)}")
        elif name:
            taken = partial(_model_named, name, self._known)
            self._change(taken, f"Take the model {name}")

    def _take_background(self, kind: str) -> None:
        self._change(lambda model: with_background(model, kind), f"Take a {kind} background")

    def _take_line_shape(self, name: str) -> None:
        self._change(lambda model: with_line_shape(model, name), f"Take {name} lines")

    def _take_shared(self, shared: Shared) -> None:
        share, share_by = shared

        def changed(recipe: Recipe) -> Recipe:
            seed: Seed = "library" if share else recipe.options.seed_from
            options = replace(recipe.options, share=share, share_by=share_by, seed_from=seed)
            return replace(recipe, options=options)

        kinds = shared_kinds()
        shown = ", ".join(kinds[name].plural for name in share) or "nothing"
        self._try(partial(self._document.change_recipe, changed, f"Share {shown}"))

    def _take_fitted_values(self) -> None:
        analysis, spectrum = self._document.analysis, self._document.view.spectrum
        if analysis is not None and analysis.result is not None:
            values = analysis.result["value"].values[spectrum]
            self._change(lambda model: with_start_values(model, values), "Start from this fit")

    def _choose_species(self) -> None:
        """Weigh sets of species for the whole series."""
        try:
            SpeciesChoiceDialog(self._document, self._known, self).open()
        except (ThioscopeError, LibraryError) as error:
            self.refusal.say(str(error))

    def _remove_peak(self) -> None:
        peak = self.view.current_peak()
        if peak:
            self._change(lambda model: without_peak(model, peak), f"Remove {peak}")

    def _list_species(self) -> None:
        """Fill the menu with the species that the model does not have."""
        menu, analysis = self.add.menu(), self._document.analysis
        menu.clear()
        if analysis is None:
            return
        present = {peak.species for peak in analysis.recipe.model.peaks}
        if analysis.region in self._known.regions():
            for species in self._known.species(analysis.region):
                if species.id not in present and not species.unpositioned:
                    action = menu.addAction(f"{species.label}   {species.name}")
                    action.triggered.connect(partial(self._add_species, species.id))
        menu.addSeparator()
        self.components.add_to(menu)
        menu.addAction("A peak of my own", self._add_own_peak)

    def _add_species(self, species: str, _: bool = False) -> None:
        self._try(partial(self._document.add_species, species))

    def _add_own_peak(self) -> None:
        self._try(self._document.add_own_peak)

    def _change(self, changed: Callable[[Model], Model], text: str) -> None:
        self._try(partial(self._document.change_model, changed, text))

    def _try(self, change: Callable[[], None]) -> None:
        """Do it, or say why it cannot be done."""
        try:
            change()
        except (ThioscopeError, LibraryError) as error:
            self.refresh()
            self.refusal.say(str(error))


def _model_named(name: str, catalogue: Catalogue, model: Model) -> Model:
    """The named model, on the background of the one before if that is not its own kind."""
    return model_from_library(name, catalogue, background=model.background.kind)


def _kinds_to_share(model: Model) -> list[str]:
    """Kinds of the parameters that the model varies."""
    return [name.rpartition(".")[2] for name in resolve_ties(model).free]


def _is_named(model: Model, name: str, catalogue: Catalogue) -> bool:
    """Whether the peaks and ties are those of the named model, whatever the background."""
    named = model_from_library(name, catalogue)
    return model.peaks == named.peaks and set(model.ties) == set(named.ties)


def _is_weighed(analysis: Analysis) -> bool:
    """Whether the peaks and ties are those of a set of species that was weighed."""
    model = analysis.recipe.model
    if analysis.selection is None:
        return False
    considered = analysis.selection.considered
    kept = [name for name in species_names(considered) if name in species_names(model)]
    if not kept:
        return False
    weighed = with_only(considered, kept)
    return model.peaks == weighed.peaks and set(model.ties) == set(weighed.ties)


def _has_fit(analysis: Analysis, spectrum: int) -> bool:
    """Whether there is a fit of this very model's parameters."""
    if analysis.result is None or not is_fitted(analysis.result)[spectrum]:
        return False
    return parameter_names(analysis.model) == parameter_names(analysis.recipe.model)
