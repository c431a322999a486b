"""Bio-Logic .mpr: the bytes are read as the exported .mpt has them; all else is a sentence."""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.readers.records import read_record

START = datetime(2025, 5, 28, 14, 23, 16, 500_000, tzinfo=UTC)
OLE_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
GCPL: tuple[tuple[int, str], ...] = (
    (1, "B"), (2, ""), (3, ""), (21, ""), (31, ""), (65, ""), (131, "H"), (4, "d"), (7, "d"),
    (13, "d"), (5, "f"), (6, "f"), (39, "H"), (467, "d"), (468, "I"), (70, "f"),
)  # fmt: skip
OPEN_CIRCUIT: tuple[tuple[int, str], ...] = ((1, "B"), (3, ""), (4, "d"), (6, "f"))
FIRST_ROWS = {2: 405, 3: 406, 11: 1007}
TECHNIQUE_ROWS = [
    (33, 0, 0.0, 0.0, 0.0, 0.0, 2.5, 37, 0.0, 0, 0.0),
    (1, 1, 10.0, 2.0, 2.0, 0.1, 2.75, 37, 2.0, 1, 0.0),
    (1, 1, 30.0, -1.0, 1.0, 0.1, 3.0, 37, -1.0, 2, 0.0),
    (1, 2, 50.0, 4.0, 5.0, 0.1, 3.25, 37, 4.0, 5, 0.0),
]
READ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _module(name: str, content: bytes, version: int, *, is_long: bool, date: bytes) -> bytes:
    names = b"MODULE" + name.encode().ljust(10) + name.encode().ljust(25)
    if is_long:
        return names + struct.pack("<IIII", 2**32 - 1, len(content), 0, version) + date + content
    return names + struct.pack("<II", len(content), version) + date + content


def make_mpr(
    columns: Sequence[tuple[int, str]],
    rows: Sequence[Sequence[float]],
    version: int = 3,
    start: datetime | None = START,
    log_date: bytes = b"05/29/25",
) -> bytes:
    """An .mpr of three modules; a type of "" has no bytes of its own."""
    is_long = version not in (2, 3)
    form = "<" + "".join(kind for _, kind in columns)
    head = struct.pack("<IH" if is_long else "<IB", len(rows), len(columns))
    head += struct.pack(f"<{len(columns)}H", *(number for number, _ in columns))
    content = head.ljust(FIRST_ROWS.get(version, 1007), b"\0")
    content += b"".join(struct.pack(form, *row) for row in rows)
    days = (start - OLE_EPOCH).total_seconds() / 86_400 if start else 0.0
    log = bytes(585) + struct.pack("<d", days) + bytes(100)
    return (
        b"BIO-LOGIC MODULAR FILE\x1a".ljust(48)
        + bytes(4)
        + _module("VMP Set", bytes(300), 10, is_long=is_long, date=b"05/28/25")
        + _module("VMP data", content, version, is_long=is_long, date=b"05/28/25")
        + _module("VMP LOG", log, 10, is_long=is_long, date=log_date)
    )


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "cell.mpr"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("version", [2, 3, 11])
def test_every_version_gives_times_volts_currents_and_cycles(tmp_path: Path, version: int) -> None:
    record = read_record(_write(tmp_path, make_mpr(GCPL, TECHNIQUE_ROWS, version)))
    assert (record.format, record.has_clock) == ("EC-Lab binary", True)
    np.testing.assert_allclose(record.time - START.timestamp(), [0, 10, 30, 50], atol=1e-5)
    np.testing.assert_array_equal(record.voltage, [2.5, 2.75, 3.0, 3.25])
    np.testing.assert_array_equal(record.step, [0, 1, 1, 2])
    np.testing.assert_array_equal(record.cycle, [0, 0, 1, 2])
    # 2 mA h in 10 s, -1 mA h and 4 mA h in 20 s
    np.testing.assert_allclose(record.current, [0, 0.72, -0.18, 0.72])


def test_a_start_outside_of_the_dates_of_the_file_is_not_taken(tmp_path: Path) -> None:
    rows = [(1, 0.0, 3.0), (1, 5.0, 3.1)]
    for start in (None, datetime(2003, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)):
        record = read_record(_write(tmp_path, make_mpr(OPEN_CIRCUIT, rows, start=start)))
        assert not record.has_clock
        assert any("start of the record was not found" in note for note in record.warnings)
        np.testing.assert_array_equal(record.time, [0, 5])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (make_mpr(((1, "B"), (4, "d"), (6, "f"), (999, "f")), [(1, 0, 3, 0)] * 2), r"id 999"),
        (make_mpr(OPEN_CIRCUIT, [(1, 0, 3)] * 2, version=12), r"version 12"),
        (make_mpr(OPEN_CIRCUIT, [(1, 0, 3)] * 2).replace(b"VMP data", b"VMP dart"), "VMP data"),
        (make_mpr(((1, "B"), (4, "d"), (6, "d")), [(1, 0, 3)] * 2), "do not fill"),
        (make_mpr(OPEN_CIRCUIT, [(1, 0, 3)] * 9)[:-900], "cut off"),
        (b"BIO-LOGIC MODULAR FILE\x1a" + bytes(100), r"byte 52"),
    ],
)
def test_what_is_not_known_of_a_file_is_a_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=rf"cell\.mpr: .*{words}.*\.mpt\) from EC-Lab"):
        read_record(_write(tmp_path, data))


@READ
@given(
    st.sampled_from([2, 3, 11]),
    st.integers(0, 3000),
    st.lists(st.tuples(st.integers(0, 2999), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_file_is_read_or_refused_in_words(
    tmp_path: Path, version: int, length: int, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(make_mpr(GCPL, TECHNIQUE_ROWS, version))
    for place, value in changes:
        data[place % len(data)] = value
    path = _write(tmp_path, b"BIO-LOGIC MODULAR FILE" + bytes(data[22 : max(length, 22)]))
    _read_or_refuse(path)
    _read_or_refuse(_write(tmp_path, b"BIO-LOGIC MODULAR FILE" + bytes(data[22:])))


def _read_or_refuse(path: Path) -> None:
    try:
        read_record(path)
    except UnreadableFileError as error:
        assert "tripped" not in str(error)  # noqa: PT017


@READ
@given(
    st.sampled_from([2, 3, 11]),
    st.lists(st.floats(0.015625, 20, width=32), min_size=2, max_size=20),
    st.floats(1e-3, 1e5),
)
def test_any_record_is_read_as_it_was_written(
    tmp_path: Path, version: int, volts: list[float], step: float
) -> None:
    rows = [(1, place * step, volt) for place, volt in enumerate(volts)]
    record = read_record(_write(tmp_path, make_mpr(OPEN_CIRCUIT, rows, version)))
    np.testing.assert_allclose(record.voltage, volts, rtol=1e-6)
    np.testing.assert_allclose(
        record.time, START.timestamp() + step * np.arange(len(volts)), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("name", ["cp", "gcpl.issue_211", "mb.issue_95", "ocv", "peis"])
def test_a_real_record_equals_its_text(real_data: Callable[[str], Path], name: str) -> None:
    binary = read_record(real_data(f"potentiostat_biologic/{name}.mpr"))
    text = read_record(real_data(f"potentiostat_biologic/{name}.mpt"))
    assert binary.has_clock
    np.testing.assert_allclose(binary.time, text.time, rtol=0, atol=1e-4)
    for column in ("voltage", "current", "cycle", "step"):
        read, exported = getattr(binary, column), getattr(text, column)
        if np.isfinite(read).any() or name not in ("ocv", "peis"):
            np.testing.assert_allclose(read, exported, rtol=2e-7, atol=1e-12)
