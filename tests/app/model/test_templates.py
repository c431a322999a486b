"""A model made by hand is kept as a template, and offered for its region."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.document import Document
from app.model import templates
from app.model.model_panel import ModelPanel
from app.model.templates import list_templates, save_template
from fitting.data.errors import ThioscopeError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(templates, "template_folder", lambda: tmp_path / "templates")
    return tmp_path / "templates"


def test_the_model_is_kept_offered_taken_and_deleted(document: Document, qtbot: QtBot) -> None:
    panel = ModelPanel(document)
    qtbot.addWidget(panel)
    document.look_at(region="S 2p")
    document.set_parameter("PS4.position", value=161.45)
    assert document.analysis is not None
    mine = document.analysis.recipe.model
    panel.templates.fill()
    panel.templates.menu().actions()[0].trigger()
    dialog = panel.templates.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "LPSCl composite")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert panel.models.currentText() == "LPSCl composite (my template)"
    document.set_parameter("PS4.position", value=161.2)
    panel.models.setValue("my LPSCl composite")
    panel.models.chosen.emit(panel.models.value())
    assert document.analysis.recipe.model == mine
    document.look_at(region="P 2p")
    assert panel.models.findData("my LPSCl composite") < 0
    document.look_at(region="S 2p")
    panel.templates.fill()
    panel.templates.menu().actions()[-1].trigger()
    assert panel.models.findData("my LPSCl composite") < 0


def test_a_damaged_template_is_passed_over(document: Document, folder: Path) -> None:
    assert document.analysis is not None
    save_template("good", "S 2p", document.project.analyses["S 2p"].recipe)
    (folder / "S_2p" / "torn.json").write_text("{")
    assert list(list_templates("S 2p")) == ["good"]
    with pytest.raises(ThioscopeError, match="name"):
        save_template("  ", "S 2p", document.project.analyses["S 2p"].recipe)
