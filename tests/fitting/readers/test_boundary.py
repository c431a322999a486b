"""Whatever is raised while one file is read is that file's reason; the others are read."""

import os
import xml.etree.ElementTree
from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.plain_text import LONGEST_MESSAGE, cut_message, escape_controls
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.pipeline.files import find_files, read_files
from fitting.readers.boundary import contain_faults
from fitting.readers.folders import walk_files
from fitting.readers.records import read_record
from fitting.readers.spectra import columns, read_spectra

FAULTS = [
    ValueError("odd"),
    IndexError("tuple index out of range"),
    xml.etree.ElementTree.ParseError("no element found"),
    PermissionError(13, "Permission denied"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    OverflowError("int too large"),
    AssertionError(),
    ZeroDivisionError("division by zero"),
]
SPECTRUM = "\n".join(f"{155 + 0.1 * row:.2f}\t{500 + row % 7}" for row in range(150))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_reader_that_trips_costs_its_own_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    for name in ("a.txt", "bad.txt", "c.txt"):
        (tmp_path / f"S2p_{name}").write_text(SPECTRUM, encoding="utf-8")
    whole = columns.read_table

    def trip(path: Path, *rest: object) -> object:
        if "bad" in path.name:
            raise fault
        return whole(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(columns, "read_table", trip)
    readings = list(read_files(find_files([tmp_path])))
    assert [len(one.series) for one in readings] == [1, 0, 1]
    (entry,) = readings[1].unread
    assert entry.reason.startswith("S2p_bad.txt: ")


def test_a_fault_of_the_program_says_where_it_was_and_to_report_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as told, contain_faults(tmp_path / "a.dat"):
        _ = [][3]
    assert "IndexError" in str(told.value)
    assert "test_boundary.py" in str(told.value)
    assert "report" in str(told.value)


def test_stopping_is_not_taken_for_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), contain_faults(tmp_path / "a.dat"):
        raise KeyboardInterrupt


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("read", [read_spectra, read_record, read_voltage_source])
def test_a_pipe_is_said_and_not_waited_for(tmp_path: Path, read: object) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableFileError, match=r"pipe\.txt: this is a pipe, not a file"):
        read(tmp_path / "pipe.txt")  # type: ignore[operator]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
@pytest.mark.parametrize("read", [read_spectra, read_record, read_voltage_source])
def test_a_device_without_an_end_is_said(read: object) -> None:
    with pytest.raises(UnreadableFileError, match="zero: this is a device, not a file"):
        read(Path("/dev/zero"))  # type: ignore[operator]


def test_a_folder_that_may_not_be_entered_is_a_line_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    for folder in (tmp_path, closed):
        (folder / "S2p.txt").write_text(SPECTRUM, encoding="utf-8")
    entered, listed = os.access, Path.iterdir

    def may_enter(path: Path, mode: int) -> bool:
        return path != closed and entered(path, mode)

    def list_folder(path: Path) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr("fitting.readers.folders.os.access", may_enter)
    monkeypatch.setattr(Path, "iterdir", list_folder)
    assert sorted(walk_files(tmp_path)) == [tmp_path / "S2p.txt", closed]
    readings = list(read_files(find_files([tmp_path])))
    assert sum(len(one.series) for one in readings) == 1
    (reason,) = (entry.reason for one in readings for entry in one.unread)
    assert reason.startswith("closed: you have no permission")


NAMES = [b"S2p \xff 2.5V.txt", b"S2p\x1b[31m.txt", b"S2p\n3.0V.txt", "S2p \u202e.txt".encode()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_read_and_shown(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text(SPECTRUM, encoding="utf-8")
    (series,) = read_spectra(path)
    shown = str(np.atleast_1d(series["source"].values)[0])
    assert shown == escape_controls(shown)
    assert shown.isprintable()
    shown.encode("utf-8")
    for coordinate in ("sample", "label"):
        if coordinate in series.coords:
            assert all(str(text).isprintable() for text in series[coordinate].values)


def test_a_message_is_cut_and_keeps_its_advice() -> None:
    cut = cut_message("a.txt: " + "x" * 100_000 + " Export it again.")
    assert len(cut) <= LONGEST_MESSAGE
    assert cut.startswith("a.txt: ")
    assert cut.endswith("Export it again.")
