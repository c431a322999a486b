"""A watched folder in the window: what the instrument writes appears, fitted, on the trends."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.fits.fitting_job import SeriesFit
from app.fits.folder_watch import FolderWatch
from app.main_window import MainWindow
from app.plots.trends_plot import TrendsPlot
from app.workbench import Workbench
from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM
from fitting.pipeline.live.watch import Patience

QUICK = Patience(interval=0.05, settled=0.1, given_up=0.5)


@pytest.fixture
def instrument(spectra_folder: Path) -> list[tuple[str, str]]:
    """Names and texts of five spectra of S 2p, as they will be written."""
    paths = sorted(spectra_folder.glob("*S2p*.txt"))
    return [(path.name, path.read_text()) for path in paths]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "running"
    folder.mkdir()
    return folder


@pytest.fixture
def document(qapp: object) -> Document:
    return Document()


@pytest.fixture
def watch(document: Document, qtbot: QtBot) -> Iterator[FolderWatch]:
    fit = SeriesFit()
    watch = FolderWatch(document, fit, patience=QUICK)
    yield watch
    watch.wait()
    fit.wait()


def _fitted(document: Document) -> int:
    analysis = document.project.analyses.get("S 2p")
    if analysis is None or analysis.result is None:
        return 0
    return int(is_fitted(analysis.result).sum())


def test_new_spectra_appear_on_the_trends(
    watch: FolderWatch,
    document: Document,
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
) -> None:
    trends = TrendsPlot(document)
    qtbot.addWidget(trends)
    (folder / instrument[0][0]).write_text(instrument[0][1])
    watch.start(folder)
    qtbot.waitUntil(lambda: _fitted(document) == 1, timeout=30_000)
    for count, (name, text) in enumerate(instrument[1:4], 2):
        (folder / name).write_text(text)
        qtbot.waitUntil(lambda count=count: _fitted(document) == count, timeout=30_000)
    shown = trends.curves[0]
    assert np.isfinite(shown.value).sum() == 4
    np.testing.assert_allclose(np.sort(shown.x), [2.5, 3.0, 3.5, 4.0])
    assert document.project.analyses["S 2p"].is_current


def test_a_file_written_in_pieces_is_read_whole(
    watch: FolderWatch,
    document: Document,
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
) -> None:
    name, text = instrument[0]
    watch.start(folder)
    with (folder / name).open("w") as file:
        for begin in range(0, len(text), 300):
            file.write(text[begin : begin + 300])
            file.flush()
            qtbot.wait(20)
    qtbot.waitUntil(lambda: _fitted(document) == 1, timeout=30_000)
    series = document.project.analyses["S 2p"].series
    assert series.sizes["energy"] == len(text.strip().split("\n")) - 1


def test_a_replaced_file_takes_the_place_of_the_first(
    watch: FolderWatch,
    document: Document,
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
) -> None:
    name = instrument[0][0]
    (folder / name).write_text(instrument[0][1])
    (folder / instrument[1][0]).write_text(instrument[1][1])
    watch.start(folder)
    qtbot.waitUntil(lambda: _fitted(document) == 2, timeout=30_000)
    before = document.project.analyses["S 2p"].series
    part = folder / ".part"
    part.write_text(instrument[4][1])
    part.replace(folder / name)
    qtbot.waitUntil(
        lambda: document.project.analyses["S 2p"].series is not before and _fitted(document) == 2,
        timeout=30_000,
    )
    after = document.project.analyses["S 2p"].series
    assert after.sizes[SPECTRUM] == 2
    assert sorted(map(str, after["source"].values)) == sorted([name, instrument[1][0]])


def test_a_file_that_cannot_be_read_is_listed_and_the_others_go_on(
    watch: FolderWatch,
    document: Document,
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
) -> None:
    (folder / "torn.txt").write_text("Binding energy (eV)\tcounts\n158.0\t\n")
    watch.start(folder)
    qtbot.waitUntil(lambda: bool(document.project.unread), timeout=30_000)
    assert document.project.unread[0].source == "torn.txt"
    (folder / instrument[0][0]).write_text(instrument[0][1])
    qtbot.waitUntil(lambda: _fitted(document) == 1, timeout=30_000)


def test_stopping_keeps_what_has_come(
    watch: FolderWatch,
    document: Document,
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
) -> None:
    (folder / instrument[0][0]).write_text(instrument[0][1])
    watch.start(folder)
    qtbot.waitUntil(lambda: _fitted(document) == 1, timeout=30_000)
    with qtbot.waitSignal(watch.ended, timeout=10_000):
        watch.stop()
    (folder / instrument[1][0]).write_text(instrument[1][1])
    qtbot.wait(400)
    assert _fitted(document) == 1
    # and it can be begun again
    watch.start(folder)
    qtbot.waitUntil(lambda: _fitted(document) == 2, timeout=30_000)


def test_from_the_menu_to_the_status_line_and_back(
    folder: Path,
    instrument: list[tuple[str, str]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(
        "app.fits.watch_actions.QFileDialog.getExistingDirectory", lambda *_: str(folder)
    )
    window = MainWindow()
    qtbot.addWidget(window)
    bench = Workbench(window, tmp_path / "autosaves")
    bench.watch.watch._patience = QUICK
    action = window.actions_by_name["watch_folder"]
    (folder / instrument[0][0]).write_text(instrument[0][1])
    action.trigger()
    assert action.text().startswith("Stop")
    assert not bench.watch.label.isHidden()
    qtbot.waitUntil(lambda: _fitted(bench.document) == 1, timeout=30_000)
    assert "1 spectrum" in bench.watch.label.text()
    qtbot.waitUntil(lambda: not bench.fit.is_running, timeout=30_000)
    action.trigger()
    assert bench.watch.label.isHidden()
    assert action.text() == "&Watch folder…"
    bench.document.undo_stack.setClean()
    window.close()
