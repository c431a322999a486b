"""The dialog of atomic percent: the choice, what follows from it, and files of factors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.composition.composition_dialog import CompositionDialog
from app.composition.quantification_form import QuantificationForm
from app.document import Document
from fitting.data.series import set_coordinates
from fitting.fits.options import FitOptions
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project
from fitting.quantities.quantification import Quantification


@pytest.fixture
def dialog(document: Document, qtbot: QtBot) -> CompositionDialog:
    """The dialog over one sample of S 2p and P 2p, both fitted."""
    analyses = {}
    for name, analysis in document.project.analyses.items():
        series = analysis.series.isel(spectrum=[0])
        series = set_coordinates(series, seconds_per_point=np.ones(1))
        recipe = replace(analysis.recipe, options=FitOptions(family=()))
        timed = replace(analysis, series=series, recipe=recipe)
        analyses[name] = with_fit(timed, fit_analysis(timed))
    document.open(Project(analyses), None)
    dialog = CompositionDialog(document)
    qtbot.addWidget(dialog)
    return dialog


def total_of(dialog: CompositionDialog) -> float:
    texts = [dialog.table.item(row, 4).text() for row in range(dialog.table.rowCount())]
    return sum(float(text) for text in texts)


def test_a_form_shows_what_it_was_given(qtbot: QtBot) -> None:
    form = QuantificationForm()
    qtbot.addWidget(form)
    for value in (
        Quantification(),
        Quantification(sensitivity="Wagner Al Ka", angle=60.0),
        Quantification(escape_depth="S4", material="Li3PS4"),
    ):
        form.setValue(value)
        assert form.value() == value


def test_a_choice_changes_the_shares_and_can_be_undone(
    dialog: CompositionDialog, document: Document
) -> None:
    before = dialog.table.item(0, 4).text()
    assert total_of(dialog) == pytest.approx(100.0, abs=0.2)
    dialog.form.factors.chosen.emit("Kratos F 1s = 1")
    assert document.project.quantification == Quantification(sensitivity="Kratos F 1s = 1")
    assert dialog.table.item(0, 4).text() != before
    assert not dialog.form.escape_depth.isEnabled()
    assert "Kratos" in dialog.remarks.text()
    document.undo_stack.undo()
    assert dialog.table.item(0, 4).text() == before


def test_factors_of_a_file_are_taken_or_refused_with_a_sentence(
    dialog: CompositionDialog, document: Document, tmp_path: Path
) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("core_level,factor,main_line,partner_line\nS 2p,2,,\nP 2p,1,,\n")
    dialog.form.take_file(path)
    own = document.project.quantification.own_set
    assert own is not None
    assert own.name == "ours"
    assert "ours" in dialog.remarks.text()
    path.write_text("S 2p;2")
    dialog.form.take_file(path)
    assert "ours.csv: the first line must be" in dialog.refusal.text()
    assert document.project.quantification.own_set == own
