"""What the cell did, below the trends of the species and on the same axis."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt, Signal

from app.plots.axes import written_unit
from app.plots.cell_menu import CellMenu
from app.plots.plot_canvas import PlotCanvas
from app.theme import current_colours
from fitting.electrochemistry.cell_curves import (
    CAPACITY,
    LABELS,
    VOLTAMMOGRAM,
    CellCurve,
    cell_curves,
    cell_quantities,
)
from fitting.projects.project import Project
from fitting.projects.project_record import laid_record
from libraries.voltammetry import voltammetry_features

_ROW = 1
_SHARE, _SHARE_OF_CELL = 5, 3
"""Parts of the height that trends and cell take."""
_AXIS_WIDTH = 52
_ROOM = 0.08
_NO_LIMIT = 1e6
_LEAST_HEIGHT = 210
"""Pixels of the canvas from which on there is room for two plots."""


class CellStrip(QObject):
    """A plot below another one, which is there only while there is something to show."""

    room_changed = Signal()
    """There is room for it now, or none any more."""

    def __init__(self, canvas: PlotCanvas, above: pg.PlotItem) -> None:
        super().__init__(canvas)
        self._canvas, self._above = canvas, above
        self.plot_item = canvas.add_plot(_ROW)
        self.plot_item.setXLink(above)
        self.plot_item.hideAxis("right")
        self.remark = ""
        self._has_room = False
        canvas.installEventFilter(self)
        self.curves: Sequence[CellCurve] = ()
        self._place(False)

    def show_project(self, project: Project, region: str, along: str, menu: CellMenu) -> None:
        """Draw what was chosen of the project's record; nothing where it does not tell it."""
        laid = laid_record(project, region) if region in project.analyses else None
        menu.offer_quantities(cell_quantities(laid, along) if laid is not None else [])
        quantity = menu.quantity
        self.curves, self.remark = (), ""
        self._has_room = self._canvas.height() >= _LEAST_HEIGHT
        self.plot_item.clear()
        if laid is not None and quantity and not self._has_room:
            self.remark = f"Make this panel taller to see the cell: {LABELS[quantity]}."
        elif laid is not None and quantity:
            found = cell_curves(laid, along, quantity)
            self.curves = [one for one in found if menu.keeps_curve(one.branch, one.cycle)]
        if self.curves:
            self._draw(quantity)
            self.plot_item.setLabel("bottom", self._above.getAxis("bottom").labelText)
        self._place(bool(self.curves))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            has_room = self._canvas.height() >= _LEAST_HEIGHT
            if has_room != self._has_room:
                self._has_room = has_room
                self.room_changed.emit()
        return super().eventFilter(watched, event)

    def _draw(self, quantity: str) -> None:
        chosen = current_colours()
        notes = list(dict.fromkeys(curve.note for curve in self.curves if curve.note))
        if quantity in (CAPACITY, VOLTAMMOGRAM):
            notes.append(self._mark_features())
        for curve in self.curves:
            is_discharge = curve.branch == "discharge"
            style = Qt.PenStyle.DashLine if is_discharge else Qt.PenStyle.SolidLine
            pen = pg.mkPen(chosen.text, style=style)
            line = pg.PlotDataItem(pen=pen, connect="finite", autoDownsample=True, clipToView=True)
            # its data comes after it has a view that it can be clipped to
            self.plot_item.addItem(line, ignoreBounds=True)
            line.setData(curve.x, curve.y)
        unit = written_unit(self.curves[0].unit).replace("Li+/Li", "Li⁺/Li")
        self.plot_item.setLabel("left", f"{LABELS[quantity].replace('Voltammogram', 'Current')}"
                                f" ({unit.removesuffix(' vs Li⁺/Li')})")  # fmt: skip
        self.remark = "; ".join(notes)
        values = np.concatenate([curve.y for curve in self.curves])
        values = values[np.isfinite(values)]
        room = _ROOM * (float(np.ptp(values)) or 1.0)
        self.plot_item.setYRange(float(values.min()) - room, float(values.max()) + room, padding=0)

    def _mark_features(self) -> str:
        """Mark where sources saw the oxidation begin and peak; returns who they are."""
        for feature in voltammetry_features():
            is_onset = feature.kind == "oxidation onset"
            style = Qt.PenStyle.DashDotLine if is_onset else Qt.PenStyle.DotLine
            line = pg.InfiniteLine(
                feature.voltage, pen=pg.mkPen(current_colours().muted, style=style)
            )
            line.setToolTip(
                f"{feature.kind}, {feature.voltage:g} V: {feature.sample}, {feature.condition} "
                f"({feature.source})"
            )
            self.plot_item.addItem(line, ignoreBounds=True)
        sources = dict.fromkeys(feature.source for feature in voltammetry_features())
        return f"lines: oxidation in {', '.join(sources)}"

    def _place(self, is_shown: bool) -> None:
        """Take the lower part of the canvas, or give it back; the axes stand in one line."""
        # an axis that is hidden takes no room, whatever it is told
        self.plot_item.setVisible(is_shown)
        self.plot_item.getAxis("bottom").setHeight(None)
        for side in ("left", "right"):
            width = _AXIS_WIDTH if is_shown else None
            for item in (self._above, self.plot_item):
                item.getAxis(side).setWidth(width)
        has_right = is_shown and self._above.getAxis("right").isVisible()
        self.plot_item.showAxis("right", has_right)
        self.plot_item.getAxis("right").setStyle(showValues=False)
        self._above.getAxis("bottom").showLabel(not is_shown)
        layout = self._canvas.ci.layout
        layout.setRowMaximumHeight(_ROW, _NO_LIMIT if is_shown else 0)
        layout.setRowStretchFactor(0, _SHARE)
        layout.setRowStretchFactor(_ROW, _SHARE_OF_CELL if is_shown else 0)
