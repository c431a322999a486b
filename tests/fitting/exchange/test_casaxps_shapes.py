"""Line shapes by CasaXPS' names, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.exchange.casaxps_shapes import read_casaxps_shape, write_casaxps_shape
from fitting.models.line_shapes import LINE_SHAPES


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("GL(30)", "gl-product", {"mixing": 0.3}),
        ("SGL(0)", "sgl-sum", {"mixing": 0.0}),
        ("LA(1.53,243)", "la", {"alpha": 1.53, "beta": 1.53, "broadening": 1.62}),
        ("LA(1.3,2.5,11)", "la", {"alpha": 1.3, "beta": 2.5, "broadening": 11 / 150}),
        ("LA(50)", "la", {"alpha": 1.0, "beta": 1.0, "broadening": 700.5 / 150}),
    ],
)
def test_a_name_is_a_line_of_ours(text: str, name: str, parameters: dict[str, float]) -> None:
    taken = read_casaxps_shape(text)
    assert taken.line_shape == name
    assert dict(taken.parameters) == pytest.approx(parameters)
    assert set(taken.parameters) == set(LINE_SHAPES[name].shape_parameters)


@pytest.mark.parametrize(
    "text",
    ["", "DS(0.09,500)", "GL(30)T(1.5)", "H(0.09,250)SGL(90)", "QF(1,2)", "GL(x)", "LA(0,1)"],
)
def test_what_is_not_known_is_said(text: str) -> None:
    taken = read_casaxps_shape(text)
    assert taken.doubt
    assert taken.line_shape in ("gl-product", "sgl-sum")


def test_the_line_of_a_tail_is_the_one_it_is_on() -> None:
    assert read_casaxps_shape("H(0.09,250)SGL(90)").parameters == {"mixing": 0.9}


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(["gl-product", "sgl-sum", "la"]),
    numbers=st.tuples(st.floats(0.6, 11.0), st.floats(0.6, 11.0), st.floats(0.0, 1.0)),
)
def test_a_line_handed_back_and_read_is_the_same(
    name: str, numbers: tuple[float, float, float]
) -> None:
    alpha, beta, mixing = numbers
    every = {"alpha": alpha, "beta": beta, "broadening": 9.0 * mixing, "mixing": mixing}
    shape = {key: every[key] for key in LINE_SHAPES[name].shape_parameters}
    text, _ = write_casaxps_shape(name, shape)
    taken = read_casaxps_shape(text)
    assert taken.line_shape == name
    assert dict(taken.parameters) == pytest.approx(shape, rel=1e-6, abs=1e-9)


def test_mixing_by_area_becomes_mixing_by_height() -> None:
    text, doubt = write_casaxps_shape("pseudo-voigt", {"mixing": 0.387})
    taken = read_casaxps_shape(text)
    z = np.linspace(-5.0, 5.0, 41)
    ours = LINE_SHAPES["pseudo-voigt"].reduced(z, np.array(0.387))
    theirs = LINE_SHAPES["sgl-sum"].reduced(z, np.array(taken.parameters["mixing"]))
    np.testing.assert_allclose(theirs, ours, atol=1e-9)
    assert not doubt
