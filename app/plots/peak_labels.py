"""The species' names above their peaks, kept apart from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import current_colours

_GAP = 8.0
"""Pixels between a curve and the name above it."""
_DOT = 7.0
_BEHIND = 190
"""Opacity of the paper under a name, of 255: curves behind it are seen faintly."""
_WIDEST = 130.0
_MOST_ROWS = 4
"""A name that finds no room in so many rows is left out; the peak's marker still tells it."""


@dataclass(frozen=True, slots=True)
class PeakLabel:
    """A name and the point of the plot it stands above."""

    text: str
    colour: str
    x: float
    y: float
    is_selected: bool


class PeakLabels(pg.UIGraphicsItem):  # type: ignore[misc]
    """Draws the names; the highest peaks get their place first."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: Sequence[PeakLabel] = ()
        self.setZValue(20)

    def show_labels(self, labels: Sequence[PeakLabel]) -> None:
        """Draw these instead."""
        self._labels = sorted(labels, key=lambda label: (not label.is_selected, -label.y))
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Place and draw every name that finds room."""
        frame = painter.transform().mapRect(self.boundingRect())
        points = [painter.transform().map(QPointF(one.x, one.y)) for one in self._labels]
        painter.save()
        painter.resetTransform()
        font = painter.font()
        font.setBold(False)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        taken: list[QRectF] = []
        for label, point in zip(self._labels, points, strict=True):
            text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, _WIDEST)
            place = free_place(_place_box(text, point, metrics, frame), taken, frame)
            if place is not None:
                taken.append(place)
                _draw_label(painter, label, text, place)
        painter.restore()


def free_place(wanted: QRectF, taken: Sequence[QRectF], frame: QRectF) -> QRectF | None:
    """The nearest free place at or above the wanted one; ``None`` if there is none."""
    for row in range(_MOST_ROWS):
        place = wanted.translated(0.0, -row * wanted.height())
        if place.top() < frame.top():
            return None
        if not any(place.intersects(other) for other in taken):
            return place
    return None


def _place_box(text: str, point: QPointF, metrics: QFontMetricsF, frame: QRectF) -> QRectF:
    """Above the point, inside the frame."""
    width = metrics.horizontalAdvance(text) + _DOT + _GAP
    left = min(max(point.x() - width / 2, frame.left() + _GAP), frame.right() - width - _GAP)
    top = max(point.y() - _GAP - metrics.height(), frame.top() + 1.0)
    return QRectF(left, top, width, metrics.height())


def _draw_label(painter: QPainter, label: PeakLabel, text: str, place: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    behind = QColor(current_colours().surface)
    behind.setAlpha(_BEHIND)
    painter.setBrush(behind)
    painter.drawRect(place)
    painter.setBrush(QColor(label.colour))
    dot = QRectF(place.left(), place.center().y() - _DOT / 2, _DOT, _DOT)
    painter.drawEllipse(dot)
    painter.setPen(
        QColor(current_colours().accent if label.is_selected else current_colours().text)
    )
    words = place.adjusted(_DOT + _GAP / 2, 0.0, _GAP, 0.0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
