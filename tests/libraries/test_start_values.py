"""One stated rule makes start values and bounds of what the sources say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libraries.errors import LibraryError
from libraries.species import Band, Library, Position, PositionRule, Species
from libraries.start_values import StartValue, start_value

RULE = PositionRule(margin=0.2, minimum_half_width=0.5)


def at(value: float | None = None, **fields: object) -> Position:
    return Position(source="paper", unit="eV", value=value, **fields)  # type: ignore[arg-type]


def start(*positions: Position) -> StartValue:
    band = Band("", positions)
    species = Species("X", "x", "x", (band,))
    library = Library("x", "x.toml", "xps", "S 2p", "eV", (155, 175), RULE, (species,))
    return start_value(library, species, band)


def test_start_value_is_the_median_of_the_positions() -> None:
    assert start(at(160.0), at(161.0), at(165.0)).value == 161.0


def test_bounds_span_the_positions_and_the_margin() -> None:
    found = start(at(160.0), at(161.0), at(162.0))
    assert (found.low, found.high) == (159.8, 162.2)


def test_two_sources_still_leave_the_minimum_half_width() -> None:
    found = start(at(161.0), at(161.0, original="another paper"))
    assert (found.low, found.high) == (160.5, 161.5)


def test_one_source_alone_never_sets_the_bounds() -> None:
    found = start(at(161.0), at(161.1))
    assert (found.low, found.high) == (160.05, 162.05)


def test_a_conflicting_position_takes_no_part() -> None:
    found = start(at(161.0), at(166.1, conflicts="another paper disagrees"))
    assert (found.value, found.high) == (161.0, 162.0)
    assert "1 further position(s) left out" in found.origin


def test_a_number_from_memory_counts_only_where_there_is_no_other() -> None:
    remembered = at(133.3, seen="own-knowledge")
    assert start(remembered).value == 133.3
    assert "From memory, unverified." in start(remembered).origin
    assert start(at(131.7), remembered).value == 131.7


def test_sources_with_an_energy_reference_come_first_where_they_are_enough() -> None:
    referenced = [at(v, energy_reference="C 1s", original=str(v)) for v in (168.0, 168.6, 169.2)]
    without = at(166.5)
    assert start(*referenced, without).low == 167.8
    assert start(*referenced[:2], without).low == 166.3


def test_each_source_has_one_vote_for_the_start_value() -> None:
    many = [at(160.0), at(160.1), at(160.2), at(160.3)]
    others = [at(161.0, original="b"), at(161.2, original="c")]
    assert start(*many, *others).value == 161.0


@given(st.lists(st.tuples(st.floats(156, 174), st.sampled_from("abcde")), min_size=1))
def test_bounds_hold_every_undoubted_position_and_the_start(rows: list[tuple[float, str]]) -> None:
    found = start(*(at(value, original=origin) for value, origin in rows))
    assert found.low <= found.value <= found.high
    assert all(found.low <= value <= found.high for value, _ in rows)
    lone = len({origin for _, origin in rows}) == 1
    half = 1.0 if lone else 0.5
    assert found.high - found.value >= min(half, 175 - found.value) - 1e-9


def test_a_region_alone_starts_in_its_middle_and_bounds_the_position() -> None:
    found = start(at(region=(162.0, 165.0)))
    assert (found.value, found.low, found.high) == (163.5, 162.0, 165.0)


def test_a_region_beside_a_value_widens_the_bounds_only() -> None:
    found = start(at(162.9), at(region=(162.0, 165.0)))
    assert (found.value, found.low, found.high) == (162.9, 161.9, 165.0)


def test_a_species_named_without_a_position_is_refused_by_file_and_name() -> None:
    with pytest.raises(LibraryError, match=r"x\.toml: species X: no source gives a position"):
        start(at())


def test_the_origin_names_every_source_it_rests_on() -> None:
    found = start(at(161.0), at(161.4))
    assert found.origin == (
        "161.2 eV: median of 2 positions of 1 source (161 paper, 161.4 paper); "
        "bounds 160.2 to 162.2 eV."
    )
