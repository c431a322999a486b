"""Circuits are read as they are written, and their impedances and slopes are right."""

import cmath
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.impedance.circuit import CircuitError, parse_circuit
from fitting.impedance.circuit_function import compile_circuit
from fitting.impedance.named_circuits import NAMED_CIRCUITS, find_circuit

_FREQUENCY = np.geomspace(1e6, 1e-2, 17)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("R-(R|Q)-(R|Q)-W", "R0-(R1|Q1)-(R2|Q2)-W0"),
        ("R_b-(R_gb|Q_gb)-W", "R_b-(R_gb|Q_gb)-W0"),
        ("R0-p(R1,CPE1)-Wo1", "R0-(R1|Q1)-Wo1"),
        ("R + (Q || (R - Ws))", "R0-(Q1|(R1-Ws1))"),
        ("r0", None),
        ("R-(R|Q", None),
        ("R--Q", None),
        ("R1-R1", None),
        ("", None),
        ("(" * 60 + "R" + ")" * 60, None),
    ],
)
def test_text_is_a_circuit_or_a_sentence(text: str, named: str | None) -> None:
    if named is not None:
        assert parse_circuit(text).text == named
        return
    with pytest.raises(CircuitError, match="is no circuit"):
        parse_circuit(text)


_LETTERS = st.sampled_from(["R", "C", "Q", "L", "W", "Wo", "Ws", "G"])
_TEXTS = st.recursive(
    _LETTERS,
    lambda inner: st.tuples(st.sampled_from("-|"), st.lists(inner, min_size=2, max_size=3)).map(
        lambda pair: f"({pair[0].join(pair[1])})"
    ),
    max_leaves=6,
)


@settings(max_examples=25)
@given(_TEXTS)
def test_circuit_with_its_names_is_the_same_circuit(text: str) -> None:
    circuit = parse_circuit(text)
    assert parse_circuit(circuit.text) == circuit


@settings(max_examples=25)
@given(_TEXTS, st.integers(0, 1000))
def test_slopes_are_those_of_the_impedance(text: str, seed: int) -> None:
    function = compile_circuit(parse_circuit(text))
    random = np.random.default_rng(seed)
    theta = np.array(
        [
            random.uniform(-2, 4) if one.is_logarithmic else random.uniform(0.5, 0.95)
            for one in function.parameters
        ]
    )[None]
    log_omega = np.log(2 * np.pi * np.geomspace(1e2, 1e-2, 7))[None]
    impedance, slopes = function.respond(theta, log_omega)
    for index in range(theta.shape[1]):
        step = np.zeros(theta.shape)
        step[0, index] = 1e-6
        above, below = (function.respond(theta + sign * step, log_omega)[0] for sign in (1.0, -1.0))
        numeric = (above - below) / 2e-6
        scale = np.abs(impedance).max() + np.abs(numeric).max()
        np.testing.assert_allclose(slopes[0, index], numeric[0], atol=1e-6 * scale, rtol=1e-4)


def test_impedance_is_that_of_the_elements_written_out() -> None:
    function = compile_circuit(parse_circuit("R-(R|Q)-(C|(R-W))-L-Ws-Wo-G"))
    values = [10.0, 200.0, 1e-4, 0.8, 1e-3, 50.0, 5.0, 1e-7, 30.0, 0.2, 40.0, 3.0, 20.0, 1e-2]
    is_linear = [not one.is_logarithmic for one in function.parameters]
    theta = np.where(is_linear, values, np.log(values))[None]
    found = function.respond(theta, np.log(2 * np.pi * _FREQUENCY)[None])[0][0]
    for frequency, impedance in zip(_FREQUENCY, found, strict=True):
        s = 2j * math.pi * frequency
        open_root, short_root = cmath.sqrt(s * 3.0), cmath.sqrt(s * 0.2)
        expected = (
            10
            + 200 / (1 + (s * 1e-4) ** 0.8)
            + 1 / (s * 1e-3 + 1 / (50 + 5 / cmath.sqrt(s)))
            + s * 1e-7
            + 30 * np.tanh(short_root) / short_root
            + 40 / (np.tanh(open_root) * open_root)
            + 20 / cmath.sqrt(1 + s * 1e-2)
        )
        assert impedance == pytest.approx(expected, rel=1e-9)


def test_named_circuits_say_what_their_elements_are() -> None:
    for named in NAMED_CIRCUITS.values():
        circuit, found = find_circuit(named.name)
        assert found == named
        labels = {element.label.removeprefix("_") for element in circuit.elements}
        assert labels == set(named.parts)
        assert set(named.electrolyte) <= {element.name for element in circuit.elements}
