"""Rounds of measurement are found as they were made, whatever the instrument did between."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.joining.acquisition_cycles import Exposure, Round, divide_into_rounds

REGIONS = "SPCOL"
STEP, PAUSE = 300.0, 1800.0


def run(plan: str, step: float = STEP, dead: float = 10.0) -> list[Exposure]:
    """Exposures by a plan: a letter for each region, | for half an hour without any."""
    time, found = 0.0, []
    for letter in plan:
        if letter == "|":
            time += PAUSE
        else:
            found.append(Exposure(letter, time, step - dead))
            time += step
    return found


def words(exposures: Sequence[Exposure], rounds: Sequence[Round]) -> str:
    """The rounds as text, what came again in brackets."""
    return " ".join(
        "".join(
            exposures[place].region if place in one.members else f"({exposures[place].region})"
            for place in sorted((*one.members, *one.others), key=lambda k: exposures[k].start)
        )
        for one in rounds
    )


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("SPCSPCSPC", "SPC SPC SPC"),
        # one region missing, with no pause in its place
        ("SPCSPCPCSPC", "SPC SPC PC SPC"),
        ("SPCSPSPC", "SPC SP SPC"),
        ("SPCOSPCOSPC", "SPCO SPCO SPC"),
        # the run was stopped, or is not over
        ("SPCSPCS", "SPC SPC S"),
        ("SPC|SP|C|SPC", "SPC SP C SPC"),
        ("SPC|S|SPC|S", "SPC S SPC S"),
        # another order in every hold
        ("SPC|CSP|PSC", "SPC CSP PSC"),
        ("SPC|PS|CSP", "SPC PS CSP"),
        ("SPCCPSSPC", "SPC CPS SPC"),
        # one region measured twice in a round
        ("SPCSPSCSPC", "SPC SP(S)C SPC"),
        ("SPCSPPCSPC", "SPC S(P)PC SPC"),
        ("SPCS|SPCS|SPCS", "SPC(S) SPC(S) SPC(S)"),
        # one region much more often, and one hardly ever
        ("SSSSCSSSSC", "S S S SC S S S SC"),
        ("VSPCSPCSPCV", "VSPC SPC SPCV"),
        # one region alone
        ("SSSS", "S S S S"),
        ("S", "S"),
        ("SPC", "SPC"),
    ],
)
def test_rounds_are_those_an_analyst_would_draw(plan: str, expected: str) -> None:
    exposures = run(plan)
    found = words(exposures, divide_into_rounds(exposures))
    # which of two is the nearer is not what is asked here
    assert sorted_brackets(found) == sorted_brackets(expected)


def sorted_brackets(text: str) -> list[tuple[str, int]]:
    return [
        ("".join(sorted(part.replace("(", "").replace(")", ""))), part.count("("))
        for part in text.split()
    ]


def test_a_region_that_is_measured_between_all_others_joins_their_rounds() -> None:
    exposures = run("SPSCSO" * 4)
    rounds = divide_into_rounds(exposures)
    assert [{exposures[place].region for place in one.members} for one in rounds] == [
        set("SPCO")
    ] * 4
    for one in rounds:
        middle = {exposures[place].region: exposures[place].start for place in one.members}
        assert middle["P"] < middle["S"] < middle["O"]


def test_of_spectra_of_one_region_the_nearest_in_time_is_the_member() -> None:
    near, far = Exposure("S", 600.0, 100.0), Exposure("S", 490.0, 100.0)
    exposures = [far, near, Exposure("P", 700.0, 100.0), Exposure("C", 800.0, 100.0)]
    (one,) = divide_into_rounds(exposures)
    assert set(one.members) == {1, 2, 3}
    assert one.others == (0,)
    assert one.time == pytest.approx(750.0)


def test_without_durations_long_and_short_regions_are_divided_alike() -> None:
    times, plan = 0.0, []
    for letter in "SPCSPCSPCPCSPC":
        plan.append(Exposure(letter, times, math.nan))
        times += {"S": 1800.0, "P": 110.0, "C": 60.0}[letter]
    assert words(plan, divide_into_rounds(plan)) == "SPC SPC SPC PC SPC"


def test_nothing_has_no_rounds() -> None:
    assert divide_into_rounds([]) == []


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Exposure], list[int]]:
    """A run in complete rounds with the number of the round of each exposure."""
    order = draw(st.permutations(REGIONS[: draw(st.integers(2, 5))]))
    durations = {region: draw(st.floats(20.0, 2000.0)) for region in order}
    pauses = draw(st.sampled_from([0.0, 200.0, 7200.0]))
    time, exposures, truth = draw(st.floats(0.0, 2e9)), [], []
    for number in range(draw(st.integers(1, 8))):
        for region in order:
            exposures.append(Exposure(region, time, durations[region]))
            truth.append(number)
            time += durations[region] + draw(st.floats(1.0, 15.0))
        time += pauses
    return exposures, truth


def numbers(exposures: Sequence[Exposure], rounds: Sequence[Round]) -> list[int]:
    found = {place: k for k, one in enumerate(rounds) for place in (*one.members, *one.others)}
    return [found[place] for place in range(len(exposures))]


@given(runs())
def test_complete_rounds_are_found_whatever_their_times(case) -> None:
    exposures, truth = case
    assert numbers(exposures, divide_into_rounds(exposures)) == truth


@given(runs(), st.booleans())
def test_durations_that_are_not_known_change_nothing_in_complete_rounds(case, is_known) -> None:
    exposures, truth = case
    bare = [replace(one, duration=one.duration if is_known else math.nan) for one in exposures]
    rounds = divide_into_rounds(bare)
    # where the next round begins at once, any place of the cycle may be its beginning
    assert len(rounds) <= max(truth) + 2
    assert all(not one.others for one in rounds)


@given(st.integers(3, 5), st.integers(2, 8), st.data())
def test_spectra_that_are_missing_between_holds_upset_no_other_round(regions, holds, data) -> None:
    exposures, truth = [], []
    for number in range(holds):
        kept = data.draw(
            st.lists(st.sampled_from(REGIONS[:regions]), min_size=2, unique=True), label="kept"
        )
        for place, region in enumerate(sorted(kept, key=REGIONS.index)):
            exposures.append(Exposure(region, number * 36_000 + place * STEP, STEP - 10))
            truth.append(number)
    assert numbers(exposures, divide_into_rounds(exposures)) == truth


@st.composite
def any_exposures(draw: st.DrawFn) -> list[Exposure]:
    starts = draw(st.lists(st.integers(0, 400), min_size=1, max_size=9, unique=True))
    return [
        Exposure(draw(st.sampled_from("SPC")), 10.0 * start, draw(st.sampled_from([5.0, math.nan])))
        for start in starts
    ]


@given(any_exposures())
def test_every_exposure_is_in_one_round_and_no_region_twice_among_its_members(exposures) -> None:
    rounds = divide_into_rounds(exposures)
    places = [place for one in rounds for place in (*one.members, *one.others)]
    assert sorted(places) == list(range(len(exposures)))
    for one in rounds:
        regions = [exposures[place].region for place in one.members]
        assert len(set(regions)) == len(regions)
        assert {exposures[place].region for place in one.others} <= set(regions)


@given(any_exposures(), st.randoms(use_true_random=False))
def test_the_order_in_which_spectra_are_given_does_not_matter(exposures, random) -> None:
    shuffled = list(exposures)
    random.shuffle(shuffled)
    one, other = (
        {frozenset(given[place] for place in each.members) for each in divide_into_rounds(given)}
        for given in (exposures, shuffled)
    )
    assert one == other


@given(any_exposures(), st.sampled_from([1 / 64, 8.0, 1024.0]), st.integers(0, 2**31))
def test_another_clock_changes_nothing(exposures, rate, begin) -> None:
    moved = [
        Exposure(one.region, begin + rate * one.start, rate * one.duration) for one in exposures
    ]
    assert numbers(moved, divide_into_rounds(moved)) == numbers(
        exposures, divide_into_rounds(exposures)
    )


@settings(max_examples=50)
@given(st.text("SPC", min_size=1, max_size=8))
def test_no_other_division_has_fewer_rounds_without_a_region_that_comes_again(plan) -> None:
    exposures = run(plan)
    rounds = divide_into_rounds(exposures)
    if any(one.others for one in rounds):
        return
    fewest = min(
        len(parts)
        for parts in _divisions(plan)
        if all(len(set(part)) == len(part) for part in parts)
    )
    # one more is worth it where a step against the usual order falls away
    assert len(rounds) <= fewest + 1


def _divisions(text: str) -> list[list[str]]:
    places = range(1, len(text))
    return [
        [text[first:stop] for first, stop in itertools.pairwise((0, *cuts, len(text)))]
        for count in range(len(text))
        for cuts in itertools.combinations(places, count)
    ]


def test_a_long_run_takes_no_long_time_and_is_divided_to_its_end() -> None:
    exposures = run("SPCOL" * 400)
    rounds = divide_into_rounds(exposures)
    assert len(rounds) == 400
    np.testing.assert_allclose(np.diff([one.time for one in rounds]), 5 * STEP)
