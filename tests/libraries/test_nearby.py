"""Species are found by the place of a line."""

from libraries.loader import catalogue
from libraries.nearby import species_near


def test_the_species_whose_line_was_measured_there_comes_first() -> None:
    for name, position in (("PS4", 161.3), ("sulfate", 168.9)):
        near = species_near(catalogue(), "S 2p", position)
        assert name in [one.species.id for one in near if one.distance == 0.0]
        assert [one.distance for one in near] == sorted(one.distance for one in near)


def test_the_nearest_band_of_a_raman_species_counts() -> None:
    near = species_near(catalogue(), "raman", 421.0)
    ps4 = next(one for one in near if one.species.id == "PS4")
    assert ps4.distance < 10.0


def test_a_region_that_no_library_has_has_no_species() -> None:
    assert species_near(catalogue(), "Xy 9z", 100.0) == []
