"""The drawn parts of a spectrum: data, components, background, envelope, residual."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.plots.plot_canvas import filled_item, path_between, species_colour
from app.plots.spectrum_curves import ShownSpectrum
from app.theme import current_colours
from fitting.data.series import FloatArray

_FILL, _FILL_SELECTED = 55, 115
"""Opacity of a component's area, of 255."""
_DOT, _SMALL_DOT = 4, 3
_MANY_POINTS = 250
"""From so many points on, dots are smaller."""
_SEEN = 2e-3
"""A component is drawn where it exceeds this part of its maximum: all tails run on one line."""


class SpectrumItems:
    """The items of the two plots, set anew from what is shown."""

    def __init__(self, spectrum: pg.PlotItem, residual: pg.PlotItem) -> None:
        self._spectrum = spectrum
        self._outside = pg.ScatterPlotItem(size=_SMALL_DOT, pen=None)
        self._data = pg.ScatterPlotItem(size=_DOT, pen=None)
        self._background = pg.PlotCurveItem()
        self._envelope = pg.PlotCurveItem()
        self._residual = pg.PlotCurveItem()
        self._zero = pg.InfiniteLine(angle=0)
        self._components: list[_Component] = []
        above = (self._outside, self._background, self._data, self._envelope)
        for depth, item in enumerate(above, start=10):
            item.setZValue(depth)
            spectrum.addItem(item)
        residual.addItem(self._zero)
        residual.addItem(self._residual)
        self.take_colours()

    def take_colours(self) -> None:
        """Pens and brushes of the scheme in use."""
        chosen = current_colours()
        self._data.setBrush(pg.mkBrush(chosen.muted))
        self._outside.setBrush(pg.mkBrush(chosen.border))
        self._background.setPen(pg.mkPen(chosen.muted, style=Qt.PenStyle.DashLine))
        self._envelope.setPen(pg.mkPen(chosen.text))
        self._residual.setPen(pg.mkPen(chosen.text))
        self._zero.setPen(pg.mkPen(chosen.border))

    def draw(self, shown: ShownSpectrum, selected: str) -> None:
        """Set the data of every item; the ``selected`` peak stands out."""
        measured = np.isfinite(shown.intensity)
        background = shown.curves.background[0]
        x, counts = shown.x[measured], shown.intensity[measured]
        self._data.setData(x, counts, size=_DOT if x.size < _MANY_POINTS else _SMALL_DOT)
        self._outside.setData(*shown.outside)
        self._background.setData(shown.x, background)
        self._envelope.setData(shown.x, shown.curves.total[0])
        self._residual.setData(x, shown.scaled_residual[measured])
        self._match_components(len(shown.model.peaks))
        for component, peak, curve in zip(
            self._components, shown.model.peaks, shown.curves.components[0], strict=True
        ):
            is_selected = peak.name == selected
            component.colour(species_colour(peak.species), is_selected)
            part = _seen_part(curve)
            component.draw(shown.x[part], background[part], background[part] + curve[part])

    def _match_components(self, count: int) -> None:
        while len(self._components) > count:
            self._components.pop().remove()
        while len(self._components) < count:
            self._components.append(_Component(self._spectrum))


def _seen_part(curve: FloatArray) -> slice:
    """The part of the axis where a peak can be told from what is under it."""
    seen = np.flatnonzero(curve > _SEEN * curve.max())
    return slice(seen[0], seen[-1] + 1) if seen.size else slice(0, 0)


class _Component:
    """One peak above the background: a line and a light fill."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._line = pg.PlotCurveItem()
        self._fill = filled_item()
        self._look: tuple[str, bool] | None = None
        for item in (self._fill, self._line):
            plot.addItem(item, ignoreBounds=True)

    def colour(self, colour: str, is_selected: bool) -> None:
        """Set the colour; what is selected is filled more and lies above the others."""
        if self._look == (colour, is_selected):
            return
        self._look = (colour, is_selected)
        shade = QColor(colour)
        self._line.setPen(pg.mkPen(shade))
        self._line.setZValue(7 if is_selected else 5)
        shade.setAlpha(_FILL_SELECTED if is_selected else _FILL)
        self._fill.setBrush(pg.mkBrush(shade))

    def draw(self, x: FloatArray, base: FloatArray, top: FloatArray) -> None:
        """Set the curves."""
        self._line.setData(x, top)
        self._fill.setPath(path_between(x, base, top))

    def remove(self) -> None:
        """Take the items off the plot."""
        self._plot.removeItem(self._line)
        self._plot.removeItem(self._fill)
