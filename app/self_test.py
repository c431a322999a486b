"""``thioscope --self-test``: the whole way in a real window, to see that an installation works.

The window opens, off the screen where there is none; the bundled example is dropped on it as files
from a folder are, accepted, fitted and exported, and the exported tables are compared with what was
put into the simulated spectra. Settings and autosaves of the user are left alone.
"""

import argparse
import csv
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import (
    QEventLoop,
    QMimeData,
    QPointF,
    QSettings,
    QStandardPaths,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app.main_window import MainWindow
from app.window import Loading, has_screen, make_application
from app.workbench import Workbench
from fitting.data.errors import ThioscopeError
from fitting.output.export import check_folder
from fitting.simulation.example import example_truth, write_example
from fitting.solvers.engine import prepare_compiled

LARGEST_ERROR = 4.0
"""By how much a share may differ from the truth (percentage points)."""
_PATIENCE = 180.0
"""How long one step may take (s)."""


class SelfTestError(ThioscopeError):
    """A step did not end as it must."""


def self_test(words: Sequence[str]) -> int:
    """Run the test, say what was done, and return 0 if all of it worked."""
    parser = argparse.ArgumentParser(prog="thioscope --self-test", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep what is exported here")
    options = parser.parse_args(words)
    try:
        with TemporaryDirectory(prefix="thioscope-self-test-") as scratch:
            folder = options.out or Path(scratch) / "results"
            check_folder(folder, overwrite=False)
            _run_in(folder, Path(scratch))
    except (ThioscopeError, OSError) as error:
        sys.stderr.write(f"thioscope: self-test failed: {error}\n")
        return 1
    _say_line("Passed.")
    return 0


def worst_share(species_table: Path) -> tuple[float, str]:
    """How far a share is from the truth at most (percentage points), and whose it is.

    What counts is the distance beyond the stated interval; a share without one is compared itself.
    """
    truth = {
        (one.region, round(one.voltage, 2), species): fraction
        for one in example_truth()
        for species, fraction in one.fractions.items()
    }
    with species_table.open(encoding="utf-8", newline="") as file:
        found = {
            (row["region"], round(float(row["voltage_V"]), 2), row["species"]): _ends_of(row)
            for row in csv.DictReader(file)
        }
    missing = truth.keys() - found.keys()
    if missing:
        raise SelfTestError(f"{species_table.name}: there is no row for {sorted(missing)[0]}.")
    differences = {
        key: float(np.abs(share - np.clip(share, *found[key]))) for key, share in truth.items()
    }
    # a share that is not a number is the worst of all
    worst = max(differences, key=lambda key: np.nan_to_num(differences[key], nan=np.inf))
    return differences[worst], f"{worst[2]} in {worst[0]} at {worst[1]:.2f} V"


def _ends_of(row: Mapping[str, str]) -> tuple[float, float]:
    """The 95 % interval of a share; the share twice where it has none."""
    share = row["fraction_percent"] or "nan"
    low, high = (row.get(name) or share for name in ("fraction_low95", "fraction_high95"))
    return float(low), float(high)


def _run_in(folder: Path, scratch: Path) -> None:
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _say_line(
        f"thioscope {version('thioscope')}, Python {platform.python_version()}, "
        f"{_describe_system()}"
    )
    began = time.monotonic()
    application = make_application()
    _leave_user_alone(scratch)
    window, bench = _open_window(scratch)
    _say_line(f"The window is open ({QGuiApplication.platformName()}).")
    try:
        engine = prepare_compiled()
        _walk_through(bench, folder, scratch)
        _check_engine(engine)
        window.grab().save(str(folder / "window.png"))
    finally:
        bench.document.mark_saved(None)
        window.close()
        application.processEvents()
    _say_line(f"All took {time.monotonic() - began:.1f} s.")


def _walk_through(bench: Workbench, folder: Path, scratch: Path) -> None:
    spectra = write_example(scratch / "simulated example")
    drop_on(bench.window, [spectra])
    _wait_until("the preview of what was dropped", lambda: bench.files.preview is not None)
    assert bench.files.preview is not None
    bench.files.preview.open_button.click()
    _wait_until("the spectra", lambda: bool(bench.document.project.analyses))
    _wait_until(
        "the files to be closed", lambda: bench.window.actions_by_name["open_files"].isEnabled()
    )
    counts = {
        region: one.series.sizes["spectrum"]
        for region, one in bench.document.project.analyses.items()
    }
    listed = ", ".join(f"{count} of {region}" for region, count in counts.items())
    _say_line(f"The example was dropped; spectra: {listed}.")
    bench.window.actions_by_name["fit_series"].trigger()
    _wait_until("the fit", lambda: not bench.fit.is_running)
    if any(one.result is None for one in bench.document.project.analyses.values()):
        raise SelfTestError("a region has no result after the fit.")
    _say_line("All regions were fitted.")
    bench.export.export_into(folder)
    _wait_until("the export", lambda: not bench.export.is_running)
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    _say_line(f"Exported {files} files to {folder}.")
    error, where = worst_share(folder / "species.csv")
    if not error <= LARGEST_ERROR:
        raise SelfTestError(f"the share of {where} is {error:.1f} points off the truth.")
    _say_line(f"Shares agree with the truth; the worst ({where}) is {error:.1f} points off.")


def _check_engine(prepared: "Future[object]") -> None:
    """Wait until the compiled engine has fitted a spectrum; the first time it is compiled."""
    _wait_until("the compiled engine", prepared.done)
    error = prepared.exception()
    if isinstance(error, ModuleNotFoundError) and not _is_frozen():
        _say_line("numba is not installed; numpy fits.")
    elif error is not None:
        raise SelfTestError(f"the compiled engine cannot be used ({error}).")
    else:
        _say_line("The compiled engine is ready.")


def drop_on(window: MainWindow, paths: Sequence[Path]) -> None:
    """Drag files over the middle of the window and let go, as another program does."""
    place = window.rect().center()
    target = window.childAt(place) or window
    spot = target.mapFrom(window, place)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(spot, *rest, none),
        QDragMoveEvent(spot, *rest, none),
        QDropEvent(QPointF(spot), *rest, none),
    ):
        QApplication.sendEvent(target, event)
        if not event.isAccepted():
            raise SelfTestError("the window does not take dropped files.")


def _leave_user_alone(scratch: Path) -> None:
    QStandardPaths.setTestModeEnabled(True)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    scope = QSettings.Scope.UserScope
    QSettings.setPath(QSettings.Format.IniFormat, scope, str(scratch / "settings"))


def _open_window(scratch: Path) -> tuple[MainWindow, Workbench]:
    window = MainWindow()
    window.show()
    benches: list[Workbench] = []
    loading = Loading(window, autosaves=scratch / "autosave")
    loading.loaded.connect(benches.append)
    loading.start()
    _wait_until("the panels", lambda: bool(benches))
    return window, benches[0]


def _wait_until(what: str, is_there: Callable[[], bool]) -> None:
    """Let the program run until it is there; a message on the screen ends the test."""
    end = time.monotonic() + _PATIENCE
    # wakes the event loop even where nothing happens
    ticking = QTimer()
    ticking.start(20)
    while not is_there():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox)]
        for box in shown:
            if box.isVisible():
                raise SelfTestError(f"{box.text()} {box.informativeText()}".strip())
        if time.monotonic() > end:
            raise SelfTestError(f"waited {_PATIENCE:.0f} s for {what}.")


def _describe_system() -> str:
    return f"{platform.platform()}, {'frozen' if _is_frozen() else 'from source'}"


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _say_line(text: str) -> None:
    # the program without a console has no standard output
    if sys.stdout is not None:
        print(text, flush=True)
