"""Errors of spectra whose points do not scatter independently, such as smoothed ones."""

import numpy as np
import pytest

from benchmarks.misspecified.scene import smoothed
from benchmarks.misspecified.scenes import make_scenes
from fitting.data.series import make_series
from fitting.fits.each import fit_all_spectra
from fitting.fits.noise_correlation import correlated_points
from fitting.models.from_library import default_model_name, model_from_library
from fitting.quantities.quantify import find_fractions, species_areas

CONTROL = make_scenes()[0]


@pytest.mark.parametrize("width", [3, 5, 7])
def test_points_of_a_moving_mean_count_as_its_width(width: int) -> None:
    noise = np.random.default_rng(width).standard_normal((200, 400))
    mean = np.stack([np.convolve(row, np.ones(width) / width, mode="valid") for row in noise])
    found = correlated_points(mean, np.ones_like(mean, dtype=bool))
    assert np.mean(found) == pytest.approx(width, rel=0.15)


def test_independent_points_count_each_for_itself() -> None:
    noise = np.random.default_rng(0).standard_normal((500, 150))
    found = correlated_points(noise, np.ones_like(noise, dtype=bool))
    assert np.mean(found == 1.0) > 0.99


def test_errors_of_smoothed_counts_are_their_scatter() -> None:
    generator = np.random.default_rng(3)
    counts = np.stack([smoothed(CONTROL.expected, generator) for _ in range(60)])
    series = make_series(
        "energy",
        CONTROL.x,
        counts,
        region="S 2p",
        sigma=np.sqrt(np.maximum(counts, 1.0)),
        unit="counts",
        noise="poisson",
    )
    model = model_from_library(default_model_name("S 2p"))
    share, covariance = find_fractions(species_areas(fit_all_spectra(series, model), model))
    scatter = share.std(axis=0, ddof=1)
    stated = np.sqrt(np.median(np.diagonal(covariance, axis1=1, axis2=2), axis=0))
    np.testing.assert_array_less(0.75, stated / scatter)
    np.testing.assert_array_less(stated / scatter, 1.5)
