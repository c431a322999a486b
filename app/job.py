"""Long work off the GUI thread: a generator runs in one thread and its values arrive as signals."""

import threading
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QThread, Signal

from app.memory import return_free_memory


class Job(QObject):
    """Runs one generator at a time in a thread; cancelling stops it between two values."""

    produced = Signal(object)
    """A value of the generator; arrives in the thread the job lives in."""
    failed = Signal(object)
    """The exception that ended the generator."""
    ended = Signal(bool)
    """The work is over; whether it was cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _Worker | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    def start(self, generator: Callable[[], Iterator[object]]) -> None:
        """Call ``generator`` in a thread of its own and iterate over what it returns."""
        if self._thread is not None:
            raise RuntimeError("The job is still running.")
        self._thread = _Worker(generator, self)
        self._thread.produced.connect(self.produced)
        self._thread.failed.connect(self.failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the value that is being made."""
        if self._thread is not None:
            self._thread.is_cancelled.set()

    def wait(self) -> None:
        """Cancel and wait until the thread has ended, such as before the window closes."""
        if self._thread is not None:
            self.cancel()
            self._thread.wait()

    def _on_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self.ended.emit(thread.is_cancelled.is_set())
            thread.deleteLater()


class _Worker(QThread):
    produced = Signal(object)
    failed = Signal(object)

    def __init__(self, generator: Callable[[], Iterator[object]], parent: QObject) -> None:
        super().__init__(parent)
        self._generator = generator
        self.is_cancelled = threading.Event()

    def run(self) -> None:
        try:
            for value in self._generator():
                if self.is_cancelled.is_set():
                    break
                self.produced.emit(value)
        except Exception as error:  # noqa: BLE001 - the one place where work off the GUI thread ends
            self.failed.emit(error)
        finally:
            return_free_memory()
