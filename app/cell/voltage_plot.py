"""The voltage of a record against time, its gaps, and the spectra that were measured meanwhile."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QWidget

from app.cell.exposure_bands import ExposureBands
from app.plots.plot_canvas import PlotPanel, filled_item
from app.theme import current_colours
from fitting.data.series import FloatArray
from fitting.electrochemistry.potential_by_time import BoolArray
from fitting.projects.project_record import ExposureWindows
from fitting.readers.records.record import PotentialRecord

_HOUR = 3600.0
_ROOM = 0.04
_GAP_OPACITY = 45


class VoltagePlot(PlotPanel):
    """Hours since the first row of the record; the bands of the spectra can be dragged."""

    dragged = Signal(float)
    """Seconds from where the bands were when the drag began."""
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.say("")
        self.plot_item = self.canvas.add_plot(0)
        self.plot_item.setLabel("left", "Voltage (V vs Li⁺/Li)")
        self.curve = pg.PlotDataItem(connect="finite", autoDownsample=True, clipToView=True)
        self.points = pg.ScatterPlotItem(size=7)
        self.bands = ExposureBands()
        self._gaps = filled_item()
        self._gaps.setZValue(-10)
        self._record: PotentialRecord | None = None
        for item in (self._gaps, self.bands, self.curve, self.points):
            self.plot_item.addItem(item, ignoreBounds=True)
        self.bands.dragged.connect(self._on_dragged)
        self.bands.let_go.connect(self.let_go)
        self.canvas.show_all_requested.connect(self.show_everything)
        self._paint()

    def show_record(self, record: PotentialRecord, longest_gap: float) -> None:
        """Draw the voltage; no line goes across a gap."""
        self._record = record
        hours = (record.time - record.time[0]) / _HOUR
        voltage = record.voltage_vs_lithium
        gaps = np.flatnonzero(np.diff(record.time) > longest_gap)
        middle = 0.5 * (hours[gaps] + hours[gaps + 1])
        self.curve.setData(np.insert(hours, gaps + 1, middle), np.insert(voltage, gaps + 1, np.nan))
        room = _ROOM * (float(np.ptp(voltage)) or 1.0)
        low, high = float(voltage.min()) - room, float(voltage.max()) + room
        path = QPainterPath()
        for gap in gaps:
            path.addRect(QRectF(hours[gap], low, hours[gap + 1] - hours[gap], high - low))
        self._gaps.setPath(path)
        self.plot_item.setLabel("bottom", "Time since the first row of the record (h)")

    def show_windows(self, windows: Sequence[ExposureWindows], largest_change: float) -> None:
        """Draw where the exposures lie, and the mean potential of each."""
        if self._record is None or not windows:
            return
        zero = self._record.time[0]
        start = (_join_windows(windows, "start") - zero) / _HOUR
        end = (_join_windows(windows, "end") - zero) / _HOUR
        mean = np.concatenate([one.potential.mean for one in windows])
        change = np.concatenate([one.potential.change for one in windows])
        missing = np.isnan(mean)
        self.bands.set_bands(start, end, missing, _exceeds_limit(change, largest_change))
        self.points.setData(0.5 * (start + end)[~missing], mean[~missing])

    def show_everything(self) -> None:
        """The whole record and all exposures."""
        if self._record is None:
            return
        hours = (self._record.time[-1] - self._record.time[0]) / _HOUR
        reach = self.bands.dataBounds(0) or [0.0, hours]
        low, high = min(0.0, reach[0]), max(hours, reach[1])
        self.plot_item.setXRange(low, high, padding=_ROOM)
        voltage = self._record.voltage_vs_lithium
        self.plot_item.setYRange(float(voltage.min()), float(voltage.max()), padding=_ROOM)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        chosen = current_colours()
        self.curve.setPen(pg.mkPen(chosen.text, width=1))
        self.points.setPen(pg.mkPen(chosen.surface))
        self.points.setBrush(pg.mkBrush(chosen.accent))
        shade = QColor(chosen.muted)
        shade.setAlpha(_GAP_OPACITY)
        self._gaps.setBrush(shade)
        self._gaps.setPen(Qt.PenStyle.NoPen)

    def _on_dragged(self, hours: float) -> None:
        self.dragged.emit(hours * _HOUR)


def _join_windows(windows: Sequence[ExposureWindows], name: str) -> FloatArray:
    return np.concatenate([getattr(one, name) for one in windows])


def _exceeds_limit(change: FloatArray, limit: float) -> BoolArray:
    return np.asarray(np.nan_to_num(change) > limit)
