"""Finding species in the libraries."""

import pytest

from libraries.loader import catalogue
from libraries.search import find_species


def _found(text: str, region: str | None = None) -> list[tuple[str, str]]:
    return [(entry.region, entry.species.id) for entry in find_species(catalogue(), text, region)]


def test_without_a_text_everything_is_found() -> None:
    known = catalogue()
    assert len(_found("")) == sum(len(known.species(region)) for region in known.regions())


def test_a_region_leaves_its_own_species() -> None:
    assert {region for region, _ in _found("", "P 2p")} == {"P 2p"}


@pytest.mark.parametrize("text", ["sulfate", "SO₄", "SULFATE s 2p"])
def test_a_species_is_found_by_id_label_and_region(text: str) -> None:
    assert ("S 2p", "sulfate") in _found(text)


def test_a_species_is_found_by_its_source() -> None:
    cited = _found("wang2021", "S 2p")
    assert ("S 2p", "PS4") in cited
    assert ("S 2p", "S0") not in cited


@pytest.mark.parametrize("text", ["161.4", "161,4"])
def test_a_position_finds_what_reaches_it_nearest_first(text: str) -> None:
    found = _found(text, "S 2p")
    assert ("S 2p", "PS4") in found[:2]
    assert ("S 2p", "sulfate") not in found


def test_a_raman_position_finds_a_band_of_a_species() -> None:
    assert ("raman", "PS4") in _found("428")


def test_all_words_have_to_fit() -> None:
    assert _found("PS4 161.4 su2025") == [("S 2p", "PS4")]
    assert _found("PS4 nonsense") == []


def test_species_without_a_position_are_listed_without_a_start() -> None:
    for entry in find_species(catalogue()):
        if entry.species.unpositioned:
            assert entry.starts == ()
