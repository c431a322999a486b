"""The dialog that chooses species, with real clicks."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from app.document import Document
from app.model.model_panel import ModelPanel
from app.model.species_choice import SpeciesChoiceDialog
from fitting.models.from_library import model_from_library
from fitting.pipeline.propose import propose_recipe
from fitting.projects.project import Analysis, Project
from fitting.quantities.quantify import species_names
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()


@pytest.fixture
def dialog(qtbot):
    """A dialog over two P 2p spectra of PS4 and phosphate."""
    model = model_from_library("argyrodite P 2p")
    values = {"PS4.area": 3000.0, "phosphate.area": [0.0, 900.0], "background.offset": 400.0}
    series = simulate_series(
        model,
        values,
        np.arange(126.0, 140.0, 0.1),
        np.random.default_rng(2),
        region="P 2p",
        voltage=[2.3, 4.3],
    )
    recipe = propose_recipe(series, CATALOGUE)
    assert recipe is not None
    document = Document()
    document.open(Project({"P 2p": Analysis(series, recipe)}), None)
    made = SpeciesChoiceDialog(document, CATALOGUE)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made, document


def weighed(qtbot, made: SpeciesChoiceDialog) -> None:
    with qtbot.waitSignal(made._job.ended, timeout=60_000):
        qtbot.mouseClick(made.weigh, Qt.MouseButton.LeftButton)


def test_nothing_can_be_taken_before_sets_are_weighed(dialog) -> None:
    made, _ = dialog
    assert list(made.species) == ["PS4", "P2S7", "phosphate", "P-O-S"]
    assert made.value() == ()
    assert not made.buttons.button(QDialogButtonBox.StandardButton.Apply).isEnabled()


def test_best_set_is_first_and_taking_it_is_one_step_of_undo(qtbot, dialog) -> None:
    made, document = dialog
    weighed(qtbot, made)
    assert made.value() == ("PS4", "phosphate")
    assert made.table.item(0, 1).text() == "0.0"
    apply = made.buttons.button(QDialogButtonBox.StandardButton.Apply)
    qtbot.waitUntil(apply.isEnabled)
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    analysis = document.analysis
    assert analysis is not None
    assert species_names(analysis.recipe.model) == ("PS4", "phosphate")
    assert analysis.selection is not None
    document.undo_stack.undo()
    assert document.analysis is not None
    assert document.analysis.selection is None


def test_another_row_can_be_taken(qtbot, dialog) -> None:
    made, document = dialog
    weighed(qtbot, made)
    row = next(
        row for row in range(made.table.rowCount()) if made.table.item(row, 0).text() == "PS4"
    )
    made.table.selectRow(row)
    assert made.value() == ("PS4",)
    apply = made.buttons.button(QDialogButtonBox.StandardButton.Apply)
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert document.analysis is not None
    assert species_names(document.analysis.recipe.model) == ("PS4",)


def test_only_ticked_species_are_weighed(qtbot, dialog) -> None:
    made, _ = dialog
    made.species["P-O-S"].setChecked(False)
    weighed(qtbot, made)
    texts = [made.table.item(row, 0).text() for row in range(made.table.rowCount())]
    assert all("P-O-S" not in text for text in texts)


def test_choice_is_refused_where_the_model_changed_meanwhile(qtbot, dialog) -> None:
    made, document = dialog
    document.change_model(lambda model: model, "nothing")
    weighed(qtbot, made)
    apply = made.buttons.button(QDialogButtonBox.StandardButton.Apply)
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert "changed meanwhile" in made.refusal.text()


def test_return_does_the_next_step_and_no_column_is_cut(qtbot, dialog) -> None:
    made, document = dialog
    assert made.weigh.isDefault()
    with qtbot.waitSignal(made._job.ended, timeout=60_000):
        qtbot.keyClick(made, Qt.Key.Key_Return)
    apply = made.buttons.button(QDialogButtonBox.StandardButton.Apply)
    qtbot.waitUntil(apply.isDefault)
    assert made.table.horizontalHeader().length() <= made.table.viewport().width()
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert document.undo_stack.undoText() == "Choose species"


def test_species_to_tick_are_told_by_name_and_label(dialog) -> None:
    made, _ = dialog
    assert made.species["PS4"].text() == "PS4   PS₄³⁻"


def test_the_model_panel_says_that_its_species_were_weighed(qtbot, dialog) -> None:
    made, document = dialog
    panel = ModelPanel(document)
    qtbot.addWidget(panel)
    weighed(qtbot, made)
    texts = [made.table.item(row, 0).text() for row in range(made.table.rowCount())]
    made.table.selectRow(texts.index("PS4"))
    apply = made.buttons.button(QDialogButtonBox.StandardButton.Apply)
    qtbot.waitUntil(apply.isEnabled)
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert panel.models.currentText() == "species weighed"
    document.set_parameter("PS4.position", min=130.0)
    assert panel.models.currentText() == "changed by hand"
