"""Peaks that stand almost in one place, and the starts for them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.solvers.numpy.minimise import solve_numpy
from fitting.solvers.numpy.overlapping_starts import near_pairs, nested_starts
from fitting.solvers.numpy.starts import is_doubtful, with_several_starts
from fitting.solvers.spectra import Spectra

_X = np.linspace(180.0, 240.0, 241)


def _function(*places: float, ties: tuple[Tie, ...] = ()) -> ModelFunction:
    peaks = tuple(
        Peak(
            f"b{index}",
            "",
            "pseudo-voigt",
            {
                "area": Parameter(1000.0, 0.0),
                "position": Parameter(place, place - 8.0, place + 8.0),
                "fwhm": Parameter(10.0, 3.0, 30.0),
                "mixing": Parameter(0.5, 0.0, 1.0),
            },
        )
        for index, place in enumerate(places)
    )
    return compile_model(Model(peaks, Background("none", {}), ties), _X)


def test_peaks_within_a_quarter_of_their_widths_are_near() -> None:
    function = _function(198.0, 202.0, 230.0)
    near = near_pairs(function, function.affine.start[None])[0]
    assert near.tolist() == [[False, True, False], [True, False, False], [False, False, False]]


def test_near_peaks_are_drawn_together_by_turns_narrow_and_wide() -> None:
    function = _function(202.0, 198.0, 230.0)
    start = function.affine.start[None]
    rest = start + 0.5
    one, other = nested_starts(function, start, near_pairs(function, start), rest)
    names = list(function.affine.free)
    place = [names.index(f"b{index}.position") for index in range(3)]
    width = [names.index(f"b{index}.fwhm") for index in range(3)]
    assert one[0, place] == pytest.approx([200.8, 199.2, 230.5])
    assert one[0, width] == pytest.approx([6.0, 20.0, 10.5]) or one[0, width] == pytest.approx(
        [20.0, 6.0, 10.5]
    )
    assert other[0, width[:2]] == pytest.approx(one[0, width[1::-1]])


def test_a_width_in_common_is_left_alone() -> None:
    function = _function(198.0, 202.0, ties=(Tie("b1.fwhm", "b0.fwhm"),))
    start = function.affine.start[None]
    for found in nested_starts(function, start, near_pairs(function, start), start):
        assert found[0, list(function.affine.free).index("b0.fwhm")] == 10.0


def test_narrow_line_within_a_wide_one_is_found() -> None:
    function = _function(198.0, 202.0)
    names = list(function.affine.free)
    truth = np.tile(function.affine.start, (10, 1))
    truth[:, names.index("b0.position")] = 200.5
    truth[:, names.index("b1.position")] = 200.0
    truth[:, names.index("b0.fwhm")] = np.linspace(4.0, 6.0, 10)
    truth[:, names.index("b1.fwhm")] = np.linspace(26.0, 16.0, 10)
    counts = function.value(function.affine.expand(truth))
    start = np.tile(function.affine.start, (10, 1))
    spectra = Spectra(counts, 1.0 / np.sqrt(counts + 1.0), np.zeros(10), start)
    found = with_several_starts(solve_numpy)(function, spectra, 500)
    assert found.chi_square == pytest.approx(np.zeros(10), abs=1e-6)


def test_spectra_with_near_peaks_at_the_start_are_doubtful(draw: Callable[..., Any]) -> None:
    function = _function(198.0, 202.0)
    start = function.affine.start[None]
    counts = function.value(function.affine.expand(start)) + 1.0
    spectra = Spectra(counts, 1.0 / np.sqrt(counts), np.zeros(1), start)
    assert is_doubtful(function, spectra, solve_numpy(function, spectra, 500)).all()
    apart = draw(2, absent=0.0)
    found = solve_numpy(apart.function, apart.spectra, 500)
    assert not is_doubtful(apart.function, apart.spectra, found).all()
