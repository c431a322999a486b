"""Where the panels are: declared in one table, docked, hidden and brought back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

_Area = Qt.DockWidgetArea
_LEFT_WIDTH, _RIGHT_WIDTH, _BOTTOM_HEIGHT = 250, 430, 320


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel and its place in the default layout."""

    name: str
    title: str
    area: Qt.DockWidgetArea


PANELS: Sequence[Panel] = (
    Panel("series", "Series", _Area.LeftDockWidgetArea),
    Panel("series_map", "Series map", _Area.BottomDockWidgetArea),
    Panel("trends", "Trends", _Area.BottomDockWidgetArea),
    Panel("model", "Model", _Area.RightDockWidgetArea),
    Panel("library", "Library", _Area.RightDockWidgetArea),
    Panel("steps", "Steps", _Area.RightDockWidgetArea),
    Panel("results", "Results", _Area.RightDockWidgetArea),
    Panel("audit", "Audit", _Area.RightDockWidgetArea),
)


class Docks:
    """The docks of a window."""

    def __init__(self, window: QMainWindow, widgets: Mapping[str, QWidget]) -> None:
        self._window = window
        self._docks = {panel.name: _dock(panel, widgets[panel.name], window) for panel in PANELS}
        window.setTabPosition(_Area.RightDockWidgetArea, QTabWidget.TabPosition.North)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)
        self.reset()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> list[QDockWidget]:
        """The docks in the order of the table."""
        return list(self._docks.values())

    def show_all(self, shown: bool) -> None:
        """Show or hide every panel, such as while nothing is open."""
        for dock in self._docks.values():
            dock.setVisible(shown)
        if shown:
            self._docks["model"].raise_()

    def reset(self) -> None:
        """Put every panel into its place of the default layout."""
        for panel in PANELS:
            dock = self._docks[panel.name]
            dock.setFloating(False)
            self._window.addDockWidget(panel.area, dock)
            dock.show()
        self._window.splitDockWidget(
            self._docks["series_map"], self._docks["trends"], Qt.Orientation.Horizontal
        )
        right = [self._docks[p.name] for p in PANELS if p.area == _Area.RightDockWidgetArea]
        for dock in right[1:]:
            self._window.tabifyDockWidget(right[0], dock)
        right[0].raise_()
        docks = [self._docks["series"], right[0]]
        self._window.resizeDocks(docks, [_LEFT_WIDTH, _RIGHT_WIDTH], Qt.Orientation.Horizontal)
        below = [self._docks["series_map"], self._docks["trends"]]
        self._window.resizeDocks(below, [1, 1], Qt.Orientation.Horizontal)
        self._window.resizeDocks(below, [_BOTTOM_HEIGHT] * 2, Qt.Orientation.Vertical)


def _dock(panel: Panel, widget: QWidget, window: QMainWindow) -> QDockWidget:
    dock = QDockWidget(panel.title, window)
    dock.setObjectName(panel.name)
    dock.setWidget(widget)
    if panel.area == _Area.RightDockWidgetArea:
        _hide_title(dock, False)
        dock.topLevelChanged.connect(partial(_hide_title, dock))
    return dock


def _hide_title(dock: QDockWidget, is_floating: bool) -> None:
    """A tab names the panel; only where it floats does it need a title to be moved by."""
    dock.setTitleBarWidget(None if is_floating else QWidget(dock))  # type: ignore[arg-type]
