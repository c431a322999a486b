"""The ends of the fitted range, between which the background runs, dragged on the spectrum."""

from functools import partial

import pyqtgraph as pg
import xarray as xr
from PySide6.QtCore import QObject, Qt

from app.document import Document
from app.plots.escape import EscapeWatch
from app.plots.spectrum_curves import ShownSpectrum
from app.theme import current_colours
from fitting.data.series import axis_of
from fitting.projects.drag_edits import with_range
from fitting.projects.recipe import Recipe

_DIGITS = 4


class BackgroundEnds(QObject):
    """Two lines on a plot; where they are let go, the recipe's range ends."""

    def __init__(self, document: Document, plot: pg.PlotItem) -> None:
        super().__init__(document)
        self._document = document
        self._shown: ShownSpectrum | None = None
        self._escape = EscapeWatch(self)
        self._escape.pressed.connect(self._on_escape)
        self.lines = [pg.InfiniteLine(angle=90, movable=True) for _ in range(2)]
        for line in self.lines:
            line.setZValue(25)
            line.setToolTip("End of the fitted range: drag to change it.")
            line.setCursor(Qt.CursorShape.SizeHorCursor)
            line.sigDragged.connect(self._on_dragged)
            line.sigPositionChangeFinished.connect(self._on_let_go)
            plot.addItem(line, ignoreBounds=True)
        self.take_colours()

    def take_colours(self) -> None:
        """Pens of the scheme in use."""
        for line in self.lines:
            line.setPen(pg.mkPen(current_colours().muted, style=Qt.PenStyle.DotLine))
            line.setHoverPen(pg.mkPen(current_colours().accent))

    def show_range(self, shown: ShownSpectrum) -> None:
        """Put the lines at the ends of the range; they stay within what was measured."""
        analysis = self._document.analysis
        if analysis is None:
            return
        self._shown = shown
        first, last = _measured_extent(analysis.series)
        low, high = shown.ends
        bounds = ((min(first, low), shown.x[-2]), (shown.x[1], max(last, high)))
        for line, end, limits in zip(self.lines, shown.ends, bounds, strict=True):
            line.blockSignals(True)
            line.setBounds(limits)
            line.setValue(end)
            line.blockSignals(False)

    def _on_dragged(self, _: object) -> None:
        self._escape.begin()

    def _on_escape(self) -> None:
        for line in self.lines:
            # what is not moving takes no notice of the rest of the drag
            line.moving = False
        if self._shown is not None:
            self.show_range(self._shown)

    def _on_let_go(self, _: object) -> None:
        self._escape.end()
        if self._shown is None:
            return
        low, high = sorted(round(float(line.value()), _DIGITS) for line in self.lines)
        if (low, high) != self._shown.ends:
            self._document.change_recipe(partial(_set_range, low, high), "Change the fitted range")


def _measured_extent(series: xr.Dataset) -> tuple[float, float]:
    """The range that was measured in any of the spectra."""
    positions, offsets = series[axis_of(series)].values, series["axis_offset"].values
    return float(positions[0] + offsets.min()), float(positions[-1] + offsets.max())


def _set_range(low: float, high: float, recipe: Recipe) -> Recipe:
    return with_range(recipe, low, high)
