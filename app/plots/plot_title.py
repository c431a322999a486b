"""The line above a plot: never wider than the plot, with all of it as a tool tip."""

from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontMetricsF

from app.theme import current_colours

_POINTS = 10
_ROOM = 8
"""Pixels that stay free beside the text."""


class PlotTitle(QObject):
    """Shows what is drawn and a note about it; the first is cut in its middle if need be."""

    def __init__(self, plot: pg.PlotItem) -> None:
        super().__init__()
        self._plot = plot
        self._said = ("", "")
        self._shown = ("", "")
        # pyqtgraph has the label ask for all the room of its text, which widens the plot for good
        plot.titleLabel.updateMin = partial(_ask_for_height, plot.titleLabel)
        plot.getViewBox().sigResized.connect(self._show)

    def say(self, text: str, note: str = "") -> None:
        """Show another title and note."""
        self._said = (text, note)
        self._show()

    def _show(self, *_: object) -> None:
        text, note = self._said
        font = self._plot.titleLabel.item.font()
        font.setPointSize(_POINTS)
        metrics = QFontMetricsF(font)
        room = self._plot.getViewBox().width() - metrics.horizontalAdvance(note) - _ROOM
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 0.0)) + note
        # laying out text takes longer than drawing a curve
        if self._shown != (shown, current_colours().muted):
            self._shown = (shown, current_colours().muted)
            self._plot.setTitle(shown, size=f"{_POINTS}pt", color=current_colours().muted)
            self._plot.titleLabel.setToolTip(text + note)


def _ask_for_height(label: pg.LabelItem) -> None:
    label.setMinimumHeight(label.itemRect().height())
