"""Ranges that are left out of the fit: shaded on the spectrum, moved and resized by dragging."""

from dataclasses import replace
from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QInputDialog

from app.document import Document
from app.plots.plot_canvas import PlotCanvas
from app.theme import current_colours
from fitting.preprocessing.exclusion import ExcludeRange
from fitting.projects.recipe import Recipe

_DIGITS = 4
_OPACITY = 46
_PART = 0.06
"""Part of what is seen that a new range covers, to be dragged from there."""
_LONGEST = 200
"""Characters of a reason."""


class ExcludedRanges(QObject):
    """One shaded region for every such step of the recipe on the screen."""

    def __init__(self, document: Document, plot: pg.PlotItem) -> None:
        super().__init__(document)
        self._document, self._plot = document, plot
        self._shown: tuple[tuple[int, ExcludeRange], ...] = ()
        self.regions: list[pg.LinearRegionItem] = []

    def offer_in(self, canvas: PlotCanvas) -> None:
        """Put an entry into the menu of the canvas: a range is left out where it was opened."""
        action = canvas.menu.addAction("Leave out a range here…")
        action.triggered.connect(partial(self._ask_reason, canvas))

    def show_steps(self) -> None:
        """Draw those of the recipe on the screen."""
        analysis = self._document.analysis
        steps = analysis.recipe.steps if analysis is not None else ()
        found = tuple((n, one) for n, one in enumerate(steps) if isinstance(one, ExcludeRange))
        if found != self._shown:
            self._shown = found
            self._draw()

    def take_colours(self) -> None:
        """Shades of the scheme in use."""
        self._draw()

    def _ask_reason(self, canvas: PlotCanvas, _: bool = False) -> None:
        box = self._plot.getViewBox()
        place = float(box.mapSceneToView(canvas.menu_place).x())
        dialog = QInputDialog(canvas)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Leave out a range")
        dialog.setLabelText("Why? It stands in the tables and the methods.")
        dialog.textValueSelected.connect(partial(self._exclude, place))
        dialog.open()

    def _exclude(self, place: float, reason: str) -> None:
        low, high = self._plot.getViewBox().viewRange()[0]
        half = _PART * (high - low) / 2
        ends = round(place - half, _DIGITS), round(place + half, _DIGITS)
        step = ExcludeRange(*ends, reason.strip()[:_LONGEST])
        self._document.change_recipe(partial(_with_excluded, step), "Leave out a range")

    def _draw(self) -> None:
        """Shade the ranges: the items stay, one of them may be under the pointer."""
        while len(self.regions) > len(self._shown):
            self._plot.removeItem(self.regions.pop())
        while len(self.regions) < len(self._shown):
            region = pg.LinearRegionItem()
            region.setZValue(24)
            place = len(self.regions)
            region.sigRegionChangeFinished.connect(partial(self._on_let_go, place))
            self._plot.addItem(region, ignoreBounds=True)
            self.regions.append(region)
        shade = QColor(current_colours().muted)
        shade.setAlpha(_OPACITY)
        for region, (_, step) in zip(self.regions, self._shown, strict=True):
            with QSignalBlocker(region):
                region.setRegion((step.low, step.high))
            region.setBrush(pg.mkBrush(shade))
            why = f": {step.reason}" if step.reason else ""
            region.setToolTip(f"Left out of the fit{why}. Drag it or its edges; Steps removes it.")
            for line in region.lines:
                line.setPen(pg.mkPen(current_colours().muted))

    def _on_let_go(self, place: int, region: pg.LinearRegionItem) -> None:
        number, step = self._shown[place]
        low, high = (round(float(end), _DIGITS) for end in sorted(region.getRegion()))
        if low < high and (low, high) != (step.low, step.high):
            moved = replace(step, low=low, high=high)
            change = partial(_with_step, number, moved)
            self._document.change_recipe(change, "Change a range that is left out")


def _with_excluded(step: ExcludeRange, recipe: Recipe) -> Recipe:
    """The recipe that leaves out one range more: before what changes intensities."""
    places = [n for n, one in enumerate(recipe.steps) if isinstance(one, ExcludeRange)]
    at = places[-1] + 1 if places else 0
    return replace(recipe, steps=(*recipe.steps[:at], step, *recipe.steps[at:]))


def _with_step(number: int, step: ExcludeRange, recipe: Recipe) -> Recipe:
    return replace(recipe, steps=(*recipe.steps[:number], step, *recipe.steps[number + 1 :]))
