"""Whether a long day leaves anything behind: ``python benchmarks/soak.py [--times 50] [--json]``.

2,000 spectra are fitted, exported and opened again, 50 times in one process: once through the
functions of the engine, once through the window. Resident memory is noted after each round. From
the fifth of the rounds after the warm-up to the last fifth its median must not grow by more than
10 %, and the numbers must not change. The figures are kept in ``benchmarks/results/soak.json`` with
machine and date.
"""

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path[0] = str(Path(__file__).parents[1])

import numpy as np  # noqa: E402

from benchmarks.machine import machine  # noqa: E402
from fitting.analyse import PROJECT_FILE, fit_analysis, with_fit  # noqa: E402
from fitting.model_from_library import model_from_library  # noqa: E402
from fitting.project import Analysis, Project  # noqa: E402
from fitting.propose import propose_recipe  # noqa: E402
from fitting.saving.export import export_project  # noqa: E402
from fitting.saving.project_file import open_project, save_project  # noqa: E402
from fitting.simulate import simulate_series  # noqa: E402
from fitting.solver.engine import prepare_compiled  # noqa: E402
from libraries.loader import catalogue  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "soak.json"
_REGION = "S 2p"
_ALLOWED = 0.10
_MEGABYTE = 1024.0
_TICK = 20
"""ms"""

Round = Callable[[Path, Path], Project]
"""Fits the project of a file, exports it into a folder, and opens what was exported."""


def main() -> None:
    """Measure both ways, each in a process of its own; print, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--spectra", type=int, default=2000)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", choices=("engine", "window"), help="one way, in this process")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(_measure(options.only, options.times, options.spectra)))
        return
    figures: dict[str, Any] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "times": options.times,
        "spectra": options.spectra,
    }
    for way in ("engine", "window"):
        words = ["--only", way, "--times", str(options.times), "--spectra", str(options.spectra)]
        child = subprocess.run(
            [sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True
        )
        figures[way] = json.loads(child.stdout.splitlines()[-1])
    if options.times >= 50:
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2) if options.json else _table(figures))


def _measure(way: str, times: int, spectra: int) -> dict[str, Any]:
    """Resident memory (MB) after every round, and what it says."""
    prepare_compiled().exception()
    memory: list[float] = []
    first: Project | None = None
    changed = 0
    with tempfile.TemporaryDirectory() as name, _rounds(way, Path(name)) as run:
        folder, source = Path(name), Path(name) / "given.thio"
        save_project(_project(spectra), source)
        began = time.perf_counter()
        for _ in range(times):
            reopened = run(source, folder / "out")
            first = first or reopened
            changed += not _same(first, reopened)
            shutil.rmtree(folder / "out")
            del reopened
            gc.collect()
            memory.append(_resident_megabytes())
        seconds = (time.perf_counter() - began) / times
    fifth = max(times // 5, 1)
    growth = float(np.median(memory[-fifth:]) / np.median(memory[fifth : 2 * fifth]) - 1.0)
    return {
        "seconds per round": seconds,
        "memory after the first round, MB": memory[0],
        "memory after the warm-up, MB": float(np.median(memory[fifth : 2 * fifth])),
        "memory at the end, MB": float(np.median(memory[-fifth:])),
        "growth after the warm-up": growth,
        "is flat": growth <= _ALLOWED,
        "rounds with other numbers": changed,
        "memory, MB": [round(value, 1) for value in memory],
    }


@contextmanager
def _rounds(way: str, folder: Path) -> Iterator[Round]:
    if way == "engine":
        yield _engine_round
        return
    with _window(folder) as run:
        yield run


def _engine_round(source: Path, folder: Path) -> Project:
    project = open_project(source)
    fitted = {
        region: with_fit(analysis, fit_analysis(analysis))
        for region, analysis in project.analyses.items()
    }
    list(export_project(replace(project, analyses=fitted), folder))
    return open_project(folder / PROJECT_FILE)


@contextmanager
def _window(folder: Path) -> Iterator[Round]:
    """A window that is used over and over."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QSettings

    from app.export import ExportActions
    from app.fits.fitting_job import SeriesFit
    from app.main_window import MainWindow
    from app.window import make_application
    from app.workbench import Workbench

    application = make_application()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    window = MainWindow()
    window.show()
    bench = Workbench(window, folder / "autosave")

    def wait_for(work: SeriesFit | ExportActions) -> None:
        while work.is_running:
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _TICK)
            time.sleep(_TICK / 1000)
        application.processEvents()

    def run(source: Path, out: Path) -> Project:
        bench.document.open(open_project(source), None)
        application.processEvents()
        bench.fits.fit_series()
        wait_for(bench.fit)
        bench.export.export_into(out)
        wait_for(bench.export)
        bench.document.mark_saved(None)
        bench.document.open(open_project(out / PROJECT_FILE), None)
        application.processEvents()
        return bench.document.project

    yield run
    bench.document.mark_saved(None)
    window.close()


def _project(spectra: int) -> Project:
    """S 2p with 161 points each, growing polysulfide."""
    model = model_from_library(catalogue().default_model(_REGION), background="linear")
    growing = np.linspace(0.2, 1.0, spectra)
    areas = {f"{peak.name}.area": 4000.0 * growing for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 400.0},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region=_REGION,
        voltage=np.linspace(2.5, 4.3, spectra),
    )
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    return Project({_REGION: Analysis(series, recipe)})


def _same(one: Project, other: Project) -> bool:
    results = [project.analyses[_REGION].result for project in (one, other)]
    return all(
        np.array_equal(results[0][name].values, results[1][name].values, equal_nan=True)  # type: ignore[index]
        for name in ("value", "stderr", "chi_square")
    )


def _resident_megabytes() -> float:
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / _MEGABYTE


def _table(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['machine']}, {figures['date']}",
        f"{figures['spectra']} spectra, {figures['times']} times",
    ]
    for way in ("engine", "window"):
        lines += ["", way]
        lines += [
            f"  {name:34} {value:10.4g}"
            for name, value in figures[way].items()
            if not isinstance(value, list)
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
