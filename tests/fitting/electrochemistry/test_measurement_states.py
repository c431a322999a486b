"""States of samples: given ones are compared as they are, timed ones go by rounds."""

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.series import ENERGY, SHIFT, make_series, set_coordinates, states_of
from fitting.electrochemistry.attach import BY_TIME, MANUAL
from fitting.electrochemistry.measurement_states import (
    State,
    common_states,
    rounds_of,
    states_by_region,
)
from fitting.readers.spectra import read_spectra

START = 1_800_000_000.0


def series_of(region: str, starts, *, axis: str = ENERGY, **coordinates) -> xr.Dataset:
    """Spectra of 100 s that were started so many seconds after noon."""
    count = len(starts)
    given_coordinates = {
        "sample": "cell",
        "started": START + np.asarray(starts, dtype=float),
        "exposure": 100.0,
        "voltage": np.linspace(2.5, 2.5 + 1e-4 * count, count),
        "voltage_from": BY_TIME,
        **coordinates,
    }
    return make_series(
        axis, np.arange(3.0), np.ones((count, 3)), region=region, sigma=1.0, noise="poisson",
        **given_coordinates,
    )  # fmt: skip


def rounds(series: list[xr.Dataset]) -> list[list[float]]:
    return [rounds_of(states).tolist() for states in common_states(series)]


def test_regions_of_one_round_have_one_state_at_the_mean_of_their_voltages() -> None:
    sulfur = series_of("S 2p", [0, 900], voltage=[2.500, 3.100])
    carbon = series_of("C 1s", [110, 1010], voltage=[2.504, 3.108])
    states = common_states([sulfur, carbon])
    assert states[0] == states[1]
    assert [float(one.voltage) for one in states[0]] == pytest.approx([2.502, 3.104])
    assert [one.voltage_change for one in states[0]] == pytest.approx([0.004, 0.008])
    assert [one.time - START for one in states[0]] == pytest.approx([105.0, 1005.0])
    assert states[0][1].words == "cell, round 2 at 3.104 V"


def test_rounds_at_one_voltage_are_told_apart() -> None:
    parts = [series_of(region, [0 + k, 900 + k, 1800 + k], voltage=2.31) for region, k in
             (("S 2p", 0), ("P 2p", 110), ("C 1s", 220))]  # fmt: skip
    assert rounds(parts) == [[1, 2, 3]] * 3
    assert len(set(common_states(parts)[0])) == 3


def test_cycle_and_branch_of_a_round_are_those_all_its_regions_agree_in() -> None:
    sulfur = series_of("S 2p", [0, 900], cycle=[1, 1], branch=["charge", "charge"])
    carbon = series_of("C 1s", [110, 1010], cycle=[1, 2], branch=["charge", ""])
    states = common_states([sulfur, carbon])
    assert states[0] == states[1]
    assert [(one.cycle, one.branch) for one in states[0]] == [("1.0", "charge"), ("nan", "")]


def test_samples_that_take_turns_have_rounds_of_their_own() -> None:
    # a carousel: region by region for one sample and the other
    parts = [
        series_of(region, [k, 2000 + k], sample=sample)
        for region, sample, k in (
            ("S 2p", "a", 0), ("S 2p", "b", 110), ("P 2p", "a", 220), ("P 2p", "b", 330),
        )
    ]  # fmt: skip
    assert rounds(parts) == [[1, 2]] * 4
    states = common_states(parts)
    assert states[0] == states[2] != states[1]


def test_a_spectrum_outside_the_record_belongs_to_its_round() -> None:
    sulfur = series_of("S 2p", [0, 900])
    carbon = series_of("C 1s", [110, 1010], voltage=[2.5, math.nan], voltage_from=[BY_TIME, ""])
    states = common_states([sulfur, carbon])
    assert states[0] == states[1]
    assert states[1][1].voltage == states[0][1].voltage != "nan"


def test_times_since_the_first_spectrum_count_where_a_record_was_laid_over_them() -> None:
    parts = [
        series_of(region, [0, 0], started=math.nan, time=[k, 900.0 + k])
        for region, k in (("S 2p", 0.0), ("C 1s", 110.0))
    ]
    assert rounds(parts) == [[1, 2]] * 2
    untimed = [one.assign_coords(voltage_from=("spectrum", ["", ""])) for one in parts]
    assert np.isnan(rounds(untimed)).all()


def test_without_a_start_a_spectrum_is_compared_as_it_is() -> None:
    sulfur = series_of("S 2p", [0, math.nan], voltage=[2.5, 2.6])
    states = common_states([sulfur, series_of("C 1s", [110], voltage=[2.5])])
    assert states[0][0].round == 1
    assert states[0][1][:5] == states_of(sulfur)[1]
    assert states[0][1].round == 0


def test_equal_starts_of_one_region_tell_nothing() -> None:
    sulfur = series_of("S 2p", [0, 0, 900])
    assert np.isnan(rounds([sulfur, series_of("C 1s", [110, 1010])])[0][:2]).all()
    assert rounds([sulfur, series_of("C 1s", [110, 1010])])[0][2] == 2


def test_what_came_again_in_a_round_is_a_state_of_its_own() -> None:
    sulfur = series_of("S 2p", [0, 200, 1000, 2000, 2200])
    others = [series_of("P 2p", [110, 1110, 2110]), series_of("C 1s", [310, 1210, 2310])]
    states = common_states([sulfur, *others])
    assert [one.round for one in states[0]] == [1, 1, 2, 3, 3]
    first, second = states[0][:2]
    assert {first, second} > {states[1][0]}
    (again,) = {first, second} - {states[1][0]}
    assert again.repeat
    assert again.is_of_round(states[1][0])
    assert not again.is_of_round(states[1][1])


def test_scans_of_one_spectrum_are_one_measurement() -> None:
    labels = [f"S2p scan {k} of 3" for k in (1, 2, 3)]
    sulfur = series_of("S 2p", [0, 100, 200], label=labels, source="a.vms")
    later = series_of("S 2p", [1000, 1100, 1200], label=labels, source="b.vms")
    carbon = series_of("C 1s", [310, 1310])
    states = common_states([sulfur, later, carbon])
    assert len({*states[0], states[2][0]}) == 1
    assert len({*states[1], states[2][1]}) == 1


def test_what_nothing_but_time_tells_apart_goes_by_rounds() -> None:
    unknown = {"voltage": math.nan, "voltage_from": ""}
    repeated = [series_of("S 2p", [0, 900], **unknown), series_of("C 1s", [110, 1010], **unknown)]
    assert rounds(repeated) == [[1, 2]] * 2
    # one of each region needs no rounds, and a depth tells them apart itself
    once = [series_of("S 2p", [0], **unknown), series_of("C 1s", [110], **unknown)]
    profile = [series_of("S 2p", [0, 900], depth=[0.0, 1.0], **unknown)]
    assert np.isnan(np.concatenate([*rounds(once), *rounds(profile)])).all()


def test_raman_spectra_have_no_rounds() -> None:
    assert np.isnan(rounds([series_of("raman", [0, 900], axis=SHIFT)])).all()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from([2.5, 3.6]),
            st.sampled_from([math.nan, 1.0, 2.0]),
            st.sampled_from(["", "charge"]),
            st.sampled_from(["side table", MANUAL, "file name", "name of the sample"]),
            st.floats(0.0, 1e5),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_given_voltages_are_compared_exactly_whatever_the_times(spectra) -> None:
    sample, voltage, cycle, branch, origin, start = map(list, zip(*spectra, strict=True))
    series = [
        series_of(region, start, sample=sample, voltage=voltage, cycle=cycle, branch=branch,
                  voltage_from=origin)
        for region in ("S 2p", "C 1s")
    ]  # fmt: skip
    for one, states in zip(series, common_states(series), strict=True):
        assert [state[:5] for state in states] == states_of(one)
        assert all(state == State(*state[:5]) for state in states)


@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=12, unique=True),
    st.data(),
)
def test_states_do_not_depend_on_the_order_of_regions_or_files(starts, data) -> None:
    regions = [data.draw(st.sampled_from(["S 2p", "P 2p", "C 1s"])) for _ in starts]
    files = [
        series_of(region, [60.0 * start], voltage=[2.0 + start / 1000], source=str(start))
        for region, start in zip(regions, starts, strict=True)
    ]
    order = data.draw(st.permutations(range(len(files))))
    here = [states[0] for states in common_states(files)]
    there = [states[0] for states in common_states([files[place] for place in order])]
    assert [here[place] for place in order] == there
    members = [state for state in here if not state.repeat]
    pairs = list(zip(here, regions, strict=True))
    assert all(pairs.count((state, region)) == 1 for state, region in pairs)
    assert members


def test_real_regions_of_different_samples_have_no_rounds(real_data) -> None:
    series = read_spectra(real_data("xps_kratos_vamas/assigned.vms"))
    states = states_by_region({one.attrs["region"]: one for one in series})
    assert all(state.round == 0 for of_one in states.values() for state in of_one)


def test_regions_of_a_real_cell_measured_in_situ_are_of_one_round(real_data) -> None:
    series = read_spectra(real_data("xps_specs_xml/In-situ_PBTTT_XPS_SPECS_full_d813b0d.xml"))
    timed = [set_coordinates(one, voltage=1.2, voltage_from=BY_TIME) for one in series]
    found = {
        (state.sample, state.round, one.attrs["region"])
        for one, states in zip(timed, common_states(timed), strict=True)
        for state in states
    }
    # by the stamps: survey, C 1s, S 2p and F 1s within three hours, a survey 18 h later
    assert found == {
        *(("PBTTT 1.2 V", 1, region) for region in ("survey", "C 1s", "S 2p", "F 1s")),
        *(("PBTTT", 1, region) for region in ("survey", "C 1s", "S 2p")),
        *(("in-situ PBTTT", 1, region) for region in ("survey", "C 1s", "S 2p", "F 1s")),
        ("in-situ PBTTT", 2, "survey"),
    }
