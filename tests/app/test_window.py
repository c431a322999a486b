"""The start: the frame is on the screen before what takes long is loaded."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.window import NO_SCREEN, Loading, open_window

Drop = Callable[[QWidget, Sequence[Path], QPoint], bool]
_LONG = 60_000


def test_files_named_at_the_start_are_shown(
    window: MainWindow, qtbot: QtBot, spectra_folder: Path
) -> None:
    loading = Loading(window, [spectra_folder])
    with qtbot.waitSignal(loading.loaded, timeout=_LONG) as loaded:
        loading.start()
    bench = loaded.args[0]
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    bench.files.preview.reject()


def test_files_dropped_before_all_is_loaded_are_opened_then(
    window: MainWindow, qtbot: QtBot, spectra_folder: Path, drop: Drop
) -> None:
    loading = Loading(window)
    with qtbot.waitSignal(loading.loaded, timeout=_LONG) as loaded:
        loading.start()
        assert drop(window, [spectra_folder], window.rect().center())
    bench = loaded.args[0]
    qtbot.waitUntil(lambda: bench.files.preview is not None, timeout=_LONG)
    bench.files.preview.reject()


def test_the_frame_needs_none_of_the_heavy_packages() -> None:
    heavy = ("numpy", "scipy", "xarray", "pandas", "pyqtgraph", "matplotlib", "lmfit")
    code = (
        "import sys, app.main_window, app.window\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a screen")
def test_without_a_screen_the_command_line_is_pointed_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert open_window([]) == NO_SCREEN
    assert "command line" in capsys.readouterr().err


def test_a_file_that_the_system_wants_opened_counts_as_dropped() -> None:
    code = (
        "from PySide6.QtGui import QFileOpenEvent\n"
        "from app.window import make_application\n"
        "application, seen = make_application(), []\n"
        "application.file_opened.connect(seen.extend)\n"
        "application.sendEvent(application, QFileOpenEvent('/data/a.thio'))\n"
        "print(*[path.as_posix() for path in seen], not application.windowIcon().isNull())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["/data/a.thio", "True"]
