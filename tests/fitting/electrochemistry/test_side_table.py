"""Side tables: every layout a spreadsheet writes, and what is refused."""

import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.errors import ThioscopeError, VoltageError
from fitting.data.series import ENERGY, make_series
from fitting.data.voltage_scale import LITHIUM, LITHIUM_INDIUM
from fitting.electrochemistry.side_table import matching_row, read_side_table, unmatched_rows


def _series(source: str, labels: tuple[str, ...] = ("",), sample: str = "") -> xr.Dataset:
    return make_series(
        ENERGY,
        np.arange(160.0, 170.0),
        np.ones((len(labels), 10)),
        region="S 2p",
        sigma=1.0,
        noise="estimated",
        source=source,
        label=np.array(labels, dtype=object),
        sample=sample,
    )


def _write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "volts.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "file,voltage\nA.vms,2.55\nB.vms,3.6\n",
        "file;voltage\nA.vms;2,55\nB.vms;3,6\n",
        "File\tPotential / V\nA.vms\t2,55\nB.vms\t3,6\n",
        "# by hand\nfilename , E/V\n\nA.vms , 2.55 V\nB.vms , 3600 mV\n",
        "file,voltage (mV)\nA.vms,2550\nB.vms,3600\n",
        "A.vms,2.55\nB.vms,3.6\n",
        "label;Ewe (V)\nA;2,55\nB;3,6\n",
        "file voltage\nA.vms 2.55\nB.vms 3.6\n",
        "data/A.vms,2.55\nC:\\data\\B.vms,3.6\n",
    ],
)
def test_voltages_are_found_in_any_layout(tmp_path: Path, text: str) -> None:
    table = read_side_table(_write(tmp_path, text))
    rows = [matching_row(table, _series(name), 0) for name in ("A.vms", "B.vms", "C.vms")]
    assert [row and row.voltage for row in rows] == [
        pytest.approx(2.55),
        pytest.approx(3.6),
        None,
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_does_not_matter(tmp_path: Path, encoding: str) -> None:
    table = read_side_table(_write(tmp_path, "file;voltage\nmüller.vms;2,5\n", encoding))
    assert table.rows[0].name == "müller.vms"


def test_a_quoted_name_may_hold_the_separator(tmp_path: Path) -> None:
    table = read_side_table(_write(tmp_path, 'file,voltage\n"A, second.vms",2.5\n'))
    assert table.rows[0].name == "A, second.vms"


def test_cycle_branch_and_time_are_read(tmp_path: Path) -> None:
    text = "file,voltage,cycle,branch,time\nA,2.5,2,Discharge,60\nB,,,,\n"
    first, second = read_side_table(_write(tmp_path, text)).rows
    assert (first.cycle, first.branch, first.time) == (2, "discharge", 60)
    assert math.isnan(second.voltage)
    assert second.branch == ""


def test_voltages_are_turned_into_volts_against_lithium(tmp_path: Path) -> None:
    path = _write(tmp_path, "file,voltage\nA,1.93\n")
    assert read_side_table(path, LITHIUM_INDIUM).rows[0].voltage == pytest.approx(2.55)
    stated = _write(tmp_path, "file,voltage (V vs Li-In)\nA,1.93\n")
    for scale in (None, LITHIUM):
        assert read_side_table(stated, scale).rows[0].voltage == pytest.approx(2.55)


def test_a_row_belongs_to_a_file_a_label_or_a_sample(tmp_path: Path) -> None:
    series = _series("data.vms", ("first", "second"), sample="LPSC")
    for name in ("data.vms", "DATA", "lpsc"):
        table = read_side_table(_write(tmp_path, f"name,voltage\n{name},2\n"))
        assert matching_row(table, series, 0) is not None
        assert matching_row(table, series, 1) is not None
    table = read_side_table(_write(tmp_path, "name,voltage\nsecond,2\n"))
    assert matching_row(table, series, 0) is None
    assert matching_row(table, series, 1) is not None


def test_one_spectrum_of_a_file_is_named_by_label_or_number(tmp_path: Path) -> None:
    series = _series("map.txt", ("a", "b"))
    table = read_side_table(
        _write(tmp_path, "file,spectrum,voltage\nmap.txt,0,2\nmap.txt,b,3\nmap.txt,,9\n")
    )
    rows = [matching_row(table, series, index) for index in (0, 1)]
    assert [row and row.voltage for row in rows] == [2, 3]


def test_a_row_that_names_nothing_is_told(tmp_path: Path) -> None:
    table = read_side_table(_write(tmp_path, "file,voltage\nA,2\nZ,3\n"))
    (sentence,) = unmatched_rows(table, [_series("A.vms")])
    assert "line 3" in sentence
    assert "'Z'" in sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("file,voltage\nA,2\na,3\n", "lines 2 and 3"),
        ("file,voltage\nA,high\n", "not a number"),
        ("file,voltage\nA,2,55\n", "semicolons"),
        ("file,voltage\nA,2550\n", "mV into the heading"),
        ("file,branch\nA,charge\n", "named voltage"),
        ("voltage,branch\n2,charge\n", "named file"),
        ("file,voltage,branch\nA,2,up\n", "neither charge nor discharge"),
        ("file,voltage\n,2\n", "names no file"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(VoltageError, match=reason):
        read_side_table(_write(tmp_path, text))


def test_two_scales_that_disagree_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "file,voltage vs Li/Li+\nA,2\n")
    with pytest.raises(VoltageError, match="Make them agree"):
        read_side_table(path, LITHIUM_INDIUM)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "volts.csv"
    path.write_bytes(data)
    message = "volts.csv"
    try:
        read_side_table(path)
    except ThioscopeError as error:
        message = str(error)
    assert "volts.csv" in message
