"""Models come out of the libraries ready to fit, with their bounds and ties."""

from dataclasses import replace
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest

from fitting.data.errors import ModelError
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.from_library import (
    default_model_name,
    model_from_library,
    model_from_species,
    peaks_of_species,
    start_value_origins,
    starting_background,
)
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import Parameter, parameter_names
from fitting.models.parameter_kinds import offered_kinds
from fitting.models.parameters import resolve_ties
from libraries.content_check import content_findings
from libraries.errors import LibraryError
from libraries.loader import catalogue

MODELS = [model.name for model in catalogue().models()]


def test_bundled_models_name_line_shapes_and_backgrounds_there_are() -> None:
    found = catalogue()
    for library in found.libraries:
        assert content_findings(library, found, offered_kinds()) == []


@pytest.mark.parametrize("name", MODELS)
def test_every_named_model_builds_and_its_ties_resolve(name: str) -> None:
    model = model_from_library(name)
    resolved = resolve_ties(model)
    assert resolved.names == parameter_names(model)
    assert (resolved.lower <= resolved.start).all()
    assert (resolved.start <= resolved.upper).all()
    assert "background.offset" in resolved.free


@pytest.mark.parametrize("name", MODELS)
def test_every_named_model_starts_at_a_point_its_ties_leave_where_it_is(name: str) -> None:
    model = model_from_library(name)
    resolved = resolve_ties(model)
    values = dict(zip(resolved.names, resolved.expand(resolved.start), strict=True))
    for peak in model.peaks:
        assert values[f"{peak.name}.position"] == pytest.approx(peak.parameters["position"].value)


@pytest.mark.parametrize("name", MODELS)
def test_bounds_of_neighbouring_positions_do_not_overlap(name: str) -> None:
    model = model_from_library(name)
    tied = {tie.target for tie in model.ties}
    free = [peak for peak in model.peaks if f"{peak.name}.position" not in tied]
    positions = sorted((peak.parameters["position"] for peak in free), key=lambda p: p.value)
    assert all(lower.max <= upper.min for lower, upper in pairwise(positions))


def test_the_default_of_s_2p_is_the_electrolyte_and_its_oxidation_products() -> None:
    assert default_model_name("S 2p") == "argyrodite S 2p"
    model = model_from_library("argyrodite S 2p")
    assert [peak.species for peak in model.peaks] == ["PS4", "polysulfide", "sulfite", "sulfate"]
    peak = model.peak("PS4")
    assert peak.parameters["area"] == Parameter(1.0, min=0.0)
    position = peak.parameters["position"]
    assert position.value == pytest.approx(161.4, abs=0.1)
    assert position.min <= 160.7
    assert position.max >= 162.0
    assert peak.parameters["separation"] == Parameter(1.18, 0.0, inf, vary=False)
    assert peak.parameters["area_ratio"] == Parameter(0.5, 0.0, 1.0, vary=False)
    assert not peak.parameters["mixing"].vary


def test_one_width_and_one_shape_serve_all_lines_of_s_2p() -> None:
    free = resolve_ties(model_from_library("argyrodite S 2p")).free
    assert [name for name in free if name.endswith((".fwhm", ".mixing"))] == ["PS4.fwhm"]


def test_a_single_line_has_no_doublet_parameters() -> None:
    assert not any(peak.is_doublet for peak in model_from_library("adventitious C 1s").peaks)


def test_each_raman_band_is_a_peak_of_its_species() -> None:
    model = model_from_library("argyrodite Raman")
    assert [peak.name for peak in model.peaks if peak.species == "PS4"] == [
        "PS4 203",
        "PS4 269",
        "PS4 428",
        "PS4 577",
        "PS4 602",
    ]
    assert model.background.kind == "polynomial-8"
    free = resolve_ties(model).free
    assert [name for name in free if name.endswith(".mixing")] == ["PS4 203.mixing"]
    assert "polysulfide 476.fwhm" in free


def test_the_lines_of_adventitious_carbon_move_apart_but_never_change_places() -> None:
    resolved = resolve_ties(model_from_library("adventitious C 1s"))
    at = {name: index for index, name in enumerate(resolved.free)}
    names = [f"{species}.position" for species in ("C-C", "C-O", "C=O", "O-C=O")]
    for lower, higher in pairwise(names):
        assert resolved.upper[at[lower]] <= resolved.lower[at[higher]]


def test_inseparable_raman_bands_share_position_and_width() -> None:
    model = model_from_species("raman", ["PS4", "P2S5"])
    free = resolve_ties(model).free
    assert "P2S5 198.position" not in free
    assert "P2S5 198.fwhm" not in free
    assert "P2S5 198.area" in free
    assert "P2S5 124.position" in free


def test_two_species_at_one_position_are_refused() -> None:
    with pytest.raises(ModelError, match="S 2p: Li2S and free_sulfide lie at one position"):
        model_from_species("S 2p", ["Li2S", "free_sulfide"])


def test_a_species_nobody_positions_is_refused_by_name() -> None:
    with pytest.raises(LibraryError, match=r"P_2p\.toml: species reduced_P: no source gives a"):
        model_from_species("P 2p", ["PS4", "reduced_P"])


def test_a_species_listed_without_any_entry_is_refused_too(tmp_path: Path) -> None:
    text = """
        name = "x"
        technique = "xps"
        region = "C 1s"
        unit = "eV"
        window = [278.0, 296.0]
        position_rule = { margin = 0.2, minimum_half_width = 0.5 }
        species = [{ id = "carbide", name = "carbide", unpositioned = true }]
    """
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=r"mine\.toml: species carbide: no source"):
        model_from_species("C 1s", ["carbide"], catalogue((path,)))


def test_a_misspelt_species_is_refused_with_the_nearest() -> None:
    with pytest.raises(LibraryError, match="Did you mean 'sulfate'"):
        model_from_species("S 2p", ["PS4", "sulphate"])


def test_no_species_is_refused() -> None:
    with pytest.raises(ModelError, match="at least one species"):
        model_from_species("S 2p", [])


def test_chosen_species_come_in_the_chosen_order_and_once() -> None:
    model = model_from_species("S 2p", ["sulfate", "PS4", "sulfate"])
    assert [peak.name for peak in model.peaks] == ["sulfate", "PS4"]


@pytest.mark.parametrize("kind", list(BACKGROUNDS))
def test_every_background_can_take_the_place_of_the_suggested_one(kind: str) -> None:
    model = model_from_library("argyrodite S 2p", background=kind)
    assert model.background == starting_background(kind)
    assert "background.C" not in resolve_ties(model).free


@pytest.mark.parametrize("line_shape", list(LINE_SHAPES))
def test_every_line_shape_can_take_the_place_of_the_named_one(line_shape: str) -> None:
    model = model_from_library("argyrodite S 2p", line_shape=line_shape)
    resolve_ties(model)
    assert {peak.line_shape for peak in model.peaks} == {line_shape}


def test_an_unknown_background_or_line_shape_is_refused() -> None:
    with pytest.raises(ModelError, match="no background 'shirly'"):
        model_from_library("argyrodite S 2p", background="shirly")
    with pytest.raises(ModelError, match="no line shape 'gl'"):
        model_from_library("argyrodite S 2p", line_shape="gl")


def test_a_changed_named_model_builds_too() -> None:
    named = catalogue().model("argyrodite S 2p")
    model = model_from_library(replace(named, width_groups=()))
    assert "sulfate.fwhm" in resolve_ties(model).free


def test_start_values_say_where_they_come_from() -> None:
    origins = start_value_origins("raman", "PS4")
    assert origins["PS4 428"].startswith("423.5 1/cm: median of 14 positions of 12 sources")
    assert set(start_value_origins("S 2p", "sulfite")) == {"sulfite"}


def test_a_species_added_later_takes_the_line_shape_of_the_model() -> None:
    model = model_from_library("argyrodite S 2p", line_shape="voigt")
    (peak,) = peaks_of_species("S 2p", "Li2S", model)
    assert peak.line_shape == "voigt"
    assert peak.parameters["mixing"] == model.peaks[0].parameters["mixing"]
    assert peak.is_doublet
