"""What the columns of a user's own table are is said once, and remembered."""

from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError, VoltageError
from fitting.readers.records import open_columns, read_record, record_of_columns
from fitting.readers.records.column_mapping import (
    configuration_folder,
    parse_columns,
    remember_columns,
)

ROWS = "".join(f"{i};{i * 10};{2 + i / 10:.1f}\n" for i in range(9))
NAMED = {"time": "x1", "voltage": "x2"}


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "configuration"))


def _table(folder: Path, headings: str = "n;x1;x2", name: str = "cell.csv") -> Path:
    path = folder / name
    path.write_text(f"written by our own program\n{headings}\n{ROWS}")
    return path


def test_a_table_is_read_again_without_being_asked_again(tmp_path: Path) -> None:
    path = _table(tmp_path)
    assert open_columns(path) == ["n", "x1", "x2"]
    with pytest.raises(UnreadableFileError, match=r"--columns time=HEADING"):
        read_record(path)
    first = record_of_columns(path, NAMED)
    assert open_columns(path) == []
    again = read_record(_table(tmp_path, name="next.csv"))
    np.testing.assert_array_equal(again.voltage, first.voltage)
    np.testing.assert_allclose(again.voltage, 2 + np.arange(9) / 10)


def test_other_headings_are_asked_about_anew(tmp_path: Path) -> None:
    record_of_columns(_table(tmp_path), NAMED)
    other = _table(tmp_path, "n;a;b", "other.csv")
    assert open_columns(other) == ["n", "a", "b"]


def test_a_table_that_is_understood_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "cell.csv"
    path.write_text("time/s;Ewe/V\n1;3\n2;3\n")
    assert open_columns(path) == []
    assert open_columns(tmp_path / "missing.csv") == []


def test_a_damaged_memory_is_no_memory(tmp_path: Path) -> None:
    path = _table(tmp_path)
    record_of_columns(path, NAMED)
    memory = configuration_folder() / "record_columns.json"
    for damaged in ("{", "[1]", '{"n\\tx1\\tx2": {"speed": "x1"}}', '{"n\\tx1\\tx2": 3}'):
        memory.write_text(damaged)
        assert open_columns(path) == ["n", "x1", "x2"]
    remember_columns(["n", "x1", "x2"], NAMED)
    assert open_columns(path) == []


def test_a_memory_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "configuration").write_text("a file, not a folder")
    with pytest.raises(UnreadableFileError, match="for this time only"):
        remember_columns(["a", "b"], NAMED)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("time=t/h,voltage=U 1", {"time": "t/h", "voltage": "U 1"}),
        ("stamp=Date, voltage=E, V vs Li", {"stamp": "Date", "voltage": "E, V vs Li"}),
        ("voltage=a=b,time=c", {"voltage": "a=b", "time": "c"}),
    ],
)
def test_columns_are_said_in_one_option(text: str, named: dict[str, str]) -> None:
    assert parse_columns(text) == named


@pytest.mark.parametrize("text", ["time=t", "voltage=U", "speed=3,voltage=U", "time", ""])
def test_columns_that_leave_something_out_are_refused(text: str) -> None:
    with pytest.raises(VoltageError):
        parse_columns(text)
