"""One stated rule makes start values and bounds of what the sources say."""

import pytest

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


def test_one_position_still_leaves_the_minimum_half_width() -> None:
    found = start(at(161.0))
    assert (found.low, found.high) == (160.5, 161.5)


def test_a_conflicting_position_takes_no_part() -> None:
    found = start(at(161.0), at(166.1, conflicts="another paper disagrees"))
    assert (found.value, found.high) == (161.0, 161.5)
    assert "1 further position(s) left out" in found.origin


def test_reference_samples_count_only_where_there_is_nothing_else() -> None:
    film = at(133.3, is_reference_sample=True)
    assert start(film).value == 133.3
    assert start(at(131.7), film).value == 131.7


def test_a_region_alone_starts_in_its_middle_and_bounds_the_position() -> None:
    found = start(at(region=(162.0, 165.0)))
    assert (found.value, found.low, found.high) == (163.5, 162.0, 165.0)


def test_a_region_beside_a_value_widens_the_bounds_only() -> None:
    found = start(at(162.9), at(region=(162.0, 165.0)))
    assert (found.value, found.low, found.high) == (162.9, 162.0, 165.0)


def test_a_species_named_without_a_position_is_refused_by_file_and_name() -> None:
    with pytest.raises(LibraryError, match=r"x\.toml: species X: no source gives a position"):
        start(at())


def test_the_origin_names_every_source_it_rests_on() -> None:
    found = start(at(161.0), at(161.4))
    assert found.origin == (
        "161.2 eV: median of 2 positions (161 paper, 161.4 paper); bounds 160.7 to 161.7 eV."
    )
