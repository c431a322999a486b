"""What is known of a spectrum's potential: who says it, and whose word counts."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import SHIFT, get_column, make_series
from fitting.data.voltage_scale import LITHIUM_INDIUM
from fitting.electrochemistry.attach import BY_TIME, MANUAL, SIDE_TABLE, attach_voltages
from fitting.electrochemistry.side_table import SideTable, read_side_table


def _series(source: str, labels: tuple[str, ...] = ("",), **coordinates: object) -> xr.Dataset:
    return make_series(
        SHIFT,
        np.arange(100.0, 110.0),
        np.ones((len(labels), 10)),
        region="raman",
        sigma=1.0,
        noise="estimated",
        source=source,
        label=np.array(labels, dtype=object),
        **coordinates,  # type: ignore[arg-type]
    )


@pytest.fixture
def table(tmp_path: Path) -> SideTable:
    path = tmp_path / "volts.csv"
    path.write_text("file,voltage,cycle\nLPSC_2.5V.txt,3.1,7\n")
    return read_side_table(path)


def test_a_file_name_gives_voltage_branch_and_cycle() -> None:
    (series,), problems = attach_voltages([_series("charge_3.6V_c1.txt")])
    assert problems == []
    assert series.voltage.values == pytest.approx([3.6])
    assert series.voltage.attrs["reference"] == "Li/Li+"
    assert get_column(series, "voltage_from").tolist() == ["file name"]
    assert get_column(series, "branch").tolist() == ["charge"]
    assert get_column(series, "cycle").tolist() == [1]


def test_the_most_specific_name_counts() -> None:
    (series,), _ = attach_voltages([_series("run_2V.txt", ("3 V", "4 V", "x"))])
    assert series.voltage.values == pytest.approx([3, 4, 2])


def test_a_name_without_voltage_leaves_no_coordinate() -> None:
    (series,), problems = attach_voltages([_series("pristine.txt")])
    assert "voltage" not in series.coords
    assert problems == []


def test_an_ambiguous_name_is_told_and_the_others_go_on() -> None:
    both, problems = attach_voltages([_series("LPSC_2V-3p8V.txt"), _series("LPSC_3V.txt")])
    assert np.isnan(get_column(both[0], "voltage")).all()
    assert get_column(both[1], "voltage") == pytest.approx([3])
    (problem,) = problems
    assert "2 V or 3.8 V" in problem


def test_a_side_table_goes_before_the_name(table: SideTable) -> None:
    (series,), _ = attach_voltages([_series("LPSC_2.5V.txt")], table)
    assert series.voltage.values == pytest.approx([3.1])
    assert get_column(series, "voltage_from").tolist() == [SIDE_TABLE]
    assert get_column(series, "cycle").tolist() == [7]


def test_a_side_table_settles_an_ambiguous_name(tmp_path: Path) -> None:
    path = tmp_path / "volts.csv"
    path.write_text("file,voltage\nLPSC_2V-3p8V,2.9\n")
    (series,), problems = attach_voltages([_series("LPSC_2V-3p8V.txt")], read_side_table(path))
    assert series.voltage.values == pytest.approx([2.9])
    assert problems == []


def test_what_was_entered_by_hand_stays(table: SideTable) -> None:
    by_hand = _series("LPSC_2.5V.txt", voltage=1.0, voltage_from=MANUAL)
    (series,), _ = attach_voltages([by_hand], table)
    assert series.voltage.values == pytest.approx([1.0])
    assert get_column(series, "voltage_from").tolist() == [MANUAL]


def test_a_time_match_goes_before_the_name_and_after_the_side_table(table: SideTable) -> None:
    matched = _series("LPSC_2.5V.txt", voltage=1.0, voltage_from=BY_TIME)
    (kept,), _ = attach_voltages([matched])
    (replaced,), _ = attach_voltages([matched], table)
    assert kept.voltage.values == pytest.approx([1.0])
    assert replaced.voltage.values == pytest.approx([3.1])


def test_voltages_in_names_are_put_on_the_lithium_scale() -> None:
    stated, unstated = _series("LPSC_1.93V_vs_Li-In.txt"), _series("LPSC_1.93V.txt")
    (one,), _ = attach_voltages([stated])
    (other,), _ = attach_voltages([unstated], scale=LITHIUM_INDIUM)
    assert one.voltage.values == pytest.approx([2.55])
    assert other.voltage.values == pytest.approx([2.55])
    assert "Li-In" in get_column(other, "voltage_from")[0]


def test_the_given_series_is_not_changed() -> None:
    series = _series("LPSC_3V.txt")
    attach_voltages([series])
    assert "voltage" not in series.coords
