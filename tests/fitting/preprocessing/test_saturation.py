"""Points at a detector's ceiling are masked, and noise alone never is."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import RecipeError
from fitting.data.noise import estimated_sigma, poisson_sigma
from fitting.data.series import ENERGY, FloatArray, history_of, make_series
from fitting.pipeline.propose import propose_recipe
from fitting.preprocessing.saturation import MaskSaturation, mask_saturation, saturated_points
from fitting.preprocessing.steps import step_from_json, step_to_json
from libraries.loader import catalogue

ENERGIES = np.linspace(156, 174, 181)


def counts_of(height: float, seed: int, level: float = 300.0) -> FloatArray:
    line = np.exp(-0.5 * ((ENERGIES - 162) / 0.6) ** 2)
    return np.random.default_rng(seed).poisson(level + height * line).astype(float)


def series_of(*spectra: FloatArray, noise: str = "poisson") -> xr.Dataset:
    values = np.array(spectra)
    sigma = poisson_sigma(values) if noise == "poisson" else estimated_sigma(values)
    return make_series(
        ENERGY, ENERGIES, values, region="S 2p", sigma=sigma, noise=noise, unit="counts"
    )  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(
    height=st.floats(1e3, 1e5),
    part=st.floats(0.2, 0.8),
    scale=st.sampled_from([1.0, 0.1, 1 / 3, 1e-3, 7.0]),
    noise=st.sampled_from(["poisson", "estimated"]),
    seed=st.integers(0, 10**6),
)
def test_every_point_at_a_ceiling_is_found_and_no_other(
    height: float, part: float, scale: float, noise: str, seed: int
) -> None:
    counts = counts_of(height, seed)
    ceiling = np.floor(300 + part * height)
    clipped = np.minimum(counts, ceiling) * scale
    whole = counts_of(height, seed + 1) * scale
    found = saturated_points(series_of(clipped, whole, noise=noise))
    np.testing.assert_array_equal(found[0], counts >= ceiling)
    assert not found[1].any()


@settings(deadline=None, max_examples=200)
@given(
    height=st.sampled_from([0.0, 3.0, 20.0, 300.0, 1e4]),
    level=st.sampled_from([0.02, 0.3, 2.0, 20.0, 1e3]),
    digits=st.sampled_from([0, 2, None]),
    seed=st.integers(0, 10**6),
)
def test_noise_and_rounding_are_no_ceiling(
    height: float, level: float, digits: int | None, seed: int
) -> None:
    counts = counts_of(height, seed, level)
    if digits is not None and counts.max() > 0:
        counts = np.round(counts / counts.max(), digits)
    assert not saturated_points(series_of(counts)).any()


def test_a_smooth_line_that_was_rounded_is_no_ceiling() -> None:
    smooth = np.round(1000 * np.exp(-0.5 * ((ENERGIES - 162) / 4) ** 2))
    assert np.sum(smooth == smooth.max()) > 2
    assert not saturated_points(series_of(smooth, noise="estimated")).any()


@pytest.mark.parametrize("largest", [4095, 16383, 65535])
def test_two_points_at_the_largest_number_of_a_converter_are_a_ceiling(largest: int) -> None:
    counts = counts_of(0.8 * largest, 3)
    counts[60], counts[64] = largest, largest
    assert np.flatnonzero(saturated_points(series_of(counts))[0]).tolist() == [60, 64]


def test_constants_and_gaps_are_no_ceiling() -> None:
    gaps = counts_of(1e4, 1)
    gaps[50:70] = np.nan
    flat, empty = np.full(ENERGIES.size, 7.0), np.full(ENERGIES.size, np.nan)
    assert not saturated_points(series_of(gaps, flat, empty)).any()


def test_masked_points_are_unknown_and_said_and_all_others_stay() -> None:
    clipped, whole = np.minimum(counts_of(1e4, 1), 5000.0), counts_of(1e4, 2)
    series = series_of(clipped, whole)
    masked = mask_saturation(series, MaskSaturation())
    at_ceiling = clipped == 5000
    assert np.isnan(masked["intensity"].values[0][at_ceiling]).all()
    assert np.isinf(masked["sigma"].values[0][at_ceiling]).all()
    np.testing.assert_array_equal(masked["intensity"].values[0][~at_ceiling], clipped[~at_ceiling])
    np.testing.assert_array_equal(masked["intensity"].values[1], whole)
    assert f"{at_ceiling.sum()} points in 1 of 2 spectra (spectra 0)" in history_of(masked)[-1]
    assert saturated_points(series).sum() == at_ceiling.sum()


def test_the_step_is_stored_and_checked() -> None:
    step = MaskSaturation(fewest=5)
    assert step_from_json(step_to_json(step), "steps[0]") == step
    with pytest.raises(RecipeError, match="2 to 1000"):
        MaskSaturation(fewest=1)


def test_a_saturated_series_is_proposed_the_mask_and_others_are_not() -> None:
    def steps(series: xr.Dataset) -> list[str]:
        recipe = propose_recipe(series, catalogue())
        assert recipe is not None
        return [type(step).__name__ for step in recipe.steps]

    whole, clipped = counts_of(1e4, 1), np.minimum(counts_of(1e4, 2), 6000.0)
    assert steps(series_of(whole)) == ["CropAxis"]
    assert steps(series_of(whole, clipped)) == ["CropAxis", "MaskSaturation"]
