"""What the window's tests share: settings of their own, simulated spectra, files to drop."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
import xarray as xr
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.document import Document
from app.main_window import MainWindow
from fitting.data.series import axis_of
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.pipeline.propose import propose_recipe
from fitting.projects.project import Analysis, Project
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

VOLTAGES = (2.5, 3.0, 3.5, 4.0, 4.3)
_GRIDS = {"S 2p": (157.0, 173.0), "P 2p": (127.0, 140.0)}

MakeSeries = Callable[..., xr.Dataset]


@pytest.fixture(autouse=True)
def garbage_in_this_thread() -> Iterator[None]:
    """As in the program: no other thread may come upon a widget among the garbage."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def settings_of_this_test(empty_settings: Path) -> None:
    """Every test begins with empty settings."""


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget, int, int], QWidget]:
    """Show a widget in a size, as the active window; it is closed after the test."""

    def show(widget: QWidget, width: int, height: int) -> QWidget:
        widget.resize(width, height)
        qtbot.addWidget(widget)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        QApplication.processEvents()
        return widget

    return show


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """The main window, without anything in it."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture(scope="session")
def simulated() -> MakeSeries:
    """Counts of the library's default model; its first species fades as the voltage rises."""

    def make(region: str = "S 2p", voltages: Sequence[float] = VOLTAGES, seed: int = 1):
        model = _default_model(region)
        low, high = _GRIDS[region]
        count = len(voltages)
        growing = np.linspace(0.2, 1.0, count)
        areas = {f"{peak.name}.area": 4000.0 * growing for peak in model.peaks}
        areas[f"{model.peaks[0].name}.area"] = 4000.0 * growing[::-1]
        return simulate_series(
            model,
            {**areas, "background.offset": 400.0},
            np.arange(low, high, 0.1),
            np.random.default_rng(seed),
            region=region,
            voltage=np.asarray(voltages),
            voltage_from="file name",
            sample="LPSC",
            branch="charge",
            source=[f"{region.replace(' ', '')}_{voltage:.2f}V.txt" for voltage in voltages],
            sources={f"{region}{voltage}": f"{region}{voltage}" for voltage in voltages},
        )

    return make


@pytest.fixture
def project(simulated: MakeSeries) -> Project:
    """Two regions of five spectra each, with the proposed recipes, not fitted yet."""
    analyses = {}
    for region in ("S 2p", "P 2p"):
        series = simulated(region)
        recipe = propose_recipe(series, catalogue())
        assert recipe is not None
        analyses[region] = Analysis(series, recipe)
    return Project(analyses)


@pytest.fixture
def document(project: Project, qapp: QApplication) -> Document:
    """A document with the project open."""
    document = Document()
    document.open(project, None)
    return document


@pytest.fixture
def spectra_folder(tmp_path: Path, simulated: MakeSeries) -> Path:
    """Ten files of two regions with the voltages in their names, and one that is broken."""
    folder = tmp_path / "LPSC in situ"
    folder.mkdir()
    for region in ("S 2p", "P 2p"):
        series = simulated(region)
        energy = series[axis_of(series)].values
        for voltage, counts in zip(VOLTAGES, series["intensity"].values, strict=True):
            lines = [f"{x:.2f}\t{y:.0f}" for x, y in zip(energy, counts, strict=True)]
            name = f"LPSC_{region.replace(' ', '')}_{voltage:.2f}V_charge.txt"
            (folder / name).write_text("Binding energy (eV)\tcounts\n" + "\n".join(lines))
    (folder / "torn.txt").write_text("Binding energy (eV)\tcounts\n158.0\t\n")
    return folder


@pytest.fixture
def drop() -> Callable[[QWidget, Sequence[Path], QPoint], bool]:
    """Drop files onto whatever is at a point of a window, as a drag from another program does."""
    return drop_files


def drop_files(window: QWidget, paths: Sequence[Path], place: QPoint) -> bool:
    """Enter, move and drop at ``place``; whether the files were taken."""
    target = window.childAt(place) or window
    spot = target.mapFrom(window, place)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(spot, actions, data, button, none)
    QApplication.sendEvent(target, enter)
    move = QDragMoveEvent(spot, actions, data, button, none)
    QApplication.sendEvent(target, move)
    if not (enter.isAccepted() and move.isAccepted()):
        return False
    drop = QDropEvent(QPointF(spot), actions, data, button, none)
    QApplication.sendEvent(target, drop)
    return drop.isAccepted()


@dataclass(frozen=True, slots=True)
class PlotMouse:
    """A mouse on a plot: places are in units of the plot, events those of a real mouse."""

    item: pg.PlotItem

    def pixel(self, x: float, y: float) -> QPointF:
        """The place in the viewport of the canvas."""
        scene = self.item.getViewBox().mapViewToScene(QPointF(x, y))
        return QPointF(self._canvas.mapFromScene(scene))

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        place = self.pixel(x, y)
        self._send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)
        self._send(QEvent.Type.MouseButtonPress, place, button)
        self._send(QEvent.Type.MouseButtonRelease, place, button)

    def press(self, x: float, y: float) -> QPointF:
        place = self.pixel(x, y)
        self._send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)
        self._send(QEvent.Type.MouseButtonPress, place, Qt.MouseButton.LeftButton)
        return place

    def move(self, place: QPointF, *, held: bool = True) -> None:
        button = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseMove, place, button)

    def release(self, place: QPointF) -> None:
        self._send(QEvent.Type.MouseButtonRelease, place, Qt.MouseButton.LeftButton)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        begin, goal = self.press(*start), self.pixel(*end)
        for step in range(1, steps + 1):
            self.move(begin + (goal - begin) * (step / steps))
        self.release(goal)

    @property
    def _canvas(self) -> pg.GraphicsView:
        return self.item.getViewWidget()

    def _send(self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
        port = self._canvas.viewport()
        is_move = kind == QEvent.Type.MouseMove
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(
            kind,
            place,
            QPointF(port.mapToGlobal(place.toPoint())),
            Qt.MouseButton.NoButton if is_move else button,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(port, event)


@pytest.fixture
def mouse() -> Iterator[type[PlotMouse]]:
    """A mouse for a plot: ``mouse(plot_item)``; none of its events is skipped for speed."""
    usual = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield PlotMouse
    pg.setConfigOption("mouseRateLimit", usual)


def _default_model(region: str) -> Model:
    return model_from_library(catalogue().default_model(region), background="linear")
