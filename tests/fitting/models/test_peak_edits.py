"""One peak changed by hand: the model stays one that can be fitted and saved."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import ModelError
from fitting.data.json_fields import to_json
from fitting.models.from_library import model_from_library
from fitting.models.model import Model, Tie, without_peak
from fitting.models.parameters import resolve_ties
from fitting.models.peak_edits import (
    free_name,
    is_switched_off,
    with_distance_kept,
    with_peak_copied,
    with_peak_of_species,
    with_peak_renamed,
    with_peak_switched_off,
    with_peak_switched_on,
    with_same,
)
from fitting.projects.recipe import model_from_json

_MODEL = model_from_library("argyrodite S 2p", background="linear")


def _starts(model: Model) -> list[float]:
    affine = resolve_ties(model)
    return affine.expand(affine.start).tolist()


def test_a_renamed_peak_is_followed_by_what_followed_it() -> None:
    model = with_peak_renamed(_MODEL, "PS4", "thiophosphate")
    assert Tie("polysulfide.fwhm", "thiophosphate.fwhm") in model.ties
    assert model.peak("thiophosphate").species == "PS4"
    np.testing.assert_allclose(_starts(model), _starts(_MODEL))


@pytest.mark.parametrize("name", ["sulfite", "", "a.b", "background"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(ModelError):
        with_peak_renamed(_MODEL, "PS4", name)


def test_an_assigned_peak_takes_the_name_of_its_species_if_that_is_free() -> None:
    own = with_peak_renamed(_MODEL, "sulfate", "peak 1")
    model = with_peak_of_species(own, "peak 1", "sulfate")
    assert model.peak("sulfate").species == "sulfate"
    twice = with_peak_of_species(own, "peak 1", "PS4")
    assert twice.peak("peak 1").species == "PS4"


def test_a_copy_lies_beside_its_peak_and_has_its_ties() -> None:
    model, name = with_peak_copied(_MODEL, "polysulfide")
    copy, peak = model.peak(name), model.peak("polysulfide")
    assert copy.parameters["position"].value != peak.parameters["position"].value
    assert Tie(f"{name}.fwhm", "PS4.fwhm") in model.ties


def test_a_peak_that_is_off_varies_nothing_and_comes_back() -> None:
    off = with_peak_switched_off(_MODEL, "sulfite")
    assert is_switched_off(off.peak("sulfite"))
    assert not [name for name in resolve_ties(off).free if name.startswith("sulfite.")]
    on = with_peak_switched_on(off, "sulfite")
    assert set(resolve_ties(on).free) == set(resolve_ties(_MODEL).free)


def test_a_peak_that_is_off_still_gives_its_width_to_others() -> None:
    off = with_peak_switched_off(_MODEL, "PS4")
    assert "PS4.fwhm" in resolve_ties(off).free
    assert "PS4.position" not in resolve_ties(off).free


def test_a_distance_is_kept() -> None:
    model = with_distance_kept(_MODEL, "polysulfide", "PS4", 1.7)
    starts = dict(zip(resolve_ties(model).names, _starts(model), strict=True))
    assert starts["polysulfide.position"] - starts["PS4.position"] == pytest.approx(1.7)


_EDITS = st.sampled_from(["rename", "assign", "copy", "off", "on", "same", "apart", "remove"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(_EDITS, st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_whatever_is_done_the_model_can_be_fitted_and_saved(
    edits: list[tuple[str, int, int]],
) -> None:
    model = _MODEL
    for edit, first, second in edits:
        names = [peak.name for peak in model.peaks]
        if not names:
            break
        name, other = names[first % len(names)], names[second % len(names)]
        with suppress(ModelError):
            model = _edited(model, edit, name, other)
        assert np.isfinite(_starts(model)).all()
        again = model_from_json(json.loads(json.dumps(to_json(model))), "model")
        assert again == model


def _edited(model: Model, edit: str, name: str, other: str) -> Model:
    if edit == "rename":
        return with_peak_renamed(model, name, free_name(model))
    if edit == "assign":
        return with_peak_of_species(model, name, "Li2S")
    if edit == "copy":
        return with_peak_copied(model, name)[0]
    if edit == "off":
        return with_peak_switched_off(model, name)
    if edit == "on":
        return with_peak_switched_on(model, name)
    if edit == "same":
        return with_same(model, name, "fwhm", other)
    if edit == "apart":
        return with_distance_kept(model, name, other, 0.8)
    return without_peak(model, name)
