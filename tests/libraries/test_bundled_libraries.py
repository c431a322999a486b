"""The bundled libraries hold what the papers say, and nothing that they do not."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from libraries.check import check_library
from libraries.describe import list_text, show_text
from libraries.errors import LibraryError
from libraries.loader import bundled_sources, catalogue, get_library, library_names
from libraries.species import Position
from libraries.start_values import positions_that_count, start_value

IDS = {
    "PS4_3-": "PS4",
    "polysulfide_S0": "polysulfide",
    "P-Sn-P_S-S": "polysulfide",
    "SO3_2-": "sulfite",
    "SO4_2-": "sulfate",
}
"""The library's ids for the species of the table of assignments, where they differ."""

REGIONS = {
    *("S 2p", "P 2p", "Li 1s", "C 1s", "O 1s", "Cl 2p", "Br 3d", "I 3d", "Ge 3d", "Ge 2p"),
    *("Sn 3d", "In 3d", "Si 2p", "F 1s", "Mn 2p", "Mn 3s", "Ni 2p", "Co 2p", "Nb 3d", "Ta 4f"),
    *("Zr 3d", "La 3d", "Ti 2p", "raman"),
}
PAPERS = {"cao2020", "wang2021", "su2025", "zeng2022", "giraldo2021"}
FILES = sorted(Path(__file__).parents[2].glob("libraries/*/*.toml"))


@pytest.fixture(scope="module")
def assignments(real_data: Callable[[str], Path]) -> list[dict[str, str]]:
    path = real_data("../facts/assignments.csv")
    if not path.is_file():
        pytest.skip("the table of the papers' assignments is not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(position: Position) -> set[float]:
    ends = position.region or ()
    middle = [sum(ends) / 2] if ends else []
    given = [position.value, position.partner, *ends, *middle]
    return {number for number in given if number is not None}


def is_of_row(position: Position, row: dict[str, str]) -> bool:
    told = {float(row[name]) for name in ("position", "position_2p12") if row[name]}
    region = re.search(r"a region, ([\d.]+) to ([\d.]+)", row["note"])
    told |= {float(end) for end in region.groups()} if region else set()
    return (
        position.source == row["source"]
        and position.sample == row["sample"]
        and position.condition == row["condition"]
        and told <= numbers(position)
        and bool(told) == position.is_positioned
    )


def test_every_assignment_of_the_papers_is_there(assignments: list[dict[str, str]]) -> None:
    known = catalogue()
    assert len(assignments) > 40
    for row in assignments:
        _, species = known.find_species(row["region"], IDS.get(row["species"], row["species"]))
        positions = [position for band in species.bands for position in band.positions]
        assert any(is_of_row(position, row) for position in positions), row


def test_the_papers_say_nothing_that_the_assignments_do_not(
    assignments: list[dict[str, str]],
) -> None:
    told: dict[str, set[float]] = {}
    for row in assignments:
        for name in ("position", "position_2p12"):
            if row[name]:
                told.setdefault(row["source"], set()).add(float(row[name]))
        for end in re.findall(r"a region, ([\d.]+) to ([\d.]+)", row["note"]):
            told[row["source"]] = told.get(row["source"], set()) | set(map(float, end))
    told["wang2021"] |= {163.5}
    told["su2025"] |= {284.8}
    for found in catalogue().libraries:
        for species, _, position in found.positions():
            if position.source in PAPERS:
                assert numbers(position) <= told[position.source], (species.id, position)


def test_every_source_of_the_papers_is_cited_as_it_should_be(
    real_data: Callable[[str], Path],
) -> None:
    path = real_data("../facts/sources.csv")
    if not path.is_file():
        pytest.skip("the table of the papers is not here")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source = bundled_sources()[row["key"]]
            assert source.citation == row["citation"]
            assert source.doi == row["doi"]
            assert source.energy_reference == (row["energy_reference"] or "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_check_finds_nothing_in_a_bundled_library(path: Path) -> None:
    assert check_library(path) == []


def test_start_values_lie_inside_their_bounds_and_windows() -> None:
    for found in catalogue().libraries:
        for species in found.species:
            for band in species.bands:
                if positions_that_count(band):
                    start = start_value(found, species, band)
                    assert start.low < start.value < start.high
                    assert found.window[0] <= start.low
                    assert start.high <= found.window[1]


def test_species_without_a_position_are_marked_and_have_none() -> None:
    unpositioned = {
        (found.region, species.id)
        for found in catalogue().libraries
        for species in found.species
        if not any(band.is_positioned for band in species.bands)
    }
    assert unpositioned == {("P 2p", "reduced_P")}
    known = catalogue()
    assert all(known.find_species(*each)[1].unpositioned for each in unpositioned)


def test_each_region_has_one_default_model() -> None:
    known = catalogue()
    assert set(known.regions()) == REGIONS
    for region in known.regions():
        assert sum(model.is_default for model in known.models(region)) == 1


def test_contradicting_positions_are_kept_with_a_reason() -> None:
    _, lithium_sulfide = catalogue().find_species("S 2p", "Li2S")
    left_out = [p for p in lithium_sulfide.bands[0].positions if p.conflicts]
    assert {position.value for position in left_out} >= {166.1, 164.8, 162.1}


def test_the_pairs_that_positions_cannot_tell_apart_say_so_both_ways() -> None:
    known = catalogue()
    for region, first, second in (("P 2p", "phosphate", "P2S5"), ("raman", "PS4", "P2S5")):
        assert second in known.find_species(region, first)[1].not_separable_from
        assert first in known.find_species(region, second)[1].not_separable_from
        assert not {first, second} <= set(known.default_model(region).species)


def test_spin_orbit_constants_are_those_in_use() -> None:
    ranges = {"S 2p": (1.16, 1.18), "P 2p": (0.84, 0.87), "Cl 2p": (1.60, 1.60)}
    for region, (low, high) in ranges.items():
        level = catalogue().core_level(region)
        assert level is not None
        assert low <= level.separation <= high
        assert 0.5 <= level.area_ratio <= 0.515
    assert catalogue().core_level("C 1s") is None


def test_an_unknown_library_is_refused_with_the_nearest_name() -> None:
    assert "S 2p" in library_names()
    assert get_library("S 2p").region == "S 2p"
    with pytest.raises(LibraryError, match="Did you mean 'argyrodite'"):
        get_library("argirodite")


def test_an_unknown_species_region_and_model_are_refused() -> None:
    known = catalogue()
    with pytest.raises(LibraryError, match=r"no species 'sulphate' for S 2p\. Did you mean"):
        known.find_species("S 2p", "sulphate")
    with pytest.raises(LibraryError, match="no library for 'Fe 2p'"):
        known.species("Fe 2p")
    with pytest.raises(LibraryError, match="Did you mean 'argyrodite S 2p'"):
        known.model("argyrodite S2p")


def test_the_list_names_every_model_and_source() -> None:
    text = list_text()
    for name in [*(model.name for model in catalogue().models()), *bundled_sources()]:
        assert name in text


def test_everything_in_the_list_can_be_shown() -> None:
    known = catalogue()
    names = [
        *library_names(),
        *known.regions(),
        *(model.name for model in known.models()),
        *(species.id for region in known.regions() for species in known.species(region)),
        *bundled_sources(),
    ]
    assert all(show_text(name) for name in names)


def test_showing_a_species_tells_what_was_left_out_and_why() -> None:
    text = show_text("li2s")
    assert "166.1 / 167.6 [su2025, read]" in text
    assert "LEFT OUT: 6 eV above" in text


def test_showing_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(LibraryError, match=r"Nothing is called 'polysulfid'\. Did you mean"):
        show_text("polysulfid")
