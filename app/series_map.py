"""All spectra of a region as a map: intensity over axis and spectrum; a click selects one."""

import numpy as np
import pyqtgraph as pg
import xarray as xr
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document import Document, View
from app.theme import colours
from fitting.project import Project
from fitting.series import AXES, SPECTRUM, FloatArray, axis_of, axis_values, column

_LEVELS = (1.0, 99.5)
"""Percentiles at the ends of the colour scale: a spike must not darken the rest."""
_MOST_TICKS = 6


class SeriesMap(QWidget):
    """Shows one row of colour for each spectrum, from the first at the bottom."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._canvas = pg.GraphicsLayoutWidget()
        self.plot_item: pg.PlotItem = self._canvas.addPlot()
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setColorMap(pg.colormap.get("viridis"))
        self._cursor = pg.InfiniteLine(angle=0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._canvas)
        self._arrange()
        self._take_colours()
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._canvas.scene().sigMouseClicked.connect(self._on_clicked)
        self._show_series()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _arrange(self) -> None:
        self.plot_item.addItem(self._image)
        self.plot_item.addItem(self._cursor)
        self.plot_item.hideButtons()
        self.plot_item.setMenuEnabled(False)
        self.plot_item.getViewBox().setDefaultPadding(0.0)

    def _take_colours(self) -> None:
        chosen = colours()
        self._canvas.setBackground(chosen.surface)
        self._cursor.setPen(pg.mkPen(chosen.accent))
        for side in ("left", "bottom"):
            axis = self.plot_item.getAxis(side)
            axis.setPen(pg.mkPen(chosen.border))
            axis.setTextPen(pg.mkPen(chosen.text))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        before, after = old.analyses.get(region), new.analyses.get(region)
        if (before and before.series) is not (after and after.series):
            self._show_series()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self._show_series()
        elif old.spectrum != new.spectrum:
            self._cursor.setValue(new.spectrum + 0.5)

    def _show_series(self) -> None:
        analysis = self._document.analysis
        self.plot_item.setVisible(analysis is not None)
        if analysis is None:
            return
        series = analysis.series
        intensity, low, high = _image_of(series)
        finite = intensity[np.isfinite(intensity)]
        levels = np.percentile(finite, _LEVELS) if finite.size else (0.0, 1.0)
        self._image.setImage(intensity, levels=levels)
        self._image.setRect(low, 0.0, high - low, float(len(intensity)))
        axis = AXES[axis_of(series)]
        unit = "cm⁻¹" if axis.unit == "1/cm" else axis.unit
        self.plot_item.setLabel("bottom", f"{axis.label} ({unit})")
        self.plot_item.getViewBox().invertX(axis.technique == "xps")
        self._show_rows(series)
        self._cursor.setValue(self._document.view.spectrum + 0.5)
        self.plot_item.autoRange()

    def _show_rows(self, series: xr.Dataset) -> None:
        """Label some rows by what orders them: voltage where it is known, else the number."""
        voltage = column(series, "voltage")
        is_known = bool(np.isfinite(voltage).all())
        count = series.sizes[SPECTRUM]
        rows = np.unique(np.linspace(0, count - 1, min(count, _MOST_TICKS)).round().astype(int))
        ticks = [(row + 0.5, f"{voltage[row]:.2f}" if is_known else str(row)) for row in rows]
        self.plot_item.getAxis("left").setTicks([ticks])
        self.plot_item.setLabel("left", "Voltage (V)" if is_known else "Spectrum")

    def _on_clicked(self, event: MouseClickEvent) -> None:
        analysis = self._document.analysis
        if analysis is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if not self.plot_item.sceneBoundingRect().contains(event.scenePos()):
            return
        row = int(np.floor(self.plot_item.getViewBox().mapSceneToView(event.scenePos()).y()))
        if 0 <= row < analysis.series.sizes[SPECTRUM]:
            self._document.look_at(spectrum=row)


def _image_of(series: xr.Dataset) -> tuple[FloatArray, float, float]:
    """Intensity of every spectrum on an even axis, and the ends of that axis.

    Each is moved by its own offset and interpolated, for the eye only.
    """
    positions = axis_values(series)
    size = positions.shape[1]
    even = np.linspace(positions.min(), positions.max(), size)
    image = np.empty(positions.shape)
    for row, (x, counts) in enumerate(zip(positions, series["intensity"].values, strict=True)):
        measured = np.isfinite(counts)
        image[row] = np.nan
        if measured.any():
            image[row] = np.interp(even, x[measured], counts[measured], np.nan, np.nan)
    return image, float(even[0]), float(even[-1])
