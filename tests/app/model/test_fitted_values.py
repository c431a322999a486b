"""Fitted values in the model panel: those of the spectrum on the screen, and of its model."""

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.model.model_panel import ModelPanel
from fitting.data.result import FittedBlock, Status
from fitting.models.model import Model, Parameter
from fitting.pipeline.analyse import with_fit
from fitting.projects.project import Analysis, with_analysis

START, FIT, ERROR, MIN, MAX = range(1, 6)


def test_fitted_values_and_errors_are_those_of_the_spectrum_shown(
    panel: ModelPanel, document: Document
) -> None:
    _put_result(document)
    document.look_at(spectrum=2)
    assert _cell(panel, "PS4.position", FIT).data() == "161.120"
    assert _cell(panel, "PS4.position", ERROR).data() == "0.010"
    document.look_at(spectrum=3)
    assert _cell(panel, "PS4.position", FIT).data() == "161.130"


def test_values_of_a_former_model_are_muted(panel: ModelPanel, document: Document) -> None:
    _put_result(document)
    role = Qt.ItemDataRole.ForegroundRole
    assert _cell(panel, "PS4.position", FIT).data(role) is None
    document.set_parameter("PS4.position", value=161.2)
    assert _cell(panel, "PS4.position", FIT).data(role) is not None
    assert "has changed" in _cell(panel, "PS4.position", FIT).data(Qt.ItemDataRole.ToolTipRole)


def test_a_fit_can_be_the_next_start(panel: ModelPanel, document: Document, qtbot: QtBot) -> None:
    assert not panel.take_fit.isEnabled()
    _put_result(document)
    document.look_at(spectrum=2)
    qtbot.mouseClick(panel.take_fit, Qt.MouseButton.LeftButton)
    assert _parameter(document, "PS4", "position").value == pytest.approx(161.12)
    assert document.undo_stack.count() == 1


def _model(document: Document) -> Model:
    assert document.analysis is not None
    return document.analysis.recipe.model


def _parameter(document: Document, peak: str, name: str) -> Parameter:
    return _model(document).peak(peak).parameters[name]


def _cell(panel: ModelPanel, name: str, column: int) -> QModelIndex:
    return panel.table.index_of(name).siblingAtColumn(column)


def _put_result(document: Document) -> None:
    """Give S 2p a result in which the position of PS4 rises by 0.01 eV a spectrum."""
    analysis = document.project.analyses["S 2p"]
    document.open(with_analysis(document.project, _with_result(analysis)), None)


def _with_result(analysis: Analysis) -> Analysis:
    names = [name for name, _ in analysis.recipe.model.parameters()]
    count, row = analysis.series.sizes["spectrum"], names.index("PS4.position")
    value = np.tile([one.value for _, one in analysis.recipe.model.parameters()], (count, 1))
    value[:, row] = 161.1 + 0.01 * np.arange(count)
    covariance = np.zeros((count, len(names), len(names)))
    covariance[:, row, row] = 0.01**2
    status = np.full(count, int(Status.CONVERGED))
    points = np.full(count, 150)
    block = FittedBlock(
        np.arange(count), value, covariance, points * 1.0, points, status, ("Converged.",) * count
    )
    return with_fit(analysis, [block])
