"""The spectrum on the screen: data, components, background, envelope, and the residual below."""

import numpy as np
import pyqtgraph as pg
import xarray as xr
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.document import Document, View
from app.spectrum_curves import ShownSpectrum, SpectrumSource
from app.theme import colours
from fitting.project import Project
from fitting.series import AXES, FloatArray, axis_of
from fitting.species_colours import colour_of

_FILL_OPACITY = 70
_RESIDUAL_HEIGHT = 110
_AXIS_WIDTH = 64
"""Left axes of one width, so that the two plots line up."""


class SpectrumPlot(QWidget):
    """Shows the selected spectrum of the selected region with its model."""

    hovered = Signal(str)
    """Position and intensity under the pointer, in words; empty outside the plot."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._source = SpectrumSource()
        self._partial: tuple[str, xr.Dataset] | None = None
        self._shown: ShownSpectrum | None = None
        self._empty = QLabel("Drop spectra anywhere on the window to begin.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._canvas = pg.GraphicsLayoutWidget()
        self.spectrum_item: pg.PlotItem = self._canvas.addPlot(row=0, col=0)
        self.residual_item: pg.PlotItem = self._canvas.addPlot(row=1, col=0)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._canvas)
        self._arrange()
        self._curves = _Curves(self.spectrum_item, self.residual_item)
        self._curves.take_colours()
        self._take_colours()
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._canvas.scene().sigMouseMoved.connect(self._on_pointer_moved)
        self.refresh()

    @property
    def shown(self) -> ShownSpectrum | None:
        """What is on the screen."""
        return self._shown

    def show_partial(self, region: str, result: xr.Dataset | None) -> None:
        """Show values of a fit that is still running; ``None`` when it is over."""
        self._partial = None if result is None else (region, result)
        if region == self._document.view.region:
            self.refresh()

    def refresh(self) -> None:
        """Draw the spectrum of the document's view anew."""
        view = self._document.view
        is_live = self._partial is not None and self._partial[0] == view.region
        partial = self._partial[1] if is_live and self._partial else None
        self._shown = self._source.shown(self._document.analysis, view, partial)
        self._pages.setCurrentIndex(0 if self._shown is None else 1)
        if self._shown is not None:
            self.spectrum_item.setTitle(self._shown.title, size="10pt", color=colours().text)
            self._curves.draw(self._shown)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()
            self._curves.take_colours()
            self.refresh()

    def _arrange(self) -> None:
        self.residual_item.setXLink(self.spectrum_item)
        self.residual_item.setMaximumHeight(_RESIDUAL_HEIGHT)
        self.residual_item.setLabel("left", "Residual / σ")
        self.spectrum_item.getAxis("bottom").setStyle(showValues=False)
        for item in (self.spectrum_item, self.residual_item):
            item.getAxis("left").setWidth(_AXIS_WIDTH)
            item.hideButtons()
            item.setMenuEnabled(False)

    def _take_colours(self) -> None:
        chosen = colours()
        self._canvas.setBackground(chosen.surface)
        for item in (self.spectrum_item, self.residual_item):
            for side in ("left", "bottom"):
                axis = item.getAxis(side)
                axis.setPen(pg.mkPen(chosen.border))
                axis.setTextPen(pg.mkPen(chosen.text))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if (old.region, old.spectrum) != (new.region, new.spectrum):
            self.refresh()
        if old.region != new.region:
            self._show_axis()

    def _show_axis(self) -> None:
        """Label the axes of the region and show all of it, binding energy to the left."""
        analysis = self._document.analysis
        if analysis is None:
            return
        axis = AXES[axis_of(analysis.series)]
        unit = "cm⁻¹" if axis.unit == "1/cm" else axis.unit
        self.residual_item.setLabel("bottom", f"{axis.label} ({unit})")
        self.spectrum_item.setLabel("left", f"Intensity ({analysis.series.attrs['unit']})")
        self.spectrum_item.getViewBox().invertX(axis.technique == "xps")
        self.residual_item.getViewBox().invertX(axis.technique == "xps")
        for item in (self.spectrum_item, self.residual_item):
            item.enableAutoRange()

    def _on_pointer_moved(self, position: QPointF) -> None:
        box = self.spectrum_item.getViewBox()
        if not self.spectrum_item.sceneBoundingRect().contains(position):
            self.hovered.emit("")
            return
        point = box.mapSceneToView(position)
        self.hovered.emit(f"{point.x():.2f}, {point.y():.4g}")


class _Curves:
    """The items of the two plots, set anew from what is shown."""

    def __init__(self, spectrum: pg.PlotItem, residual: pg.PlotItem) -> None:
        self._spectrum = spectrum
        self._data = pg.ScatterPlotItem(size=4, pen=None, pxMode=True)
        self._background = pg.PlotCurveItem()
        self._envelope = pg.PlotCurveItem()
        self._residual = pg.PlotCurveItem()
        self._zero = pg.InfiniteLine(angle=0)
        self._fills: list[_Component] = []
        for depth, item in enumerate((self._background, self._data, self._envelope), start=10):
            item.setZValue(depth)
            spectrum.addItem(item)
        residual.addItem(self._zero)
        residual.addItem(self._residual)

    def take_colours(self) -> None:
        """Pens and brushes of the scheme in use."""
        chosen = colours()
        self._data.setBrush(pg.mkBrush(chosen.text))
        self._background.setPen(pg.mkPen(chosen.muted, style=Qt.PenStyle.DashLine))
        self._envelope.setPen(pg.mkPen(chosen.accent))
        self._residual.setPen(pg.mkPen(chosen.text))
        self._zero.setPen(pg.mkPen(chosen.border))

    def draw(self, shown: ShownSpectrum) -> None:
        """Set the data of every item."""
        measured = np.isfinite(shown.intensity)
        background = shown.curves.background[0]
        self._data.setData(shown.x[measured], shown.intensity[measured])
        self._background.setData(shown.x, background)
        self._envelope.setData(shown.x, shown.curves.total[0])
        self._residual.setData(shown.x[measured], shown.scaled_residual[measured])
        self._match_components(len(shown.model.peaks))
        for fill, peak, curve in zip(
            self._fills, shown.model.peaks, shown.curves.components[0], strict=True
        ):
            fill.draw(shown.x, background, background + curve, colour_of(peak.species))

    def _match_components(self, count: int) -> None:
        while len(self._fills) > count:
            self._fills.pop().remove()
        while len(self._fills) < count:
            self._fills.append(_Component(self._spectrum))


class _Component:
    """One peak above the background: a line and a light fill."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._line = pg.PlotCurveItem()
        self._base = pg.PlotCurveItem(pen=None)
        self._fill = pg.FillBetweenItem(self._base, self._line)
        self._line.setZValue(5)
        plot.addItem(self._fill)
        plot.addItem(self._line)

    def draw(self, x: FloatArray, base: FloatArray, top: FloatArray, colour: str) -> None:
        """Set the curves and the colour."""
        shade = QColor(colour)
        self._line.setPen(pg.mkPen(shade))
        shade.setAlpha(_FILL_OPACITY)
        self._fill.setBrush(pg.mkBrush(shade))
        self._base.setData(x, base)
        self._line.setData(x, top)

    def remove(self) -> None:
        """Take the items off the plot."""
        self._plot.removeItem(self._line)
        self._plot.removeItem(self._fill)
