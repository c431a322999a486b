"""Areas, fractions and ratios against drawn truth, Monte Carlo and hand-made cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import ModelError
from fitting.data.result import Status
from fitting.quantities.quantify import (
    area_estimate,
    default_ratios,
    find_fractions,
    fraction_estimate,
    peak_areas,
    ratio_estimate,
    shares_of_total,
    species_areas,
)

POSITIONS = {"PS4": 161.5, "polysulfide": 163.2, "sulfate": 168.8}
COVARIANCE = np.array(
    [[900.0, -300.0, 20.0], [-300.0, 700.0, 10.0], [20.0, 10.0, 400.0]],
)


def random_covariance(rng: np.random.Generator, size: int, scale: float) -> np.ndarray:
    root = rng.standard_normal((size, size + 2))
    return scale**2 * root @ root.T / (size + 2)


@given(
    size=st.integers(1, 6),
    seed=st.integers(0, 2**31),
    scale=st.floats(1e-3, 1e3),
)
@settings(max_examples=50, deadline=None)
def test_fractions_sum_to_100_and_their_errors_cancel(size: int, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    value = rng.uniform(0.0, 1e5, (4, size))
    covariance = np.stack([random_covariance(rng, size, scale) for _ in range(4)])
    share, spread = shares_of_total(value, covariance)
    assert share.sum(axis=1) == pytest.approx(100.0)
    rows = spread.sum(axis=2)
    assert np.abs(rows).max() <= 1e-9 * max(np.abs(spread).max(), 1e-12)


def test_fraction_errors_equal_the_scatter_of_draws() -> None:
    rng = np.random.default_rng(1)
    areas = np.array([6000.0, 3000.0, 1000.0])
    covariance = random_covariance(rng, 3, 150.0)
    draws = rng.multivariate_normal(areas, covariance, 200_000)
    scatter = np.cov(100.0 * draws / draws.sum(axis=1, keepdims=True), rowvar=False)
    _, spread = shares_of_total(areas[None], covariance[None])
    assert np.allclose(spread[0], scatter, rtol=0.03, atol=0.01 * np.abs(scatter).max())


def test_species_area_is_the_sum_of_its_peaks_with_their_covariance(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model({"PS4@a": 161.0, "PS4@b": 161.8, "sulfate": 168.8})
    result = drawn_result(blank_series(2), model, [500.0, 300.0, 100.0], COVARIANCE)
    areas = species_areas(result, model)
    assert areas.names == ("PS4", "sulfate")
    assert areas.value[0] == pytest.approx([800.0, 100.0])
    assert areas.stderr[0] == pytest.approx([np.sqrt(900 + 700 - 600), 20.0])
    assert areas.covariance[0, 0, 1] == pytest.approx(30.0)
    assert peak_areas(result, model).names == ("PS4@a", "PS4@b", "sulfate")


def test_ratio_error_uses_the_covariance(doublet_model, blank_series, drawn_result) -> None:
    model = doublet_model(POSITIONS)
    result = drawn_result(blank_series(1), model, [2000.0, 1000.0, 500.0], COVARIANCE)
    ratio = ratio_estimate(species_areas(result, model), "polysulfide", "PS4")
    variance = 0.5**2 * (700 / 1000**2 + 900 / 2000**2 + 2 * 300 / (1000 * 2000))
    assert ratio.value[0] == pytest.approx(0.5)
    assert ratio.stderr[0] == pytest.approx(np.sqrt(variance))
    assert ratio.low95[0] < 0.5 < ratio.high95[0]
    assert ratio.high95[0] - ratio.low95[0] == pytest.approx(2 * 1.96 * ratio.stderr[0], rel=0.05)


@pytest.mark.parametrize("denominator", [4000.0, 250.0])
def test_ratio_interval_holds_the_truth_in_95_percent_of_draws(
    denominator: float, doublet_model, blank_series, drawn_result
) -> None:
    rng = np.random.default_rng(7)
    count = 20_000
    model = doublet_model({"PS4": 161.5, "polysulfide": 163.2})
    covariance = np.array([[8000.0, -4000.0], [-4000.0, 6000.0]])
    truth = np.array([denominator, 600.0])
    result = drawn_result(
        blank_series(count, points=3), model, truth, covariance, rng=rng, points=10**6
    )
    ratio = ratio_estimate(species_areas(result, model), "polysulfide", "PS4")
    inside = (ratio.low95 <= truth[1] / truth[0]) & (truth[1] / truth[0] <= ratio.high95)
    assert inside.mean() == pytest.approx(0.95, abs=0.006)


def test_few_degrees_of_freedom_widen_the_interval(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model(POSITIONS)
    widths = []
    for points in (13, 10_000):
        result = drawn_result(
            blank_series(1), model, [2000.0, 1000.0, 500.0], COVARIANCE, points=points
        )
        area = area_estimate(species_areas(result, model), "PS4")
        widths.append((area.high95 - area.low95)[0] / 2 / 30.0)
    assert widths == pytest.approx([2.571, 1.960], abs=2e-3)  # t(5), t(9992)


def test_interval_is_open_where_the_denominator_may_be_zero(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model({"PS4": 161.5, "polysulfide": 163.2})
    covariance = np.diag([900.0, 900.0])
    result = drawn_result(
        blank_series(2), model, [[30.0, 3000.0], [30.0, 30.0]], covariance, points=10**6
    )
    ratio = ratio_estimate(species_areas(result, model), "polysulfide", "PS4")
    assert np.isinf(ratio.high95).all()
    assert 0 < ratio.low95[0] < 100.0
    assert ratio.low95[1] == 0.0


def test_area_at_its_zero_bound_is_zero_without_error(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model(POSITIONS)
    covariance = COVARIANCE.copy()
    covariance[1, :] = covariance[:, 1] = np.nan
    result = drawn_result(
        blank_series(1),
        model,
        [2000.0, 0.0, 500.0],
        covariance,
        status=[Status.AT_BOUND],
    )
    areas = species_areas(result, model)
    assert areas.value[0].tolist() == [2000.0, 0.0, 500.0]
    assert areas.stderr[0] == pytest.approx([30.0, np.nan, 20.0], nan_ok=True)
    share, spread = find_fractions(areas)
    assert share[0] == pytest.approx([80.0, 0.0, 20.0])
    assert spread[0, 0, 0] > 0
    absent = ratio_estimate(areas, "polysulfide", "PS4")
    assert absent.value[0] == 0.0
    assert np.isnan([absent.stderr[0], absent.low95[0], absent.high95[0]]).all()
    to_absent = ratio_estimate(areas, "PS4", "polysulfide")
    assert np.isnan([to_absent.value[0], to_absent.stderr[0], to_absent.high95[0]]).all()
    unharmed = ratio_estimate(areas, "sulfate", "PS4")
    assert unharmed.stderr[0] > 0
    assert np.isfinite([unharmed.low95[0], unharmed.high95[0]]).all()
    together = area_estimate(areas, ["PS4", "polysulfide"])
    assert (together.value[0], together.stderr[0]) == pytest.approx((2000.0, 30.0))


def test_zero_variance_at_a_bound_is_no_error_either(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model(POSITIONS)
    covariance = COVARIANCE.copy()
    covariance[1, :] = covariance[:, 1] = 0.0
    result = drawn_result(
        blank_series(1), model, [2000.0, 0.0, 500.0], covariance, status=[Status.AT_BOUND]
    )
    areas = species_areas(result, model)
    assert np.isnan(areas.stderr[0, 1])
    assert np.isnan(fraction_estimate(areas, "polysulfide").stderr[0])


def test_unknown_covariance_without_a_bound_stays_unknown(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model(POSITIONS)
    result = drawn_result(blank_series(1), model, [2000.0, 10.0, 500.0], np.full((3, 3), np.nan))
    areas = species_areas(result, model)
    assert np.isnan(areas.stderr).all()
    assert fraction_estimate(areas, "PS4").value[0] == pytest.approx(100 * 2000 / 2510)
    assert np.isnan(ratio_estimate(areas, "polysulfide", "PS4").stderr[0])


def test_what_was_not_fitted_or_failed_has_no_numbers(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model(POSITIONS)
    result = drawn_result(
        blank_series(3),
        model,
        [2000.0, 1000.0, 500.0],
        COVARIANCE,
        status=[Status.CONVERGED, Status.FAILED, Status.NOT_FITTED],
    )
    areas = species_areas(result, model)
    for estimate in (
        area_estimate(areas, "PS4"),
        fraction_estimate(areas, "PS4"),
        ratio_estimate(areas, "sulfate", "PS4"),
    ):
        for numbers in (estimate.value, estimate.stderr, estimate.low95, estimate.high95):
            assert np.isfinite(numbers).tolist() == [True, False, False]


def test_total_of_zero_has_no_fractions(doublet_model, blank_series, drawn_result) -> None:
    model = doublet_model(POSITIONS)
    result = drawn_result(
        blank_series(1), model, [0.0, 0.0, 0.0], np.full((3, 3), np.nan), status=[Status.AT_BOUND]
    )
    fraction = fraction_estimate(species_areas(result, model), "PS4")
    assert np.isnan(fraction.value[0])
    assert np.isnan(fraction.stderr[0])


def test_fraction_interval_stays_between_0_and_100(
    doublet_model, blank_series, drawn_result
) -> None:
    model = doublet_model({"PS4": 161.5, "polysulfide": 163.2})
    result = drawn_result(blank_series(1), model, [2000.0, 5.0], np.diag([900.0, 900.0]))
    areas = species_areas(result, model)
    assert fraction_estimate(areas, "polysulfide").low95[0] == 0.0
    assert fraction_estimate(areas, "PS4").high95[0] <= 100.0


def test_electrolyte_is_the_denominator_of_its_ratios() -> None:
    assert default_ratios(("PS4", "polysulfide", "sulfate")) == (
        ("polysulfide", "PS4"),
        ("sulfate", "PS4"),
        ("polysulfide", "sulfate"),
    )
    assert default_ratios(("Li3P", "P2S5")) == (("Li3P", "P2S5"),)


def test_unknown_species_is_named_in_the_error(doublet_model, blank_series, drawn_result) -> None:
    model = doublet_model(POSITIONS)
    result = drawn_result(blank_series(1), model, [1.0, 1.0, 1.0], COVARIANCE)
    with pytest.raises(ModelError, match=r"no PS5.*It has: PS4, polysulfide, sulfate"):
        ratio_estimate(species_areas(result, model), "PS5", "PS4")
