"""Records of real potentiostats: volts at their times, or words."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.readers.records import read_record


def _at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


def test_a_real_record_in_two_locales_is_one(real_data: Callable[[str], Path]) -> None:
    german = read_record(real_data("potentiostat_biologic/mb.issue_95.de.mpt"))
    english = read_record(real_data("potentiostat_biologic/mb.issue_95.mpt"))
    assert german.voltage[0] == pytest.approx(2.3278546)
    for name in ("time", "voltage", "current", "cycle", "step", "capacity"):
        np.testing.assert_array_equal(getattr(german, name), getattr(english, name))


@pytest.mark.parametrize(
    ("name", "rows", "first", "last", "low", "high"),
    [
        ("potentiostat_biologic/gcpl.issue_211.mpt", 2767, None, None, -0.601, 0.501),
        ("potentiostat_biologic/ocv.mpt", 602, (2020, 1, 16, 14, 13, 34), None, 0.255, 0.467),
        (
            "potentiostat_neware/neware_uio_first2000.csv",
            1999,
            (2022, 5, 18, 16, 27, 52),
            None,
            0.059,
            2.958,
        ),
        (
            "potentiostat_neware/nw_nested_export_first400.csv",
            392,
            (2026, 3, 6, 12, 37, 25),
            None,
            3.89,
            4.71,
        ),
        (
            "potentiostat_arbin_maccor_pec/maccor_001_first1000.txt",
            996,
            (2020, 12, 11, 12, 22, 12),
            None,
            2.5,
            4.21,
        ),
        (
            "potentiostat_arbin_maccor_pec/maccor_002_first1000.txt",
            985,
            (2021, 5, 11, 15, 40, 24),
            (2021, 5, 12, 2, 2, 10),
            0.03,
            2.91,
        ),
        (
            "potentiostat_arbin_maccor_pec/pec_first600.csv",
            567,
            (2019, 2, 22, 16, 23, 27),
            (2019, 2, 22, 19, 30, 36),
            3.17,
            3.28,
        ),
        (
            "potentiostat_arbin_maccor_pec/arbin_example.bdf.csv",
            2150,
            (2023, 7, 24, 18, 50, 4),
            None,
            2.99,
            4.31,
        ),
    ],
)
def test_real_records_hold_their_volts_at_their_times(
    name: str,
    rows: int,
    first: tuple[int, ...] | None,
    last: tuple[int, ...] | None,
    low: float,
    high: float,
    real_data: Callable[[str], Path],
) -> None:
    record = read_record(real_data(name))
    assert record.time.size == rows
    assert low < record.voltage.min() < record.voltage.max() < high
    assert (np.diff(record.time) >= 0).all()
    # dates are whole seconds, and one clock runs 5 s off in 30 h
    for stamp, time in ((first, record.time[0]), (last, record.time[-1])):
        assert stamp is None or time == pytest.approx(_at(*stamp), abs=5)


def test_every_real_record_is_read_or_refused_in_words(real_data: Callable[[str], Path]) -> None:
    for folder in ("potentiostat_biologic", "potentiostat_neware", "eis"):
        for path in sorted(real_data(folder).iterdir()):
            message = path.name
            try:
                assert read_record(path).time.size > 1
            except UnreadableFileError as error:
                message = str(error)
            assert message.startswith(path.name)
