"""How often a species is chosen, against cases that have a formula."""

import numpy as np
import pytest
from scipy.stats import ncx2, norm

from fitting.selection.power import Weighing, chosen_from


def weighing(spectra: int, *, shared: int = 0, own: int = 0) -> Weighing:
    return Weighing(
        covariance=np.full((spectra, 1, 1), 0.01),
        unit=np.ones((spectra, 1)),
        log_points=np.full(spectra, np.log(160.0)),
        own_shapes=np.array([own]),
        shared_shapes=shared,
        spectra=spectra,
    )


def test_one_band_in_one_spectrum_is_chosen_by_the_normal_distribution() -> None:
    found = chosen_from(weighing(1), 1, 0.95)
    # its square over the variance is more than log m
    assert found == pytest.approx(0.1 * (np.sqrt(np.log(160.0)) + norm.ppf(0.95)), rel=0.02)


def test_free_position_asks_for_a_larger_area() -> None:
    found = chosen_from(weighing(1, own=1), 1, 0.95)
    gain = (found / 0.1) ** 2
    assert ncx2.sf(2 * np.log(160.0), 2, gain) == pytest.approx(0.95, abs=0.02)
    assert found > 1.15 * chosen_from(weighing(1), 1, 0.95)


def test_the_fewer_spectra_have_it_the_larger_it_must_be() -> None:
    series = weighing(10, shared=2)
    one, half, every = (chosen_from(series, present, 0.95) for present in (1, 5, 10))
    assert every < half < one


def test_bands_that_are_known_badly_make_the_limit_larger_by_their_error() -> None:
    once, twice = weighing(10), weighing(10).stretched(4.0)
    assert chosen_from(twice, 10, 0.95) == pytest.approx(2 * chosen_from(once, 10, 0.95), rel=1e-3)
