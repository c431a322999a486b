"""Times that only the analyst can vouch for are asked about, with a proposal."""

import json

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import SHIFT, FloatArray, make_series
from fitting.electrochemistry.attach import attach_voltages
from fitting.electrochemistry.clock_questions import clock_questions, has_nominal_times
from fitting.electrochemistry.potential_by_time import Clock, starts_on_record
from fitting.readers.records.record import PotentialRecord, make_record

NOON = 1_700_000_000.0


def _record(hours: float = 4.0) -> PotentialRecord:
    time = NOON + np.arange(0, hours * 3600 + 10, 10.0)
    return make_record(
        "cell.mpt", "test", time, 2 + 1e-4 * (time - NOON), has_clock=True, others={}
    )


def _series(started: FloatArray, exposure: float = 5.0) -> xr.Dataset:
    return make_series(
        SHIFT,
        np.arange(100.0, 110.0),
        np.ones((len(started), 10)),
        region="raman",
        sigma=1.0,
        noise="estimated",
        sources={"insitu.txt": "0"},
        started=started,
        exposure=exposure,
    )


def _measured(count: int = 20) -> FloatArray:
    """Starts as a program writes them: a minute apart, give or take 50 ms."""
    jitter = np.random.default_rng(4).normal(0, 0.05, count)
    return NOON + 600 + 60.0 * np.arange(count) + jitter


def test_a_question_names_few_of_many_files() -> None:
    names = [f"spectrum_{number}.txt" for number in range(30)]
    starts = NOON + 60.0 * np.arange(30)
    series = _series(starts).assign_attrs(sources=json.dumps(dict.fromkeys(names, "")))
    (question,) = clock_questions([series], _record(), Clock())
    assert question.sentence.startswith("spectrum_0.txt, spectrum_1.txt and 28 more: the times")


def test_measured_times_raise_no_question() -> None:
    assert clock_questions([_series(_measured())], _record(), Clock()) == []


@pytest.mark.parametrize("count", [4, 110])
def test_equal_steps_are_noticed(count: int) -> None:
    starts = NOON + np.linspace(0, 91.743 * (count - 1), count)
    (question,) = clock_questions([_series(starts)], _record(), Clock())
    assert question.kind == "nominal times"
    assert question.proposal.series_step == pytest.approx(91.743)
    assert question.option.startswith("--series-step 91.743")


def test_steps_shorter_than_the_exposure_are_said_to_be_impossible() -> None:
    starts = NOON + np.arange(10) * 30.0
    (question,) = clock_questions([_series(starts, exposure=60)], _record(), Clock())
    assert "cannot be right" in question.sentence


def test_an_answer_ends_the_question_and_counts() -> None:
    starts = NOON + np.arange(10) * 30.0
    series = _series(starts, exposure=60)
    clock = Clock(series_step=62.5)
    assert clock_questions([series], _record(), clock) == []
    np.testing.assert_allclose(starts_on_record(series, clock), NOON + np.arange(10) * 62.5)


def test_whole_seconds_that_vary_are_measured() -> None:
    assert not has_nominal_times(np.round(_measured() + np.arange(20) * 0.3))
    assert not has_nominal_times(np.array([NOON, NOON + 5, NOON + 10]))
    assert not has_nominal_times(np.full(9, NOON))


@pytest.mark.parametrize("shift", [-3600.0, 7200.0, 20700.0])
def test_a_clock_off_by_quarter_hours_is_asked_about(shift: float) -> None:
    starts = NOON + np.array([100.0, 7000.5, 14_300.0]) - shift
    questions = clock_questions([_series(starts)], _record(), Clock())
    (question,) = [one for one in questions if one.kind == "time zone"]
    assert question.proposal.offset == shift
    assert question.option == f"--clock-offset {shift:g}"
    assert clock_questions([_series(starts)], _record(), question.proposal) == []


def test_one_spectrum_outside_is_reason_enough_to_ask() -> None:
    starts = NOON + 3600 + np.array([60.0, 14_000.5])
    (question,) = clock_questions([_series(starts)], _record(), Clock())
    assert question.proposal.offset == -3600


def test_the_zone_of_the_record_is_that_of_its_place() -> None:
    """Spectra in UTC, a record in Berlin's summer: two hours ahead."""
    july = 1_719_835_200.0
    series = _series(july + np.array([0.0, 61.0]))
    starts = starts_on_record(series, Clock(zone="Europe/Berlin"))
    np.testing.assert_allclose(starts - july, [7200, 7261])


def test_a_run_through_the_end_of_daylight_saving_keeps_its_hour() -> None:
    """27 October 2024, 1:00 UTC: wall clocks went back, elapsed times did not."""
    change = 1_729_990_800.0
    series = _series(change + np.array([-1800.0, 1800.0]))
    starts = starts_on_record(series, Clock(zone="Europe/Berlin"))
    np.testing.assert_allclose(starts - change, [7200 - 1800, 7200 + 1800])


def test_drift_counts_from_the_first_of_all_series() -> None:
    """Spectra in a file each: every file begins anew, the clock does not."""
    files = [_series(np.array([NOON + 1000.0 * i])) for i in range(4)]
    attached, _ = attach_voltages(files, record=_record(), clock=Clock(drift=0.1))
    starts = 1000.0 * np.arange(4) * 1.1
    expected = 2 + 1e-4 * (starts + 2.5)
    np.testing.assert_allclose([float(one["voltage"][0]) for one in attached], expected)


def test_another_clock_replaces_the_potentials_of_the_first() -> None:
    series = _series(_measured(5))
    (first,), _ = attach_voltages([series], record=_record())
    (again,), _ = attach_voltages([first], record=_record(), clock=Clock(offset=86_400))
    assert np.isfinite(first["voltage"]).all()
    assert np.isnan(again["voltage"]).all()
    assert set(again["voltage_from"].values) == {
        "none: cell.mpt, its exposure lies outside the record"
    }
    # what the file says stays as it was
    np.testing.assert_array_equal(again["started"], series["started"])


@pytest.mark.parametrize("days", [-466.5, 3.0, 30.0])
def test_a_record_of_another_date_is_said_and_its_start_is_offered(days: float) -> None:
    series = _series(_measured() + days * 86_400.0)
    question = next(
        one for one in clock_questions([series], _record(), Clock()) if one.kind == "no overlap"
    )
    assert f"{abs(days):.1f} days {'before' if days < 0 else 'after'} it" in question.sentence
    proposed = starts_on_record(series, question.proposal)
    assert proposed.min() == pytest.approx(NOON, abs=1.0)
    asked = clock_questions([series], _record(), question.proposal)
    assert "no overlap" not in [one.kind for one in asked]
