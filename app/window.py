"""Opens the window: the frame first, what it needs for work while it is on the screen already."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from app.garbage import GuiGarbage
from app.job import Job
from app.main_window import MainWindow
from app.settings import name_application
from app.theme import follow_system

NO_SCREEN = 2
_ICON = Path(__file__).parent / "icons" / "thioscope.png"
_HEAVY = ("numpy", "xarray", "h5py", "fitting.pipeline.analyse", "fitting.output.export")
"""What takes long to import and needs no GUI thread."""
_SWITCH_INTERVAL = 0.0005
"""Longest time (s) for which a fitting thread keeps Python from the GUI thread."""


def open_window(words: Sequence[str]) -> int:
    """Show the window, open the files named by ``words``, and return the exit code."""
    if not has_screen():
        sys.stderr.write(
            "thioscope: there is no screen to show the window on. Use the command line: "
            "thioscope fit FOLDER --out RESULTS.\n"
        )
        return NO_SCREEN
    application = make_application()
    window = MainWindow()
    window.show()
    application.file_opened.connect(window.drops.dropped)
    loading = Loading(window, [Path(word) for word in words])
    loading.loaded.connect(_prepare_engine)
    loading.start()
    return application.exec()


class Application(QApplication):
    """Says which files macOS wants opened: it sends events where other systems name arguments."""

    file_opened = Signal(object)
    """The paths, as a list."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_opened.emit([Path(event.file())])
            return True
        return super().event(event)


def make_application() -> Application:
    """The application with its name, colours and sharing of time between threads."""
    application = Application(["thioscope"])
    name_application(application)
    application.setWindowIcon(QIcon(str(_ICON)))
    # a desktop finds icon and name of a running window by the file that starts it
    application.setDesktopFileName("thioscope")
    follow_system(application)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    GuiGarbage(application)
    return application


def has_screen() -> bool:
    """Whether there is somewhere to show a window."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


class Loading(QObject):
    """Loads what the window needs for work in a thread, then fills the window."""

    loaded = Signal(object)
    """The ``Workbench``."""

    def __init__(
        self, window: MainWindow, paths: Sequence[Path] = (), *, autosaves: Path | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._autosaves = window, autosaves
        self._paths = list(paths)
        self._job = Job(self)
        self._job.ended.connect(self._fill)
        window.drops.dropped.connect(self._paths.extend)
        window.closing.connect(self._on_closing)

    def start(self) -> None:
        """Begin; the window can be looked at meanwhile."""
        self._window.status.begin("Starting")
        self._job.start(_import_heavy)

    def _fill(self) -> None:
        from app.workbench import Workbench

        self._window.drops.dropped.disconnect(self._paths.extend)
        workbench = Workbench(self._window, self._autosaves)
        workbench.desk.catch_uncaught()
        # what was imported stays: looking through it for garbage would stall the window
        gc.freeze()
        self._window.status.finish("Ready.")
        workbench.offer_recovery(self._paths)
        self.loaded.emit(workbench)

    def _on_closing(self, _: object) -> None:
        self._job.wait()


def _prepare_engine(_: object) -> None:
    """Have the compiled engine ready by the time something is to be fitted."""
    from fitting.solvers.engine import prepare_compiled

    prepare_compiled()


def _import_heavy() -> Iterator[str]:
    for name in _HEAVY:
        import_module(name)
        yield name
