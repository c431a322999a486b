"""Whether opening and closing leaves anything behind: ``python -m benchmarks.window.reopen``.

Each time the window is filled, shown and closed. Widgets, threads and memory are counted after a
tenth of the rounds and at the end.
"""

import gc
import tempfile
import threading
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.workbench import Workbench
from benchmarks.command import Figures, Size, benchmark_parser, parse, show
from benchmarks.memory import resident_megabytes
from benchmarks.window.screen import make_quiet_application

_LEFT = ("widgets", "threads", "memory")


def main() -> None:
    """Open and close; what is left early and late."""
    options = parse(benchmark_parser(__doc__, times=Size(200, 20, "times")))
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(options.times, Path(folder))
    show({"times": options.times, **figures}, options, _table)


def _table(figures: Figures) -> str:
    return "\n".join(
        f"{name:8} {figures[name][0]:10.4g} after a tenth, {figures[name][1]:10.4g} at the end"
        for name in _LEFT
    )


def _measure(times: int, folder: Path) -> dict[str, tuple[float, float]]:
    application = make_quiet_application(folder)
    early: dict[str, float] = {}
    for number in range(times):
        _open_and_close(application, folder)
        if number + 1 == max(1, times // 10):
            early = _left()
    late = _left()
    return {name: (early[name], late[name]) for name in early}


def _open_and_close(application: QApplication, folder: Path) -> None:
    window = MainWindow()
    Workbench(window, folder / "autosave")
    window.show()
    application.processEvents()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def _left() -> dict[str, float]:
    """Widgets, threads and resident memory (MB) there are now."""
    counts = (len(QApplication.allWidgets()), threading.active_count(), resident_megabytes())
    return dict(zip(_LEFT, counts, strict=True))


if __name__ == "__main__":
    main()
