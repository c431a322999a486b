"""Peaks and species as they are written on plots."""

from app.plots.species_labels import peak_label, species_label
from fitting.models.edits import with_own_peak
from fitting.models.from_library import model_from_library
from fitting.models.model import Peak
from libraries.loader import catalogue


def test_a_species_has_the_label_of_the_library() -> None:
    assert species_label(catalogue(), "S 2p", "PS4") == "PS₄³⁻"


def test_a_band_is_told_by_its_place() -> None:
    assert peak_label(catalogue(), "raman", _peak("raman", "PS4 428")) == "PS₄³⁻ 428"


def test_a_peak_of_ones_own_has_its_name() -> None:
    model = model_from_library(catalogue().default_model("S 2p"))
    own = with_own_peak(model, "shoulder", 165.0, (164.0, 166.0)).peak("shoulder")
    assert peak_label(catalogue(), "S 2p", own) == "shoulder"


def _peak(region: str, name: str) -> Peak:
    return model_from_library(catalogue().default_model(region)).peak(name)
