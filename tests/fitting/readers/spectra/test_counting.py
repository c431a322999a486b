"""Counts and rates with their noise."""

import numpy as np
import pytest

from fitting.readers.spectra.counting import rates_of, scatter_over_counting, unit_kind

LEVEL = np.linspace(400.0, 2000.0, 400)


def counts(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(LEVEL).astype(float)[None, :]


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("d", "counts"), ("Counts", "counts"), ("c/s", "rate"), ("Counts / s", "rate"),
     ("CPS", "rate"), ("counts per second", "rate"), ("nA", "arbitrary"), ("", "arbitrary")],
)  # fmt: skip
def test_units_tell_counts_from_rates(unit: str, kind: str) -> None:
    assert unit_kind(unit) == kind


def test_counts_and_their_rate_have_the_same_relative_error() -> None:
    y = counts()
    from_counts = rates_of(y, "counts", [2.5])
    from_rate = rates_of(y / 2.5, "rate", [2.5])
    np.testing.assert_allclose(from_counts.intensity, from_rate.intensity)
    np.testing.assert_allclose(from_counts.sigma, np.sqrt(y) / 2.5)
    np.testing.assert_allclose(from_rate.sigma, from_counts.sigma)
    assert from_counts.warnings == from_rate.warnings == ()


def test_the_scatter_tells_a_rate_that_was_taken_for_counts() -> None:
    y = counts()
    # the median of 397 overlapping differences is known to about 12 % as a variance
    assert scatter_over_counting(y, np.sqrt(y)) == pytest.approx(1.0, abs=0.3)
    assert scatter_over_counting(y / 0.1, np.sqrt(y / 0.1)) == pytest.approx(10.0, abs=3.0)
    assert "times the variance" in rates_of(y / 0.1, "counts", [1.0]).warnings[0]


def test_negative_intensities_are_not_counts() -> None:
    rates = rates_of(counts() - 1000.0, "counts", [1.0])
    assert rates.noise == "estimated"
    assert "negative" in rates.warnings[0]


def test_empty_channels_have_the_error_of_one_count() -> None:
    rates = rates_of(np.array([[0.0, 0, 1, 0, 4]]), "counts", [2.0])
    np.testing.assert_allclose(rates.sigma, [[0.5, 0.5, 0.5, 0.5, 1.0]])
