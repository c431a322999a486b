"""Which charge shift a state gets, whatever was found for others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fitting.electrochemistry.measurement_states import State
from fitting.referencing.charge_shifts import ChargeShift, assign_shifts


def round_of(number: int, sample: str = "cell", repeat: str = "", depth: str = "nan") -> State:
    return State(sample, str(2.5 + number / 1000), "nan", "", depth, number, repeat, 600.0 * number)


def voltage_of(volts: float, sample: str = "cell") -> State:
    return State(sample, str(volts), "nan", "", "nan")


def test_the_own_shift_goes_before_that_of_the_round_and_that_before_the_nearest() -> None:
    shifts = {
        round_of(1): ChargeShift(0.1, 0.01),
        round_of(2): ChargeShift(0.2, 0.01),
        round_of(2, repeat="C 1s, 2"): ChargeShift(0.3, 0.01),
    }
    wanted = [round_of(2, repeat="C 1s, 2"), round_of(2, repeat="S 2p, 2"), round_of(5)]
    own, of_round, nearest = (assign_shifts(wanted, shifts)[one] for one in wanted)
    assert [one.shift.value for one in (own, of_round)] == [0.3, 0.2]
    assert not own.is_nearest
    assert not of_round.is_nearest
    assert nearest.is_nearest
    assert nearest.shift.stderr > 0.05


def test_given_voltages_take_no_shift_of_another_voltage_unless_it_is_the_only_one() -> None:
    two = {voltage_of(2.5): ChargeShift(0.1, 0.01), voltage_of(3.0): ChargeShift(0.2, 0.01)}
    assert assign_shifts([voltage_of(3.5)], two) == {}
    one = {voltage_of(2.5): ChargeShift(0.1, 0.01)}
    assert assign_shifts([voltage_of(3.5)], one)[voltage_of(3.5)].shift.value == 0.1


def test_another_depth_is_no_nearest_round() -> None:
    shifts = {round_of(k, depth="1.0"): ChargeShift(0.1 * k, 0.01) for k in (1, 2, 3)}
    assert assign_shifts([round_of(4, depth="2.0")], shifts) == {}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.integers(1, 30)),
        st.tuples(st.floats(-3, 3), st.floats(1e-3, 0.1)),
    ),
    st.sampled_from("ab"),
    st.integers(1, 30),
)
def test_a_shift_is_of_the_sample_and_the_nearest_known_no_better_than_measured(
    known, sample, number
) -> None:
    shifts = {round_of(k, name): ChargeShift(*one) for (name, k), one in known.items()}
    state = round_of(number, sample)
    found = assign_shifts([state], shifts).get(state)
    of_sample = {k: shifts[round_of(k, name)] for name, k in known if name == sample}
    if not of_sample:
        assert found is None
        return
    assert found is not None
    least = min(abs(k - number) for k in of_sample)
    nearest = [one for k, one in of_sample.items() if abs(k - number) == least]
    if len(of_sample) > 1:
        assert found.shift.value in [one.value for one in nearest]
    assert found.shift.stderr >= min(one.stderr for one in nearest)
    assert found.is_nearest == (least > 0 and len(of_sample) > 1)
    assert np.isfinite(found.shift.stderr)
