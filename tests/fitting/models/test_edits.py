"""Changes to a model by hand."""

import numpy as np
import pytest

from fitting.data.errors import ModelError
from fitting.models.edits import (
    tie_text,
    with_background,
    with_line_shape,
    with_own_peak,
    with_species,
    with_start_values,
    with_tie,
)
from fitting.models.from_library import model_from_library
from fitting.models.model import Background, Model, Tie, parameter_names
from fitting.models.parameters import resolve_ties
from libraries.loader import catalogue


@pytest.fixture
def model() -> Model:
    return model_from_library("argyrodite S 2p")


def test_a_species_is_added_as_the_library_has_it(model: Model) -> None:
    changed = with_species(model, "S 2p", "Li2S")
    added = changed.peak("Li2S")
    library, species = catalogue().find_species("S 2p", "Li2S")
    assert added.is_doublet
    assert min(p.value for p in species.bands[0].positions if p.value) <= (
        added.parameters["position"].value
    )
    assert library.region == "S 2p"


def test_an_added_peak_shares_the_shape_of_the_others(model: Model) -> None:
    changed = with_species(model, "S 2p", "Li2S")
    assert Tie("Li2S.mixing", "PS4.mixing") in changed.ties


def test_a_species_that_is_there_is_not_added_twice(model: Model) -> None:
    with pytest.raises(ModelError, match="already"):
        with_species(model, "S 2p", "PS4")


def test_all_bands_of_a_raman_species_are_added() -> None:
    model = model_from_library("argyrodite Raman")
    added = {peak.name for peak in with_species(model, "raman", "P2S5").peaks} - {
        peak.name for peak in model.peaks
    }
    assert len(added) == 2


def test_an_own_peak_is_a_doublet_where_the_others_are(model: Model) -> None:
    peak = with_own_peak(model, "unknown", 170.0, (169.0, 171.0)).peak("unknown")
    assert peak.is_doublet
    assert peak.parameters["position"].value == 170.0
    assert peak.species == "unknown"


def test_the_first_peak_of_an_empty_model_can_be_fitted() -> None:
    empty = Model((), Background("none", {}))
    changed = with_own_peak(empty, "peak 1", 5.0, (0.0, 10.0))
    assert len(resolve_ties(changed).free) == 3


@pytest.mark.parametrize("kind", ["none", "linear", "shirley", "tougaard", "shirley-static"])
def test_every_background_can_be_taken(model: Model, kind: str) -> None:
    changed = with_background(model, kind)
    assert changed.background.kind == kind
    assert changed.ties == model.ties
    resolve_ties(changed)


def test_a_changed_line_shape_has_one_new_parameter_for_all_peaks(model: Model) -> None:
    changed = with_line_shape(model, "doniach-sunjic")
    free = [name for name in resolve_ties(changed).free if "asymmetry" in name]
    assert free == ["PS4.asymmetry"]
    assert not any("mixing" in name for name in parameter_names(changed))


def test_a_line_shape_with_the_same_parameter_keeps_it(model: Model) -> None:
    changed = with_line_shape(model, "voigt")
    assert changed.peak("PS4").parameters == model.peak("PS4").parameters
    assert changed.ties == model.ties


def test_start_values_stay_within_their_bounds(model: Model) -> None:
    values = np.full(len(parameter_names(model)), 1e6)
    changed = with_start_values(model, values)
    position = changed.peak("PS4").parameters["position"]
    assert position.value == position.max


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("PS4.fwhm", Tie("sulfate.fwhm", "PS4.fwhm")),
        ("= PS4", Tie("sulfate.fwhm", "PS4.fwhm")),
        ("2*PS4.fwhm", Tie("sulfate.fwhm", "PS4.fwhm", 2.0)),
        ("PS4.fwhm * 2", Tie("sulfate.fwhm", "PS4.fwhm", 2.0)),
        ("3 * PS4.fwhm / 2 - 0.5", Tie("sulfate.fwhm", "PS4.fwhm", 1.5, -0.5)),
        ("1.5 × sulfite.fwhm - 0.25", Tie("sulfate.fwhm", "sulfite.fwhm", 1.5, -0.25)),
        ("PS4.position + 1e-1", Tie("sulfate.fwhm", "PS4.position", 1.0, 0.1)),
        ("-PS4.fwhm + 3", Tie("sulfate.fwhm", "PS4.fwhm", -1.0, 3.0)),
    ],
)
def test_a_tie_is_read_as_it_is_written(model: Model, text: str, tie: Tie) -> None:
    changed = with_tie(model, "sulfate.fwhm", text)
    assert tie in changed.ties
    assert with_tie(model, "sulfate.fwhm", tie_text(tie)) == changed


def test_peaks_whose_names_hold_signs_can_be_tied() -> None:
    model = model_from_library("adventitious C 1s")
    changed = with_tie(model, "C-O.position", "C-C.position + 1.6")
    assert Tie("C-O.position", "C-C.position", 1.0, 1.6) in changed.ties


def test_an_empty_text_unties(model: Model) -> None:
    tied = with_tie(model, "sulfate.fwhm", "PS4.fwhm")
    assert all(tie.target != "sulfate.fwhm" for tie in with_tie(tied, "sulfate.fwhm", " ").ties)


@pytest.mark.parametrize(
    "text", ["nonsense", "PS4.fwhm PS4.area", "sulfate.fwhm", "3", "PS4.fwhm / 0"]
)
def test_what_is_no_tie_is_refused_with_an_example(model: Model, text: str) -> None:
    with pytest.raises(ModelError, match="such as"):
        with_tie(model, "sulfate.fwhm", text)


def test_a_circle_of_ties_is_refused(model: Model) -> None:
    tied = with_tie(model, "sulfate.position", "PS4.position + 7")
    with pytest.raises(ModelError, match="circle"):
        with_tie(tied, "PS4.position", "sulfate.position - 7")
