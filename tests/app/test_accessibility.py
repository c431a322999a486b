"""Everything that can be reached by the keyboard tells a screen reader what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.export_dialog import ExportDialog
from app.main_window import MainWindow
from app.model.species_choice import SpeciesChoiceDialog
from app.opening.open_preview import OpenPreview
from app.results.uncertainty_dialog import UncertaintyDialog
from app.workbench import Workbench
from fitting.projects.project import Project
from libraries.loader import catalogue


def _unnamed(root: QWidget) -> list[str]:
    """Widgets that Tab reaches without a name, each by where it is."""
    return [_place_of(widget) for widget in _reachable(root) if not _name_of(widget)]


def _reachable(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        above = widget.parentWidget()
        # the list that a combo box opens is reached through the box
        is_part = above is not None and above.inherits("QComboBoxPrivateContainer")
        # Qt keeps bars of tabs that are on no screen, to use them again
        is_part |= isinstance(widget, QTabBar) and not widget.isVisible()
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not is_part:
            yield widget


def _name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return "" if interface is None else interface.text(QAccessible.Text.Name).strip()


def _place_of(widget: QWidget) -> str:
    above = widget.parentWidget()
    owner = type(above).__name__ if above is not None else "nothing"
    return f"{type(widget).__name__} {widget.objectName()!r} in {owner}"


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, project: Project) -> Workbench:
    window = MainWindow()
    bench = Workbench(window, tmp_path / "autosave")
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.show()
    bench.document.open(project, None)
    QApplication.processEvents()
    return bench


def test_every_widget_of_the_window_has_a_name(bench: Workbench) -> None:
    assert sum(1 for _ in _reachable(bench.window)) > 30
    found = _unnamed(bench.window)
    assert found == []


def test_every_widget_of_the_dialogs_has_a_name(bench: Workbench, qtbot: QtBot) -> None:
    analysis = bench.document.analysis
    assert analysis is not None
    dialogs = [
        OpenPreview(bench.window, can_add=True),
        ExportDialog(Path("out"), bench.window),
        SpeciesChoiceDialog(bench.document, catalogue(), bench.window),
        UncertaintyDialog(analysis, bench.window),
    ]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        assert _unnamed(dialog) == [], type(dialog).__name__
