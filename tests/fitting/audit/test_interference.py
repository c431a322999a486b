"""Lines of other elements are told by the survey, by the sample's name, or by counts left over."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.audit.interference import (
    describe_what_settles,
    elements_in_name,
    lines_by_element,
)
from fitting.models.model import with_parameter
from libraries.loader import catalogue


@pytest.mark.parametrize(
    ("name", "elements"),
    [
        ("Li10GeP2S12", {"Li", "Ge", "P", "S"}),
        ("NMC622-Li6PS5Br", {"Ni", "Mn", "Co", "Li", "P", "S", "Br"}),
        ("LGPS cell 3", {"Ge"}),
        ("cell 3, charged", set()),
        ("Cl06_S2p", set()),
    ],
)
def test_a_samples_name_states_its_elements(name: str, elements: set[str]) -> None:
    assert elements_in_name(name) == elements


@given(st.text(max_size=30))
def test_any_name_can_be_asked_for_elements(name: str) -> None:
    assert all(element.isalpha() for element in elements_in_name(name))


def test_an_element_of_the_name_with_a_line_in_the_range_is_said(rules) -> None:
    named = {"sample": ["Li3.12P0.94Bi0.06S4"], "voltage": [3.6], "charge_shift": [0.4]}
    assert "other-element" in rules(coordinates=named)
    assert "other-element" not in rules(coordinates={**named, "sample": ["Li6PS5Cl"]})


def test_an_element_of_the_survey_needs_no_name(rules) -> None:
    assert "other-element" in rules(attributes={"survey_elements": json.dumps({"a": ["Y"]})})


def test_counts_left_over_where_bismuth_lies_are_said_without_a_survey(sound_model, rules) -> None:
    fitted = sound_model()
    truth = sound_model("Bi", 158.7)
    wide = np.arange(155.0, 172.0, 0.1)
    assert "unexplained-line" in rules(fitted, with_parameter(truth, "Bi.area", value=6000.0),
                                       grid=wide)  # fmt: skip
    assert "unexplained-line" not in rules(fitted, grid=wide)


def test_what_to_measure_is_another_strong_line_of_the_element() -> None:
    lines = [one for one in catalogue().interferences("S 2p") if one.element in ("Bi", "Se")]
    told = describe_what_settles(lines, "S 2p")
    assert told.startswith("A survey or ")
    assert "Bi 4d (438 to 444 eV)" in told
    assert "Se 3d (" in told
    assert "Bi 4f" not in told


def test_the_lines_of_an_element_are_taken_together() -> None:
    by_element = {one.element: one for one in lines_by_element(catalogue().interferences("S 2p"))}
    assert by_element["Bi"].low <= 157.0
    assert by_element["Bi"].high >= 164.0
    assert "4f7/2" in by_element["Bi"].lines
