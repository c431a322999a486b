"""Blocks that a cancel need not wait for."""

from collections.abc import Callable
from typing import Any

from fitting.solvers.numpy.block_size import affordable_in_numpy


def test_costlier_spectra_come_in_smaller_blocks(draw: Callable[..., Any]) -> None:
    few = affordable_in_numpy(draw(1, peaks=2).function)
    assert few > affordable_in_numpy(draw(1, peaks=8).function)
    assert few > affordable_in_numpy(draw(1, peaks=2, points=2001).function)
    assert few > affordable_in_numpy(draw(1, peaks=2, line_shape="voigt").function)
    assert few > affordable_in_numpy(draw(1, peaks=2, doublets=True).function)


def test_even_the_costliest_spectrum_is_a_block(draw: Callable[..., Any]) -> None:
    assert affordable_in_numpy(draw(1, peaks=10, points=20001, doublets=True).function) == 1


def test_crowded_peaks_count_their_other_starts(draw: Callable[..., Any]) -> None:
    apart, crowded = draw(1, peaks=10).function, draw(1, peaks=30).function
    assert affordable_in_numpy(crowded) < affordable_in_numpy(apart) / 9
