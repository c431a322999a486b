"""The file of the open project: who else has it open, and whether somebody else wrote to it."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

from app.document import Document

_Stamp = tuple[int, int, int]


class ProjectPlace(QObject):
    """Watches the document's file from when it was opened or saved here.

    A lock beside the file, hidden and gone with the window, lets two windows know of each other,
    also on two machines. It keeps nobody from anything: it is told, and saving asks.
    """

    changed_outside = Signal(object)
    """The ``Path``: it does not hold any more what was opened or saved here."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._path: Path | None = None
        self._stamp: _Stamp | None = None
        self._lock: QLockFile | None = None
        self._holder = ""
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file_changed)
        document.path_changed.connect(self._hold)

    @property
    def holder(self) -> str:
        """The machine on which another window has the file open; empty if none has."""
        return self._holder

    def is_changed_outside(self, path: Path) -> bool:
        """Whether the file, if it is the document's, is another one than was opened or saved."""
        if path != self._path or self._stamp is None:
            return False
        found = _stamp_of_file(path)
        # a file that has gone can be written again without a loss
        return found is not None and found != self._stamp

    def release(self) -> None:
        """Let go of the file, before the window goes."""
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        if self._lock is not None:
            self._lock.unlock()
        self._path, self._stamp, self._lock, self._holder = None, None, None, ""

    def _hold(self, path: Path | None) -> None:
        if path is not None and path == self._path:
            self._stamp = _stamp_of_file(path)
            self._watch()
            return
        self.release()
        if path is None:
            return
        self._path, self._stamp = path, _stamp_of_file(path)
        self._watch()
        lock = QLockFile(str(path.with_name(f".{path.name}.lock")))
        # held as long as the window is open, however long that is
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            self._lock = lock
        elif lock.error() == QLockFile.LockError.LockFailedError:
            self._holder = str(lock.getLockInfo()[1])

    def _watch(self) -> None:
        name = str(self._path)
        if name not in self._watcher.files():
            self._watcher.addPath(name)

    def _on_file_changed(self, _: str) -> None:
        if self._path is None:
            return
        # a file that was replaced is no longer watched
        self._watch()
        if self.is_changed_outside(self._path):
            self.changed_outside.emit(self._path)


def _stamp_of_file(path: Path) -> _Stamp | None:
    """What changes when anybody writes to the file; none if it cannot be asked."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
