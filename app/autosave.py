"""Keeps a copy of unsaved work, and finds what a crash has left."""

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from app.document import Document
from app.job import Job
from fitting.project import Project
from fitting.project_file import save_project

INTERVAL = 30_000
"""Between two copies (ms); a copy is only made of what has changed."""
_COPY, _NOTE, _LOCK = ".thio", ".json", ".lock"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A copy whose program has ended without closing it."""

    path: Path
    project_path: Path | None
    """The file it would have been saved to."""

    def discard(self) -> None:
        """Delete the copy."""
        for suffix in (_COPY, _NOTE, _LOCK):
            self.path.with_suffix(suffix).unlink(missing_ok=True)


class Autosave(QObject):
    """Writes the document's unsaved project beside the settings, off the GUI thread."""

    failed = Signal(object)

    def __init__(self, document: Document, folder: Path | None = None) -> None:
        super().__init__(document)
        self._document = document
        self._folder = folder or autosave_folder()
        self._path = self._folder / f"{uuid.uuid4().hex}{_COPY}"
        self._lock: QLockFile | None = None
        self._kept: Project | None = None
        self._job = Job(self)
        self._job.failed.connect(self.failed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keep)
        self._timer.start(INTERVAL)

    def keep(self) -> None:
        """Write a copy if there is something unsaved that the last copy does not hold."""
        project = self._document.project
        if not self._document.is_changed or project is self._kept or self._job.is_running:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = _lock_of(self._path)
            self._lock.tryLock(0)
        self._kept = project
        self._job.start(_Copy(project, self._path, self._document.path))

    def discard(self) -> None:
        """Delete the copy: the work is saved, or was given up knowingly."""
        self._timer.stop()
        self._job.wait()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        LeftBehind(self._path, None).discard()


def autosave_folder() -> Path:
    """Where copies are kept on this system."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(place) / "autosave"


def left_behind(folder: Path | None = None) -> list[LeftBehind]:
    """The copies that no running program owns, the last one first."""
    place = folder or autosave_folder()
    copies = sorted(place.glob(f"*{_COPY}"), key=_modified, reverse=True)
    return [LeftBehind(path, _project_path(path)) for path in copies if not _is_owned(path)]


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _is_owned(path: Path) -> bool:
    lock = _lock_of(path)
    if not lock.tryLock(0):
        return True
    lock.unlock()
    return False


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(_LOCK)))
    # the lock is held as long as its program runs, however long that is
    lock.setStaleLockTime(0)
    return lock


def _project_path(path: Path) -> Path | None:
    with contextlib.suppress(OSError, ValueError):
        name = json.loads(path.with_suffix(_NOTE).read_text(encoding="utf-8"))["project"]
        return Path(name) if name else None
    return None


@dataclass(frozen=True, slots=True)
class _Copy:
    project: Project
    path: Path
    project_path: Path | None

    def __call__(self) -> Iterator[Path]:
        save_project(self.project, self.path)
        note = {"project": str(self.project_path) if self.project_path else ""}
        self.path.with_suffix(_NOTE).write_text(json.dumps(note), encoding="utf-8")
        yield self.path
