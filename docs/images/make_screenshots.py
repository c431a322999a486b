"""Write the pictures of the window that the README and the guide show.

    python docs/images/make_screenshots.py [FOLDER]

The data are the bundled example, which is simulated.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.main_window import MainWindow
from app.settings import name_application
from app.shortcuts import ShortcutSheet
from app.theme import apply_scheme
from app.workbench import Workbench
from fitting.example import write_example

_SIZES = {"large": (1440, 900), "small": (1280, 720)}
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_SHOWN = {"xps": ("S 2p", 1), "raman": ("raman", 12)}
"""Region and spectrum of each picture."""
_LONGEST = 120.0
"""Seconds to wait for anything."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    name_application(application)
    application.setStyle("Fusion")
    apply_scheme(application, Qt.ColorScheme.Light)
    with tempfile.TemporaryDirectory() as temporary:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, temporary)
        spectra = write_example(Path(temporary) / "example")
        _take_pictures(application, spectra, Path(temporary), folder)


def _take_pictures(application: QApplication, spectra: Path, temporary: Path, folder: Path) -> None:
    window = MainWindow()
    window.resize(*_SIZES["large"])
    window.show()
    bench = Workbench(window, temporary / "autosave")
    _save(window, folder / "welcome.png")
    bench.open_paths([spectra])
    _wait(lambda: bench.files.preview is not None)
    preview = bench.files.preview
    assert preview is not None
    _save(preview, folder / "preview.png")
    preview.open_button.click()
    _wait(lambda: bool(bench.document.project.analyses))
    bench.fits.fit_series()
    _wait(lambda: not bench.fit.is_running)
    for (scheme_name, scheme), (size_name, size) in product(_SCHEMES.items(), _SIZES.items()):
        apply_scheme(application, scheme)
        window.resize(*size)
        bench.docks.reset()
        for name, (region, spectrum) in _SHOWN.items():
            bench.document.look_at(region=region, spectrum=spectrum)
            _save(window, folder / f"window-{name}-{scheme_name}-{size_name}.png")
    apply_scheme(application, Qt.ColorScheme.Light)
    for panel in ("library", "steps", "results", "audit"):
        bench.docks[panel].raise_()
        _save(bench.docks[panel], folder / f"panel-{panel}.png")
    sheet = ShortcutSheet(window.actions_by_name, window)
    sheet.open()
    _save(sheet, folder / "shortcuts.png")
    sheet.close()
    bench.document.mark_saved(None)
    window.close()


def _save(widget: QWidget, path: Path) -> None:
    until = time.monotonic() + 0.4
    while time.monotonic() < until:
        QApplication.processEvents()
    widget.grab().save(str(path))
    print(path)


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _LONGEST
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("The window did not get ready.")
        QApplication.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
