"""Records in binary files: by packages where they are installed, by plug-ins, or said in words."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers import records
from fitting.readers.records import read_record
from fitting.readers.records.plug_ins import guard_plug_in
from fitting.readers.records.record_format import RecordFile, RecordFormat, RecordTable

START = datetime(2024, 5, 6, 7, 8, 9)


MAGIC = b"OUR OWN FORMAT"


def _read_numbers(file: RecordFile) -> Mapping[str, FloatArray]:
    numbers = np.frombuffer(file.path.read_bytes()[len(MAGIC) :], "<f8").reshape(2, -1)
    return {"time/s": numbers[0], "Ewe/mV": numbers[1]}


def _fail_to_read(file: RecordFile) -> RecordTable:
    raise IndexError(f"no module found in {file.path.name}")


def _is_ours(file: RecordFile) -> bool:
    return file.head.startswith(MAGIC)


def _install(monkeypatch: pytest.MonkeyPatch, *found: RecordFormat | str) -> None:
    monkeypatch.setattr(records, "load_plug_ins", lambda: iter(found))


def test_a_plug_in_of_one_object_reads_a_format_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, RecordFormat("ours", _is_ours, _read_numbers))
    path = tmp_path / "cell.bin"
    time, voltage = np.arange(50) * 30.0, 2500 + np.arange(50.0)
    path.write_bytes(MAGIC + np.array([time, voltage]).tobytes())
    record = read_record(path)
    assert (record.format, record.has_clock) == ("ours", False)
    np.testing.assert_array_equal(record.time, time)
    np.testing.assert_allclose(record.voltage, voltage / 1000)


def test_a_plug_in_that_cannot_be_loaded_stops_no_other_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, "The plug-in 'mpr2' for records cannot be loaded (gone).")
    path = tmp_path / "cell.csv"
    path.write_text("time/s,Ewe/V\n0,3.0\n1,3.1\n")
    assert read_record(path).time.size == 2
    path.write_text("remember the milk\n")
    with pytest.raises(UnreadableFileError, match=r"no potentiostat record.*'mpr2'"):
        read_record(path)


def test_a_plug_in_that_fails_is_told_with_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, guard_plug_in(RecordFormat("broken", _is_ours, _fail_to_read)))
    path = tmp_path / "cell.bin"
    path.write_bytes(MAGIC + bytes(100))
    with pytest.raises(UnreadableFileError, match=r"cell\.bin: the plug-in for broken .*no module"):
        read_record(path)


@pytest.mark.parametrize(
    ("head", "module", "extra"),
    [
        (b"NEWARE" + bytes(100), "NewareNDA", "NewareNDA"),
        (b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(100), "access_parser", "access-parser"),
    ],
)
def test_a_missing_package_is_asked_for_with_the_install_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    path = tmp_path / "cell.bin"
    path.write_bytes(head)
    with pytest.raises(UnreadableFileError, match=rf"cell\.bin.*pip.* install {extra}"):
        read_record(path)


def test_neware_times_are_those_of_its_stamps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its column Time begins anew in every step."""
    frame = pd.DataFrame(
        {
            "Time": [0.0, 30.0, 0.0, 30.0],
            "Voltage": [3.0, 3.1, 3.2, 3.3],
            "Current(mA)": [0.1, 0.1, -0.1, -0.1],
            "Cycle": [1, 1, 1, 2],
            "Timestamp": pd.to_datetime([START] * 4) + pd.to_timedelta([0, 30, 60, 90], "s"),
        }
    )
    package = SimpleNamespace(read=lambda *_, **__: frame)
    monkeypatch.setitem(sys.modules, "NewareNDA", package)
    path = tmp_path / "cell.nda"
    path.write_bytes(b"NEWARE" + bytes(100))
    record = read_record(path)
    np.testing.assert_allclose(record.time - record.time[0], [0, 30, 60, 90])
    np.testing.assert_allclose(record.current, [1e-4, 1e-4, -1e-4, -1e-4])
    np.testing.assert_array_equal(record.cycle, [1, 1, 1, 2])
    assert record.has_clock


@pytest.mark.parametrize(
    ("name", "module", "rows"),
    [
        ("potentiostat_neware/test.nda", "NewareNDA", 439),
        ("potentiostat_neware/test.ndax", "NewareNDA", 1464),
        ("potentiostat_arbin_maccor_pec/arbin_example.res", "access_parser", 2150),
    ],
)
def test_real_binary_records_are_read_where_the_package_is(
    name: str, module: str, rows: int, real_data: Callable[[str], Path]
) -> None:
    pytest.importorskip(module)
    record = read_record(real_data(name))
    assert record.time.size == rows
    assert record.has_clock
    assert np.abs(record.voltage).max() < 5


def test_an_arbin_database_equals_its_export(real_data: Callable[[str], Path]) -> None:
    pytest.importorskip("access_parser")
    folder = real_data("potentiostat_arbin_maccor_pec")
    stored, exported = (
        read_record(folder / name) for name in ("arbin_example.res", "arbin_example.bdf.csv")
    )
    np.testing.assert_allclose(stored.time, exported.time, atol=1e-3)
    np.testing.assert_allclose(stored.voltage, exported.voltage, atol=1e-6)


def _workbook(path: Path, sheets: Mapping[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_that_goes_on_over_sheets_is_one_record(tmp_path: Path) -> None:
    headings: list[object] = ["Data_Point", "Date_Time", "Test_Time(s)", "Current(A)", "Voltage(V)"]

    def rows(first: int) -> list[list[object]]:
        return [
            [i, datetime(2024, 5, 6, 7, i, 0), 60.0 * i, 1e-3, 3 + 0.01 * i]
            for i in range(first, first + 10)
        ]

    path = _workbook(
        tmp_path / "cell.xlsx",
        {
            "Global_Info": [["TEST REPORT"], ["Test name", "cell 7"]],
            "Channel_1-008_1": [headings, *rows(0)],
            "Channel_1-008_2": [headings, *rows(10)],
        },
    )
    record = read_record(path)
    assert record.format == "record workbook"
    assert record.time.size == 20
    np.testing.assert_allclose(np.diff(record.time), 60)
    np.testing.assert_allclose(record.voltage, 3 + 0.01 * np.arange(20))
    assert record.time[0] == pytest.approx(
        datetime.fromisoformat("2024-05-06T07:00+00").timestamp()
    )


def test_a_workbook_without_a_record_is_refused_in_words(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "notes.xlsx", {"Sheet": [["a", "b"], [1, 2]]})
    with pytest.raises(UnreadableFileError, match=r"notes\.xlsx: no sheet"):
        read_record(path)


def test_a_cut_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "cell.xlsx", {"Sheet": [["Time", "Voltage"], [1, 2]]})
    data = path.read_bytes()
    for cut in range(200, len(data) - 1, 311):
        path.write_bytes(data[:cut])
        with pytest.raises(UnreadableFileError, match=r"cell\.xlsx"):
            read_record(path)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["test.nda", "test.ndax", "arbin_example.res"]),
    cut=st.integers(50, 500_000),
    flips=st.lists(st.tuples(st.integers(0, 499_999), st.integers(0, 255)), max_size=6),
)
def test_damaged_binary_records_are_read_or_refused_in_words(
    name: str,
    cut: int,
    flips: list[tuple[int, int]],
    real_data: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    pytest.importorskip("access_parser" if name.endswith(".res") else "NewareNDA")
    folder = "potentiostat_arbin_maccor_pec" if name.endswith(".res") else "potentiostat_neware"
    data = bytearray(real_data(f"{folder}/{name}").read_bytes())[:cut]
    for position, value in flips:
        data[position % len(data)] = value
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(bytes(data))
    message = name
    try:
        assert np.isfinite(read_record(path).voltage).all()
    except UnreadableFileError as error:
        message = str(error)
    assert name in message
