"""How long the window stands still during a fit: ``python -m benchmarks.window.stall``.

And how soon Stop is felt. A timer of 10 ms runs in the GUI thread during the fit; the longest time
between two of its ticks is the longest stall. The panels show the points as they arrive, as they do
for a user.
"""

import contextlib
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.workbench import Workbench
from benchmarks.command import Figures, Size, benchmark_parser, parse, show
from benchmarks.sulfur_series import REGION, sulfur_analysis
from benchmarks.window.screen import make_quiet_application
from fitting.projects.project import Project
from fitting.solvers.engine import prepare_compiled

_TICK = 10
"""ms"""
_STOP_AFTER = 60
"""ms"""
_LONGEST_PREPARATION = 120
"""s"""


def main() -> None:
    """Fit a series in the window, and stop a fit."""
    options = parse(benchmark_parser(__doc__, spectra=Size(500, 100, "spectra")))
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(options.spectra, Path(folder))
    show({"unit": "ms", "spectra": options.spectra, **figures}, options, _table)


def _table(figures: Figures) -> str:
    times = {name: value for name, value in figures.items() if name not in ("unit", "spectra")}
    return "\n".join(f"{name:28} {value:8.1f} ms" for name, value in times.items())


def _measure(spectra: int, folder: Path) -> dict[str, float]:
    application = make_quiet_application(folder)
    window = MainWindow()
    window.show()
    bench = Workbench(window, folder)
    bench.document.open(Project({REGION: sulfur_analysis(spectra)}), None)
    with contextlib.suppress(ModuleNotFoundError):
        # as after some seconds of looking at the spectra
        prepare_compiled().result(timeout=_LONGEST_PREPARATION)
    _settle(application)
    _fit(bench)
    bench.document.undo_stack.undo()
    _settle(application)
    gaps, seconds = _fit(bench)
    bench.document.undo_stack.undo()
    _settle(application)
    stop = _stop(bench)
    bench.document.mark_saved(None)
    window.close()
    return {
        "fit": 1000 * seconds,
        "longest stall": 1000 * float(np.max(gaps)),
        "99th percentile of stalls": 1000 * float(np.percentile(gaps, 99)),
        "from Stop to stopped": 1000 * stop,
    }


def _fit(bench: Workbench) -> tuple[list[float], float]:
    """The times between ticks during a fit of all spectra (s), and how long it took."""
    gaps: list[float] = []
    began = last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(_TICK)
    _run_until_ended(bench)
    return gaps, time.perf_counter() - began


def _stop(bench: Workbench) -> float:
    """From the user's Stop to the end of the fit (s)."""
    stopped = 0.0

    def stop() -> None:
        nonlocal stopped
        stopped = time.perf_counter()
        bench.window.actions_by_name["stop"].trigger()

    QTimer.singleShot(_STOP_AFTER, stop)
    _run_until_ended(bench)
    return time.perf_counter() - stopped if stopped else float("nan")


def _run_until_ended(bench: Workbench) -> None:
    loop = QEventLoop()
    bench.fit.ended.connect(loop.quit)
    bench.fits.fit_series()
    loop.exec()
    bench.fit.ended.disconnect(loop.quit)


def _settle(application: QApplication) -> None:
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:
        application.processEvents()


if __name__ == "__main__":
    main()
