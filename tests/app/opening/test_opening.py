"""Reading many files off the GUI thread: stopped at once, and not stopped by a bad one."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import xarray as xr
from pytestqt.qtbot import QtBot

from app.opening.opening import Opening
from fitting.data.errors import UnreadableFileError
from fitting.pipeline import files as files_module

COUNT = 5000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of many names, none of which has to be on the disk."""
    names = {tmp_path / f"{number:04d}.txt": f"{number:04d}.txt" for number in range(COUNT)}
    monkeypatch.setattr("fitting.pipeline.run.find_files", lambda _: names)
    return tmp_path


def test_after_a_stop_no_further_file_of_thousands_is_opened(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    is_reading, may_go_on = threading.Event(), threading.Event()

    def read(path: Path, *_: object, **__: object) -> list[xr.Dataset]:
        opened.append(path.name)
        if len(opened) == 3:
            is_reading.set()
            assert may_go_on.wait(10)
        return []

    monkeypatch.setattr(files_module, "read_spectra", read)
    opening = Opening()
    opening.start([folder])
    assert is_reading.wait(10)
    with qtbot.waitSignal(opening.ended) as ended:
        opening.stop()
    # it is over for the window while the file is still being read
    assert ended.args == [True]
    assert not opening.is_running
    may_go_on.set()
    opening.wait()
    assert len(opened) == 3


def test_a_bad_file_among_many_costs_itself_only(
    qtbot: QtBot,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    simulated: Callable[..., xr.Dataset],
) -> None:
    series = simulated("S 2p")

    def read(path: Path, *_: object, **__: object) -> list[xr.Dataset]:
        if path.stem.endswith("007"):
            raise UnreadableFileError(f"{path.name}: it is torn.")
        return [series] if path.stem == f"{COUNT - 1}" else []

    monkeypatch.setattr(files_module, "read_spectra", read)
    opening = Opening()
    with qtbot.waitSignal(opening.read, timeout=20_000) as found:
        opening.start([folder])
    reading = found.args[0]
    assert [entry.source for entry in reading.unread] == [f"{n}007.txt" for n in range(5)]
    assert len(reading.series) == 1
    opening.wait()
