"""Where a model fails a series, told from residuals that no single spectrum shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.quantities.lack_of_fit import find_misfits

GRID = np.linspace(158.0, 172.0, 141)


def bump(place: float, width: float = 0.6) -> np.ndarray:
    return np.exp(-0.5 * ((GRID - place) / width) ** 2)


@settings(max_examples=40, deadline=None)
@given(
    spectra=st.integers(3, 60),
    points=st.integers(40, 300),
    seed=st.integers(0, 2**32 - 1),
    missing=st.floats(0.0, 0.3),
)
def test_noise_is_no_misfit(spectra: int, points: int, seed: int, missing: float) -> None:
    generator = np.random.default_rng(seed)
    residuals = generator.standard_normal((spectra, points))
    residuals[generator.random(residuals.shape) < missing] = np.nan
    assert find_misfits(residuals, np.linspace(0.0, 10.0, points)) == ()


@settings(max_examples=40, deadline=None)
@given(place=st.floats(160.0, 170.0), side=st.sampled_from([-1.0, 1.0]), seed=st.integers(0, 10**6))
def test_a_misfit_of_all_spectra_is_found_at_its_place(
    place: float, side: float, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    residuals = generator.standard_normal((20, GRID.size)) + side * bump(place)
    (found,) = find_misfits(residuals, GRID)
    assert found.low <= place <= found.high
    assert np.sign(found.deviations) == side
    assert len(found.spectra) > 10


def test_a_misfit_that_grows_along_the_series_is_said_to_grow() -> None:
    generator = np.random.default_rng(1)
    growth = np.linspace(-1.5, 1.5, 24)[:, None]
    residuals = generator.standard_normal((24, GRID.size)) + growth * bump(164.2)
    (found,) = find_misfits(residuals, GRID)
    assert found.low <= 164.2 <= found.high
    assert abs(found.grows_with) > 0.7


def test_sigma_that_is_too_small_is_not_taken_for_a_misfit() -> None:
    residuals = 3.0 * np.random.default_rng(2).standard_normal((20, GRID.size))
    assert find_misfits(residuals, GRID) == ()


@pytest.mark.parametrize("spectra", [0, 1, 2])
def test_few_spectra_say_nothing_together(spectra: int) -> None:
    assert find_misfits(5.0 + np.zeros((spectra, GRID.size)), GRID) == ()
