"""Trends: any quantity of any species against voltage, time, cycle or depth, with its error."""

from collections.abc import Mapping, Sequence

import xarray as xr
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.hints import Caution
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.plots.axes import written_unit
from app.plots.cell_menu import CellMenu
from app.plots.cell_strip import CellStrip
from app.plots.plot_canvas import PlotPanel
from app.plots.shift_curves import shift_curves, why_no_shifts
from app.plots.species_labels import species_label
from app.plots.trend_curves import (
    CHARGE_SHIFT,
    COORDINATES,
    QUANTITIES,
    Item,
    TrendCurve,
    Wanted,
    axis_title,
    best_coordinate,
    describe_missing,
    items_of,
    list_denominators,
    trend_curve,
)
from app.plots.trend_items import TrendItems
from app.plots.trend_legend import trend_legend
from app.spectra.series_tree import region_title
from app.theme import SPACING
from fitting.projects.project import Project

_NOTHING = "Fit the series to see how its species change."
_ALL_HIDDEN = "Choose species above to see their trends."
_NO_COORDINATE = "None of the spectra has this coordinate. Choose another one above."


class TrendsPlot(QWidget):
    """Shows trends of chosen species; a click on a point shows its spectrum.

    Until species are chosen by hand, those of the region on the screen are shown.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._partial: dict[str, xr.Dataset] = {}
        self._chosen: set[tuple[str, str]] | None = None
        self._curves: list[TrendCurve] = []
        self._along_is_chosen = False
        self.quantity = _make_chooser(QUANTITIES)
        self.relative_to = QComboBox()
        # without units: the axis has them, and the chooser little room
        self.along = _make_chooser(
            {name: text.split(" (")[0] for name, text in COORDINATES.items()}
        )
        self.species = QToolButton()
        self._follow = QAction("Those of the region on the screen", self, checkable=True)
        self.legend = QLabel()
        self.panel = PlotPanel()
        self.plot_item = self.panel.canvas.add_plot(0)
        self.items = TrendItems(self.plot_item)
        self.cell = CellStrip(self.panel.canvas, self.plot_item)
        self.cell_menu = CellMenu()
        self.warning, self.remark = Caution(), QLabel()
        self._arrange()
        self.quantity.currentIndexChanged.connect(self.refresh)
        self.relative_to.activated.connect(self.refresh)
        self.along.activated.connect(self._on_along_chosen)
        self.panel.canvas.show_all_requested.connect(self.refresh)
        self.items.clicked.connect(self._on_point_clicked)
        self.cell.room_changed.connect(self.refresh)
        self.cell_menu.chosen.connect(self.refresh)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        document.catalogue_changed.connect(self.refresh)
        document.detections.found.connect(self._on_detection_found)
        self.refresh()

    @property
    def curves(self) -> Sequence[TrendCurve]:
        """What is drawn."""
        return self._curves

    def show_partial(self, region: str, result: xr.Dataset | None) -> None:
        """Show points of a fit that is still running; ``None`` when it is over."""
        if result is not None:
            self._partial[region] = result
        elif self._partial.pop(region, None) is None:
            return
        self.refresh()

    def refresh(self) -> None:
        """Draw all trends anew."""
        project = self._document.project
        if not self._along_is_chosen:
            self.along.setCurrentIndex(list(COORDINATES).index(best_coordinate(project)))
        self._list_denominators(list_denominators(project))
        wanted = Wanted(
            self.quantity.currentData(),
            self.along.currentData(),
            self.relative_to.currentData() or "",
            project.order,
        )
        known = self._known_curves(project, wanted)
        self.cell_menu.offer_points(known)
        self._curves = [self.cell_menu.keeps(curve) for curve in known]
        self._draw(wanted)

    def _known_curves(self, project: Project, wanted: Wanted) -> list[TrendCurve]:
        items = items_of(project, wanted)
        is_shift = wanted.quantity == CHARGE_SHIFT
        self.species.setVisible(not is_shift)
        if is_shift:
            return list(shift_curves(project, self._document.view.region, wanted.along))
        self._list_species(list(dict.fromkeys(item.key for item in items)))
        made = [self._curve_of(item, wanted) for item in items if self._is_shown(item)]
        return [curve for curve in made if curve is not None]

    def _curve_of(self, item: Item, wanted: Wanted) -> TrendCurve | None:
        analysis = self._document.project.analyses[item.region]
        partial = self._partial.get(item.region)
        # while points still come, there is no time to ask what is seen
        detection = self._document.detections.of(analysis) if partial is None else None
        return trend_curve(analysis, item, wanted, partial, detection)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh()

    def _arrange(self) -> None:
        name_widgets(
            {
                "What the trends show": self.quantity,
                "Ratio to": self.relative_to,
                "Trends along": self.along,
                "Trends": self.panel.canvas,
            }
        )
        self.species.setText("Species")
        self.species.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.species.setMenu(QMenu(self.species))
        self._follow.triggered.connect(self._follow_region)
        self.quantity.setToolTip("What is shown")
        self.relative_to.setToolTip("The species that ratios are taken to")
        self.along.setToolTip("What it is shown against")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        self.legend.setContentsMargins(SPACING, 0, SPACING, 0)
        self.remark.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.remark.setContentsMargins(SPACING, 0, SPACING, SPACING // 2)
        # a long one must not widen the panel
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.warning.setContentsMargins(SPACING, 0, SPACING, 0)
        bar = QGridLayout()
        bar.setContentsMargins(SPACING, SPACING // 2, SPACING, 0)
        bar.setSpacing(SPACING // 2)
        # a row of its own: beside the others it would cut their words
        for chooser, row, column in (
            (self.quantity, 0, 0), (self.along, 0, 1), (self.relative_to, 1, 0),
        ):  # fmt: skip
            chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            bar.addWidget(chooser, row, column)
            bar.setColumnStretch(column, 1)
        bar.addWidget(self.cell_menu, 0, 2)
        bar.addWidget(self.species, 0, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(bar)
        layout.addWidget(self.legend)
        layout.addWidget(self.warning)
        layout.addWidget(self.panel, 1)
        layout.addWidget(self.remark)

    def _is_shown(self, item: Item) -> bool:
        if self._chosen is None:
            return item.region == self._document.view.region
        return item.key in self._chosen

    def _on_project_changed(self, old: Project, new: Project) -> None:
        is_same = old.cell is new.cell and old.order == new.order
        if not is_same or _drawn_from(old) != _drawn_from(new):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        is_shift = self.quantity.currentData() == CHARGE_SHIFT
        if old.region != new.region and (self._chosen is None or is_shift):
            self.refresh()
        elif (old.region, old.spectrum) != (new.region, new.spectrum):
            self.items.mark(new.region, new.spectrum)

    def _on_detection_found(self, region: str) -> None:
        if any(curve.item.region == region for curve in self._curves):
            self.refresh()

    def _on_along_chosen(self) -> None:
        self._along_is_chosen = True
        self.refresh()

    def _on_point_clicked(self, region: str, spectrum: int) -> None:
        self._document.look_at(region=region, spectrum=spectrum)

    def _list_denominators(self, names: Sequence[str]) -> None:
        listed = [self.relative_to.itemData(row) for row in range(self.relative_to.count())]
        if listed != list(names):
            chosen = self.relative_to.currentData()
            self.relative_to.clear()
            for name in names:
                self.relative_to.addItem(f"to {self._label_of(name)}", name)
            self.relative_to.setCurrentIndex(max(self.relative_to.findData(chosen), 0))
        is_ratio = self.quantity.currentData() == "ratio"
        self.relative_to.setVisible(is_ratio and bool(names))

    def _list_species(self, keys: Sequence[tuple[str, str]]) -> None:
        """Fill the menu: those of the region on the screen, or any of all regions."""
        menu = self.species.menu()
        listed = [action.data() for action in menu.actions() if action.data()]
        if listed != list(keys):
            menu.clear()
            menu.addAction(self._follow)
            for region in dict.fromkeys(key[0] for key in keys):
                menu.addSection(region_title(region))
                menu.addActions([self._action(key, menu) for key in keys if key[0] == region])
        self._follow.setChecked(self._chosen is None)
        for action in menu.actions():
            if action.data():
                region, species = action.data()
                action.setChecked(self._is_shown(Item(region, species, species)))

    def _action(self, key: tuple[str, str], menu: QMenu) -> QAction:
        action = QAction(species_label(self._document.catalogue, *key), menu, checkable=True)
        action.setData(key)
        # not "toggled", which refreshing the menu would emit as well
        action.triggered.connect(self._on_species_chosen)
        return action

    def _follow_region(self) -> None:
        self._chosen = None
        self.refresh()

    def _on_species_chosen(self) -> None:
        actions = self.species.menu().actions()
        self._chosen = {action.data() for action in actions if action.data() and action.isChecked()}
        self.refresh()

    def _draw(self, wanted: Wanted) -> None:
        drawn = [curve for curve in self._curves if any(part.size for part in curve.branches())]
        self.panel.say("" if drawn else self._why_empty())
        self.items.draw(drawn)
        self.items.mark(self._document.view.region, self._document.view.spectrum)
        region = drawn[0].item.region if drawn else self._document.view.region
        project = self._document.project
        self.plot_item.setLabel("bottom", axis_title(project, region, wanted.along))
        text = QUANTITIES[wanted.quantity]
        if wanted.quantity == "fraction":
            text = "Share of area"
        elif wanted.quantity == "ratio":
            text = f"Ratio to {self._label_of(wanted.relative_to)}"
        for side, unit in zip(("left", "right"), self.items.units(), strict=False):
            shown = "" if unit == "1" else f" ({written_unit(unit)})"
            self.plot_item.setLabel(side, text + shown)
        self.cell.show_project(project, region, wanted.along, self.cell_menu)
        self._show_remarks(drawn)
        is_old = any(map(self._is_old, drawn))
        self.legend.setText(trend_legend(drawn, self._document.catalogue, is_old=is_old))
        self.legend.setVisible(bool(drawn))

    def _show_remarks(self, drawn: Sequence[TrendCurve]) -> None:
        """What must not be overlooked; why points are missing, and what the cell's curve is."""
        warnings = dict.fromkeys(curve.warning for curve in drawn if curve.warning)
        self.warning.say(" ".join(warnings))
        notes = dict.fromkeys(curve.note for curve in drawn if curve.note)
        regions = [curve.item.region for curve in drawn if curve.tone == "species"]
        missing = describe_missing(self._document.project, regions, self.along.currentData())
        text = " ".join(filter(None, (missing, *notes, self.cell.remark)))
        self.remark.setText(text)
        self.remark.setToolTip(text)
        self.remark.setVisible(bool(text))

    def _is_old(self, curve: TrendCurve) -> bool:
        region = curve.item.region
        if curve.tone != "species":
            return False
        is_running = region in self._partial
        return not is_running and not self._document.project.analyses[region].is_current

    def _label_of(self, species: str) -> str:
        known, regions = self._document.catalogue, self._document.project.analyses
        labels = [species_label(known, region, species) for region in regions]
        return next((label for label in labels if label != species), species)

    def _why_empty(self) -> str:
        if self.quantity.currentData() == CHARGE_SHIFT and not self._curves:
            return why_no_shifts(self._document.project)
        is_fitted = any(one.result is not None for one in self._document.project.analyses.values())
        if not is_fitted and not self._partial:
            return _NOTHING
        return _NO_COORDINATE if self._curves else _ALL_HIDDEN


def _drawn_from(project: Project) -> list[tuple[object, ...]]:
    """What the trends of a project depend on; results are compared by identity."""
    return [
        (
            region,
            id(analysis.series),
            id(analysis.result),
            analysis.model,
            analysis.recipe.groups,
            analysis.is_current,
        )
        for region, analysis in project.analyses.items()
    ]


def _make_chooser(texts: Mapping[str, str]) -> QComboBox:
    chooser = QComboBox()
    for name, text in texts.items():
        chooser.addItem(text, name)
    return chooser
