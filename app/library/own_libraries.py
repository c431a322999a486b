"""The analyst's own library files: added, read again, removed; they are used at every start."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from app.document import Document
from app.settings import last_folder, own_libraries, remember_own_libraries
from fitting.models.parameter_kinds import offered_kinds
from libraries.check import find_mistakes
from libraries.errors import LibraryError
from libraries.loader import catalogue

_FILTER = "Library files (*.toml);;All files (*)"
_MOST_FINDINGS = 6


class OwnLibraries(QPushButton):
    """A menu of the files; what is in them takes precedence over the bundled libraries."""

    failed = Signal(object)
    """The exception that says what is wrong with a file."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Own files", parent)
        self._document = document
        self._paths: list[Path] = []
        self.setToolTip("Species and models of your own, beside the bundled ones")
        self.setMenu(QMenu(self))
        self.menu().setToolTipsVisible(True)
        self._show()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files in use."""
        return tuple(self._paths)

    def restore(self) -> None:
        """Use the files that were used before; one that cannot be used now stays remembered."""
        for path in own_libraries():
            self._try(path)
        self._show()

    def ask(self) -> None:
        """Ask for a file, and use it."""
        name, _ = QFileDialog.getOpenFileName(self, "Add library file", str(last_folder()), _FILTER)
        if name:
            self.add(Path(name))

    def add(self, path: Path) -> None:
        """Use a file from now on, or say what is wrong with it; a known one is read again."""
        path = path.absolute()
        if self._try(path):
            others = [one for one in own_libraries() if one != path]
            remember_own_libraries([*others, path])
        self._show()

    def read_again(self) -> None:
        """Use the files as they are now."""
        self._paths = []
        self._document.take_catalogue(catalogue())
        self.restore()

    def remove(self, path: Path, _: bool = False) -> None:
        """Use a file no longer; models keep what they took from it."""
        remember_own_libraries([one for one in own_libraries() if one != path])
        self.read_again()

    def _try(self, path: Path) -> bool:
        """Use the file with the others; whether it can be used."""
        wanted = [*(one for one in self._paths if one != path), path]
        try:
            _refuse_faults(path)
            known = catalogue(wanted, offered_kinds())
        except LibraryError as error:
            self.failed.emit(error)
            return False
        self._paths = wanted
        self._document.take_catalogue(known)
        return True

    def _show(self) -> None:
        menu = self.menu()
        menu.clear()
        menu.addAction("Add library file…", self.ask)
        remembered = own_libraries()
        again = menu.addAction("Read files again", self.read_again)
        again.setEnabled(bool(remembered))
        menu.addSeparator()
        for path in remembered:
            action = menu.addAction(f"Remove {path.name}")
            state = "" if path in self._paths else "\nIt could not be used; read files again."
            action.setToolTip(f"{path}{state}")
            action.triggered.connect(partial(self.remove, path))
        self.setText(f"Own files ({len(self._paths)})" if self._paths else "Own files")


def _refuse_faults(path: Path) -> None:
    faults = find_mistakes(path, offered_kinds())
    if faults:
        more = len(faults) - _MOST_FINDINGS
        shown = faults[:_MOST_FINDINGS] + ([f"and {more} more"] if more > 0 else [])
        raise LibraryError(
            f"{path.name} is not used. Correct the file and add it again:\n\n" + "\n".join(shown)
        )
