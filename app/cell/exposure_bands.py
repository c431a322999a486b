"""The exposures of all spectra as bands over a voltage curve, dragged along the time together."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseDragEvent
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import current_colours
from fitting.data.series import FloatArray
from fitting.electrochemistry.potential_by_time import BoolArray

_OPACITY, _GRASPED = 60, 110
_NARROWEST = 1.5
"""Pixels of a band, however short the exposure."""
_NEAR = 6.0
"""Pixels beside a band where it can still be grasped."""
_UNSEEN = 0.5
"""Pixels between two bands that nobody can tell from none."""
_REACH = 1e9


class ExposureBands(pg.GraphicsObject):  # type: ignore[misc]
    """Draws bands over the whole height; a drag of any of them tells by how much."""

    dragged = Signal(float)
    """How far from where the drag began, in units of the axis."""
    let_go = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._start = np.empty(0)
        self._end = np.empty(0)
        self._is_missing: BoolArray = np.empty(0, dtype=bool)
        self._is_moved: BoolArray = np.empty(0, dtype=bool)
        self._is_hovered = False
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-5)

    def set_bands(
        self, start: FloatArray, end: FloatArray, is_missing: BoolArray, is_moved: BoolArray
    ) -> None:
        """Show these bands; those without a potential, and those in which it moved, stand out."""
        known = np.isfinite(start)
        self._start, self._end = start[known], end[known]
        self._is_missing, self._is_moved = is_missing[known], is_moved[known]
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        if not self._start.size:
            return QRectF()
        view = self._visible()
        low = min(float(self._start.min()), view.left())
        high = max(float(self._end.max()), view.right())
        return QRectF(low, view.top(), high - low, view.height())

    def dataBounds(self, axis: int, *_: object, **__: object) -> Sequence[float] | None:  # noqa: N802
        """Their extent along the time; they take any height."""
        if axis == 1 or not self._start.size:
            return None
        return [float(self._start.min()), float(self._end.max())]

    def paint(
        self, painter: QPainter, _: QStyleOptionGraphicsItem, __: QWidget | None = None
    ) -> None:
        view = self._visible()
        pixel = self._pixel()
        chosen = current_colours()
        painter.setPen(Qt.PenStyle.NoPen)
        for mask, name in (
            (~self._is_missing & ~self._is_moved, chosen.accent),
            (self._is_moved & ~self._is_missing, chosen.warning),
            (self._is_missing, chosen.error),
        ):
            colour = QColor(name)
            colour.setAlpha(_GRASPED if self._is_hovered else _OPACITY)
            painter.setBrush(colour)
            seen = mask & (self._end >= view.left()) & (self._start <= view.right())
            end = np.maximum(self._end[seen], self._start[seen] + _NARROWEST * pixel)
            painter.drawRects(
                [
                    QRectF(low, view.top(), high - low, view.height())
                    for low, high in joined_bands(self._start[seen], end, _UNSEEN * pixel)
                ]
            )

    def viewRangeChanged(self) -> None:  # noqa: N802
        super().viewRangeChanged()
        self.prepareGeometryChange()
        self.update()

    def hoverEvent(self, event: HoverEvent) -> None:  # noqa: N802
        is_over = (
            not event.isExit()
            and self._is_near(event.pos().x())
            and event.acceptDrags(Qt.MouseButton.LeftButton)
        )
        if is_over != self._is_hovered:
            self._is_hovered = is_over
            if is_over:
                self.setCursor(Qt.CursorShape.SizeHorCursor)
            else:
                self.unsetCursor()
            self.update()

    def mouseDragEvent(self, event: MouseDragEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.isStart() and not self._is_near(event.buttonDownPos().x()):
            event.ignore()
            return
        event.accept()
        self.dragged.emit(float(event.pos().x() - event.buttonDownPos().x()))
        if event.isFinish():
            self.let_go.emit()

    def _is_near(self, x: float) -> bool:
        reach = _NEAR * self._pixel()
        inside: NDArray[np.bool_] = (x >= self._start - reach) & (x <= self._end + reach)
        return bool(inside.any())

    def _pixel(self) -> float:
        """Width of a pixel in units of the axis."""
        length: float | None = self.pixelLength(pg.Point(1, 0))
        return float(length) if length else 0.0

    def _visible(self) -> QRectF:
        view = self.viewRect()
        return (
            QRectF(view) if view is not None else QRectF(-_REACH, -_REACH, 2 * _REACH, 2 * _REACH)
        )


def joined_bands(start: FloatArray, end: FloatArray, gap: float) -> list[tuple[float, float]]:
    """Bands with those joined that overlap, or lie no further apart than a gap; ascending."""
    if not start.size:
        return []
    order = np.argsort(start)
    low, high = start[order], np.maximum.accumulate(end[order])
    begins = np.flatnonzero(np.concatenate([[True], low[1:] > high[:-1] + gap]))
    ends = np.append(begins[1:] - 1, low.size - 1)
    return list(zip(low[begins].tolist(), high[ends].tolist(), strict=True))
