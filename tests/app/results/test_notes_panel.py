"""What is left out, and the notes of a project, have a place in the window."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.main_window import MainWindow
from app.results.left_out import copied_notes, count_words, group_left_out
from app.results.notes_panel import NotesPanel
from app.workbench import Workbench
from fitting.projects.project import Project
from fitting.projects.unread import Unread

_LASER = "b.txt: the axis is in nm. Give the wavelength of the laser with --laser NM."


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Workbench:
    window = MainWindow()
    window.resize(1280, 720)
    bench = Workbench(window, tmp_path / "autosave")
    qtbot.addWidget(window, before_close_func=lambda _: bench.document.mark_saved(None))
    window.show()
    return bench


def test_every_reason_is_shown_with_its_files_and_every_note(document: Document, qtbot: QtBot):
    panel = NotesPanel(document)
    qtbot.addWidget(panel)
    torn = tuple(Unread(name, f"{name}: there is one row.") for name in ("a.txt", "c.txt"))
    project = replace(
        document.project,
        unread=(*torn, Unread("b.txt", _LASER), Unread("<i>.txt", "not & read")),
        notes=("The spectra are simulated.",),
    )
    document.change(project, "Add")
    said = panel.text.toPlainText()
    for text in ("Left out (4)", "a.txt, c.txt\nthere is one row.", "in “Laser (nm)”", "<i>.txt",
                 "not & read", "Notes (1)", "simulated"):  # fmt: skip
        assert text in said.replace("\u2028", "\n")
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert "c.txt\tthere is one row." in QGuiApplication.clipboard().text().splitlines()


def test_the_status_line_counts_them_and_leads_there(
    bench: Workbench, project: Project, qtbot: QtBot
) -> None:
    bench.document.open(project, None)
    QApplication.processEvents()
    notes = bench.window.status.notes
    assert notes.isHidden()
    assert bench.window.size().toTuple() == (1280, 720)
    left = replace(project, unread=(Unread("b.txt", _LASER),), notes=("one", "two"))
    bench.document.change(left, "Add")
    assert notes.text() == "▲ 1 left out, 2 notes"
    qtbot.mouseClick(notes, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not bench.docks["notes"].visibleRegion().isEmpty()
    bench.document.undo_stack.undo()
    assert notes.isHidden()


def test_where_nothing_can_be_opened_the_reasons_are_on_the_screen(bench: Workbench) -> None:
    bench.document.change(Project(unread=(Unread("b.txt", _LASER),)), "Open spectra")
    QApplication.processEvents()
    assert not bench.docks["notes"].visibleRegion().isEmpty()
    bench.document.undo_stack.undo()
    assert bench.docks["notes"].isHidden()


@settings(max_examples=25)
@given(
    entries=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y: z"]))),
    notes=st.lists(st.sampled_from(["one", "two"])),
)
def test_nothing_left_out_is_lost_in_groups(
    entries: list[tuple[str, str]], notes: list[str]
) -> None:
    unread = tuple(Unread(source, f"{source}: {reason}") for source, reason in entries)
    project = Project(unread=unread, notes=tuple(notes))
    groups = group_left_out(project)
    assert sorted((source, one.reason) for one in groups for source in one.sources) == sorted(
        entries
    )
    assert len(copied_notes(project).strip("\n").splitlines()) == len(entries) + len(set(notes))
    assert bool(count_words(project)) == bool(entries or notes)
