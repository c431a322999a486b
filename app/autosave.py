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
from fitting.data.errors import ProjectFileError
from fitting.data.whole_file import write_whole
from fitting.projects.project import Project
from fitting.saving.project_file import save_project

INTERVAL = 30_000
"""Between two copies (ms); a copy is only made of what has changed."""
_COPY, _NOTE, _LOCK = ".thio", ".json", ".lock"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A copy whose program has ended without closing it."""

    path: Path
    project_path: Path | None
    """The file it would have been saved to."""

    def discard(self, *, is_running: bool = False) -> None:
        """Delete the copy and what belongs to it; the lock stays while its program runs."""
        for suffix in (_COPY, _NOTE) if is_running else (_COPY, _NOTE, _LOCK):
            self.path.with_suffix(suffix).unlink(missing_ok=True)
        for part in self.path.parent.glob(f".{self.path.stem}.*.part"):
            part.unlink(missing_ok=True)


class Autosave(QObject):
    """Writes the document's unsaved project beside the settings, off the GUI thread."""

    failed = Signal(object)
    """Why no copy could be written; said once until it works again."""

    def __init__(self, document: Document, folder: Path | None = None) -> None:
        super().__init__(document)
        self._document = document
        self._folder = folder or autosave_folder()
        self._path = self._folder / f"{uuid.uuid4().hex}{_COPY}"
        self._lock: QLockFile | None = None
        self._kept: Project | None = None
        self._is_failing = False
        self._job = Job(self)
        self._job.failed.connect(self._on_failed)
        self._job.produced.connect(self._on_kept)
        self._job.ended.connect(self._drop_saved)
        document.path_changed.connect(self._drop_saved)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keep)
        self._timer.start(INTERVAL)

    def keep(self) -> None:
        """Write a copy if there is something unsaved that the last copy does not hold."""
        self._drop_saved()
        project = self._document.project
        if not self._document.is_changed or project is self._kept or self._job.is_running:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._on_failed(_cannot_keep(self._folder, error.strerror or str(error)))
            return
        self._own()
        self._kept = project
        self._job.start(_Copy(project, self._path, self._document.path))

    def adopt(self, found: LeftBehind) -> None:
        """Go on with a copy that is open now: it stays until its work is saved."""
        self._release()
        self._path = found.path
        self._own()
        self._kept = self._document.project

    def discard(self) -> None:
        """Delete the copy: the work is saved, or was given up knowingly."""
        self._timer.stop()
        self._job.wait()
        self._release()

    def _own(self) -> None:
        """Tell other windows, and later ones, that this program runs."""
        if self._lock is None:
            self._lock = _lock_of(self._path)
            self._lock.tryLock(0)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        LeftBehind(self._path, None).discard()

    def _drop_saved(self, *_: object) -> None:
        """Once all is saved, a copy would only offer an older state after a crash."""
        if not self._document.is_changed and not self._job.is_running and self._kept is not None:
            self._kept = None
            LeftBehind(self._path, None).discard(is_running=True)

    def _on_kept(self, _: object) -> None:
        self._is_failing = False

    def _on_failed(self, error: Exception) -> None:
        self._kept = None
        if not self._is_failing:
            self._is_failing = True
            self.failed.emit(error)


def autosave_folder() -> Path:
    """Where copies are kept on this system."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(place) / "autosave"


def left_behind(folder: Path | None = None) -> list[LeftBehind]:
    """The copies that no running program owns, the last one first."""
    place = folder or autosave_folder()
    _sweep_leftovers(place)
    copies = sorted(place.glob(f"*{_COPY}"), key=_time_of_change, reverse=True)
    return [LeftBehind(path, _project_path(path)) for path in copies if not _is_owned(path)]


def _sweep_leftovers(place: Path) -> None:
    """Delete what is left of programs that were killed before their first copy was whole."""
    for lock in place.glob(f"*{_LOCK}"):
        path = lock.with_suffix(_COPY)
        if not path.exists() and not _is_owned(path):
            LeftBehind(path, None).discard()


def _time_of_change(path: Path) -> float:
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
        note = {"project": str(self.project_path) if self.project_path else ""}
        try:
            write_whole(self.path.with_suffix(_NOTE), json.dumps(note).encode("utf-8"))
            save_project(self.project, self.path)
        except (OSError, ProjectFileError) as error:
            reason = error.strerror if isinstance(error, OSError) else error.__cause__ or error
            raise _cannot_keep(self.path.parent, str(reason)) from error
        yield self.path


def _cannot_keep(folder: Path, reason: str) -> ProjectFileError:
    return ProjectFileError(
        f"Copies of unsaved work cannot be kept in {folder} ({reason}). Save the project now and "
        "then; a copy is tried again every half minute."
    )
