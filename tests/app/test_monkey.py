"""Whatever is done in whatever order: no exception, and what is saved is what is shown.

Takes some seconds: a window has to be open while hundreds of things are done in it.
"""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractScrollArea, QApplication
from pytestqt.qtbot import QtBot

from app.docks import PANELS
from app.main_window import MainWindow
from app.workbench import Workbench
from fitting.data.order import ORDERS
from fitting.fits.each import FitOptions
from fitting.projects.project import Project, with_analysis
from fitting.saving.project_file import open_project, save_project

_STEPS = 100
_LONG = 60_000
_KEYS = (
    "Ctrl+Down", "Ctrl+Up", "Ctrl+Right", "Ctrl+Left", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z",
    "F5", "F7", "Esc", "Tab", "Space", "Up", "Down", "Del", "Return",
)  # fmt: skip


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, project: Project) -> Workbench:
    for analysis in project.analyses.values():
        options = FitOptions(family=())
        recipe = replace(analysis.recipe, options=options)
        project = with_analysis(project, replace(analysis, recipe=recipe))
    window = MainWindow()
    bench = Workbench(window, tmp_path / "autosave")
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.resize(1280, 720)
    window.show()
    bench.document.open(project, None)
    return bench


@dataclass(frozen=True, slots=True)
class _Monkey:
    """Does one thing after the other."""

    bench: Workbench
    chance: random.Random
    qtbot: QtBot

    def press_key(self) -> None:
        keys = QKeySequence(self.chance.choice(_KEYS))[0]
        target = QApplication.focusWidget() or self.bench.window
        self.qtbot.keyClick(target, keys.key(), keys.keyboardModifiers())

    def click_somewhere(self) -> None:
        bench = self.bench
        panels: list[QAbstractScrollArea] = [
            bench.series.view,
            bench.model.view,
            bench.results.view,
            bench.plot.canvas,
            bench.map.canvas,
            bench.trends.panel.canvas,
        ]
        panel = self.chance.choice([one for one in panels if not one.visibleRegion().isEmpty()])
        place = QPoint(*(self.chance.randrange(end) for end in panel.size().toTuple()))
        click = self.chance.choice([self.qtbot.mouseClick, self.qtbot.mouseDClick])
        click(panel.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def change_peaks(self) -> None:
        analysis, shown = self.bench.document.analysis, self.bench.plot.shown
        if analysis is None or shown is None or not analysis.recipe.model.peaks:
            self.bench.document.add_own_peak()
            return
        peak, menu = self.chance.choice(shown.model.peaks).name, self.bench.plot.peak_menu
        is_on = self.chance.random() < 0.5
        doings: list[Callable[[], object]] = [
            partial(menu._remove, peak),
            partial(menu._copy, shown, peak),
            partial(menu._switch, peak, is_on),
            partial(menu._hold, shown, f"{peak}.position", is_on),
        ]
        self.chance.choice(doings)()

    def change_order(self) -> None:
        document = self.bench.document
        order = self.chance.choice(ORDERS)
        document.change(replace(document.project, order=order), "Order")

    def raise_panel(self) -> None:
        self.bench.docks.show_panel(self.chance.choice([panel.name for panel in PANELS]))

    def doings(self) -> Mapping[Callable[[], object], float]:
        """What can be done, and how often."""
        stack = self.bench.document.undo_stack
        return {
            self.press_key: 6.0,
            self.click_somewhere: 6.0,
            self.change_peaks: 3.0,
            self.change_order: 1.0,
            self.raise_panel: 1.0,
            self.bench.series.remove_selected: 0.3,
            stack.undo: 2.0,
            stack.redo: 2.0,
        }


@pytest.mark.parametrize("seed", [1])
def test_random_events_raise_nothing_and_lose_nothing(
    bench: Workbench, qtbot: QtBot, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    doings = _Monkey(bench, chance, qtbot).doings()
    for _ in range(_STEPS):
        for box in [one for one in QApplication.topLevelWidgets() if one.isModal()]:
            box.close()
        if not bench.document.project.analyses:
            bench.document.undo_stack.undo()
        chance.choices(list(doings), list(doings.values()))[0]()
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=_LONG)
    project = bench.document.project
    save_project(project, tmp_path / "a.thio")
    again = open_project(tmp_path / "a.thio")
    assert again.order == project.order
    assert {name: one.recipe for name, one in again.analyses.items()} == {
        name: one.recipe for name, one in project.analyses.items()
    }
    assert threading.active_count() < 40
