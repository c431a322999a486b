"""Watching a folder from the menu: begun, shown in the status line, stopped."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QLabel

from app.actions import Actions
from app.document import Document
from app.errors import ErrorDesk
from app.fits.fitting_job import SeriesFit
from app.fits.folder_watch import FolderWatch
from app.main_window import MainWindow
from app.settings import last_folder
from app.status_line import StatusLine
from app.theme import SPACING, current_colours
from fitting.projects.corrections import count_spectra
from fitting.projects.reading import Reading

_BEGIN, _STOP = "&Watch folder…", "Stop &watching"


class WatchActions(QObject):
    """One action that begins and stops; the status line says what is watched and what came."""

    def __init__(
        self, window: MainWindow, document: Document, fit: SeriesFit, desk: ErrorDesk
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions: Actions = window.actions_by_name
        self._status: StatusLine = window.status
        self.watch = FolderWatch(document, fit, self)
        self.label = QLabel()
        self.label.setContentsMargins(SPACING, 0, SPACING, 0)
        self.label.hide()
        self._status.addPermanentWidget(self.label)
        self._folder = Path()
        self._count = 0
        self._actions["watch_folder"].triggered.connect(self.toggle)
        self.watch.came.connect(self._on_came)
        self.watch.ended.connect(self._on_ended)
        self.watch.failed.connect(desk.show)

    def toggle(self) -> None:
        """Ask for a folder and watch it, or stop."""
        if self.watch.is_watching:
            self.watch.stop()
            self._on_ended()
            return
        name = QFileDialog.getExistingDirectory(
            self._window, "Watch the folder that the instrument writes to", str(last_folder())
        )
        if name:
            self.begin(Path(name))

    def begin(self, folder: Path) -> None:
        """Watch a folder."""
        self._folder, self._count = folder, 0
        self.watch.start(folder)
        self._actions["watch_folder"].setText(_STOP)
        self.label.setToolTip(f"Every new file in {folder} is read and fitted.")
        self.label.show()
        self._show()
        self._status.say(f"Watching {folder.name}: spectra appear here as they are written.")

    def wait(self) -> None:
        """Stop, before the window goes."""
        self.watch.wait()

    def _on_came(self, reading: Reading) -> None:
        self._count += count_spectra(reading)
        self._show()
        for entry in reading.unread:
            self._status.say(entry.reason)

    def _on_ended(self) -> None:
        self._actions["watch_folder"].setText(_BEGIN)
        if not self.label.isHidden():
            self.label.hide()
            self._status.say(f"{self._folder.name} is not watched any more.")

    def _show(self) -> None:
        spectra = "spectrum" if self._count == 1 else "spectra"
        self.label.setText(
            f'<span style="color:{current_colours().good}">●</span> Watching {self._folder.name}: '
            f"{self._count} {spectra}"
        )
