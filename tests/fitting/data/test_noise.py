"""Noise: counts against their statistics, estimates against the truth of a simulation."""

import numpy as np
import pytest

from fitting.data.noise import estimated_sigma, is_counts, poisson_sigma
from fitting.data.series import FloatArray

ENERGY = np.linspace(155, 175, 201)


def _doublet(height: float, background: float) -> FloatArray:
    main = np.exp(-4 * np.log(2) * ((ENERGY - 161.5) / 1.0) ** 2)
    partner = 0.5 * np.exp(-4 * np.log(2) * ((ENERGY - 162.7) / 1.0) ** 2)
    return np.asarray(background + height * (main + partner))


def test_counts_have_the_root_of_their_number() -> None:
    assert poisson_sigma([0.0, 1.0, 100.0]).tolist() == [1.0, 1.0, 10.0]


def test_the_relative_error_of_a_rate_is_that_of_its_counts() -> None:
    counts = np.array([100.0, 2500.0])
    rate = counts / 5.0
    np.testing.assert_allclose(poisson_sigma(rate, 5.0) / rate, poisson_sigma(counts) / counts)


def test_every_spectrum_may_have_its_own_counting_time() -> None:
    sigma = poisson_sigma([[100.0, 100.0], [100.0, 100.0]], [[1.0], [4.0]])
    np.testing.assert_allclose(sigma, [[10, 10], [5, 5]])


def test_what_was_not_measured_has_no_weight() -> None:
    assert np.isinf(poisson_sigma([1.0, np.nan])[1])
    assert np.isinf(estimated_sigma([1.0, np.nan, 3.0, 2.0, 5.0])[1])


@pytest.mark.parametrize(("height", "background"), [(50, 5), (1000, 200), (1e5, 1e4)])
def test_the_estimate_holds_the_noise_of_scaled_counts(height: float, background: float) -> None:
    rng = np.random.default_rng(1)
    expected = _doublet(height, background)
    spectra = 0.37 * rng.poisson(expected, (300, ENERGY.size))
    ratio = estimated_sigma(spectra) / (0.37 * np.sqrt(expected))
    assert 0.9 < np.mean(ratio) < 1.1
    assert 0.85 < np.mean(ratio[:, np.argmax(expected)]) < 1.15


def test_the_estimate_separates_read_noise_from_counting_noise() -> None:
    rng = np.random.default_rng(2)
    shift = np.linspace(100, 1000, 900)
    expected = 1000 + shift + 30_000 * np.exp(-0.5 * ((shift - 425) / 8) ** 2)
    measured = 2 * rng.poisson(expected, (50, 900)) + rng.normal(0, 30, (50, 900))
    ratio = estimated_sigma(measured) / np.sqrt(4 * expected + 900)
    assert 0.9 < np.mean(ratio) < 1.1


def test_a_constant_noise_is_found_constant() -> None:
    rng = np.random.default_rng(3)
    measured = _doublet(1000, 0) + rng.normal(0, 7, (100, ENERGY.size)) - 20
    assert 0.85 < np.mean(estimated_sigma(measured)) / 7 < 1.15


@pytest.mark.parametrize("points", [1, 2, 3, 4, 50, 500])
def test_the_estimate_is_positive_even_of_a_constant(points: int) -> None:
    sigma = estimated_sigma(np.full((2, points), 3.0))
    assert (sigma > 0).all()
    assert np.isfinite(sigma).all()


def test_whole_numbers_in_steps_of_one_are_counts() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(500, 100)
    assert is_counts(counts)
    assert not is_counts(counts + 0.5)
    assert not is_counts(2 * counts + 101)
    assert not is_counts(-counts)
    assert not is_counts(np.full(100, 7.0))
    assert not is_counts(np.zeros(100))
