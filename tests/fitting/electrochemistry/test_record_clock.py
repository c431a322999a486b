"""A record that was asked for says the voltages, or says why not; dates are settled or asked."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import SHIFT, FloatArray, get_column, make_series
from fitting.electrochemistry.attach import attach_voltages, is_untold
from fitting.electrochemistry.clock_questions import clock_questions
from fitting.electrochemistry.potential_by_time import Clock
from fitting.readers.records import PotentialRecord, read_record


def _at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


def _series(started: FloatArray, source: str = "LPSC_3.1V.txt") -> xr.Dataset:
    return make_series(
        SHIFT,
        np.arange(100.0, 110.0),
        np.ones((len(started), 10)),
        region="raman",
        sigma=1.0,
        noise="estimated",
        sources={source: "0"},
        source=source,
        started=started,
        exposure=60.0,
    )


def _ec_lab(folder: Path, hours: float) -> PotentialRecord:
    """18 uV/s from 2.5 V, begun on 3 March 2021 at 8:00, a row every 5 min."""
    rows = [f"1\t{t}\t{2.5 + 1.8e-5 * t:.5f}" for t in range(0, int(hours * 3600), 300)]
    head = "EC-Lab ASCII FILE\nNb header lines : 4\nAcquisition started on : 03/03/2021 08:00:00\n"
    path = folder / "cell.mpt"
    path.write_text(head + "mode\ttime/s\tEwe/V\n" + "\n".join(rows) + "\n")
    return read_record(path)


@pytest.mark.parametrize("hours", [15, 20, 28, 44, 68])
def test_a_record_of_any_length_gives_the_same_potentials(tmp_path: Path, hours: float) -> None:
    starts = _at(2021, 3, 3, 9) + 4500.0 * np.arange(3)
    (found,), _ = attach_voltages([_series(starts)], record=_ec_lab(tmp_path, hours))
    np.testing.assert_allclose(found["voltage"], [2.56534, 2.64634, 2.72734], atol=2e-5)


def test_a_spectrum_outside_an_asked_for_record_has_no_voltage(tmp_path: Path) -> None:
    starts = np.array([_at(2021, 3, 3, 9), _at(2022, 1, 1), np.nan])
    (found,), problems = attach_voltages([_series(starts)], record=_ec_lab(tmp_path, 15))
    assert is_untold(found).tolist() == [False, True, True]
    assert np.isnan(found["voltage"].values[1:]).all()
    origins = get_column(found, "voltage_from")
    assert "outside the record" in origins[1]
    assert "no time of day" in origins[2]
    assert any("cell.mpt: 2 spectra have no voltage" in problem for problem in problems)
    (named,), _ = attach_voltages([found.drop_vars(["voltage", "voltage_from"])])
    np.testing.assert_allclose(named["voltage"], 3.1)


def test_a_record_without_a_date_is_laid_where_it_was_begun(tmp_path: Path) -> None:
    path = tmp_path / "cell.csv"
    path.write_text(
        "time/s,Ewe/V\n" + "".join(f"{t},{2.5 + 1e-4 * t}\n" for t in range(0, 900, 60))
    )
    starts = np.array([_at(2026, 1, 5, 10)])
    record = read_record(path)
    (none,), _ = attach_voltages([_series(starts)], record=record)
    assert "--record-start" in get_column(none, "voltage_from")[0]
    (found,), _ = attach_voltages(
        [_series(starts)], record=record, clock=Clock(record_start=starts[0] - 300)
    )
    np.testing.assert_allclose(found["voltage"], 2.533)


def _ambiguous(folder: Path) -> PotentialRecord:
    path = folder / "cell.csv"
    rows = [f"06/09/2026 0{m // 60}:{m % 60:02}:00,{2.4 + 1e-3 * m:.4f}" for m in range(0, 300, 5)]
    path.write_text("time,voltage/V\n" + "\n".join(rows) + "\n")
    return read_record(path)


@pytest.mark.parametrize("day", [(2026, 9, 6), (2026, 6, 9)])
def test_dates_that_can_be_read_both_ways_are_those_of_the_spectra(
    tmp_path: Path, day: tuple[int, int, int]
) -> None:
    series = _series(np.array([_at(*day, 1)]))
    (found,), problems = attach_voltages([series], record=_ambiguous(tmp_path))
    np.testing.assert_allclose(found["voltage"], 2.4605, atol=1e-6)
    assert any("because only so do the spectra lie" in problem for problem in problems)


def test_dates_that_nothing_decides_are_asked_about(tmp_path: Path) -> None:
    record, series = _ambiguous(tmp_path), _series(np.array([_at(2026, 1, 1)]))
    (found,), _ = attach_voltages([series], record=record)
    assert "--day-first or --month-first" in get_column(found, "voltage_from")[0]
    month, day = clock_questions([series], record, Clock())
    assert (month.option, day.option) == ("--month-first", "--day-first")
    settled = clock_questions([series], record, day.proposal)
    # the order is settled; that the spectrum is of another date is another question
    assert "date order" not in {question.kind for question in settled}
    assert month.kind == day.kind == "date order"
