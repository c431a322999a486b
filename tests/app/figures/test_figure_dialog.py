"""Figures for a paper in the window: previewed, kept in the project, saved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.document import Document
from app.figures.figure_dialog import FigureDialog
from fitting.fits.each import FitOptions
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Project, with_analysis

Make = Callable[[], FigureDialog]


@pytest.fixture
def make(document: Document, project: Project, qtbot: QtBot) -> Make:
    analysis = project.analyses["S 2p"]
    recipe = replace(analysis.recipe, options=FitOptions(family=()))
    analysis = replace(analysis, recipe=recipe)
    fitted = with_fit(analysis, fit_analysis(analysis))
    document.open(with_analysis(project, fitted), None)
    document.look_at(region="S 2p")

    def open_dialog() -> FigureDialog:
        dialog = FigureDialog(document, {"S 2p": [1, 3]})
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return open_dialog


def test_what_is_chosen_is_kept_as_one_step_that_can_be_undone(
    make: Make, document: Document, qtbot: QtBot
) -> None:
    dialog = make()
    dialog.form.width_of.setValue("136")
    dialog.form.width_of.chosen.emit("136")
    qtbot.mouseClick(dialog.form.selected, Qt.MouseButton.LeftButton)
    dialog.form.looks.item(0, 1).setText("thiophosphate")
    dialog.form.looks.take_colour(0, "#aa0011")
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert document.project.figure_style == FigureStyle(
        width=136.0,
        spectra={"S 2p": (1, 3)},
        names={"PS4": "thiophosphate"},
        colours={"PS4": "#aa0011"},
    )
    document.undo_stack.undo()
    assert document.project.figure_style == FigureStyle()


def test_the_preview_follows_and_says_why_there_is_none(make: Make, qtbot: QtBot) -> None:
    dialog = make()
    before = dialog.preview.pixmap().toImage()
    dialog.form.parts["has_residual"].click()
    qtbot.waitUntil(lambda: dialog.preview.pixmap().toImage() != before)
    dialog.figure.setValue("species_time")
    dialog.draw_preview()
    assert "record" in dialog.refusal.text()
    assert not dialog.save.isEnabled()
    dialog.figure.setValue("fits")
    dialog.form.spectra.setText("all")
    dialog.draw_preview()
    assert "numbers such as 0, 6, 12" in dialog.refusal.text()


def test_a_figure_is_saved_in_the_format_of_its_name(
    make: Make, document: Document, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.pdf"), ""))
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert dialog.isHidden()


def test_what_the_form_shows_is_what_it_gives(make: Make) -> None:
    dialog = make()
    form = dialog.form
    style = FigureStyle(
        width=100.0, font_size=8.0, most_spectra=3, order="time", has_legend=False,
        formats=("pdf",), colours={"PS4": "#101010", "phosphate": "#202020"},
        spectra={"P 2p": (0,), "S 2p": (2,)},
    )  # fmt: skip
    form.show_style(style, "S 2p", [("PS4", "PS₄³⁻", "#0072b2")])
    assert form.value() == style
