"""Drive the real window as a user does, and take a picture of every state to look at.

    python docs/images/drive_window.py FOLDER [--data FOLDER] [--scene NAME]... [--size 1280x720]
                                              [--scheme light|dark|contrast]

Clicks, keys and drops go through the event loop of a window on a display (real or Xvfb); file
dialogs are opened and filled in by typing. ``QT_SCALE_FACTOR`` sets the scale of the screen.
Without ``--data`` only the scenes of the example run.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu, QWidget

from app.main_window import MainWindow
from app.settings import name_application
from app.theme import apply_appearance
from app.workbench import Workbench
from fitting.fits.each import FitOptions
from fitting.simulation.example import write_example

_APPEARANCES = ("light", "dark", "contrast")
_LONGEST = 300.0
"""Seconds to wait for anything."""
SETTLED = 0.5
"""Seconds after which everything is drawn."""


@dataclass
class Driver:
    """One window, a mouse and a keyboard; counts what the hand does."""

    bench: Workbench
    folder: Path
    scene: str = ""
    actions: int = 0
    pictures: list[str] = field(default_factory=list)

    @property
    def window(self) -> MainWindow:
        return self.bench.window

    def drop(self, paths: Sequence[Path]) -> None:
        """Drop files onto the middle of the window."""
        self.actions += 1
        place = self.window.rect().center()
        target = self.window.childAt(place) or self.window
        spot = target.mapFrom(self.window, place)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(target, QDragEnterEvent(spot, copy, data, left, none))
        QApplication.sendEvent(target, QDragMoveEvent(spot, copy, data, left, none))
        QApplication.sendEvent(target, QDropEvent(QPointF(spot), copy, data, left, none))

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click with the left button."""
        self.actions += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())
        settle(0.05)

    def press(self, keys: str, widget: QWidget | None = None) -> None:
        """Press keys such as "Ctrl+E" where the focus is."""
        self.actions += 1
        if widget is self.window and not widget.isActiveWindow():
            # without a window manager nobody hands on the focus of a dialog that has closed
            widget.activateWindow()
            wait(widget.isActiveWindow)
        QTest.keySequence(widget or QApplication.focusWidget() or self.window, keys)
        settle(0.05)

    def choose(self, name: str) -> None:
        """Take a command of a menu: one action, as a click on its entry."""
        action = self.bench._actions[name]
        assert action.isEnabled(), f"{name} is grey"
        self.actions += 1
        action.trigger()
        settle(0.05)

    def type_path(self, path: Path) -> None:
        """Type a path into the file dialog that is about to open, and press Return."""
        self.actions += 1

        def fill() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                QTimer.singleShot(50, fill)
                return
            self.shoot("file-dialog", dialog)
            name = dialog.findChild(QLineEdit, "fileNameEdit")
            assert name is not None
            name.setText(str(path))
            QTest.keyClick(name, Qt.Key.Key_Return)

        QTimer.singleShot(50, fill)

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Take a picture of the window, or of a dialog or menu."""
        settle()
        path = self.folder / f"{self.scene}-{len(self.pictures):02}-{name}.png"
        (widget or self.window).grab().save(str(path))
        self.pictures.append(path.name)
        print(path, flush=True)

    def open_menu(self, title: str) -> QMenu:
        """Open a menu of the menu bar, as a click on its title does."""
        menu = self.bench._actions.menus[title]
        menu.popup(self.window.mapToGlobal(QPoint(20, 40)))
        settle(0.2)
        return menu

    def open_spectra(self, paths: Sequence[Path], *, picture: bool = True) -> None:
        """Drop and accept."""
        self.drop(paths)
        wait(lambda: self.bench.files.preview is not None or bool(open_dialogs()))
        preview = self.bench.files.preview
        if preview is None:
            self.shoot("refused", open_dialogs()[0])
            open_dialogs()[0].close()
            return
        if picture:
            self.shoot("preview", preview)
        self.click(preview.open_button)
        wait(lambda: not self.bench.files._opening.is_running)

    def fit_series(self) -> None:
        """Fit all, quickly: the pictures are not about model errors."""
        document = self.bench.document
        for region, analysis in document.project.analyses.items():
            quick = replace(analysis.recipe, options=FitOptions(family=()))
            analyses = {**document.project.analyses, region: replace(analysis, recipe=quick)}
            document.change(replace(document.project, analyses=analyses), "Quick fits")
        self.press("F6", self.window)
        wait(lambda: not self.bench.fit.is_running)

    def shoot_panels(self, *names: str) -> None:
        """A picture of the window for each panel, brought to the front."""
        for name in names:
            self.bench.docks.show_panel(name)
            self.shoot(f"panel-{name}")


def open_dialogs() -> list[QDialog]:
    """The dialogs on the screen."""
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QDialog) and one.isVisible()
    ]


def make_application() -> QApplication:
    """The program as it starts, in the look of its pictures."""
    application = QApplication([])
    name_application(application)
    application.setStyle("Fusion")
    return application


@contextmanager
def fresh_settings() -> Iterator[Path]:
    """A temporary folder, in which the settings of the program are as well, none yet."""
    with tempfile.TemporaryDirectory() as temporary:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, temporary)
        QSettings().clear()
        yield Path(temporary)


def settle(seconds: float = SETTLED) -> None:
    """Let the window draw."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.005)


def wait(is_so: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    until = time.monotonic() + _LONGEST
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("The window did not get ready.")
        QApplication.processEvents()
        time.sleep(0.01)


def show_example(driver: Driver, temporary: Path, _: Path | None) -> None:
    """The bundled example from the first window to the export."""
    driver.shoot("welcome")
    driver.open_spectra([write_example(temporary / "example")])
    driver.shoot("opened")
    driver.fit_series()
    driver.shoot("fitted")
    driver.shoot_panels("model", "library", "steps", "results", "audit", "notes", "compare")
    driver.bench.document.look_at(region="raman", spectrum=12)
    driver.shoot("raman")
    driver.shoot_panels("model", "results", "audit")
    for title in driver.bench._actions.menus:
        menu = driver.open_menu(title)
        driver.shoot(f"menu-{title.replace('&', '')}", menu)
        menu.close()
    driver.choose("export")
    driver.shoot("export", driver.bench.export.dialog)
    dialog = driver.bench.export.dialog
    assert dialog is not None
    dialog.folder.setText(str(temporary / "out"))
    driver.click(dialog.export)
    wait(lambda: not driver.bench.export.is_running)
    driver.shoot("exported")
    driver.choose("atomic_percent")
    driver.shoot("atomic-percent", open_dialogs()[0])
    open_dialogs()[0].close()


def show_other_date(driver: Driver, temporary: Path, _: Path | None) -> None:
    """A record that was made on another day than the spectra."""
    driver.open_spectra([write_example(temporary / "example")], picture=False)
    record = _write_record(temporary / "cell.csv", datetime(2027, 1, 20, 23, 50))
    driver.bench.cell.attach(record)
    wait(lambda: driver.bench.cell.dialog is not None)
    dialog = driver.bench.cell.dialog
    assert dialog is not None
    driver.shoot("clock", dialog)
    dialog.reject()


def show_mistakes(driver: Driver, temporary: Path, _: Path | None) -> None:
    """What goes wrong with the user's own data."""
    folder = temporary / "mistakes"
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear colleague,\nthe spectra follow.\n", encoding="utf-8")
    (folder / "torn.txt").write_text("Binding energy (eV)\tcounts\n158.0\t\n", encoding="utf-8")
    driver.open_spectra([folder])
    driver.shoot("nothing-found")
    driver.drop([folder / "missing.txt"])
    settle(1.0)
    for dialog in open_dialogs():
        driver.shoot("missing", dialog)
        dialog.close()


def show_own_band(driver: Driver, temporary: Path, _: Path | None) -> None:
    """A series that no library knows, with a peak set by hand."""
    folder = temporary / "own bands"
    folder.mkdir()
    shifts = np.arange(1200.0, 1700.0, 1.0)
    chance = np.random.default_rng(1)
    for number in range(8):
        curve = 200 + 900 * np.exp(-(((shifts - 1350) / 40) ** 2))
        curve += (300 + 80 * number) * np.exp(-(((shifts - 1585) / 25) ** 2))
        rows = zip(shifts, chance.poisson(curve), strict=True)
        text = "\n".join(f"{x:.1f}\t{y}" for x, y in rows)
        (folder / f"carbon_{number}.txt").write_text(f"Raman shift (1/cm)\tcounts\n{text}\n")
    driver.open_spectra([folder])
    driver.shoot("opened")
    driver.bench.document.add_own_peak(1350.0)
    driver.bench.document.add_own_peak(1585.0)
    driver.shoot("two-peaks")
    driver.fit_series()
    driver.shoot("fitted")
    driver.shoot_panels("results", "audit")


def show_figure(driver: Driver, temporary: Path, _: Path | None) -> None:
    """A figure for a paper, in two columns, saved."""
    driver.open_spectra([write_example(temporary / "example")], picture=False)
    driver.fit_series()
    driver.bench.document.look_at(region="S 2p")
    driver.choose("make_figure")
    dialog = driver.bench.figures.dialog
    assert dialog is not None
    driver.shoot("one-column", dialog)
    dialog.form.width_of.setValue("183")
    dialog.form.width_of.chosen.emit("183")
    dialog.form.font_size.setValue(9.0)
    driver.shoot("two-columns", dialog)
    dialog.figure.setValue("species")
    dialog.figure.chosen.emit("species")
    driver.shoot("species", dialog)
    driver.type_path(temporary / "figure.pdf")
    driver.click(dialog.save)
    wait((temporary / "figure.pdf").exists)
    driver.shoot("saved")


def show_file(*names: str) -> Callable[[Driver, Path, Path | None], None]:
    """A scene that opens real files, fits them and looks at the panels."""

    def show(driver: Driver, _: Path, data: Path | None) -> None:
        assert data is not None
        driver.open_spectra([data / name for name in names])
        driver.shoot("opened")
        driver.fit_series()
        driver.shoot("fitted")
        driver.shoot_panels("model", "results", "audit", "notes")

    return show


SCENES: Mapping[str, Callable[[Driver, Path, Path | None], None]] = {
    "example": show_example,
    "date": show_other_date,
    "mistakes": show_mistakes,
    "own": show_own_band,
    "figure": show_figure,
}
REAL_SCENES: Mapping[str, Callable[[Driver, Path, Path | None], None]] = {
    "kratos": show_file("xps_vamas_casaxps_text/FeO_analyzed.vms"),
    "casaxps": show_file("xps_casaxps_csv"),
    "avantage": show_file("xps_thermo_avantage/Hard_carbon_Thermo.xlsx"),
    "map": show_file("raman_labspec_map/Cymato_map.txt"),
}


def main() -> None:
    options = _read_words()
    application = make_application()
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    apply_appearance(application, options.scheme)
    options.folder.mkdir(parents=True, exist_ok=True)
    scenes = {**SCENES, **(REAL_SCENES if options.data else {})}
    for name in options.scene or scenes:
        with fresh_settings() as temporary:
            _run_scene(name, scenes[name], temporary, options)


def _run_scene(
    name: str,
    scene: Callable[[Driver, Path, Path | None], None],
    temporary: Path,
    options: argparse.Namespace,
) -> None:
    window = MainWindow()
    width, height = map(int, options.size.split("x"))
    window.setGeometry(0, 0, width, height)
    window.show()
    bench = Workbench(window, temporary / "autosave")
    driver = Driver(bench, options.folder, f"{name}-{options.size}-{options.scheme}")
    window.activateWindow()
    try:
        scene(driver, temporary, options.data)
    finally:
        bench.document.mark_saved(None)
        window.close()
    print(f"{name}: {driver.actions} actions", flush=True)


def _read_words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--scene", action="append")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--scheme", default="light", choices=_APPEARANCES)
    return parser.parse_args()


def _write_record(path: Path, start: datetime) -> Path:
    """A slow ramp up and a faster one down."""
    minutes = np.arange(0, 1040)
    volts = np.interp(minutes, (0, 10, 740, 1040), (2.31, 2.31, 4.30, 2.75))
    rows = [
        f"{start + timedelta(minutes=int(m))},{v:.5f}" for m, v in zip(minutes, volts, strict=True)
    ]
    path.write_text("\n".join(["time,voltage/V", *rows]) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
