"""All spectra of a region as a map: intensity over axis and spectrum; a click selects one."""

import numpy as np
import pyqtgraph as pg
import xarray as xr
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QWidget

from app.document import Document, View
from app.plots.axes import axis_label, runs_left
from app.plots.plot_canvas import PlotPanel, clear_of
from fitting.data.depth import depth_label
from fitting.data.errors import ThioscopeError
from fitting.data.order import order_drawn
from fitting.data.series import SPECTRUM, FloatArray, axis_of, get_column
from fitting.projects.project import Project

_LEVELS = (1.0, 99.5)
"""Percentiles at the ends of the colour scale: a spike must not darken the rest."""
_LABEL_DISTANCE = 18.0
"""Least distance of two labels on the left axis, in pixels."""
_CURSOR = "#ff4a3d"
"""Seen on every colour of the map, which is the same in light and dark."""
_WHEEL_STEP = 120
"""What Qt counts for one notch of a wheel."""
_BRANCHES = {"charge": " ↑", "discharge": " ↓"}
_NOTHING = "Open a series to see all its spectra at once."
_ONE = "One spectrum only. Open more of this region to see them as a map."


class SeriesMap(PlotPanel):
    """Shows one row of colour for each spectrum, from the first of the list at the bottom.

    A click or a drag selects the row under the pointer, the wheel the next or the one before.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._rows = _RowBox()
        self.canvas.setAccessibleName("Series map")
        self.plot_item = self.canvas.add_plot(0, self._rows)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setColorMap(pg.colormap.get("viridis"))
        self._cursor = pg.InfiniteLine(angle=0, pen=pg.mkPen(_CURSOR))
        self._shown: xr.Dataset | None = None
        self._order = np.arange(0)
        """Spectrum of each row, from below."""
        self.plot_item.addItem(self._image)
        self.plot_item.addItem(self._cursor)
        self.canvas.menu.removeAction(self.canvas.show_all)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._rows.pointed.connect(self._on_pointed)
        self._rows.stepped.connect(self._on_stepped)
        self._rows.sigResized.connect(self._label_rows)
        self._show_series()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        region = self._document.view.region
        before, after = (_drawn_from(one, region) for one in (old, new))
        if before != after:
            self._show_series()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self._show_series()
        elif old.spectrum != new.spectrum:
            self._mark(new.spectrum)

    def _show_series(self) -> None:
        self._shown = series = self._series()
        count = 0 if series is None else series.sizes[SPECTRUM]
        self.say(_NOTHING if count == 0 else _ONE if count == 1 else "")
        if series is None or count == 1:
            return
        self._order = order_drawn(series, self._document.project.order)
        intensity, low, high = _image_of(series.isel({SPECTRUM: self._order}))
        finite = intensity[np.isfinite(intensity)]
        levels = np.percentile(finite, _LEVELS) if finite.size else (0.0, 1.0)
        self._image.setImage(intensity, levels=levels)
        self._image.setRect(low, 0.0, high - low, float(count))
        self._rows.invertX(runs_left(series))
        self._rows.setRange(xRange=(low, high), yRange=(0.0, float(count)), padding=0.0)
        self.plot_item.setLabel("bottom", axis_label(series))
        self._mark(self._document.view.spectrum)
        self._label_rows()

    def _series(self) -> xr.Dataset | None:
        """The series as it is fitted, or as measured where a step leaves nothing of it."""
        analysis = self._document.analysis
        if analysis is None:
            return None
        try:
            return self._document.prepared()
        except ThioscopeError:
            return analysis.series

    def _label_rows(self, *_: object) -> None:
        """Label as many rows as there is room for."""
        if self._shown is None:
            return
        label, names = _row_names(self._shown)
        names = [names[spectrum] for spectrum in self._order]
        count = self._shown.sizes[SPECTRUM]
        height = self._rows.height() / count
        rows = clear_of([(row + 0.5) * height for row in range(count)], _LABEL_DISTANCE)
        self.plot_item.getAxis("left").setTicks([[(row + 0.5, names[row]) for row in rows]])
        self.plot_item.setLabel("left", label)

    def _on_pointed(self, row: float) -> None:
        if self._shown is not None:
            place = min(max(int(np.floor(row)), 0), self._order.size - 1)
            self._document.look_at(spectrum=int(self._order[place]))

    def _on_stepped(self, rows: int) -> None:
        self._on_pointed(self._row_of(self._document.view.spectrum) + rows)

    def _mark(self, spectrum: int) -> None:
        self._cursor.setValue(self._row_of(spectrum) + 0.5)

    def _row_of(self, spectrum: int) -> int:
        rows = np.flatnonzero(self._order == spectrum)
        return int(rows[0]) if rows.size else 0


def _row_names(series: xr.Dataset) -> tuple[str, list[str]]:
    """What the rows are told apart by, and the name of each: voltage, depth, or their number."""
    voltage, branch, depth = (get_column(series, name) for name in ("voltage", "branch", "depth"))
    if np.isfinite(voltage).all():
        arrows = [_BRANCHES.get(str(one), "") for one in branch]
        names = [f"{volt:.2f}{arrow}" for volt, arrow in zip(voltage, arrows, strict=True)]
        return "Voltage (V)", names
    if np.isfinite(depth).all():
        return depth_label(series), [f"{one:g}" for one in depth]
    return "Spectrum", [str(row + 1) for row in range(series.sizes[SPECTRUM])]


class _RowBox(pg.ViewBox):  # type: ignore[misc]
    """A view in which the mouse chooses a row instead of moving the picture."""

    pointed = Signal(float)
    """Height of the pointer in rows."""
    stepped = Signal(int)
    """Rows to go up."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self._turned = 0

    def mouseClickEvent(self, event: MouseClickEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._point_at(event.scenePos())

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:  # noqa: N802, ARG002
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self._point_at(event.scenePos())

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:  # noqa: N802, ARG002
        event.accept()
        self._turned += event.delta()
        rows = int(self._turned / _WHEEL_STEP)
        self._turned -= rows * _WHEEL_STEP
        if rows:
            self.stepped.emit(rows)

    def _point_at(self, place: QPointF) -> None:
        self.pointed.emit(self.mapSceneToView(place).y())


def _drawn_from(project: Project, region: str) -> tuple[object, ...]:
    """What the map of a region depends on; a series is compared by identity."""
    analysis = project.analyses.get(region)
    if analysis is None:
        return ()
    return (id(analysis.series), analysis.recipe.steps, project.order)


def _image_of(series: xr.Dataset) -> tuple[FloatArray, float, float]:
    """Intensity of every spectrum on an even axis, and the ends of that axis.

    Each is moved by its own offset and interpolated, for the eye only.
    """
    positions, offsets = series[axis_of(series)].values, series["axis_offset"].values
    low, high = positions[0] + offsets.min(), positions[-1] + offsets.max()
    even = np.linspace(low, high, positions.size)
    image = np.full((offsets.size, positions.size), np.nan)
    for row, counts in enumerate(series["intensity"].values):
        measured = np.isfinite(counts)
        if measured.any():
            x = positions[measured] + offsets[row]
            image[row] = np.interp(even, x, counts[measured], np.nan, np.nan)
    return image, float(low), float(high)
