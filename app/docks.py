"""Where the panels are: declared in one table, docked, hidden and brought back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

_Area = Qt.DockWidgetArea
_LEFT_WIDTH, _RIGHT_WIDTH = 280, 430
_BOTTOM_PART = 0.36


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel and its place in the default layout."""

    name: str
    title: str
    area: Qt.DockWidgetArea
    about: str = ""
    """What it is for, shown by "What is this?"."""


PANELS: Sequence[Panel] = (
    Panel(
        "series", "Series", _Area.LeftDockWidgetArea,
        "Regions and their spectra. ○ is not fitted, ● fitted, ▲ ended with a parameter at "
        "its bound, ✕ failed; χ²ᵣ near 1 is a fit within the noise. A click shows a "
        "spectrum, Ctrl or Shift and click selects several.",
    ),
    Panel(
        "series_map", "Series map", _Area.BottomDockWidgetArea,
        "All spectra of the region as one picture: dark is weak, bright is strong. A click "
        "shows the spectrum of that row.",
    ),
    Panel(
        "compare", "Compare", _Area.BottomDockWidgetArea,
        "The spectra that are selected in the list, over one another, stacked, or each "
        "minus the first.",
    ),
    Panel(
        "trends", "Trends", _Area.BottomDockWidgetArea,
        "How species change along voltage, time or sample. Error bars are one standard "
        "error; an arrow down is the limit that an undetected species is below, at 95 %. A "
        "click on a point shows its spectrum.",
    ),
    Panel(
        "model", "Model", _Area.RightDockWidgetArea,
        "What is fitted: peaks with their start values, limits and ties, the background and "
        "the shape of lines. Fix holds a value, Tie lets it follow another one.",
    ),
    Panel(
        "library", "Library", _Area.RightDockWidgetArea,
        "Species with the positions that were measured for them, and the papers they come "
        "from. A double click adds one to the model.",
    ),
    Panel(
        "steps", "Steps", _Area.RightDockWidgetArea,
        "What is done to the spectra before the fit, in this order. Each step says what it "
        "did.",
    ),
    Panel(
        "results", "Results", _Area.RightDockWidgetArea,
        "Shares, ratios, areas and positions with one standard error. Point at a number for "
        "its 95 % interval.",
    ),
    Panel(
        "audit", "Audit", _Area.RightDockWidgetArea,
        "What to look at before these numbers are published. A click on a finding shows its "
        "spectrum and what to do.",
    ),
    Panel(
        "notes", "Notes", _Area.RightDockWidgetArea,
        "What was left out and why, and what reading and referring had to say.",
    ),
)  # fmt: skip


class Docks:
    """The docks of a window."""

    def __init__(self, window: QMainWindow, widgets: Mapping[str, QWidget]) -> None:
        self._window = window
        self._docks = {
            panel.name: _make_dock(panel, widgets[panel.name], window) for panel in PANELS
        }
        window.setTabPosition(_Area.RightDockWidgetArea, QTabWidget.TabPosition.North)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)
        with keep_size(window):
            self._arrange()
            self._default = window.saveState()
            name_tabs(window)
            self.show_all(False)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> list[QDockWidget]:
        """The docks in the order of the table."""
        return list(self._docks.values())

    def show_all(self, shown: bool) -> None:
        """Show or hide every panel, such as while nothing is open."""
        for dock in self._docks.values():
            dock.setVisible(shown)
        if not shown:
            _hide_tabs(self._window)
        else:
            for name in ("model", "series_map"):
                self._docks[name].raise_()

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front, also one that was closed."""
        self._docks[name].show()
        self._docks[name].raise_()
        name_tabs(self._window)

    def reset(self) -> None:
        """Put every panel into its place of the default layout."""
        restore_state(self._window, self._default)
        for name in ("model", "series_map"):
            self._docks[name].raise_()
        self._share_out()
        name_tabs(self._window)

    def _arrange(self) -> None:
        for panel in PANELS:
            dock = self._docks[panel.name]
            self._window.addDockWidget(panel.area, dock)
            dock.show()
        self._window.splitDockWidget(
            self._docks["series_map"], self._docks["trends"], Qt.Orientation.Horizontal
        )
        self._window.tabifyDockWidget(self._docks["series_map"], self._docks["compare"])
        self._docks["series_map"].raise_()
        right = [self._docks[p.name] for p in PANELS if p.area == _Area.RightDockWidgetArea]
        for dock in right[1:]:
            self._window.tabifyDockWidget(right[0], dock)

    def _share_out(self) -> None:
        """Give every panel its part of the window."""
        docks = [self._docks["series"], self._docks["model"]]
        self._window.resizeDocks(docks, [_LEFT_WIDTH, _RIGHT_WIDTH], Qt.Orientation.Horizontal)
        below = [self._docks["series_map"], self._docks["trends"]]
        # the row above the trends needs the room
        self._window.resizeDocks(below, [4, 5], Qt.Orientation.Horizontal)
        height = round(_BOTTOM_PART * self._window.height())
        self._window.resizeDocks(below, [height, height], Qt.Orientation.Vertical)


def add_extra_dock(window: QMainWindow, name: str, title: str, widget: QWidget) -> QDockWidget:
    """A dock for what few projects have: hidden, also from the menu, until it is asked for."""
    dock = _make_dock(Panel(name, title, _Area.RightDockWidgetArea), widget, window)
    window.addDockWidget(_Area.RightDockWidgetArea, dock)
    dock.hide()
    dock.toggleViewAction().setVisible(False)
    return dock


def _hide_tabs(window: QMainWindow) -> None:
    """Hide the tabs of panels that are hidden: Qt leaves them on the screen at times."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        tabs.hide()


@contextmanager
def keep_size(window: QMainWindow) -> Iterator[None]:
    """Leave the window as large as it is, whatever is shown in it."""
    size = window.size()
    yield
    # docks that have no size yet make the window grow as soon as they are laid out
    if (layout := window.layout()) is not None:
        layout.activate()
    name_tabs(window)
    if not window.isMaximized() and not window.isFullScreen():
        window.resize(size)


def restore_state(window: QMainWindow, state: QByteArray, version: int = 0) -> bool:
    """Put docks and toolbars where they were; whether the state was understood."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    former = window.findChildren(QTabBar, options=direct)
    is_restored = window.restoreState(state, version)
    # Qt makes new tabs and leaves those of before on the screen
    for tabs in former if is_restored else []:
        tabs.hide()
    name_tabs(window)
    return is_restored


def name_tabs(window: QMainWindow) -> None:
    """Say to screen readers what the tabs of the window are."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        tabs.setAccessibleName("Panels")


def _make_dock(panel: Panel, widget: QWidget, window: QMainWindow) -> QDockWidget:
    dock = QDockWidget(panel.title, window)
    dock.setObjectName(panel.name)
    dock.setWidget(widget)
    widget.setWhatsThis(panel.about)
    if panel.area == _Area.RightDockWidgetArea:
        _hide_title(dock, False)
        dock.topLevelChanged.connect(partial(_hide_title, dock))
    return dock


def _hide_title(dock: QDockWidget, is_floating: bool) -> None:
    """A tab names the panel; only where it floats does it need a title to be moved by."""
    dock.setTitleBarWidget(None if is_floating else QWidget(dock))  # type: ignore[arg-type]
