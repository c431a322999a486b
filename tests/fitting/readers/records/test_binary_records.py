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
from fitting.electrochemistry.potential_by_time import exposure_potential
from fitting.readers import records
from fitting.readers.records import read_record
from fitting.readers.records.plug_ins import RecordPlugIn
from fitting.readers.records.table import RecordTable

JDB = "potentiostat_biologic/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
START = datetime(2024, 5, 6, 7, 8, 9)


class BioLogicCycling:
    """Reads just the columns that the test needs from files with the layout of one real record."""

    FORMAT = "Bio-Logic binary"

    def recognises(self, head: bytes) -> bool:
        return head.startswith(b"BIO-LOGIC MODULAR FILE")

    def table(self, path: Path) -> Mapping[str, FloatArray]:
        data = path.read_bytes()
        module = data.index(b"MODULEVMP data") + 57
        count = int(np.frombuffer(data, "<u4", 1, module)[0])
        row = np.dtype(
            {
                "names": ["time/s", "Ewe/V"],
                "formats": ["<f8", "<f4"],
                "offsets": [4, 32],
                "itemsize": 53,
            }
        )
        rows = np.frombuffer(data, row, count, module + 405)
        return {name: rows[name].astype(float) for name in row.names or ()}


class Broken:
    FORMAT = "broken"

    def recognises(self, head: bytes) -> bool:
        return head.startswith(b"BROKEN")

    def table(self, path: Path) -> RecordTable:
        raise IndexError(f"no module found in {path.name}")


def _install(monkeypatch: pytest.MonkeyPatch, plug_in: RecordPlugIn) -> None:
    monkeypatch.setattr(records, "plug_ins", lambda: iter([plug_in]))


def test_a_real_record_of_46102_rows_comes_through_a_plug_in(
    real_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, BioLogicCycling())
    record = read_record(real_data(JDB))
    assert (record.format, record.time.size, record.has_clock) == (
        "Bio-Logic binary",
        46_102,
        False,
    )
    assert 1.99 < record.voltage.min() < record.voltage.max() < 3.81
    # 110 Raman spectra of 60 s laid over it from 2 h after its start
    starts = record.time[0] + 7200 + np.arange(110) * 91.7
    found = exposure_potential(record, starts, np.full(110, 60.0), 900)
    # an independent sum over the same straight lines, 1 ms apart
    for index in (0, 37, 109):
        edges = np.linspace(starts[index], starts[index] + 60, 60_001)
        middle = 0.5 * (edges[1:] + edges[:-1])
        expected = np.interp(middle, record.time, record.voltage).mean()
        assert found.mean[index] == pytest.approx(expected, abs=2e-6)
    # steps of the set point take no time, and are where one exposure sees a large change
    assert 0.25 < np.nanmax(found.change) < 0.35


def test_a_plug_in_that_fails_is_told_with_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, Broken())
    path = tmp_path / "cell.bin"
    path.write_bytes(b"BROKEN" + bytes(100))
    with pytest.raises(UnreadableFileError, match=r"cell\.bin: the plug-in for broken .*no module"):
        read_record(path)


def test_without_a_plug_in_a_record_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "cell.mpr"
    path.write_bytes(b"BIO-LOGIC MODULAR FILE\x1a" + bytes(100))
    with pytest.raises(UnreadableFileError, match=r"\.mpt.*plug-in"):
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
