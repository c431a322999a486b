"""Write the pictures of the window that the README and the guide show.

    python docs/images/make_screenshots.py [FOLDER]

The data are the bundled example, which is simulated.
"""

import os
import sys
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np
from drive_window import fresh_settings, make_application, settle, wait
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QWidget

from app.main_window import MainWindow
from app.model.species_choice import SpeciesChoiceDialog
from app.shortcuts import ShortcutSheet
from app.theme import apply_scheme
from app.workbench import Workbench
from fitting.simulation.example import write_example

_SIZES = {"large": (1440, 900), "small": (1280, 720)}
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_SHOWN = {"xps": ("S 2p", 1), "raman": ("raman", 12)}
"""Region and spectrum of each picture."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    apply_scheme(application, Qt.ColorScheme.Light)
    with fresh_settings() as temporary:
        spectra = write_example(temporary / "example")
        _take_pictures(application, spectra, temporary, folder)


def _take_pictures(application: QApplication, spectra: Path, temporary: Path, folder: Path) -> None:
    window = MainWindow()
    window.resize(*_SIZES["large"])
    window.show()
    bench = Workbench(window, temporary / "autosave")
    _save(window, folder / "welcome.png")
    bench.open_paths([spectra])
    wait(lambda: bench.files.preview is not None)
    preview = bench.files.preview
    assert preview is not None
    _save(preview, folder / "preview.png")
    preview.open_button.click()
    wait(lambda: bool(bench.document.project.analyses))
    bench.fits.fit_series()
    wait(lambda: not bench.fit.is_running)
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
    _take_dialogs(bench, temporary, folder)
    sheet = ShortcutSheet(window.actions_by_name, window)
    sheet.open()
    _save(sheet, folder / "shortcuts.png")
    sheet.close()
    bench.document.mark_saved(None)
    window.close()


def _take_dialogs(bench: Workbench, temporary: Path, folder: Path) -> None:
    """What the how-to pages show: joint fit, choice of species, intervals, record."""
    bench.docks["model"].raise_()
    bench.document.look_at(region="S 2p", spectrum=1, peak="")
    model = bench.model
    model.shared.setValue((("position", "fwhm"), ()))
    _save_part(model, QRect(0, 0, model.width(), model.view.y()), folder / "joint-fit.png")
    model.refresh()
    model.choose.click()
    dialog = model.findChild(SpeciesChoiceDialog)
    assert isinstance(dialog, SpeciesChoiceDialog)
    dialog.weigh.click()
    apply = dialog.buttons.button(QDialogButtonBox.StandardButton.Apply)
    wait(apply.isEnabled)
    _save(dialog, folder / "choose-species.png")
    dialog.reject()
    bench.docks["results"].raise_()
    bar = bench.results.intervals
    bar.method.setValue("profile")
    bar.method.chosen.emit("profile")
    wait(lambda: not bar.is_running)
    _save(bench.docks["results"], folder / "intervals.png")
    bar.more.click()
    assert bar.dialog is not None
    _save(bar.dialog, folder / "uncertainty.png")
    bar.dialog.reject()
    _take_trends(bench, folder)
    bench.cell.attach(_write_record(temporary / "cell.csv"))
    wait(lambda: bench.cell.dialog is not None)
    assert bench.cell.dialog is not None
    _save(bench.cell.dialog, folder / "attach-record.png")
    bench.cell.dialog.reject()


def _take_trends(bench: Workbench, folder: Path) -> None:
    """The charge shift of the electrodes, and limits of what is not detected."""
    trends = bench.trends
    bench.window.resize(*_SIZES["large"])
    bench.docks.reset()
    settle()
    for region, quantity, name in (
        ("S 2p", "charge_shift", "charge-shift"),
        ("raman", "fraction", "upper-limits"),
    ):
        bench.document.look_at(region=region, spectrum=1)
        trends.quantity.setCurrentIndex(trends.quantity.findData(quantity))
        wait(lambda: not bench.document.detections.is_running)
        _save(bench.docks["trends"], folder / f"{name}.png")


def _write_record(path: Path) -> Path:
    """A slow ramp up and a faster one down over the Raman spectra of the example."""
    start = datetime(2026, 9, 6, 23, 50)
    minutes = np.arange(0, 1040)
    volts = np.interp(minutes, (0, 10, 740, 1040), (2.31, 2.31, 4.30, 2.75))
    rows = [
        f"{start + timedelta(minutes=int(m))},{v:.5f}" for m, v in zip(minutes, volts, strict=True)
    ]
    path.write_text("\n".join(["time,voltage/V", *rows]) + "\n", encoding="utf-8")
    return path


def _save_part(widget: QWidget, part: QRect, path: Path) -> None:
    settle()
    widget.grab(part).save(str(path))
    print(path)


def _save(widget: QWidget, path: Path) -> None:
    _save_part(widget, widget.rect(), path)


if __name__ == "__main__":
    main()
