"""dQ/dV against cells whose charge along the voltage is known."""

import numpy as np
import pytest

from fitting.data.series import FloatArray
from fitting.data.voltage_scale import LITHIUM_INDIUM
from fitting.electrochemistry.differential_capacity import differential_capacity
from fitting.readers.records.record import PotentialRecord, make_record


def _record(
    time: FloatArray, voltage: FloatArray, current: FloatArray, cycle: float = 1.0
) -> PotentialRecord:
    others = {"current": current, "cycle": np.full(time.size, cycle)}
    return make_record("cell.mpt", "test", time, voltage, has_clock=True, others=others)


def _ramp(count: int = 1001) -> PotentialRecord:
    """2.5 to 3.5 V in an hour at 1 mA: 1 mA h/V."""
    time = np.linspace(0, 3600, count)
    return _record(time, 2.5 + time / 3600, np.full(count, 1e-3))


@pytest.mark.parametrize("count", [11, 1001, 40_001])
def test_a_straight_line_has_one_value(count: int) -> None:
    (half,) = differential_capacity(_ramp(count))
    inside = (half.voltage > 2.51) & (half.voltage < 3.49)
    assert half.branch == "charge"
    assert half.cycle == 1
    assert half.smoothing == 0.01
    still = inside & (half.voltage > 2.55) & (half.voltage < 3.45)
    np.testing.assert_allclose(half.value[still], 1e-3, rtol=1e-6)


def test_all_charge_is_in_it_whatever_the_noise_of_the_voltage() -> None:
    time = np.linspace(0, 7200, 5000)
    noise = np.random.default_rng(1).normal(0, 0.004, time.size)
    record = _record(time, 2.5 + time / 7200 + noise, np.full(time.size, 1e-3))
    for smoothing in (0.0, 0.01, 0.05):
        (half,) = differential_capacity(record, smoothing=smoothing)
        charge = half.value.sum() * 0.005
        assert charge == pytest.approx(1e-3 * 2, rel=1e-9)


def test_plateaus_are_peaks_where_they_are() -> None:
    """Charge along the voltage as two Gaussians at 3.0 and 3.6 V: 40 and 60 %."""
    voltage = np.linspace(2.5, 4.0, 20_001)
    density = 0.4 * _gaussian(voltage, 3.0, 0.03) + 0.6 * _gaussian(voltage, 3.6, 0.03) + 1e-3
    charge = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))]) * 7.5e-5
    current = 1e-3
    record = _record(charge * 3600 / current, voltage, np.full(voltage.size, current))
    (half,) = differential_capacity(record, smoothing=0.005)
    low = half.voltage < 3.3
    assert half.voltage[low][np.argmax(half.value[low])] == pytest.approx(3.0, abs=0.005)
    assert half.voltage[~low][np.argmax(half.value[~low])] == pytest.approx(3.6, abs=0.005)
    assert half.value.max() == pytest.approx(0.6 / (0.03 * np.sqrt(2 * np.pi)), rel=0.03)
    # with a wider Gaussian a peak is lower and wider, as its width says
    (wide,) = differential_capacity(record, smoothing=0.04)
    assert wide.value.max() == pytest.approx(0.6 / (0.05 * np.sqrt(2 * np.pi)), rel=0.03)


def test_charge_and_discharge_are_apart_and_rests_do_not_matter() -> None:
    up = np.linspace(2.5, 3.5, 200)
    voltage = np.concatenate([up, np.full(50, 3.45), up[::-1]])
    current = np.concatenate([np.full(200, 1e-3), np.zeros(50), np.full(200, -1e-3)])
    record = _record(10.0 * np.arange(450), voltage, current)
    halves = differential_capacity(record)
    assert [half.branch for half in halves] == ["charge", "discharge"]
    assert (halves[0].value >= 0).all()
    assert (halves[1].value <= 0).all()
    assert halves[0].value.sum() == pytest.approx(-halves[1].value.sum(), rel=1e-9)


def test_a_pause_inside_a_charge_does_not_end_it() -> None:
    record = _ramp()
    current = record.current.copy()
    current[400:420] = 0.0
    halves = differential_capacity(_record(record.time, record.voltage, current))
    assert len(halves) == 1


def test_nothing_is_said_of_the_charge_in_a_gap() -> None:
    record = _ramp()
    time = np.where(np.arange(1001) < 500, record.time, record.time + 86_400)
    (half,) = differential_capacity(_record(time, record.voltage, record.current), smoothing=0)
    assert half.value.sum() * 0.005 == pytest.approx(1e-3 * 999 / 1000, rel=1e-6)


def test_voltages_are_those_against_lithium() -> None:
    record = _ramp()
    scaled = PotentialRecord(
        **{name: getattr(record, name) for name in record.__slots__ if name != "scale"},
        scale=LITHIUM_INDIUM,
    )
    (half,) = differential_capacity(scaled)
    charged = half.voltage[half.value > 5e-4]
    assert charged.min() == pytest.approx(3.12, abs=0.02)
    assert charged.max() == pytest.approx(4.12, abs=0.02)


def test_a_record_without_current_has_none() -> None:
    record = _ramp()
    assert differential_capacity(_record(record.time, record.voltage, np.full(1001, np.nan))) == []


def _gaussian(x: FloatArray, centre: float, deviation: float) -> FloatArray:
    scaled = (x - centre) / deviation
    return np.asarray(np.exp(-0.5 * scaled**2) / (deviation * np.sqrt(2 * np.pi)))
