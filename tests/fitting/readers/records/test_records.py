"""Potentiostat records: every layout gives one table, with its unit and clock checked."""

import runpy
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.readers.records import RECORD_FORMATS, read_record

MADE = runpy.run_path(str(Path(__file__).parents[3] / "data" / "make_samples.py"))
FOLDER: Path = MADE["FOLDER"]
LAYOUTS = {
    "record_ec_lab.mpt": "EC-Lab text",
    "record_ec_lab_de.mpt": "EC-Lab text",
    "record_neware.csv": "Neware csv",
    "record_neware_nested.csv": "Neware csv",
    "record_maccor.txt": "Maccor text",
    "record_pec.csv": "PEC csv",
    "record_arbin.csv": "csv record",
    "record_landt.csv": "csv record",
    "record_plain.csv": "csv record",
}
DATED = [name for name in LAYOUTS if name != "record_plain.csv"]


def _at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


def _write(folder: Path, text: str, name: str = "cell.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_volts_amperes_and_seconds(name: str) -> None:
    record = read_record(FOLDER / name)
    assert record.format == LAYOUTS[name]
    np.testing.assert_allclose(record.voltage, MADE["RECORD_VOLTAGES"], atol=1e-5)
    np.testing.assert_allclose(np.abs(record.current), 1e-3 * MADE["RECORD_CURRENT"])
    np.testing.assert_allclose(record.time - record.time[0], MADE["RECORD_TIMES"], atol=1e-3)


@pytest.mark.parametrize("name", DATED)
def test_a_dated_record_is_on_its_clock(name: str) -> None:
    record = read_record(FOLDER / name)
    assert record.has_clock
    assert record.time[0] == pytest.approx(_at(*MADE["RECORD_START"]))
    np.testing.assert_array_equal(record.cycle, 1)
    np.testing.assert_array_equal(record.step, 2)


def test_a_record_without_dates_has_no_clock() -> None:
    assert not read_record(FOLDER / "record_plain.csv").has_clock


def test_currents_without_sign_get_it_from_the_state() -> None:
    assert (read_record(FOLDER / "record_maccor.txt").current < 0).all()


def test_a_decimal_comma_never_becomes_a_large_voltage() -> None:
    """23278546.0 V instead of 2.3278546 V is what a wrong locale makes of this file."""
    german = read_record(FOLDER / "record_ec_lab_de.mpt")
    english = read_record(FOLDER / "record_ec_lab.mpt")
    np.testing.assert_array_equal(german.voltage, english.voltage)
    np.testing.assert_array_equal(german.time, english.time)


@settings(max_examples=150, deadline=None)
@given(
    volts=st.lists(st.floats(0.05, 4.9).map(lambda volt: round(volt, 7)), min_size=4, max_size=12),
    mark=st.sampled_from([".", ","]),
    separator=st.sampled_from([";", "\t", ","]),
    is_quoted=st.booleans(),
    headings=st.sampled_from(["time/s{0}Ewe/V", "Test_Time(s){0}Voltage(V)", "t/s{0}U/V"]),
)
def test_no_locale_makes_a_wrong_voltage_of_a_right_one(
    tmp_path_factory: pytest.TempPathFactory,
    volts: list[float],
    mark: str,
    separator: str,
    is_quoted: bool,
    headings: str,
) -> None:
    """23278546 V instead of 2.3278546 V must not come out, whatever was exported."""
    quote = '"' if is_quoted else ""
    lines = [
        separator.join(f"{quote}{number}{quote}".replace(".", mark) for number in (10.5 * i, volt))
        for i, volt in enumerate(volts)
    ]
    path = tmp_path_factory.mktemp("locale") / "cell.csv"
    path.write_text("\n".join([headings.format(separator), *lines]) + "\n")
    if mark == separator and not is_quoted:
        with pytest.raises(UnreadableFileError, match="semicolons"):
            read_record(path)
    else:
        np.testing.assert_array_equal(read_record(path).voltage, volts)


def test_impossible_voltages_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "time/s;Ewe/V\n" + "".join(f"{i};2327854{i}\n" for i in range(9)))
    with pytest.raises(UnreadableFileError, match="no cell has"):
        read_record(path)


@pytest.mark.parametrize(("unit", "factor"), [("V", 1.0), ("mV", 1e-3)])
def test_the_unit_of_a_heading_counts(tmp_path: Path, unit: str, factor: float) -> None:
    rows = "".join(f"{i},{2 / factor + i},{i}\n" for i in range(9))
    record = read_record(_write(tmp_path, f"time (h),Voltage ({unit}),Current (mA)\n{rows}"))
    np.testing.assert_allclose(record.voltage, 2 + factor * np.arange(9))
    np.testing.assert_allclose(record.current, 1e-3 * np.arange(9))
    np.testing.assert_allclose(record.time, 3600 * np.arange(9))


@pytest.mark.parametrize(
    ("dates", "start"),
    [
        ("2024-10-05 11:17:3{}", (2024, 10, 5, 11, 17, 30)),
        ("2024/10/05 11:17:3{}.000", (2024, 10, 5, 11, 17, 30)),
        ("05.10.2024 11:17:3{}", (2024, 10, 5, 11, 17, 30)),
        ("13/10/2024 11:17:3{}", (2024, 10, 13, 11, 17, 30)),
        ("10/13/2024 11:17:3{}", (2024, 10, 13, 11, 17, 30)),
        ("5/11/2021 3:40:2{} PM", (2021, 5, 11, 15, 40, 20)),
        ("5/11/2021 12:40:2{} AM", (2021, 5, 11, 0, 40, 20)),
        ("172813185{}", (2024, 10, 5, 12, 37, 30)),
        ("45570.5{}", (2024, 10, 5, 12, 0, 0)),
    ],
)
def test_dates_are_read_as_programs_write_them(
    tmp_path: Path, dates: str, start: tuple[int, ...]
) -> None:
    rows = "".join(f"{dates.format(i)},3.{i}\n" for i in range(8))
    record = read_record(_write(tmp_path, "DateTime,Voltage\n" + rows))
    assert record.time[0] == pytest.approx(_at(*start), abs=0.01)


def test_dates_that_may_be_either_way_round_are_told(tmp_path: Path) -> None:
    rows = "".join(f"03/02/2021 11:17:3{i},3.{i}\n" for i in range(8))
    record = read_record(_write(tmp_path, "Date,Voltage\n" + rows))
    assert record.time[0] == _at(2021, 3, 2, 11, 17, 30)
    assert any("--day-first or --month-first" in warning for warning in record.warnings)
    assert record.other_time is not None
    assert record.other_time[0] == _at(2021, 2, 3, 11, 17, 30)


def test_daylight_saving_does_not_stop_the_clock(tmp_path: Path) -> None:
    """In the night of 27 October 2024 the hour from 2 to 3 came twice."""
    rows = []
    for minute in range(0, 300, 5):
        shown = datetime.fromtimestamp(_at(2024, 10, 27, 0, 30) + minute * 60, UTC).timestamp()
        shown -= 3600 if minute >= 150 else 0
        date = datetime.fromtimestamp(shown, UTC).strftime("%Y-%m-%d %H:%M:%S")
        rows.append(f"{minute * 60},{date},{3 + minute / 1000:.4f}\n")
    record = read_record(_write(tmp_path, "Test_Time,Date,Voltage\n" + "".join(rows)))
    np.testing.assert_allclose(np.diff(record.time), 300)
    np.testing.assert_allclose(record.voltage, 3 + np.arange(0, 300, 5) / 1000, atol=1e-4)
    assert any("daylight" in warning for warning in record.warnings)


@pytest.mark.parametrize("minutes", [1, 5])
def test_dates_alone_go_on_through_the_end_of_daylight_saving(tmp_path: Path, minutes: int) -> None:
    rows = []
    for minute in range(0, 300, minutes):
        shown = _at(2024, 10, 27, 0, 30) + minute * 60 - (3600 if minute >= 150 else 0)
        date = datetime.fromtimestamp(shown, UTC).strftime("%Y-%m-%d %H:%M:%S")
        rows.append(f"{date},{3 + minute / 1000:.4f}\n")
    record = read_record(_write(tmp_path, "Date,Voltage\n" + "".join(rows)))
    np.testing.assert_allclose(np.diff(record.time), 60 * minutes)
    np.testing.assert_allclose(np.diff(record.voltage), minutes / 1000, atol=2e-4)
    assert any("daylight" in warning for warning in record.warnings)


def test_pauses_are_kept_by_the_dates(tmp_path: Path) -> None:
    rows = []
    for index in range(20):
        pause = 2700 if index >= 10 else 0
        shown = datetime.fromtimestamp(_at(2024, 5, 6, 7, 0) + index * 60 + pause, UTC)
        rows.append(f"{index * 60},{shown:%Y-%m-%d %H:%M:%S},3.{index:02}\n")
    record = read_record(_write(tmp_path, "Test_Time,Date,Voltage\n" + "".join(rows)))
    assert np.diff(record.time)[9] == 2760
    assert any("pauses" in warning for warning in record.warnings)


def test_minutes_without_a_unit_are_told_by_the_dates(tmp_path: Path) -> None:
    rows = [f"{index}.0,2024-05-06 07:{index:02}:00,3.1\n" for index in range(20)]
    record = read_record(_write(tmp_path, "TestTime,Date,Voltage\n" + "".join(rows)))
    np.testing.assert_allclose(np.diff(record.time), 60)


def test_unknown_headings_are_read_as_the_user_says(tmp_path: Path) -> None:
    rows = "".join(f"{i};{i * 10};{2 + i / 10:.1f}\n" for i in range(9))
    path = _write(tmp_path, "n;x1;x2\n" + rows)
    with pytest.raises(UnreadableFileError, match="no potentiostat record"):
        read_record(path)
    record = read_record(path, {"time": "x1", "voltage": "x2"})
    np.testing.assert_allclose(record.time, 10 * np.arange(9))
    np.testing.assert_allclose(record.voltage, 2 + np.arange(9) / 10)


def test_a_missing_record_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"gone\.mpt: there is no such file"):
        read_record(tmp_path / "gone.mpt")


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\n", "cell.mpt")
    with pytest.raises(UnreadableFileError, match="no rows"):
        read_record(path)


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    name=st.sampled_from(sorted(LAYOUTS)),
    cut=st.integers(1, 1600),
    flips=st.lists(st.tuples(st.integers(0, 1599), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_record_is_read_or_refused_in_words(
    tmp_path: Path, name: str, cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray((FOLDER / name).read_bytes())[:cut]
    for position, value in flips:
        data[position % len(data)] = value
    path = tmp_path / name
    path.write_bytes(bytes(data))
    message = name
    try:
        assert np.isfinite(read_record(path).voltage).all()
    except UnreadableFileError as error:
        message = str(error)
    assert name in message


def test_every_format_has_its_name() -> None:
    assert len({known.name for known in RECORD_FORMATS}) == len(RECORD_FORMATS)


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from(sorted(LAYOUTS)),
    order=st.permutations(range(12)),
    mark=st.sampled_from([".", ",", "'", ""]),
)
def test_shuffled_headings_and_wrong_marks_never_make_wrong_volts(
    tmp_path_factory: pytest.TempPathFactory, name: str, order: list[int], mark: str
) -> None:
    """Headings that no longer stand above their columns give another column, not 10^7 V."""
    text = (FOLDER / name).read_text(encoding="latin-1").replace(".", mark)
    lines = text.split("\n")
    at = next(
        i for i, line in enumerate(lines) if "olt" in line or "Ewe" in line or "Spann" in line
    )
    separator = next(one for one in "\t;," if one in lines[at])
    headings = lines[at].split(separator)
    lines[at] = separator.join(headings[i] for i in order if i < len(headings))
    path = tmp_path_factory.mktemp("shuffled") / name
    path.write_text("\n".join(lines), encoding="latin-1")
    message = name
    try:
        assert np.abs(read_record(path).voltage).max() <= 2000
        assert np.median(np.abs(read_record(path).voltage)) <= 20
    except UnreadableFileError as error:
        message = str(error)
    assert name in message
