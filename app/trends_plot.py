"""Trends: any quantity of any species against voltage, time, cycle or depth, with its error."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
import xarray as xr
from numpy.typing import NDArray
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.document import Document
from app.theme import SPACING, colours
from app.trend_curves import (
    COORDINATES,
    QUANTITIES,
    Item,
    TrendCurve,
    best_coordinate,
    items_of,
    trend_curve,
)
from fitting.project import Project

_BAND_OPACITY = 45
_POINT_SIZE = 8


class TrendsPlot(QWidget):
    """Shows trends of chosen species; a click on a point shows its spectrum."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._partial: dict[str, xr.Dataset] = {}
        self._hidden: set[Item] = set()
        self._curves: list[TrendCurve] = []
        self._along_is_chosen = False
        self.quantity = _chooser(QUANTITIES)
        self.along = _chooser(COORDINATES)
        self.items = QToolButton()
        self._canvas = pg.GraphicsLayoutWidget()
        self.plot_item: pg.PlotItem = self._canvas.addPlot()
        self._arrange()
        self._take_colours()
        self.quantity.currentIndexChanged.connect(self.refresh)
        self.along.activated.connect(self._on_along_chosen)
        document.project_changed.connect(self._on_project_changed)
        self.refresh()

    def show_partial(self, region: str, result: xr.Dataset | None) -> None:
        """Show points of a fit that is still running; ``None`` when it is over."""
        if result is None:
            self._partial.pop(region, None)
        else:
            self._partial[region] = result
        self.refresh()

    def refresh(self) -> None:
        """Draw all trends anew."""
        project = self._document.project
        if not self._along_is_chosen:
            self.along.setCurrentIndex(list(COORDINATES).index(best_coordinate(project)))
        quantity, along = self.quantity.currentData(), self.along.currentData()
        items = items_of(project, quantity)
        self._list_items(items)
        made = [
            trend_curve(project, item, quantity, along, self._partial)
            for item in items
            if item not in self._hidden
        ]
        self._curves = [curve for curve in made if curve is not None]
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()
            self._draw()

    def _arrange(self) -> None:
        self.items.setText("Species")
        self.items.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.items.setMenu(QMenu(self.items))
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACING, SPACING // 2, SPACING, 0)
        for widget in (self.quantity, self.along, self.items):
            bar.addWidget(widget)
        bar.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._canvas)
        self.plot_item.hideButtons()
        self.plot_item.setMenuEnabled(False)
        self._legend = self.plot_item.addLegend(offset=(-8, 8))

    def _take_colours(self) -> None:
        chosen = colours()
        self._canvas.setBackground(chosen.surface)
        self._legend.setLabelTextColor(chosen.text)
        for side in ("left", "bottom"):
            axis = self.plot_item.getAxis(side)
            axis.setPen(pg.mkPen(chosen.border))
            axis.setTextPen(pg.mkPen(chosen.text))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is not new.analyses:
            self.refresh()

    def _on_along_chosen(self) -> None:
        self._along_is_chosen = True
        self.refresh()

    def _list_items(self, items: Sequence[Item]) -> None:
        menu = self.items.menu()
        if [action.data() for action in menu.actions()] == list(items):
            return
        menu.clear()
        for item in items:
            action = QAction(item.text, menu, checkable=True, checked=item not in self._hidden)
            action.setData(item)
            action.toggled.connect(self._on_item_toggled)
            menu.addAction(action)

    def _on_item_toggled(self) -> None:
        actions = self.items.menu().actions()
        self._hidden -= {action.data() for action in actions}
        self._hidden |= {action.data() for action in actions if not action.isChecked()}
        self.refresh()

    def _draw(self) -> None:
        self.plot_item.clear()
        self.plot_item.setLabel("bottom", COORDINATES[self.along.currentData()])
        units = list(dict.fromkeys(curve.unit for curve in self._curves))
        unit = f" ({units[0]})" if len(units) == 1 and units[0] != "1" else ""
        self.plot_item.setLabel("left", QUANTITIES[self.quantity.currentData()] + unit)
        has_regions = len({curve.item.region for curve in self._curves}) > 1
        for curve in self._curves:
            self._draw_curve(curve, curve.item.text if has_regions else curve.item.name)

    def _draw_curve(self, curve: TrendCurve, name: str) -> None:
        for is_discharge in (False, True):
            chosen = (curve.is_discharge == is_discharge) & np.isfinite(curve.value + curve.x)
            if chosen.any():
                self._draw_branch(curve, chosen, name, is_discharge=is_discharge)
                name = ""

    def _draw_branch(
        self, curve: TrendCurve, chosen: NDArray[np.bool_], name: str, *, is_discharge: bool
    ) -> None:
        """Band, error bars and points of one branch: charge filled, discharge open."""
        x, value = curve.x[chosen], curve.value[chosen]
        pen, shade = pg.mkPen(curve.colour), QColor(curve.colour)
        shade.setAlpha(_BAND_OPACITY)
        low = np.where(np.isfinite(curve.low[chosen]), curve.low[chosen], value)
        high = np.where(np.isfinite(curve.high[chosen]), curve.high[chosen], value)
        ends = [pg.PlotCurveItem(x, edge, pen=None) for edge in (low, high)]
        self.plot_item.addItem(pg.FillBetweenItem(*ends, brush=shade))
        stderr = np.nan_to_num(curve.stderr[chosen], posinf=0.0)
        self.plot_item.addItem(pg.ErrorBarItem(x=x, y=value, height=2 * stderr, pen=pen))
        # one pen for all points that look alike: each new pen is a picture drawn anew
        edges = [_edge(curve.colour, False), _edge(curve.colour, True)]
        points = pg.PlotDataItem(
            x,
            value,
            pen=pen,
            name=name or None,
            symbol="o",
            symbolSize=_POINT_SIZE,
            symbolPen=[edges[int(flagged)] for flagged in curve.is_flagged[chosen]],
            symbolBrush=colours().surface if is_discharge else curve.colour,
            data=[(curve.item.region, int(index)) for index in curve.spectra[chosen]],
        )
        points.scatter.sigClicked.connect(self._on_points_clicked)
        self.plot_item.addItem(points)

    def _on_points_clicked(self, _: object, points: Sequence[pg.SpotItem]) -> None:
        region, spectrum = points[0].data()
        self._document.look_at(region=region, spectrum=spectrum)


def _chooser(texts: Mapping[str, str]) -> QComboBox:
    chooser = QComboBox()
    for name, text in texts.items():
        chooser.addItem(text, name)
    return chooser


def _edge(colour: str, is_flagged: bool) -> object:
    """The ring around a point; that of a flagged one is in the colour of a warning."""
    return pg.mkPen(colours().error if is_flagged else colour, width=2 if is_flagged else 1)
