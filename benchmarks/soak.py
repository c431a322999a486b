"""Whether a long day leaves anything behind: ``python -m benchmarks.soak``.

2,000 spectra are fitted, exported and opened again, 50 times in one process: once through the
functions of the engine, once through the window. Resident memory is noted after each round. From
the fifth of the rounds after the warm-up to the last fifth its median must not grow by more than
10 %, and the numbers must not change.
"""

import gc
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, in_a_process, parse, publish
from benchmarks.memory import resident_megabytes
from benchmarks.sulfur_series import REGION, sulfur_analysis
from benchmarks.window.screen import make_quiet_application
from fitting.output.export import export_project
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.result_files import PROJECT_FILE
from fitting.projects.project import Project
from fitting.saving.project_file import open_project, save_project
from fitting.solvers.engine import prepare_compiled

_ALLOWED = 0.10
_TICK = 20
"""ms"""

Round = Callable[[Path, Path], Project]
"""Fits the project of a file, exports it into a folder, and opens what was exported."""


def main() -> None:
    """Measure both ways, each in a process of its own."""
    sizes = {"times": Size(50, 5, "rounds"), "spectra": Size(2000, 200, "spectra")}
    parser = benchmark_parser(__doc__, **sizes)
    parser.add_argument("--only", choices=("engine", "window"), help="one way, in this process")
    options = parse(parser)
    if options.only:
        print(json.dumps(_measure(options.only, options.times, options.spectra)))
        return
    figures: Figures = {"times": options.times, "spectra": options.spectra}
    size = ("--times", str(options.times), "--spectra", str(options.spectra))
    for way in ("engine", "window"):
        figures[way] = in_a_process("benchmarks.soak", "--only", way, *size)
    publish("soak", figures, options, _table)


def _measure(way: str, times: int, spectra: int) -> Figures:
    """Resident memory (MB) after every round, and what it says."""
    prepare_compiled().exception()
    memory: list[float] = []
    first: Project | None = None
    changed = 0
    with tempfile.TemporaryDirectory() as name, _rounds(way, Path(name)) as run:
        folder, source = Path(name), Path(name) / "given.thio"
        save_project(Project({REGION: sulfur_analysis(spectra)}), source)
        began = time.perf_counter()
        for _ in range(times):
            reopened = run(source, folder / "out")
            first = first or reopened
            changed += not _same(first, reopened)
            shutil.rmtree(folder / "out")
            del reopened
            gc.collect()
            memory.append(resident_megabytes())
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
    from PySide6.QtCore import QEventLoop

    from app.export import ExportActions
    from app.fits.fitting_job import SeriesFit
    from app.main_window import MainWindow
    from app.workbench import Workbench

    application = make_quiet_application(folder)
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


def _same(one: Project, other: Project) -> bool:
    results = [project.analyses[REGION].result for project in (one, other)]
    return all(
        np.array_equal(results[0][name].values, results[1][name].values, equal_nan=True)  # type: ignore[index]
        for name in ("value", "stderr", "chi_square")
    )


def _table(figures: Figures) -> str:
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
