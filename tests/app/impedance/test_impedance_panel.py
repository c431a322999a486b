"""The panel of impedance spectra is there when they are, and fits them as a step of undo."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.impedance.impedance_panel import ImpedancePanel
from fitting.impedance.analysis import ImpedanceAnalysis, ImpedanceRecipe
from fitting.impedance.series import Sweep, make_sweeps
from fitting.projects.project import Project

_FREQUENCY = np.geomspace(1e5, 0.1, 25)


@pytest.fixture
def document(qtbot: QtBot, empty_settings: Path) -> Document:
    s = 2j * np.pi * _FREQUENCY
    sweeps = [
        Sweep(_FREQUENCY, 60 + size / (1 + (s * 1e-2) ** 0.9), cycle=number, voltage=3.8)
        for number, size in enumerate((100.0, 300.0), start=1)
    ]
    series = make_sweeps(sweeps, sample="cell", reader="test")
    document = Document()
    document.open(Project(impedance=ImpedanceAnalysis(series, ImpedanceRecipe("R-(R|Q)"))), None)
    return document


def test_fit_fills_the_table_and_can_be_undone(qtbot: QtBot, document: Document) -> None:
    panel = ImpedancePanel(document)
    qtbot.addWidget(panel)
    assert panel.spectrum.count() == 2
    assert panel.table.rowCount() == 0
    panel.circuit.setCurrentText("R_SE-(R_int|Q_int)")
    with qtbot.waitSignal(document.project_changed, timeout=60_000):
        panel.fit.click()
    panel.wait()
    panel.spectrum.setCurrentIndex(1)
    shown = {
        panel.table.item(row, 0).text(): panel.table.item(row, 1).text()
        for row in range(panel.table.rowCount())
    }
    assert shown["R_int"] == "300"
    assert np.nanmax(panel.plots.curves[0].getData()[1]) == pytest.approx(130, rel=0.1)
    document.undo_stack.undo()
    assert panel.table.rowCount() == 0


def test_text_that_is_no_circuit_is_told_and_nothing_is_fitted(
    qtbot: QtBot, document: Document
) -> None:
    panel = ImpedancePanel(document)
    qtbot.addWidget(panel)
    panel.circuit.setCurrentText("R-(R|")
    with qtbot.waitSignal(panel.failed) as told:
        panel.start_fit()
    assert "is no circuit" in str(told.args[0])
    assert panel.analysis is not None
    assert panel.analysis.result is None
