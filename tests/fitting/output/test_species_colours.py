"""Colours of species."""

import re
from itertools import combinations

import numpy as np
import pytest

from fitting.output.species_colours import colour_of
from libraries.loader import catalogue

# Severe deuteranopia and protanopia on linear RGB: Machado et al., IEEE TVCG 15, 1291 (2009).
DEFICIENCIES = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}


def lab(colour: str, vision: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as seen with some vision."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(vision @ linear, 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
    )
    f = np.cbrt(np.maximum(xyz / np.array([0.9505, 1.0, 1.089]), 0.008856))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", DEFICIENCIES)
def test_species_of_one_model_differ_with_any_colour_vision(vision: str) -> None:
    for model in catalogue().models():
        for one, other in combinations(model.species, 2):
            a, b = (lab(colour_of(name), DEFICIENCIES[vision]) for name in (one, other))
            assert np.linalg.norm(a - b) > 10, (model.name, one, other)


@pytest.mark.parametrize("region", catalogue().regions())
def test_colours_stand_out_from_white_paper(region: str) -> None:
    for species in catalogue().species(region):
        assert lab(colour_of(species.id), np.eye(3))[0] < 80


def test_unknown_species_keep_their_colour() -> None:
    assert colour_of("TFSI") == colour_of("TFSI")
    assert re.fullmatch(r"#[0-9a-f]{6}", colour_of("TFSI"))
    assert len({colour_of(f"species {number}") for number in range(40)}) > 8
