"""The file given for the voltages: a side table or a record, told by its content."""

import runpy
from pathlib import Path

import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.voltage_scale import LITHIUM_INDIUM
from fitting.electrochemistry.side_table import SideTable
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.readers.records import PotentialRecord

SAMPLES: Path = runpy.run_path(str(Path(__file__).parents[2] / "data" / "make_samples.py"))[
    "FOLDER"
]


@pytest.mark.parametrize(
    "text",
    [
        "file,voltage\nA.vms,2.5\n",
        "label;E/V;time\nA;2,5;60\n",
        "A.vms\t2.5\n",
        "sample,spectrum,potential (V)\nA,0,2.5\n",
    ],
)
def test_a_table_that_names_files_is_a_side_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "volts.csv"
    path.write_text(text)
    assert isinstance(read_voltage_source(path), SideTable)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("record_*")), ids=lambda path: path.name)
def test_a_record_is_a_record(path: Path) -> None:
    record = read_voltage_source(path, LITHIUM_INDIUM)
    assert isinstance(record, PotentialRecord)
    assert record.voltage_vs_lithium[0] == pytest.approx(2.5 + 0.62)


def test_neither_is_refused_with_both_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("remember the milk\n")
    with pytest.raises(UnreadableFileError, match=r"notes\.txt.*side table.*EC-Lab"):
        read_voltage_source(path)
    with pytest.raises(UnreadableFileError, match=r"gone\.csv"):
        read_voltage_source(tmp_path / "gone.csv")
