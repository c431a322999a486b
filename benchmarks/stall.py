"""How long the window stands still while a series is fitted, and how soon Stop is felt.

    python benchmarks/stall.py [--spectra 500] [--json]

A timer of 10 ms runs in the GUI thread during the fit; the longest time between two of its ticks
is the longest stall. The panels show the points as they arrive, as they do for a user.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.window import make_application
from app.workbench import Workbench
from fitting.model_from_library import model_from_library
from fitting.project import Analysis, Project
from fitting.propose import propose_recipe
from fitting.simulate import simulate_series
from fitting.solver.engine import prepare_compiled
from libraries.loader import catalogue

_TICK = 10
"""ms"""
_STOP_AFTER = 60
"""ms"""
_LONGEST_PREPARATION = 120
"""s"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spectra", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(options.spectra, Path(folder))
    if options.json:
        print(json.dumps({"unit": "ms", "spectra": options.spectra, **figures}))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value:8.1f} ms")


def _measure(spectra: int, folder: Path) -> dict[str, float]:
    application = make_application()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    window = MainWindow()
    window.show()
    bench = Workbench(window, folder)
    bench.document.open(_project(spectra), None)
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


def _project(spectra: int) -> Project:
    """S 2p with 141 points each, growing polysulfide."""
    model = model_from_library(catalogue().default_model("S 2p"), background="linear")
    growing = np.linspace(0.2, 1.0, spectra)
    areas = {f"{peak.name}.area": 4000.0 * growing for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 400.0},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        voltage=np.linspace(2.5, 4.3, spectra),
    )
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    return Project({"S 2p": Analysis(series, recipe)})


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
