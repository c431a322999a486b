"""The drawn parts of trends: bands, error bars, lines and points; a second axis for a second unit.

Charge is filled, discharge open; a ring marks points whose fit needs a look, and a larger one the
spectrum on the screen.
"""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from app.plots.plot_canvas import filled_item, path_between, species_colour
from app.plots.trend_curves import TrendCurve
from app.theme import colours
from fitting.series import FloatArray

SYMBOLS = (("o", "●"), ("s", "■"), ("t1", "▲"), ("d", "◆"))
"""By region, in the order they are drawn: as pyqtgraph names them, and as text."""
_BAND_OPACITY = 40
_POINT, _SMALL_POINT, _HALO = 7, 3, 17
_RING = 4
"""How much wider than its point a ring is."""
_MANY = 80
"""A branch of more points has small ones, and faint rings behind them."""
_FAINT = 110
_ROOM = 0.06
_OF_PLACES = ("eV", "1/cm")
"""Units of positions and widths; all else is drawn from zero."""


class TrendItems(QObject):
    """Draws trends on a plot."""

    clicked = Signal(str, int)
    """Region and spectrum of a point."""

    def __init__(self, plot: pg.PlotItem) -> None:
        super().__init__()
        self._plot = plot
        self._second = pg.ViewBox(enableMenu=False)
        self._items: list[tuple[pg.ViewBox, object]] = []
        self._halo = _ring(_HALO)
        self._curves: Sequence[TrendCurve] = ()
        plot.scene().addItem(self._second)
        plot.getAxis("right").linkToView(self._second)
        self._second.setXLink(plot)
        self._second.setZValue(10)
        plot.getViewBox().sigResized.connect(self._match_second)

    def draw(self, curves: Sequence[TrendCurve]) -> None:
        """Draw these instead."""
        self.clear()
        self._curves = curves
        for curve in curves:
            for points in curve.branches():
                self._draw_branch(curve, points)
        self._frame()

    def clear(self) -> None:
        """Draw nothing."""
        for view, item in self._items:
            view.removeItem(item)
        self._items, self._curves = [], ()

    def mark(self, region: str, spectrum: int) -> None:
        """Mark the spectrum that is on the screen."""
        for view in (self._plot.getViewBox(), self._second):
            if self._halo in view.addedItems:
                view.removeItem(self._halo)
        shown = [curve for curve in self._curves if curve.item.region == region]
        places = [(curve, np.flatnonzero(curve.spectra == spectrum)) for curve in shown]
        known = [(curve, int(at[0])) for curve, at in places if at.size]
        if not known:
            return
        self._halo.setPen(pg.mkPen(colours().text))
        self._halo.setData(
            [curve.x[at] for curve, at in known], [curve.value[at] for curve, at in known]
        )
        self._view_of(known[0][0]).addItem(self._halo, ignoreBounds=True)

    def units(self) -> list[str]:
        """Units of what is drawn: that of the left axis, then that of the right one."""
        return list(dict.fromkeys(curve.unit for curve in self._curves))

    def _view_of(self, curve: TrendCurve) -> pg.ViewBox:
        is_second = curve.unit in self.units()[1:]
        return self._second if is_second else self._plot.getViewBox()

    def _draw_branch(self, curve: TrendCurve, points: NDArray[np.int_]) -> None:
        colour = QColor(species_colour(curve.item.species))
        is_discharge = bool(curve.is_discharge[points[0]])
        x, value = curve.x[points], curve.value[points]
        style = Qt.PenStyle.DashLine if is_discharge else Qt.PenStyle.SolidLine
        self._draw_errors(curve, points, colour)
        self._add(curve, pg.PlotCurveItem(x, value, pen=pg.mkPen(colour, style=style)))
        regions = list(dict.fromkeys(one.item.region for one in self._curves))
        size = _POINT if points.size <= _MANY else _SMALL_POINT
        self._draw_rings(curve, points[curve.is_flagged[points]], size + _RING)
        dots = pg.ScatterPlotItem(
            x,
            value,
            symbol=SYMBOLS[regions.index(curve.item.region) % len(SYMBOLS)][0],
            size=size,
            pen=pg.mkPen(colour),
            brush=colours().surface if is_discharge else colour,
            data=[(curve.item.region, int(spectrum)) for spectrum in curve.spectra[points]],
        )
        dots.sigClicked.connect(self._on_clicked)
        self._add(curve, dots)

    def _draw_rings(self, curve: TrendCurve, flagged: NDArray[np.int_], size: int) -> None:
        if not flagged.size:
            return
        shade = QColor(colours().warning)
        is_many = size < _POINT + _RING
        shade.setAlpha(_FAINT if is_many else 255)
        ring = _ring(size)
        ring.setPen(pg.mkPen(shade, width=1 if is_many else 2))
        ring.setData(curve.x[flagged], curve.value[flagged])
        self._add(curve, ring)

    def _draw_errors(self, curve: TrendCurve, points: NDArray[np.int_], colour: QColor) -> None:
        x, value = curve.x[points], curve.value[points]
        shade = QColor(colour)
        shade.setAlpha(_BAND_OPACITY)
        low, high = (
            np.where(np.isfinite(edge[points]), edge[points], value)
            for edge in (curve.low, curve.high)
        )
        band = filled_item()
        band.setBrush(shade)
        band.setPath(path_between(x, low, high))
        self._add(curve, band)
        stderr = np.nan_to_num(curve.stderr[points], posinf=0.0)
        self._add(curve, pg.ErrorBarItem(x=x, y=value, height=2 * stderr, pen=pg.mkPen(colour)))

    def _add(self, curve: TrendCurve, item: object) -> None:
        view = self._view_of(curve)
        view.addItem(item, ignoreBounds=True)
        self._items.append((view, item))

    def _frame(self) -> None:
        """Show all points; bands that would dwarf them may run out of the picture."""
        units = self.units()
        self._plot.showAxis("right", len(units) > 1)
        x = [curve.x[np.isfinite(curve.x) & np.isfinite(curve.value)] for curve in self._curves]
        if not x or not np.concatenate(x).size:
            return
        self._plot.setXRange(*_with_room(np.concatenate(x)), padding=0)
        for view in (self._plot.getViewBox(), self._second):
            group = [curve for curve in self._curves if self._view_of(curve) is view]
            seen = [end for curve in group for end in _seen(curve)]
            if seen:
                zero = [] if group[0].unit in _OF_PLACES else [np.zeros(1)]
                view.setYRange(*_with_room(np.concatenate([*seen, *zero])), padding=0)

    def _match_second(self, _: object) -> None:
        self._second.setGeometry(self._plot.getViewBox().sceneBoundingRect())

    def _on_clicked(self, _: object, points: Sequence[pg.SpotItem], *__: object) -> None:
        self.clicked.emit(*points[0].data())


def _ring(size: int) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(symbol="o", size=size, brush=None)


def _seen(curve: TrendCurve) -> list[FloatArray]:
    """Values with their error bars, as far as these are not larger than all there is to see."""
    known = np.isfinite(curve.value) & np.isfinite(curve.x)
    value = curve.value[known]
    if not value.size:
        return []
    most = float(np.ptp(value)) or float(np.abs(value).max())
    reach = np.minimum(np.nan_to_num(curve.stderr[known], posinf=0.0), most)
    return [value - reach, value + reach]


def _with_room(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low) or _ROOM * abs(high) or 1.0
    return low - room, high + room
