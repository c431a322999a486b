"""What is remembered from one start to the next: the window's layout and recent files."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings

from app.preferences import preferred_folder

_RECENT = "recent_files"
_MOST_RECENT_FILES = 10
_LIBRARIES = "own_libraries"


def name_application(application: QCoreApplication) -> None:
    """Say whose settings and folders these are."""
    application.setOrganizationName("Thioscope")
    application.setApplicationName("Thioscope")


def recent_files() -> list[Path]:
    """Files and folders opened lately, the last one first; those that are gone are left out."""
    return [path for path in _read_paths(_RECENT) if _is_there(path)]


def remember_file(path: Path) -> None:
    """Put the file or folder first among the recent ones."""
    path = path.absolute()
    others = [other for other in recent_files() if other != path]
    names = [str(other) for other in [path, *others][:_MOST_RECENT_FILES]]
    QSettings().setValue(_RECENT, names)


def own_libraries() -> list[Path]:
    """The analyst's own library files, in the order in which they were added."""
    return _read_paths(_LIBRARIES)


def remember_own_libraries(paths: Sequence[Path]) -> None:
    """Use these at the next start."""
    QSettings().setValue(_LIBRARIES, [str(path) for path in paths])


def last_folder() -> Path:
    """The folder to begin a file dialog in: the preferred one, else that used last."""
    preferred = preferred_folder()
    if preferred is not None:
        return preferred
    for path in recent_files():
        return path if path.is_dir() else path.parent
    return Path.home()


def _read_paths(key: str) -> list[Path]:
    stored = QSettings().value(key, [])
    # a list of one is stored as its only text
    names = [stored] if isinstance(stored, str) else list(stored or [])  # type: ignore[call-overload]
    return [Path(name) for name in names]


def _is_there(path: Path) -> bool:
    # a drive that has gone raises
    try:
        return path.exists()
    except OSError:
        return False
