"""Everything the user can do by menu, toolbar or key, declared in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QWidget

_Standard = QKeySequence.StandardKey
Key = str | QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can do."""

    name: str
    menu: str
    text: str
    key: Key = ""
    tip: str = ""
    """A sentence for the status bar and the tool tip."""
    begins_group: bool = False


FILE, EDIT, FIT, VIEW, HELP = "&File", "&Edit", "F&it", "&View", "&Help"

COMMANDS: Sequence[Command] = (
    Command("open_files", FILE, "&Open files…", _Standard.Open, "Spectra or a project"),
    Command("open_folder", FILE, "Open &folder…", "Ctrl+Shift+O", "All spectra in a folder"),
    Command("open_example", FILE, "Open e&xample", "", "A simulated series, to try things out"),
    Command(
        "watch_folder", FILE, "&Watch folder…", "", "Fit every spectrum as the instrument writes it"
    ),
    Command(
        "attach_record", FILE, "&Attach potentiostat record…", "",
        "Potentials by the clock, from the cell's own record", begins_group=True,
    ),
    Command("change_clock", FILE, "C&lock of the record…", "", "Zone, offset and drift"),
    Command(
        "measurement", FILE, "&Measurement settings…", "",
        "Instrument, pass energy, laser: what a paper states and files may not tell",
    ),
    Command("save", FILE, "&Save project", _Standard.Save, begins_group=True),
    Command("save_as", FILE, "Save project &as…", "Ctrl+Shift+S"),
    Command(
        "export", FILE, "&Export…", "Ctrl+E", "Tables, figures, recipe and project into a folder",
        begins_group=True,
    ),
    Command("save_nexus", FILE, "Save as &NeXus…", "", "Data and fit as HDF5 under NeXus names"),
    Command(
        "save_vamas", FILE, "Save for &CasaXPS…", "",
        "Spectra and fits as VAMAS, with regions and components",
    ),
    Command(
        "make_figure", FILE, "&Figure for a paper…", "Ctrl+Shift+E",
        "Size, type, colours and spectra of the figures, with a preview",
    ),
    Command("save_plot", FILE, "Save &plot…", "", "The spectrum plot as a file"),
    Command("copy_data", FILE, "Copy &data", "", "The spectrum with fit and components as columns"),
    Command("copy_plot", FILE, "&Copy plot", "Ctrl+Shift+C", "The spectrum plot as a picture"),
    Command("copy_python", FILE, "Copy as P&ython", "", "A script that does the same fit"),
    Command("open_results", FILE, "Sho&w exported folder", "", "The folder of the last export"),
    Command("open_report", FILE, "Show repo&rt", "", "The report of the last export"),
    Command("quit", FILE, "&Quit", "Ctrl+Q", begins_group=True),
    Command("undo", EDIT, "&Undo", _Standard.Undo),
    Command("redo", EDIT, "&Redo", _Standard.Redo),
    Command(
        "remove", EDIT, "Re&move spectra", "Ctrl+Backspace", "Those selected in the list",
        begins_group=True,
    ),
    Command(
        "preferences", EDIT, "Pre&ferences…", _Standard.Preferences,
        "Appearance, decimal mark and folder, for every project", begins_group=True,
    ),
    Command("fit_spectrum", FIT, "&Fit spectrum", "F5", "The spectrum on the screen"),
    Command(
        "fit_series", FIT, "Fit &series", "F6", "All spectra of all regions"
    ),
    Command("fit_region", FIT, "Fit &region", "Shift+F6", "All spectra of the region shown"),
    Command(
        "fit_flagged", FIT, "Refit f&lagged", "F7",
        "Those that failed, ended at a bound or were added since",
    ),
    Command("stop", FIT, "S&top", "Esc", "Stop fitting or reading; what is fitted is kept"),
    Command(
        "take_fit", FIT, "Take &over CasaXPS fit", "",
        "Models and values that the files store, of CasaXPS and others, for all regions",
    ),
    Command(
        "seed_from_previous", FIT, "Start from the &neighbour", "",
        "Start values from the spectrum before instead of the library", begins_group=True,
    ),
    Command(
        "seed_from_neighbours", FIT, "Try &both neighbours", "",
        "After the library's start values those of the spectra on both sides; the best is kept",
    ),
    Command(
        "atomic_percent", FIT, "&Atomic percent…", "",
        "Of all core levels of a sample, by the factors that you choose", begins_group=True,
    ),
    Command("next_spectrum", VIEW, "&Next spectrum", "Ctrl+Down"),
    Command("previous_spectrum", VIEW, "&Previous spectrum", "Ctrl+Up"),
    Command("next_region", VIEW, "Next &region", "Ctrl+Right"),
    Command("previous_region", VIEW, "Pre&vious region", "Ctrl+Left"),
    Command("reset_layout", VIEW, "Reset &layout", begins_group=True),
    Command(
        "whats_this", HELP, "&What is this?", _Standard.WhatsThis,
        "Click a panel to read what it is for",
    ),
    Command("shortcuts", HELP, "&Keyboard shortcuts", _Standard.HelpContents),
    Command("about", HELP, "&About Thioscope"),
)  # fmt: skip


class Actions:
    """The actions of a window, its menus and its toolbar."""

    def __init__(self, window: QMainWindow) -> None:
        self._actions = {command.name: _make_action(command, window) for command in COMMANDS}
        self.menus = _make_menus(window, self._actions)
        self.toolbar = _make_toolbar(window, self._actions)
        self._busy: set[str] = set()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def mark_next(self, name: str) -> None:
        """Show in the toolbar what to do next."""
        for other in (name for names in _TOOLBAR for name in names):
            button = self.toolbar.widgetForAction(self[other])
            if button.property("next") != (other == name):
                button.setProperty("next", other == name)
                button.style().polish(button)

    def set_busy(self, doing: str, is_busy: bool) -> None:
        """Say whether something runs that can be stopped, such as "fitting"."""
        (self._busy.add if is_busy else self._busy.discard)(doing)
        self["stop"].setEnabled(bool(self._busy))

    def enable_all(self, enabled: bool) -> None:
        """Enable or disable everything, such as while the program starts."""
        for action in self._actions.values():
            action.setEnabled(enabled)

    def set_enabled(self, names: Sequence[str], enabled: bool) -> None:
        """Enable or disable several actions."""
        for name in names:
            self._actions[name].setEnabled(enabled)


def _make_action(command: Command, window: QWidget) -> QAction:
    action = QAction(command.text, window)
    action.setObjectName(command.name)
    if isinstance(command.key, str):
        action.setShortcut(QKeySequence(command.key))
    else:
        # the plural: redo and quit have several on some systems
        action.setShortcuts(command.key)
    plain = command.text.replace("&", "").removesuffix("…")
    sentence = f"{plain}: {command.tip[0].lower()}{command.tip[1:]}" if command.tip else plain
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setStatusTip(sentence)
    action.setToolTip(f"{sentence} ({keys})" if keys else sentence)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    return action


def _make_menus(window: QMainWindow, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    menus: dict[str, QMenu] = {}
    for command in COMMANDS:
        if command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(command.menu)
        if command.begins_group:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(actions[command.name])
    return menus


def _make_toolbar(window: QMainWindow, actions: Mapping[str, QAction]) -> QToolBar:
    toolbar = QToolBar("Toolbar", window)
    toolbar.setObjectName("toolbar")
    toolbar.setMovable(False)
    toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    for names in _TOOLBAR:
        for name in names:
            toolbar.addAction(actions[name])
        if names is not _TOOLBAR[-1]:
            toolbar.addSeparator()
    window.addToolBar(toolbar)
    return toolbar


_TOOLBAR = (
    ("open_files",),
    ("fit_spectrum", "fit_series", "stop"),
    ("export",),
    ("undo", "redo"),
)
"""Names of the commands in the toolbar, in groups: read from left to right as one works."""
