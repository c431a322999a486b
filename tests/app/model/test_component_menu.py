"""Measured spectra put into the model from the menu of new peaks."""

from pathlib import Path

from PySide6.QtWidgets import QMenu

from app.document import Document
from app.model.model_panel import ModelPanel


def test_the_spectrum_on_the_screen_takes_the_place_of_a_species(
    panel: ModelPanel, document: Document
) -> None:
    panel.add.menu().aboutToShow.emit()
    menu = panel.add.menu().findChildren(QMenu)[0]
    assert menu.title() == "Measured spectrum: this one"
    next(one for one in menu.actions() if one.text() == "In place of PS4").trigger()
    assert document.analysis is not None
    peak = document.analysis.recipe.model.peak("PS4")
    assert peak.measured is not None
    assert "PS4.squared_broadening" in [
        line.name for group in panel.table.groups for line in group.lines
    ]
    document.undo_stack.undo()
    assert document.analysis.recipe.model.peak("PS4").measured is None


def test_a_file_without_the_region_is_refused_with_a_sentence(
    panel: ModelPanel, document: Document, tmp_path: Path
) -> None:
    path = tmp_path / "valence.txt"
    path.write_text("".join(f"{5 + 0.1 * n:.1f}\t{100 + n}\n" for n in range(60)), encoding="utf-8")
    panel.components.take_file("PS4", str(path))
    assert panel.refusal.text()
    assert document.undo_stack.count() == 0
