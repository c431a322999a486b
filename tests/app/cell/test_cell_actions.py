"""Attaching a record from the window: read off the GUI thread, asked about, said in words."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.cell.cell_actions import CellActions
from app.document import Document
from app.errors import ErrorDesk
from app.status_line import StatusLine
from fitting.data.series import get_column
from fitting.readers.records import column_mapping

from .conftest import SLOPE, START


@pytest.fixture
def cell(
    timed: Document, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CellActions:
    monkeypatch.setattr(column_mapping, "configuration_folder", lambda: tmp_path / "settings")
    window = QMainWindow()
    qtbot.addWidget(window)
    status = StatusLine(window)
    return CellActions(window, timed, ErrorDesk(window), Actions(window), status)


def _record(folder: Path, headings: str) -> Path:
    rows = [f"{START + t:.1f},{2.5 + SLOPE * t:.6f}" for t in range(0, 7 * 3600, 30)]
    path = folder / "cell.csv"
    path.write_text(headings + "\n" + "\n".join(rows) + "\n")
    return path


def test_a_record_is_read_shown_and_applied(
    cell: CellActions, timed: Document, tmp_path: Path, qtbot: QtBot
) -> None:
    assert not cell._actions["change_clock"].isEnabled()
    cell.attach(_record(tmp_path, "unix time,voltage"))
    qtbot.waitUntil(lambda: cell.dialog is not None)
    assert cell.dialog is not None
    cell.dialog.apply()
    assert np.isfinite(get_column(timed.project.analyses["S 2p"].series, "voltage")).all()
    assert "10 of 10 spectra get a potential" in cell._status.sentence.text()
    assert cell._actions["change_clock"].isEnabled()
    cell.change_clock()
    assert cell.dialog is not None
    cell.dialog.reject()
    cell.wait()


def test_unknown_columns_are_asked_for_once(
    cell: CellActions, tmp_path: Path, qtbot: QtBot
) -> None:
    path = _record(tmp_path, "a,b")
    cell.attach(path)
    qtbot.waitUntil(lambda: cell.columns is not None)
    assert cell.columns is not None
    cell.columns.setValue({"stamp": "a", "voltage": "b"})
    cell.columns.accept()
    qtbot.waitUntil(lambda: cell.dialog is not None)
    assert cell.dialog is not None
    cell.dialog.reject()
    qtbot.waitUntil(lambda: not cell._job.is_running)
    cell.columns = None
    cell.attach(path)
    qtbot.waitUntil(lambda: cell.dialog is not None)
    assert cell.columns is None
    cell.dialog.reject()
    cell.wait()


def test_a_file_that_is_no_record_is_told(cell: CellActions, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague\n")
    with qtbot.waitSignal(cell._job.failed) as failure:
        cell.attach(path)
    assert "letter.txt" in str(failure.args[0])
    assert cell.dialog is None
    cell.wait()
