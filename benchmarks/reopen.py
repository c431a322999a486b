"""Whether opening and closing the window leaves anything behind.

    python benchmarks/reopen.py [--times 200] [--json]

Each time the window is filled, shown and closed. Widgets, threads and memory are counted after a
tenth of the rounds and at the end.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.window import make_application
from app.workbench import Workbench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(options.times, Path(folder))
    if options.json:
        print(json.dumps({"times": options.times, **figures}))
    else:
        for name, (early, late) in figures.items():
            print(f"{name:8} {early:10.4g} after a tenth, {late:10.4g} at the end")


def _measure(times: int, folder: Path) -> dict[str, tuple[float, float]]:
    application = make_application()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
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
    return {
        "widgets": len(QApplication.allWidgets()),
        "threads": threading.active_count(),
        "memory": _resident_megabytes(),
    }


def _resident_megabytes() -> float:
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
