"""The drawn parts of trends: bands, error bars, lines and points; a second axis for a second unit.

Charge is filled, discharge open; an arrow points down from the limit that a species which is not
detected is below. A ring marks points whose fit needs a look, and a larger one the spectrum on the
screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath

from app.plots.plot_canvas import filled_item, path_between, species_colour
from app.plots.trend_curves import TrendCurve, describe_point
from app.theme import current_colours
from fitting.data.series import FloatArray

SYMBOLS = (("o", "●"), ("s", "■"), ("t1", "▲"), ("d", "◆"))
"""By region, in the order they are drawn: as pyqtgraph names them, and as text."""
_BAND_OPACITY = 40
_POINT, _SMALL_POINT, _HALO = 7, 3, 17
_ARROW, _SMALL_ARROW = 18, 10
_RING = 4
"""How much wider than its point a ring is."""
_MANY = 80
"""A branch of more points has small ones, and faint rings behind them."""
_FAINT = 110
_ROOM = 0.09
_LIMITS_TO_VALUES = 2.0
"""Limits further above what is seen of a species may run out of the picture."""
_OF_PLACES = ("eV", "1/cm")
"""Units of positions and widths; all else is drawn from zero."""


@dataclass(frozen=True, slots=True)
class _Dot:
    """How a point looks."""

    symbol: str | QPainterPath
    size: int
    colour: QColor
    brush: QColor | str | None


class TrendItems(QObject):
    """Draws trends on a plot."""

    clicked = Signal(str, int)
    """Region and spectrum of a point."""

    def __init__(self, plot: pg.PlotItem) -> None:
        super().__init__()
        self._plot = plot
        self._second = pg.ViewBox(enableMenu=False)
        self._items: list[tuple[pg.ViewBox, object]] = []
        self._halo = _make_ring(_HALO)
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
        known = [
            (curve, int(at[0]))
            for curve, at in places
            if at.size and np.isfinite(curve.shown[at[0]]) and np.isfinite(curve.x[at[0]])
        ]
        if not known:
            return
        self._halo.setPen(pg.mkPen(current_colours().text))
        self._halo.setData(
            [curve.x[at] for curve, at in known], [curve.shown[at] for curve, at in known]
        )
        self._view_of(known[0][0]).addItem(self._halo, ignoreBounds=True)

    def units(self) -> list[str]:
        """Units of what is drawn: that of the left axis, then that of the right one."""
        return list(dict.fromkeys(curve.unit for curve in self._curves))

    def _view_of(self, curve: TrendCurve) -> pg.ViewBox:
        is_second = curve.unit in self.units()[1:]
        return self._second if is_second else self._plot.getViewBox()

    def _draw_branch(self, curve: TrendCurve, points: NDArray[np.int_]) -> None:
        colour = QColor(curve_colour(curve))
        is_discharge = bool(curve.is_discharge[points[0]])
        style = Qt.PenStyle.DashLine if is_discharge else Qt.PenStyle.SolidLine
        self._draw_errors(curve, points, colour)
        limited = curve.is_limit[points]
        # a line ends where the species is not detected
        line = np.where(limited, np.nan, curve.value[points])
        pen = pg.mkPen(colour, style=style)
        if not limited.all():
            # what is nowhere has no extent, at which pyqtgraph stumbles
            self._add(curve, pg.PlotCurveItem(curve.x[points], line, pen=pen, connect="finite"))
        is_many = points.size > _MANY
        size = _SMALL_POINT if is_many else _POINT
        # an arrow says already why the fit ended at a bound
        self._draw_rings(curve, points[curve.is_flagged[points] & ~limited], size + _RING)
        regions = list(dict.fromkeys(one.item.region for one in self._curves))
        symbol = SYMBOLS[regions.index(curve.item.region) % len(SYMBOLS)][0]
        brush = current_colours().surface if is_discharge else colour
        self._draw_dots(curve, points[~limited], _Dot(symbol, size, colour, brush))
        arrow = _SMALL_ARROW if is_many else _ARROW
        self._draw_dots(curve, points[limited], _Dot(_DOWN, arrow, colour, None))

    def _draw_dots(self, curve: TrendCurve, points: NDArray[np.int_], dot: "_Dot") -> None:
        if not points.size:
            return
        dots = pg.ScatterPlotItem(
            curve.x[points],
            curve.shown[points],
            symbol=dot.symbol,
            size=dot.size,
            pen=pg.mkPen(dot.colour),
            brush=dot.brush,
            data=[(curve.item.region, int(spectrum)) for spectrum in curve.spectra[points]],
            hoverable=True,
            tip=partial(_tell_point, curve),
        )
        dots.sigClicked.connect(self._on_clicked)
        self._add(curve, dots)

    def _draw_rings(self, curve: TrendCurve, flagged: NDArray[np.int_], size: int) -> None:
        if not flagged.size:
            return
        shade = QColor(current_colours().warning)
        is_many = size < _POINT + _RING
        shade.setAlpha(_FAINT if is_many else 255)
        ring = _make_ring(size)
        ring.setPen(pg.mkPen(shade, width=1 if is_many else 2))
        ring.setData(curve.x[flagged], curve.shown[flagged])
        self._add(curve, ring)

    def _draw_errors(self, curve: TrendCurve, points: NDArray[np.int_], colour: QColor) -> None:
        limited, shade = curve.is_limit[points], QColor(colour)
        shade.setAlpha(_BAND_OPACITY)
        x, value = curve.x[points], curve.shown[points]
        low, high = (
            np.where(np.isfinite(edge[points]) & ~limited, edge[points], value)
            for edge in (curve.low, curve.high)
        )
        low[limited] = 0.0
        band = filled_item()
        band.setBrush(shade)
        band.setPath(path_between(x, low, high))
        self._add(curve, band)
        seen = points[~limited]
        height = 2 * np.nan_to_num(curve.stderr[seen], posinf=0.0)
        bars = pg.ErrorBarItem(
            x=curve.x[seen], y=curve.value[seen], height=height, pen=pg.mkPen(colour)
        )
        self._add(curve, bars)

    def _add(self, curve: TrendCurve, item: object) -> None:
        view = self._view_of(curve)
        view.addItem(item, ignoreBounds=True)
        self._items.append((view, item))

    def _frame(self) -> None:
        """Show all points; bands that would dwarf them may run out of the picture."""
        units = self.units()
        self._plot.showAxis("right", len(units) > 1)
        x = [curve.x[np.isfinite(curve.x) & np.isfinite(curve.shown)] for curve in self._curves]
        if not x or not np.concatenate(x).size:
            return
        self._plot.setXRange(*_with_room(np.concatenate(x)), padding=0)
        for view in (self._plot.getViewBox(), self._second):
            group = [curve for curve in self._curves if self._view_of(curve) is view]
            seen = [end for curve in group for end in _visible_extents(curve)]
            if seen:
                zero = [] if group[0].unit in _OF_PLACES else [np.zeros(1)]
                low, high = _with_room(np.concatenate([*seen, *zero]))
                view.setYRange(low - self._room_for_arrows(group, high - low), high, padding=0)

    def _room_for_arrows(self, curves: Sequence[TrendCurve], span: float) -> float:
        """Room below the picture, so that the arrows of low limits are seen whole."""
        has_arrows = any(curve.is_limit.any() for curve in curves)
        height = self._plot.getViewBox().height()
        return span * _ARROW / (2.0 * height) if has_arrows and height > _ARROW else 0.0

    def _match_second(self, _: object) -> None:
        self._second.setGeometry(self._plot.getViewBox().sceneBoundingRect())

    def _on_clicked(self, _: object, points: Sequence[pg.SpotItem], *__: object) -> None:
        self.clicked.emit(*points[0].data())


def curve_colour(curve: TrendCurve) -> str:
    """The colour of a trend: that of its species, if it is of one."""
    if curve.tone == "species":
        return species_colour(curve.item.species)
    return current_colours().accent if curve.tone == "plain" else current_colours().warning


def _tell_point(curve: TrendCurve, x: float, y: float, data: tuple[str, int]) -> str:  # noqa: ARG001
    """What pyqtgraph shows beside a point under the pointer; it gives all three by name."""
    return describe_point(curve, int(np.flatnonzero(curve.spectra == data[1])[0]))


def _arrow_down() -> QPainterPath:
    """A bar with an arrow below, in a square from -0.5 to 0.5."""
    path = QPainterPath()
    for begin, end in (
        ((-0.22, 0.0), (0.22, 0.0)),
        ((0.0, 0.0), (0.0, 0.48)),
        ((-0.14, 0.3), (0.0, 0.48)),
        ((0.14, 0.3), (0.0, 0.48)),
    ):
        path.moveTo(*begin)
        path.lineTo(*end)
    return path


def _make_ring(size: int) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(symbol="o", size=size, brush=None)


def _visible_extents(curve: TrendCurve) -> list[FloatArray]:
    """Values with their error bars, as far as these are not larger than all there is to see."""
    known = np.isfinite(curve.shown) & np.isfinite(curve.x)
    value, limited = curve.shown[known], curve.is_limit[known]
    if not value.size:
        return []
    if limited.any() and not limited.all():
        value = np.minimum(value, np.max(value[~limited]) * _LIMITS_TO_VALUES)
    most = float(np.ptp(value)) or float(np.abs(value).max())
    stderr = np.where(limited, 0.0, np.nan_to_num(curve.stderr[known], posinf=0.0))
    reach = np.minimum(stderr, most)
    return [value - reach, value + reach]


_DOWN = _arrow_down()


def _with_room(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low) or _ROOM * abs(high) or 1.0
    return low - room, high + room
