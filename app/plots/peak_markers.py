"""Handles on the peaks of the spectrum plot: what can be dragged, and where it is.

Every peak has a marker on its top. The peak that is selected also has edges at half of its main
line's width, a marker on the partner of a doublet, and a box between the limits of its position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.theme import current_colours

_RADIUS, _RADIUS_SELECTED, _RADIUS_EDGE = 4.5, 6.5, 4.5
_REACH = 9.0
"""A handle is caught this many pixels around its middle."""
_TREMOR = 2.0
"""Whoever drags straight up does not mean to move a peak sideways by so many pixels."""
_BAND_OPACITY = 22


class MarkerPart(Enum):
    """What a handle changes."""

    TOP = "position and height"
    PARTNER = "position of the doublet"
    LOWER_EDGE = "width"
    UPPER_EDGE = "width, from the other edge"
    LOWER_LIMIT = "lower limit of the position"
    UPPER_LIMIT = "upper limit of the position"


_LIMITS = (MarkerPart.LOWER_LIMIT, MarkerPart.UPPER_LIMIT)


@dataclass(frozen=True, slots=True)
class Handle:
    """One thing that can be dragged."""

    part: MarkerPart
    peak: str
    x: float
    y: float
    """Of no meaning for a limit, which is as high as the plot."""
    colour: str
    tip: str


class PeakMarkers(pg.UIGraphicsItem):  # type: ignore[misc]
    """Draws the handles and says which of them is dragged where."""

    taken = Signal(object)
    """The ``Handle`` that was clicked, or whose drag begins."""
    dragged = Signal(object, float, float, bool)
    """The ``Handle`` as it was when the drag began, where it would be now in units of the plot,
    and whether the pointer went up or down far enough to mean it."""
    released = Signal()
    asked = Signal(object, object)
    """The ``Handle`` that was clicked with the right button, and where on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: Sequence[Handle] = ()
        self._selected = ""
        self._hovered: Handle | None = None
        self._held: Handle | None = None
        self._is_moved = self._is_raised = False
        self.setZValue(30)

    @property
    def handles(self) -> Sequence[Handle]:
        """All that is shown."""
        return self._handles

    @property
    def is_held(self) -> bool:
        """Whether a drag is going on."""
        return self._held is not None

    def show_handles(self, handles: Sequence[Handle], selected: str) -> None:
        """Draw these instead; those of the ``selected`` peak stand out."""
        self._handles, self._selected = handles, selected
        self.update()

    def let_go(self) -> None:
        """End the drag that is going on; the pointer moves nothing until it is pressed again."""
        if self._held is not None:
            self._held = None
            self.released.emit()
            self.update()

    def handle_at(self, point: QPointF) -> Handle | None:
        """The nearest handle within reach of a point of the plot; limits come last."""
        pixel = self._pixel_size()
        if pixel is None:
            return None
        near = [
            (one.part in _LIMITS, distance, number)
            for number, one in enumerate(self._handles)
            if (distance := _measure_distance(one, point, pixel)) <= _REACH
        ]
        return self._handles[min(near)[2]] if near else None

    def shape(self) -> QPainterPath:
        """Where the pointer finds a handle, so that the plot keeps all other clicks."""
        path = QPainterPath()
        pixel, frame = self._pixel_size(), self.boundingRect()
        if pixel is None:
            return path
        reach_x, reach_y = _REACH * pixel[0], _REACH * pixel[1]
        for one in self._handles:
            if one.part in _LIMITS:
                path.addRect(one.x - reach_x, frame.top(), 2 * reach_x, frame.height())
            else:
                path.addRect(one.x - reach_x, one.y - reach_y, 2 * reach_x, 2 * reach_y)
        path.setFillRule(Qt.FillRule.WindingFill)
        return path

    def hoverEvent(self, event: HoverEvent) -> None:  # noqa: N802
        """Show what can be dragged under the pointer."""
        found = None if event.isExit() else self.handle_at(event.pos())
        if found is not None and event.acceptDrags(Qt.MouseButton.LeftButton):
            event.acceptClicks(Qt.MouseButton.LeftButton)
            event.acceptClicks(Qt.MouseButton.RightButton)
            self.setCursor(_choose_cursor(found.part))
            self.setToolTip(found.tip)
        else:
            found = None
            self.unsetCursor()
            self.setToolTip("")
        if found != self._hovered:
            self._hovered = found
            self.update()

    def mouseClickEvent(self, event: MouseClickEvent) -> None:  # noqa: N802
        """Select the peak; with the right button, ask for its menu."""
        found = self.handle_at(event.pos())
        if found is None:
            return
        event.accept()
        self.taken.emit(found)
        if event.button() == Qt.MouseButton.RightButton:
            self.asked.emit(found, event.screenPos().toPoint())

    def mouseDragEvent(self, event: MouseDragEvent) -> None:  # noqa: N802
        """Say where the handle is dragged."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if event.isStart():
            self._held = self.handle_at(event.buttonDownPos())
            self._is_moved = self._is_raised = False
            if self._held is not None:
                self.taken.emit(self._held)
        if self._held is None:
            event.ignore()
            return
        event.accept()
        moved = event.pos() - event.buttonDownPos()
        pixel = self._pixel_size()
        if pixel is not None:
            self._is_moved |= abs(moved.x()) > _TREMOR * pixel[0]
            self._is_raised |= abs(moved.y()) > _REACH * pixel[1]
        x = self._held.x + (moved.x() if self._is_moved else 0.0)
        y = self._held.y + moved.y()
        self.dragged.emit(self._held, x, y, self._is_raised)
        if event.isFinish():
            self._held = None
            self.released.emit()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw in pixels, so that handles have one size at every zoom."""
        transform, frame = painter.transform(), self.boundingRect()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter, transform.mapRect(frame), transform)
        for one in self._handles:
            if one.part not in _LIMITS:
                self._paint_handle(painter, one, transform.map(QPointF(one.x, one.y)))
        painter.restore()

    def _paint_box(self, painter: QPainter, frame: QRectF, transform: object) -> None:
        ends = [one for one in self._handles if one.part in _LIMITS]
        places = [transform.map(QPointF(one.x, 0.0)).x() for one in ends]  # type: ignore[attr-defined]
        if len(ends) == len(_LIMITS):
            shade = QColor(ends[0].colour)
            shade.setAlpha(_BAND_OPACITY)
            left, right = min(places), max(places)
            painter.fillRect(QRectF(left, frame.top(), right - left, frame.height()), shade)
        for one, place in zip(ends, places, strict=True):
            pen = pg.mkPen(one.colour, style=Qt.PenStyle.DashLine)
            painter.setPen(pg.mkPen(current_colours().accent) if one == self._hovered else pen)
            painter.drawLine(QPointF(place, frame.top()), QPointF(place, frame.bottom()))

    def _paint_handle(self, painter: QPainter, one: Handle, place: QPointF) -> None:
        chosen = current_colours()
        is_selected = one.peak == self._selected
        is_active = one in (self._hovered, self._held)
        painter.setPen(pg.mkPen(chosen.accent if is_active or is_selected else chosen.surface))
        painter.setBrush(QColor(chosen.surface if one.part is MarkerPart.PARTNER else one.colour))
        if one.part in (MarkerPart.LOWER_EDGE, MarkerPart.UPPER_EDGE):
            side = _RADIUS_EDGE + is_active
            painter.setBrush(QColor(chosen.surface))
            painter.drawRect(QRectF(place.x() - side, place.y() - side, 2 * side, 2 * side))
            return
        if one.part is MarkerPart.PARTNER:
            painter.setPen(pg.mkPen(one.colour))
        is_big = is_selected and one.part is MarkerPart.TOP
        radius = (_RADIUS_SELECTED if is_big else _RADIUS) + is_active
        painter.drawEllipse(place, radius, radius)

    def _pixel_size(self) -> tuple[float, float] | None:
        """Width and height of a pixel in units of the plot."""
        along, up = self.pixelVectors()
        if along is None or up is None:
            return None
        return abs(along.x()), abs(up.y())


def _measure_distance(one: Handle, point: QPointF, pixel: tuple[float, float]) -> float:
    """Pixels between a handle and a point, along either axis."""
    across = abs(one.x - point.x()) / pixel[0]
    return across if one.part in _LIMITS else max(across, abs(one.y - point.y()) / pixel[1])


def _choose_cursor(part: MarkerPart) -> Qt.CursorShape:
    is_sideways = part not in (MarkerPart.TOP, MarkerPart.PARTNER)
    return Qt.CursorShape.SizeHorCursor if is_sideways else Qt.CursorShape.SizeAllCursor
