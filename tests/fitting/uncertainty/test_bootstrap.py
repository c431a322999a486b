"""The parametric bootstrap: scatter, bias, seeds and what it is drawn from."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.data.result import Status
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import fraction_of, ratio_of
from fitting.uncertainty.bootstrap import bootstrap_spectra
from fitting.uncertainty.replicas import replicas_of

from .conftest import NUMPY

QUANTITIES = (fraction_of("PS4"), ratio_of("polysulfide", "PS4"), fraction_of("sulfite"))


def run(case, **choices):
    given = {"quantities": QUANTITIES, "replicas": 200, "spectra": [1], **choices}
    return list(bootstrap_spectra(*case.fitted, NUMPY, **given))


@pytest.fixture(scope="module")
def block(case):
    (found,) = run(case)
    return found


def test_scatter_of_the_replicas_is_the_standard_error(case, block) -> None:
    areas = species_areas(case.result, case.model)
    expected = [one.estimate(areas).stderr[1] for one in QUANTITIES[:2]]
    # 200 replicas know their standard deviation within 5 %
    assert block.spread[0, :2] == pytest.approx(expected, rel=0.2)


def test_interval_is_about_that_of_the_covariance(case, block) -> None:
    areas = species_areas(case.result, case.model)
    for column, quantity in enumerate(QUANTITIES[:2]):
        estimate = quantity.estimate(areas)
        assert block.low95[0, column] == pytest.approx(
            estimate.low95[1], abs=0.5 * estimate.stderr[1]
        )
        assert block.high95[0, column] == pytest.approx(
            estimate.high95[1], abs=0.5 * estimate.stderr[1]
        )


def test_same_seed_gives_the_same_interval_whatever_else_is_done(case, block) -> None:
    both = run(case, spectra=[0, 1])
    assert np.array_equal(both[1].low95, block.low95)
    (other,) = run(case, seed=1)
    assert not np.array_equal(other.low95, block.low95)


def test_absent_species_is_biased_upwards_and_its_interval_begins_at_zero(case, block) -> None:
    assert block.bias[0, 2] > 0
    assert block.low95[0, 2] == pytest.approx(0.0, abs=0.2)


def test_spectrum_that_was_not_fitted_has_no_interval(case) -> None:
    result = case.result.copy(deep=True)
    result["status"].values[1] = Status.FAILED
    (found,) = run(replace(case, result=result))
    assert np.isnan(found.low95).all()


def test_replicas_are_counts_around_the_fit(case) -> None:
    rng = np.random.default_rng(1)
    drawn = replicas_of(*case.fitted, 0, 400, rng)["intensity"].values
    sigma = np.sqrt(drawn.mean(axis=0))
    wider = np.sqrt(float(case.result["reduced_chi_square"].values[0]))
    assert drawn.std(axis=0) / sigma == pytest.approx(wider, rel=0.2)
    pulls = (case.series["intensity"].values[0] - drawn.mean(axis=0)) / sigma
    assert np.mean(pulls**2) == pytest.approx(wider**2, rel=0.15)


def test_replicas_of_rates_have_the_noise_of_their_counting_time(case) -> None:
    seconds = 4.0
    slow = case.series.assign(
        intensity=case.series["intensity"] / seconds, sigma=case.series["sigma"] / seconds
    ).assign_coords(seconds_per_point=("spectrum", np.full(4, seconds)))
    slow.attrs["unit"] = "counts/s"
    result = case.result.copy(deep=True)
    rows = [name.endswith((".area", ".offset")) for name in result["parameter"].values]
    result["value"].values[:, rows] /= seconds
    rng = np.random.default_rng(2)
    drawn = replicas_of(slow, result, case.model, 0, 400, rng)["intensity"].values
    wider = np.sqrt(float(result["reduced_chi_square"].values[0]))
    noise = drawn.std(axis=0) / np.sqrt(drawn.mean(axis=0) / seconds)
    assert noise == pytest.approx(wider, rel=0.2)


def test_points_that_were_not_measured_stay_empty(case) -> None:
    gap = case.series.copy(deep=True)
    gap["intensity"].values[:, :5] = np.nan
    gap["sigma"].values[:, :5] = np.inf
    rng = np.random.default_rng(2)
    drawn = replicas_of(gap, case.result, case.model, 0, 3, rng)
    assert np.isnan(drawn["intensity"].values[:, :5]).all()
    assert np.isfinite(drawn["intensity"].values[:, 5:]).all()
