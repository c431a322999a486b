"""Models with fewer and with more species."""

from dataclasses import replace

import pytest

from fitting.data.errors import ModelError
from fitting.models.from_library import model_from_library, model_from_species
from fitting.models.model import Tie, with_parameter
from fitting.models.parameters import resolve_ties
from fitting.quantities.quantify import species_names
from fitting.selection.species_subset import considered_species, full_model, with_only
from libraries.loader import catalogue

CATALOGUE = catalogue()
RANGES = {"S 2p": (157.0, 173.0), "raman": (120.0, 700.0), "P 2p": (127.0, 138.0)}


def test_one_width_stays_one_width_when_the_peak_that_has_it_goes() -> None:
    whole = model_from_library("argyrodite S 2p")
    part = with_only(whole, ("polysulfide", "sulfate"))
    assert species_names(part) == ("polysulfide", "sulfate")
    assert part.ties == (
        Tie("sulfate.fwhm", "polysulfide.fwhm"),
        Tie("sulfate.mixing", "polysulfide.mixing"),
    )
    assert "polysulfide.fwhm" in resolve_ties(part).free
    # a mixing that is not varied stays so
    assert "polysulfide.mixing" not in resolve_ties(part).free


def test_distance_to_a_peak_that_goes_is_kept_between_those_that_followed_it() -> None:
    whole = model_from_library("argyrodite S 2p")
    ties = (
        *whole.ties,
        Tie("sulfite.position", "PS4.position", 1.0, 5.3),
        Tie("sulfate.position", "PS4.position", 1.0, 7.3),
    )
    whole = with_parameter(replace(whole, ties=ties), "PS4.position", value=161.4)
    part = with_only(whole, ("sulfite", "sulfate"))
    (tie,) = [tie for tie in part.ties if tie.target == "sulfate.position"]
    assert (tie.source, tie.factor) == ("sulfite.position", 1.0)
    assert tie.offset == pytest.approx(2.0)
    assert part.peak("sulfite").parameters["position"].value == pytest.approx(166.7)


def test_model_of_all_species_is_itself() -> None:
    whole = model_from_library("argyrodite Raman with P2S5 and Li2Sn")
    assert resolve_ties(with_only(whole, species_names(whole))).free == resolve_ties(whole).free


def test_no_species_at_all_is_refused() -> None:
    with pytest.raises(ModelError, match="no peak of"):
        with_only(model_from_library("argyrodite S 2p"), ("Li3P",))


@pytest.mark.parametrize(
    ("region", "species"),
    [
        ("S 2p", ("PS4", "polysulfide", "sulfite", "sulfate", "Li2S")),
        ("P 2p", ("PS4", "P2S7", "phosphate", "P-O-S")),
        # carbon lies outside the range
        ("raman", ("PS4", "polysulfide", "P2S5", "Li2Sn", "layered_oxide")),
    ],
)
def test_species_of_the_librarys_models_within_the_range_are_considered(region, species) -> None:
    model = model_from_library(CATALOGUE.default_model(region))
    assert considered_species(region, model, CATALOGUE, RANGES[region]) == species


def test_unchanged_model_is_widened_as_the_library_would() -> None:
    model = model_from_library("argyrodite S 2p", background="linear")
    names = ("Li2S", "PS4", "polysulfide", "sulfite", "sulfate")
    wide = full_model("S 2p", model, names, CATALOGUE)
    fresh = model_from_species("S 2p", names, CATALOGUE, background="linear")
    assert wide == fresh


def test_model_changed_by_hand_keeps_what_was_changed() -> None:
    changed = with_parameter(model_from_library("argyrodite S 2p"), "PS4.position", value=161.9)
    names = ("PS4", "polysulfide", "sulfite", "sulfate", "Li2S")
    wide = full_model("S 2p", changed, names, CATALOGUE)
    assert species_names(wide) == names
    assert wide.peak("PS4") == changed.peak("PS4")
    assert "Li2S.fwhm" not in resolve_ties(wide).free
