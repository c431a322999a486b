"""Make the two moving pictures of the README: ``python docs/images/make_films.py [FOLDER]``.

The window is driven as a user does, on the example, which is simulated. Each film is a few still
pictures, each shown as long as it takes to read.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from drive_window import Driver, fresh_settings, make_application, settle, wait
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.main_window import MainWindow
from app.results.audit_panel import AuditPanel
from app.theme import apply_scheme
from app.workbench import Workbench
from fitting.simulation.example import write_example

_SIZE = (1440, 900)
_NAMES = ("from-files-to-trend", "wrong-model-caught")
_COLOURS = 128


@dataclass
class Film:
    """Pictures of one window, and how long each is shown."""

    frames: list[Image.Image] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def take(self, window: QWidget, seconds: float, dialog: QWidget | None = None) -> None:
        """One picture: the window, with a dialog in its middle if one is open."""
        settle()
        picture = _to_image(window)
        if dialog is not None:
            above = _to_image(dialog)
            picture.paste(
                above,
                tuple((whole - part) // 2 for whole, part in zip(_SIZE, above.size, strict=True)),
            )
        self.frames.append(picture)
        self.times.append(round(1000 * seconds))

    def save(self, path: Path) -> None:
        """Write it as GIF, in the colours of its last picture."""
        last = self.frames[-1].quantize(_COLOURS)
        first, *others = [
            one.quantize(palette=last, dither=Image.Dither.NONE) for one in self.frames
        ]
        first.save(path, save_all=True, append_images=others, duration=self.times, loop=0)
        print(path, path.stat().st_size)


def main() -> None:
    """Make both films."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    apply_scheme(make_application(), Qt.ColorScheme.Light)
    with fresh_settings() as temporary:
        for name, film in zip(_NAMES, _films(temporary), strict=True):
            film.save(folder / f"{name}.gif")


def _films(temporary: Path) -> Iterator[Film]:
    window = MainWindow()
    window.setGeometry(0, 0, *_SIZE)
    window.show()
    driver = Driver(Workbench(window, temporary / "autosave"), temporary)
    yield _show_trend(driver, write_example(temporary / "spectra"))
    yield _show_wrong_model(driver)
    driver.bench.document.mark_saved(None)
    window.close()


def _show_trend(driver: Driver, spectra: Path) -> Film:
    film, bench = Film(), driver.bench
    film.take(driver.window, 1.5)
    driver.drop([spectra])
    wait(lambda: bench.files.preview is not None)
    preview = bench.files.preview
    assert preview is not None
    preview.resize(1200, 640)
    film.take(driver.window, 3.0, preview)
    driver.click(preview.open_button)
    wait(lambda: bool(bench.document.project.analyses))
    film.take(driver.window, 2.0)
    driver.press("F6", driver.window)
    wait(lambda: not bench.fit.is_running)
    for region, spectrum in (("S 2p", 1), ("S 2p", 4), ("raman", 12), ("raman", 28)):
        bench.document.look_at(region=region, spectrum=spectrum)
        film.take(driver.window, 2.0)
    return film


def _show_wrong_model(driver: Driver) -> Film:
    """The polysulfide is taken out of the model: the residuals tell what is missing, and where."""
    film, bench = Film(), driver.bench
    bench.document.look_at(region="S 2p", spectrum=4, peak="polysulfide")
    bench.docks.show_panel("model")
    film.take(driver.window, 2.5)
    driver.click(bench.model.remove)
    film.take(driver.window, 2.5)
    driver.press("F6", driver.window)
    wait(lambda: not bench.fit.is_running)
    film.take(driver.window, 2.5)
    bench.docks.show_panel("audit")
    panel = bench.docks["audit"].widget()
    assert isinstance(panel, AuditPanel)
    panel.scope.setValue("region")
    panel.scope.chosen.emit("region")
    wait(lambda: any(one.rule.startswith("model-") for one in panel.findings()))
    settle(2.0)
    _click_misfit(driver, panel)
    film.take(driver.window, 5.0)
    driver.press("Ctrl+Z", driver.window)
    driver.press("Ctrl+Z", driver.window)
    bench.docks.show_panel("model")
    film.take(driver.window, 2.0)
    return film


def _click_misfit(driver: Driver, panel: AuditPanel) -> None:
    """Choose the finding that says where the model fails."""
    misfits = {one.rule for one in panel.findings() if one.rule.startswith("model-")}
    titles = [rule.replace("-", " ").capitalize() for rule in misfits]
    messages = [one.message for one in panel.findings() if one.rule in misfits]
    tree = panel.view.model()
    for row in range(tree.rowCount()):
        index = tree.index(row, 1)
        if any(words in str(index.data()) for words in (*titles, *messages)):
            panel.view.expand(index.siblingAtColumn(0))
            settle(0.3)
            group = index.siblingAtColumn(0)
            chosen = tree.index(0, 1, group) if tree.rowCount(group) else index
            driver.click(panel.view.viewport(), panel.view.visualRect(chosen).center())
            return


def _to_image(widget: QWidget) -> Image.Image:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    size = (picture.width(), picture.height())
    data = bytes(picture.constBits())
    return Image.frombuffer("RGB", size, data, "raw", "RGB", picture.bytesPerLine(), 1)


if __name__ == "__main__":
    main()
