"""Potentials by the clock, against cases whose answer is known on paper."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.series import SHIFT, FloatArray, get_column, make_series
from fitting.electrochemistry.attach import BY_TIME, MANUAL, attach_voltages
from fitting.electrochemistry.potential_by_time import (
    Clock,
    exposure_potential,
    find_branches,
    find_cycles,
    starts_on_record,
    zone_hint,
)
from fitting.readers.records import read_record
from fitting.readers.records.record import PotentialRecord, make_record
from fitting.readers.spectra import read_spectra

NOON = 1_700_000_000.0


def _record(
    time: FloatArray, voltage: FloatArray, current: FloatArray | None = None, cycle: float = 1.0
) -> PotentialRecord:
    others = {"cycle": np.full(time.size, cycle)}
    if current is not None:
        others["current"] = current
    return make_record("cell.mpt", "test", time, voltage, has_clock=True, others=others)


def _ramp(hours: float = 2.0, step: float = 10.0) -> PotentialRecord:
    """1 mV/s from 2 V, a row every ``step`` seconds."""
    time = NOON + np.arange(0, hours * 3600 + step, step)
    return _record(time, 2 + 1e-3 * (time - NOON))


def _series(started: FloatArray, exposure: float, **coordinates: object) -> xr.Dataset:
    return make_series(
        SHIFT,
        np.arange(100.0, 110.0),
        np.ones((len(started), 10)),
        region="raman",
        sigma=1.0,
        noise="estimated",
        source="insitu.wdf",
        started=started,
        exposure=exposure,
        **coordinates,  # type: ignore[arg-type]
    )


@given(
    start=st.floats(0, 6000),
    exposure=st.floats(1e-3, 1000),
    step=st.sampled_from([1.0, 7.0, 300.0]),
)
def test_on_a_ramp_the_mean_is_the_middle(start: float, exposure: float, step: float) -> None:
    record = _ramp(step=step)
    found = exposure_potential(record, np.array([NOON + start]), np.array([exposure]), 900)
    assert found.start[0] == pytest.approx(2 + 1e-3 * start, abs=1e-9)
    assert found.end[0] == pytest.approx(2 + 1e-3 * (start + exposure), abs=1e-9)
    assert found.mean[0] == pytest.approx(2 + 1e-3 * (start + exposure / 2), abs=1e-8)
    assert found.change[0] == pytest.approx(1e-3 * exposure, abs=1e-9)


@pytest.mark.parametrize("is_instant", [True, False])
def test_a_step_inside_an_exposure_weighs_by_its_time(is_instant: bool) -> None:
    at_step = [100.0, 100.0] if is_instant else [100.0, 100.0002]
    time = NOON + np.array([0.0, *at_step, 200.0])
    record = _record(time, np.array([2.0, 2.0, 3.0, 3.0]))
    found = exposure_potential(record, np.array([NOON + 90.0]), np.array([40.0]), 900)
    # a quarter before the step, three quarters after it
    assert found.mean[0] == pytest.approx(2.75, abs=1e-5)
    assert (found.start[0], found.end[0], found.change[0]) == (2.0, 3.0, 1.0)


def test_a_step_at_the_edge_of_an_exposure_is_not_in_it() -> None:
    time = NOON + np.array([0.0, 100.0, 100.0, 200.0])
    record = _record(time, np.array([2.0, 2.0, 3.0, 3.0]))
    starts = NOON + np.array([60.0, 100.0])
    found = exposure_potential(record, starts, np.array([40.0, 40.0]), 900)
    np.testing.assert_allclose(found.mean, [2, 3])
    np.testing.assert_allclose(found.change, [0, 0])


def test_a_mean_is_exact_against_a_fine_sum() -> None:
    rng = np.random.default_rng(1)
    time = NOON + np.sort(rng.uniform(0, 1e5, 5000))
    voltage = 3 + np.cumsum(rng.normal(0, 0.01, 5000))
    record = _record(time, voltage)
    starts = rng.uniform(time[0], time[-1] - 2000, 20)
    exposure = rng.uniform(1, 2000, 20)
    found = exposure_potential(record, starts, exposure, 1e9)
    for index in range(20):
        edges = np.linspace(starts[index], starts[index] + exposure[index], 200_001)
        middle = 0.5 * (edges[1:] + edges[:-1])
        expected = np.interp(middle, time, voltage).mean()
        assert found.mean[index] == pytest.approx(expected, abs=1e-6)


def test_nothing_is_extrapolated() -> None:
    record = _ramp(hours=1)
    starts = NOON + np.array([-5.0, 3590.0, 3700.0, 0.0, 3580.0])
    found = exposure_potential(record, starts, np.full(5, 20.0), 900)
    assert np.isnan(found.mean).tolist() == [True, True, True, False, False]
    assert found.is_outside.tolist() == [True, True, True, False, False]


def test_a_gap_has_no_potential() -> None:
    time = NOON + np.concatenate([np.arange(0, 600, 10), np.arange(4000, 5000, 10)])
    record = _record(time, np.full(time.size, 3.0))
    starts = NOON + np.array([100.0, 560.0, 2000.0, 4000.0])
    found = exposure_potential(record, starts, np.full(4, 60.0), 900)
    assert found.is_gap.tolist() == [False, True, True, False]
    assert np.isnan(found.mean).tolist() == [False, True, True, False]


def test_an_unknown_exposure_is_an_instant() -> None:
    found = exposure_potential(_ramp(), np.array([NOON + 123.0]), np.array([np.nan]), 900)
    assert found.mean[0] == found.start[0] == found.end[0] == pytest.approx(2.123)


def test_rows_out_of_order_and_repeated_give_the_same_potential() -> None:
    record = _ramp()
    order = np.random.default_rng(2).permutation(np.repeat(np.arange(record.time.size), 2))
    shuffled = _record(record.time[order], record.voltage[order])
    starts = NOON + np.array([10.0, 1234.0])
    for one in (record, shuffled):
        found = exposure_potential(one, starts, np.full(2, 60.0), 900)
        np.testing.assert_allclose(found.mean, [2.04, 3.264])
    assert any("sorted" in warning for warning in shuffled.warnings)


def test_offset_and_drift_of_the_clock_are_put_right() -> None:
    true = NOON + np.array([100.0, 1100.0, 2100.0])
    # the clock of the spectra is one hour behind, and loses 1 s in 1000 s
    shown = true - 3600 - 1e-3 * (true - true[0])
    series = _series(shown, 10.0)
    clock = Clock(offset=3600, drift=1e-3 / (1 - 1e-3))
    np.testing.assert_allclose(starts_on_record(series, clock), true, atol=1e-3)


def test_spectra_without_a_time_of_day_count_from_the_start_given() -> None:
    series = _series(np.full(3, np.nan), 10.0, time=[0.0, 50.0, 100.0])
    starts = starts_on_record(series, Clock(series_start=NOON))
    np.testing.assert_allclose(starts - NOON, [0, 50, 100])


def test_a_clock_in_another_zone_is_noticed() -> None:
    record = _ramp(hours=2)
    assert zone_hint(record, NOON + 3600 + np.array([100.0, 7000.0])) == -3600
    assert zone_hint(record, NOON + np.array([100.0, 7000.0])) is None
    assert zone_hint(record, NOON + 40 * 86400 + np.array([100.0])) is None


def test_the_branch_is_the_sign_of_the_current_all_through() -> None:
    time = NOON + np.arange(0, 400, 10.0)
    current = np.where(time < NOON + 200, 1e-3, -1e-3)
    record = _record(time, np.full(time.size, 3.0), current, cycle=4)
    starts = NOON + np.array([50.0, 190.0, 300.0, 5000.0])
    assert find_branches(record, starts, np.full(4, 60.0)) == ["charge", "", "discharge", ""]
    np.testing.assert_array_equal(find_cycles(record, starts), [4, 4, 4, np.nan])


def test_a_record_puts_potentials_onto_spectra() -> None:
    series = _series(NOON + np.array([0.0, 600.0, 1200.0]), 5.0)
    (attached,), problems = attach_voltages([series], record=_ramp())
    np.testing.assert_allclose(attached["voltage"], [2.0025, 2.6025, 3.2025])
    np.testing.assert_allclose(attached["voltage_start"], [2.0, 2.6, 3.2])
    np.testing.assert_allclose(attached["voltage_end"], [2.005, 2.605, 3.205])
    assert get_column(attached, "voltage_from").tolist() == [BY_TIME] * 3
    assert get_column(attached, "cycle").tolist() == [1, 1, 1]
    assert problems == []


def test_a_potential_that_moved_is_told() -> None:
    series = _series(NOON + np.array([0.0, 600.0]), 100.0)
    _, problems = attach_voltages([series], record=_ramp())
    assert any("moved by up to 0.100 V" in problem for problem in problems)


def test_spectra_outside_the_record_are_told_with_the_likely_zone() -> None:
    series = _series(NOON + 3600 + np.array([60.0, 7000.0]), 5.0)
    (attached,), problems = attach_voltages([series], record=_ramp(hours=2))
    assert np.isfinite(get_column(attached, "voltage")).tolist() == [True, False]
    assert any("1 of 2 spectra lie outside" in problem for problem in problems)
    late = _series(NOON + 7200 + np.array([60.0, 7000.0]), 5.0)
    _, problems = attach_voltages([late], record=_ramp(hours=2))
    assert any("set -2 h" in problem for problem in problems)


def test_what_was_entered_by_hand_stays() -> None:
    series = _series(NOON + np.array([0.0]), 5.0, voltage=1.5, voltage_from=MANUAL)
    (attached,), _ = attach_voltages([series], record=_ramp())
    assert attached["voltage"].values == pytest.approx([1.5])


def test_spectra_without_any_time_are_told() -> None:
    series = _series(np.array([np.nan]), 5.0)
    _, problems = attach_voltages([series], record=_ramp())
    assert any("no time of day" in problem for problem in problems)


def test_a_long_record_is_exact_and_quick() -> None:
    """46,102 rows over five days, as a real record has, with 0.2 ms between set points."""
    rng = np.random.default_rng(3)
    time = NOON + np.sort(np.append(np.arange(46_002) * 9.4, rng.choice(46_002, 100) * 9.4 + 2e-4))
    voltage = 2.9 + 0.9 * np.sin((time - NOON) / 40_000)
    record = _record(time, voltage)
    starts = NOON + np.arange(0, 430_000, 60.0)
    found = exposure_potential(record, starts, np.full(starts.size, 60.0), 900)
    a, b = (starts - NOON) / 40_000, (starts - NOON + 60) / 40_000
    expected = 2.9 + 0.9 * (np.cos(a) - np.cos(b)) / (b - a)
    # straight lines between rows 9.4 s apart: the curvature gives 1e-8 V
    np.testing.assert_allclose(found.mean, expected, atol=2e-8)


def test_a_real_series_meets_a_real_record(real_data: Callable[[str], Path]) -> None:
    """A Raman map of 56 minutes laid over a cell's record by an explicit offset."""
    (series,) = read_spectra(real_data("raman_wdf/renishaw_test_map2.wdf"))
    record = read_record(real_data("potentiostat_biologic/gcpl.issue_211.mpt"))
    offset = record.time[0] + 3600 - float(series["started"][0])
    (attached,), problems = attach_voltages([series], record=record, clock=Clock(offset=offset))
    starts = starts_on_record(series, Clock(offset=offset))
    assert starts[0] == pytest.approx(record.time[0] + 3600)
    expected = np.interp(starts + 4.0, record.time, record.voltage)
    still = (
        np.abs(get_column(attached, "voltage_end") - get_column(attached, "voltage_start")) < 2e-3
    )
    assert still.mean() > 0.5
    np.testing.assert_allclose(get_column(attached, "voltage")[still], expected[still], atol=2e-3)
    assert not any("outside" in problem for problem in problems)
    moved = attach_voltages([series], record=record, clock=Clock(offset=offset + 3600))[0][0]
    shift = np.abs(get_column(moved, "voltage") - get_column(attached, "voltage"))
    assert np.nanmax(shift) > 0.05
