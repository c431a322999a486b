"""What all plots share: a canvas in the colours of the theme, its menu, axes and empty state."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QLabel, QMenu, QStackedLayout, QWidget

from app.theme import SPACING, current_colours
from fitting.data.series import FloatArray
from fitting.output.species_colours import colour_of

_PICTURE_SCALE = 2
"""Pixels of a copied picture for each on the screen."""
_LIGHTEST_ON_LIGHT, _DARKEST_ON_DARK = 0.62, 0.46
"""Lightness beyond which a species' colour would fade into the background."""


class PlotCanvas(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Plots one above the other; a right click opens their menu."""

    show_all_requested = Signal()
    pointer_left = Signal()
    double_clicked = Signal(object)
    """Where in the scene, if nothing of the plot took the click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # drops go to the panel around it
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.ci.layout.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING // 2)
        self.ci.layout.setSpacing(SPACING // 2)
        self.menu = QMenu(self)
        self.menu_place = QPointF()
        """Where in the scene the menu was asked for."""
        self.show_all = QAction("Show everything", self.menu)
        self.copy = QAction("Copy picture", self.menu)
        self.menu.addActions([self.show_all, self.copy])
        self.show_all.triggered.connect(self.show_all_requested)
        self.copy.triggered.connect(self.copy_picture)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.scene().sigMouseClicked.connect(self._on_clicked)
        self._items: list[pg.PlotItem] = []
        self.take_colours()

    def add_plot(self, row: int, view: pg.ViewBox | None = None) -> pg.PlotItem:
        """A plot below the others, without the buttons and menus that pyqtgraph gives it."""
        item = self.addPlot(row=row, col=0, viewBox=view)
        item.hideButtons()
        item.setMenuEnabled(False)
        for side in ("left", "bottom", "right"):
            item.getAxis(side).enableAutoSIPrefix(False)
            item.getAxis(side).setStyle(tickLength=-4)
        self._items.append(item)
        self.take_colours()
        return item

    def setAccessibleName(self, name: str) -> None:  # noqa: N802
        """Name the canvas, and its inner part, which is what has the focus."""
        super().setAccessibleName(name)
        self.viewport().setAccessibleName(name)

    def take_colours(self) -> None:
        """Colours of the scheme in use."""
        chosen = current_colours()
        self.setBackground(chosen.surface)
        for item in self._items:
            for side in ("left", "bottom", "right"):
                axis = item.getAxis(side)
                axis.setPen(pg.mkPen(chosen.border))
                axis.setTextPen(pg.mkPen(chosen.text))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.pointer_left.emit()

    def copy_picture(self) -> None:
        """Put a picture of the plots on the clipboard."""
        picture = QPixmap(self.size() * _PICTURE_SCALE)
        picture.setDevicePixelRatio(_PICTURE_SCALE)
        # not that of the graphics view, which draws the scene without the colour behind it
        QWidget.render(self, picture, QPoint())
        QGuiApplication.clipboard().setPixmap(picture)

    def _on_clicked(self, event: MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton and not event.isAccepted():
            self.menu_place = event.scenePos()
            self.menu.popup(event.screenPos().toPoint())
        elif event.double() and event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.scenePos())


class PlotPanel(QWidget):
    """A canvas, or a sentence that says what to do while there is nothing to show on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = PlotCanvas()
        self.note = QLabel()
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setAutoFillBackground(True)
        self.note.setBackgroundRole(QPalette.ColorRole.Base)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.note.setContentsMargins(*[3 * SPACING] * 4)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.canvas)

    def say(self, sentence: str) -> None:
        """Show the sentence, or, if it is empty, the canvas."""
        self.note.setText(sentence)
        self._pages.setCurrentWidget(self.note if sentence else self.canvas)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.canvas.take_colours()


def species_colour(species: str) -> str:
    """The colour of a species, lighter or darker where it would fade into the background."""
    colour = QColor(colour_of(species))
    lightness = colour.lightnessF()
    is_dark = QColor(current_colours().surface).lightnessF() < 0.5
    shown = max(lightness, _DARKEST_ON_DARK) if is_dark else min(lightness, _LIGHTEST_ON_LIGHT)
    return QColor.fromHslF(max(colour.hslHueF(), 0.0), colour.hslSaturationF(), shown).name()


def filled_item() -> QGraphicsPathItem:
    """An area without an edge; pyqtgraph's own takes ten times as long to change."""
    item = QGraphicsPathItem()
    item.setPen(Qt.PenStyle.NoPen)
    return item


def path_between(x: FloatArray, low: FloatArray, high: FloatArray) -> QPainterPath:
    """The area between two curves, shapes (m,)."""
    if not x.size:
        return QPainterPath()
    around = np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])
    path: QPainterPath = pg.arrayToQPath(*around)
    return path


def clear_of(pixels: Sequence[float], distance: float) -> list[int]:
    """Indices of ascending or descending places that lie at least ``distance`` apart."""
    kept: list[int] = []
    for index, pixel in enumerate(pixels):
        if not kept or abs(pixel - pixels[kept[-1]]) >= distance:
            kept.append(index)
    return kept
