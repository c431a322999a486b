"""Bands of many exposures: drawn as few as can be told apart."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.cell.exposure_bands import joined_bands


def test_bands_that_cannot_be_told_apart_are_one() -> None:
    start = np.array([5.0, 0.0, 1.05, 0.2])
    end = np.array([6.0, 1.0, 2.0, 0.4])
    assert joined_bands(start, end, 0.1) == [(0.0, 2.0), (5.0, 6.0)]
    assert joined_bands(start, end, 0.01) == [(0.0, 1.0), (1.05, 2.0), (5.0, 6.0)]
    assert joined_bands(np.empty(0), np.empty(0), 1.0) == []


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 5)), min_size=1, max_size=40),
    st.floats(0, 2),
)
def test_no_exposure_is_left_out(bands: list[tuple[float, float]], gap: float) -> None:
    start = np.array([low for low, _ in bands])
    end = start + np.array([width for _, width in bands])
    found = joined_bands(start, end, gap)
    for low, high in zip(start, end, strict=True):
        assert any(first <= low and high <= last for first, last in found)
    assert all(one[1] + gap < other[0] for one, other in pairwise(found))
