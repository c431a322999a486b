"""Nyquist plot, Bode plot and residuals of one impedance spectrum with its fit."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot_canvas import PlotPanel
from app.theme import current_colours
from fitting.data.series import SPECTRUM
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.impedance.series import sweep_of

_NO_SPECTRUM = "There are no impedance spectra."


class ImpedancePlots(PlotPanel):
    """One spectrum: Nyquist above, modulus and phase below; an ohm is as long on both axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.setAccessibleName("Nyquist and Bode plots of an impedance spectrum")
        self.nyquist, self.modulus, self.phase = (self.canvas.add_plot(row) for row in range(3))
        self.nyquist.setAspectLocked(True)
        self.modulus.setLogMode(True, True)
        self.phase.setLogMode(True, False)
        self.phase.setXLink(self.modulus)
        self.phase.setLabel("bottom", "Frequency (Hz)")
        self.phase.setLabel("left", "Phase (°)")
        self.points = [pg.ScatterPlotItem(size=6) for _ in range(3)]
        self.curves = [pg.PlotDataItem(connect="finite") for _ in range(3)]
        for plot, points, curve in zip(self._plots(), self.points, self.curves, strict=True):
            plot.addItem(curve)
            plot.addItem(points)
        for row, stretch in enumerate((3, 1, 1)):
            self.canvas.ci.layout.setRowStretchFactor(row, stretch)
        self.canvas.show_all_requested.connect(self.show_everything)
        self._paint()
        self.show_spectrum(None, 0)

    def show_spectrum(self, analysis: ImpedanceAnalysis | None, spectrum: int) -> None:
        """Draw one spectrum, with its fit where there is one."""
        self.say("" if analysis is not None else _NO_SPECTRUM)
        if analysis is None:
            return
        unit = str(analysis.series.attrs["unit"]).replace("Ohm", "Ω").replace("cm2", "cm²")
        self.nyquist.setLabel("bottom", f"Z′ ({unit})")
        self.nyquist.setLabel("left", f"−Z″ ({unit})")
        self.modulus.setLabel("left", f"|Z| ({unit})")
        frequency, measured = sweep_of(analysis.series, spectrum)
        self._draw(self.points, frequency, measured)
        fit = np.full(measured.size, np.nan, dtype=complex)
        if analysis.result is not None:
            one = analysis.result.isel({SPECTRUM: spectrum})
            fit = (one["fit_real"].values + 1j * one["fit_imaginary"].values)[: measured.size]
        self._draw(self.curves, frequency, fit)
        self.show_everything()

    def show_everything(self) -> None:
        """All points of the spectrum."""
        for plot in self._plots():
            plot.autoRange()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _draw(
        self,
        items: list[pg.ScatterPlotItem] | list[pg.PlotDataItem],
        frequency: np.ndarray,
        impedance: np.ndarray,
    ) -> None:
        places = (impedance.real, frequency, frequency)
        heights = (-impedance.imag, np.abs(impedance), np.degrees(np.angle(impedance)))
        is_points = items is self.points
        for number, (x, y) in enumerate(zip(places, heights, strict=True)):
            # a scatter item knows no logarithmic mode of its plot
            has_log = (number > 0, number == 1)
            if is_points:
                x, y = (np.log10(v) if log else v for v, log in zip((x, y), has_log, strict=True))
            items[number].setData(x, y)

    def _plots(self) -> tuple[pg.PlotItem, pg.PlotItem, pg.PlotItem]:
        return self.nyquist, self.modulus, self.phase

    def _paint(self) -> None:
        chosen = current_colours()
        for points in self.points:
            points.setBrush(pg.mkBrush(chosen.text))
            points.setPen(pg.mkPen(None))
        for curve in self.curves:
            curve.setPen(pg.mkPen(chosen.accent, width=2))
