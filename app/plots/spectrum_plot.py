"""The spectrum on the screen: data, components, background, envelope, and the residual below."""

import numpy as np
import pyqtgraph as pg
import xarray as xr
from PySide6.QtCore import QEvent, QPoint, QPointF, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.document import Document, View
from app.library.library_tree import MIME_TYPE
from app.plots.axes import axis_label, runs_left
from app.plots.background_ends import BackgroundEnds
from app.plots.excluded_ranges import ExcludedRanges
from app.plots.peak_drags import PeakDrags
from app.plots.peak_labels import PeakLabel, PeakLabels
from app.plots.peak_markers import Handle, PeakMarkers
from app.plots.peak_menu import PeakMenu
from app.plots.plot_canvas import PlotPanel, species_colour
from app.plots.plot_title import PlotTitle
from app.plots.species_labels import peak_label
from app.plots.spectrum_curves import ShownSpectrum, shown_spectrum
from app.plots.spectrum_items import SpectrumItems
from app.theme import current_colours
from fitting.data.errors import ThioscopeError
from fitting.projects.project import Project
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError

_RESIDUAL_HEIGHT = 120
_AXIS_WIDTH = 64
"""Left axes of one width, so that the two plots line up."""
_MARGIN = 0.06
"""Part of the range that is shown beyond its ends, so that they can be dragged."""
_ROOM_BELOW, _ROOM_ABOVE = 0.05, 0.22
"""Parts of the height left free; above, for the names of the peaks."""
_RESIDUAL_LEVELS = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""Ends of the residual's axis (standard deviations): few, so that it does not flicker."""
_NOTHING = "Drop spectra anywhere on the window to begin."


class SpectrumPlot(PlotPanel):
    """Shows the selected spectrum of the selected region with its model."""

    hovered = Signal(str)
    """Position, measured and fitted intensity under the pointer; empty outside the plot."""
    failed = Signal(object)
    """The exception that says why a dropped species was not added."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._partial: tuple[str, xr.Dataset] | None = None
        self._shown: ShownSpectrum | None = None
        self._framed: tuple[str, int, object] | None = None
        self._labelled: tuple[str, str] | None = None
        self._follows_data = True
        self._pointer: QPointF | None = None
        self.spectrum_item = self.canvas.add_plot(0)
        self._title = PlotTitle(self.spectrum_item)
        self.residual_item = self.canvas.add_plot(1)
        self._items = SpectrumItems(self.spectrum_item, self.residual_item)
        self.ends = BackgroundEnds(document, self.spectrum_item)
        self.excluded = ExcludedRanges(document, self.spectrum_item)
        self.labels, self.markers = PeakLabels(), PeakMarkers()
        self.drags = PeakDrags(document, self.markers)
        self.peak_menu = PeakMenu(document, self)
        self._crosshair = [pg.InfiniteLine(angle=angle) for angle in (90, 0)]
        self.range_only = QAction("Show the fitted range", self.canvas.menu)
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)
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
        try:
            self._shown = self._make_shown()
        except ThioscopeError as error:
            self._shown = None
            self.say(str(error))
        else:
            self.say("" if self._shown is not None else _NOTHING)
        if self._shown is not None:
            self._draw(self._shown)
        # another spectrum, or none, is under the pointer now
        self._show_readout()

    def show_everything(self) -> None:
        """Show all that was measured, also beyond the fitted range."""
        if self._shown is None:
            return
        places, counts = self._shown.outside
        x = np.concatenate([self._shown.x, places])
        self._frame(self._shown, (float(x.min()), float(x.max())), counts)

    def show_range(self) -> None:
        """Show the fitted range, now and of the spectra looked at next."""
        self._follows_data = True
        if self._shown is not None:
            self._frame(self._shown, self._shown.ends)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if self._dropped_species(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        if self._dropped_species(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        species = self._dropped_species(event)
        if not species:
            return
        event.acceptProposedAction()
        try:
            self._document.add_species(species)
        except (ThioscopeError, LibraryError) as error:
            self.failed.emit(error)

    def _arrange(self) -> None:
        self.canvas.setAccessibleName("Spectrum with its model")
        self.residual_item.setXLink(self.spectrum_item)
        self.residual_item.setMaximumHeight(_RESIDUAL_HEIGHT)
        self.residual_item.setLabel("left", "Residual / σ")
        self.residual_item.setMouseEnabled(y=False)
        self.spectrum_item.getAxis("bottom").setStyle(showValues=False)
        for item in (self.spectrum_item, self.residual_item):
            item.getAxis("left").setWidth(_AXIS_WIDTH)
            item.disableAutoRange()
        for line in self._crosshair:
            line.setZValue(40)
            line.hide()
        for part in (self.labels, self.markers, *self._crosshair):
            self.spectrum_item.addItem(part, ignoreBounds=True)
        self.canvas.menu.insertAction(self.canvas.show_all, self.range_only)
        self.excluded.offer_in(self.canvas)
        self._take_colours()

    def _connect(self) -> None:
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._document.catalogue_changed.connect(self.refresh)
        self.canvas.scene().sigMouseMoved.connect(self._on_pointer_moved)
        self.canvas.pointer_left.connect(self._on_pointer_left)
        self.markers.asked.connect(self._on_menu_asked)
        self.peak_menu.failed.connect(self.failed)
        self.canvas.double_clicked.connect(self._on_double_clicked)
        self.canvas.show_all_requested.connect(self.show_everything)
        self.range_only.triggered.connect(self.show_range)
        self.spectrum_item.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)

    def _take_colours(self) -> None:
        self._items.take_colours()
        self.ends.take_colours()
        self.excluded.take_colours()
        for line in self._crosshair:
            line.setPen(pg.mkPen(current_colours().border))

    def _make_shown(self) -> ShownSpectrum | None:
        analysis, prepared = self._document.analysis, self._document.prepared()
        view = self._document.view
        if analysis is None or prepared is None:
            return None
        is_live = self._partial is not None and self._partial[0] == view.region
        return shown_spectrum(
            analysis, prepared, view, self._partial[1] if is_live and self._partial else None
        )

    def _draw(self, shown: ShownSpectrum) -> None:
        selected = self._document.view.peak
        note = "" if shown.is_fitted else f"  ·  {shown.message}"
        self._title.say(shown.title, note)
        self._items.draw(shown, selected)
        self.ends.show_range(shown)
        self.excluded.show_steps()
        self.labels.show_labels(_make_labels(shown, selected, self._document.catalogue))
        self.drags.show_peaks(shown, selected)
        self._frame_if_other(shown)

    def _frame_if_other(self, shown: ShownSpectrum) -> None:
        """Fit the axes to another spectrum or range, but leave them while a marker is dragged."""
        view = self._document.view
        now = (view.region, view.spectrum, shown.ends)
        if self._framed is None or self._framed[0] != view.region:
            self._follows_data = True
        self._label_axes(shown)
        if self._framed != now and self._follows_data:
            self._frame(shown, shown.ends)
        self._framed = now
        if not self.markers.is_held:
            self._frame_residual(shown)

    def _frame(
        self, shown: ShownSpectrum, ends: tuple[float, float], more: np.ndarray | None = None
    ) -> None:
        seen = np.concatenate([shown.intensity, np.empty(0) if more is None else more])
        seen = seen[np.isfinite(seen)]
        margin = _MARGIN * (ends[1] - ends[0])
        self.spectrum_item.setXRange(ends[0] - margin, ends[1] + margin, padding=0)
        if seen.size:
            low, high = float(seen.min()), float(seen.max())
            height = (high - low) or 1.0
            self.spectrum_item.setYRange(
                low - _ROOM_BELOW * height, high + _ROOM_ABOVE * height, padding=0
            )

    def _frame_residual(self, shown: ShownSpectrum) -> None:
        residual = np.abs(shown.scaled_residual)
        residual = residual[np.isfinite(residual)]
        largest = float(residual.max()) if residual.size else 0.0
        level = next((one for one in _RESIDUAL_LEVELS if one >= largest), largest)
        self.residual_item.setYRange(-level, level, padding=0.05)

    def _label_axes(self, shown: ShownSpectrum) -> None:
        analysis = self._document.analysis
        if analysis is None or self._labelled == (shown.region, shown.intensity_unit):
            return
        self._labelled = (shown.region, shown.intensity_unit)
        self.residual_item.setLabel("bottom", axis_label(analysis.series))
        self.spectrum_item.setLabel("left", f"Intensity ({shown.intensity_unit})")
        for item in (self.spectrum_item, self.residual_item):
            item.getViewBox().invertX(runs_left(analysis.series))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        if old.analyses.get(region) is not new.analyses.get(region):
            self.refresh()

    def _on_view_changed(self, old: View, new: View) -> None:
        if (old.region, old.spectrum) != (new.region, new.spectrum):
            self.refresh()
        elif old.peak != new.peak and self._shown is not None:
            self._draw(self._shown)

    def _on_menu_asked(self, handle: Handle, place: QPoint) -> None:
        if self._shown is not None:
            self.peak_menu.open(self._shown, handle.peak, place)

    def _on_double_clicked(self, position: QPointF) -> None:
        """Put a peak of one's own where the pointer is; on a peak there is one already."""
        box = self.spectrum_item.getViewBox()
        if self._shown is None or not box.sceneBoundingRect().contains(position):
            return
        point = box.mapSceneToView(position)
        if (
            self.markers.handle_at(point) is None
            and self._shown.x[0] <= point.x() <= self._shown.x[-1]
        ):
            try:
                self._document.add_own_peak(float(point.x()))
            except ThioscopeError as error:
                self.failed.emit(error)

    def _on_zoomed(self, _: object) -> None:
        self._follows_data = False

    def _on_pointer_moved(self, position: QPointF) -> None:
        self._pointer = position
        self._show_readout()

    def _on_pointer_left(self) -> None:
        self._pointer = None
        self._show_readout()

    def _show_readout(self) -> None:
        """Say what is under the pointer, and mark it; nothing where there is nothing."""
        box, shown, position = self.spectrum_item.getViewBox(), self._shown, self._pointer
        is_inside = position is not None and box.sceneBoundingRect().contains(position)
        for line in self._crosshair:
            line.setVisible(is_inside and shown is not None)
        if shown is None or not is_inside:
            self.hovered.emit("")
            return
        point = box.mapSceneToView(position)
        for line, place in zip(self._crosshair, (point.x(), point.y()), strict=True):
            line.setValue(place)
        self.hovered.emit(_describe_point(shown, point.x(), point.y()))

    def _dropped_species(self, event: QDropEvent) -> str:
        """The species a drag carries, if it belongs to the region on the screen."""
        data = event.mimeData()
        if not data.hasFormat(MIME_TYPE):
            return ""
        region, _, species = bytes(data.data(MIME_TYPE).data()).decode().partition("\t")
        return species if region == self._document.view.region else ""


def _make_labels(shown: ShownSpectrum, selected: str, catalogue: Catalogue) -> list[PeakLabel]:
    """A name above every peak, and above whatever is drawn there."""
    seen = np.nan_to_num(shown.intensity, nan=-np.inf)
    top = np.maximum(seen, shown.curves.total[0])
    labels = []
    for peak in shown.model.peaks:
        x = shown.value_of(f"{peak.name}.position")
        colour = species_colour(peak.species)
        near = np.abs(shown.x - x) <= shown.value_of(f"{peak.name}.fwhm") / 2
        y = float(top[near].max(initial=shown.height_at(peak.name, x)))
        is_selected = peak.name == selected
        label = peak_label(catalogue, shown.region, peak)
        labels.append(PeakLabel(label, colour, x, y, is_selected))
    return labels


def _describe_point(shown: ShownSpectrum, x: float, y: float) -> str:
    """What the pointer is at, in words."""
    digits = 1 if shown.unit == "cm⁻¹" else 2
    words = [f"{x:.{digits}f} {shown.unit}", f"{y:.4g}"]
    if shown.x[0] <= x <= shown.x[-1]:
        nearest = int(np.abs(shown.x - x).argmin())
        words.append(f"measured {shown.intensity[nearest]:.5g}")
        words.append(f"model {shown.curves.total[0, nearest]:.5g}")
    return "   ".join(words)
