"""Atomic percent against the formula, Monte Carlo, and regions that cannot be compared."""

import numpy as np
import pytest

from fitting.preprocessing.intensity import Normalise
from fitting.quantities.atomic_percent import atomic_percent
from fitting.quantities.quantification import Quantification

FACTORS = Quantification(escape_depth="none")
S_COVARIANCE = np.array([[900.0, -300.0], [-300.0, 700.0]])
P_COVARIANCE = np.array([[400.0]])


@pytest.fixture
def regions(doublet_model, blank_series, drawn_result, analysis_of):
    """S 2p with two species and P 2p with one; keywords go to the series of S 2p."""

    def make(rng=None, samples=("a",), p_samples=None, steps=(), p_time=1.0, **s_coordinates):
        sulfur = doublet_model({"PS4": 161.5, "sulfate": 168.8})
        phosphorus = doublet_model({"PS4": 131.8})
        given = {"seconds_per_point": 1.0, "sample": list(samples), **s_coordinates}
        s_series = blank_series(len(samples), region="S 2p", points=3, **given)
        others = list(p_samples or samples)
        p_series = blank_series(
            len(others), region="P 2p", points=3, sample=others, seconds_per_point=p_time
        )
        s_result = drawn_result(s_series, sulfur, [4000.0, 800.0], S_COVARIANCE, rng=rng)
        p_result = drawn_result(p_series, phosphorus, [900.0], P_COVARIANCE, rng=rng)
        return {
            "S 2p": analysis_of(s_series, sulfur, s_result, steps),
            "P 2p": analysis_of(p_series, phosphorus, p_result),
        }

    return make


def test_atomic_percent_is_area_over_factor_and_time(regions) -> None:
    rows = atomic_percent(regions(p_time=4.0), FACTORS).rows
    amounts = np.array([4000 / 1.677, 800 / 1.677, 900 / 4.0 / 1.192])
    assert [row.species for row in rows] == ["PS4", "sulfate", "PS4"]
    assert [row.element for row in rows] == ["S", "S", "P"]
    assert [row.value for row in rows] == pytest.approx(100 * amounts / amounts.sum())
    assert {row.sensitivity_set for row in rows} == {"Scofield Al Ka"}


def test_counts_per_second_agree_with_counts(regions, drawn_result, analysis_of) -> None:
    counted = atomic_percent(regions(), FACTORS).rows
    rates = regions(unit="counts/s", seconds_per_point=np.nan)
    assert [row.value for row in atomic_percent(rates, FACTORS).rows] == pytest.approx(
        [row.value for row in counted]
    )


def test_errors_equal_the_scatter_of_draws(regions) -> None:
    rng = np.random.default_rng(2)
    samples = [str(number) for number in range(1500)]
    rows = atomic_percent(regions(rng, samples), FACTORS).rows
    values = np.array([row.value for row in rows]).reshape(-1, 3)
    stated = np.array([row.stderr for row in rows]).reshape(-1, 3)
    assert values.sum(axis=1) == pytest.approx(100.0)
    assert values.std(axis=0) == pytest.approx(np.median(stated, axis=0), rel=0.08)


def test_unknown_counting_time_is_refused_with_a_sentence(regions) -> None:
    found = atomic_percent(regions(seconds_per_point=np.nan), FACTORS)
    assert found.rows == ()
    assert "a: no atomic percent" in found.remarks[0]
    assert "S 2p cannot be compared" in found.remarks[0]
    assert "Use counts per second" in found.remarks[0]


def test_normalised_spectra_are_refused(regions) -> None:
    found = atomic_percent(regions(steps=[Normalise()]), FACTORS)
    assert found.rows == ()
    assert "S 2p cannot be compared" in found.remarks[0]


def test_several_spectra_of_a_sample_are_told_apart_by_voltage_or_refused(regions) -> None:
    refused = atomic_percent(regions(samples=("a", "a"), p_samples=("a",)), FACTORS)
    assert refused.rows == ()
    assert "several spectra of S 2p" in refused.remarks[0]


def test_sample_without_a_core_level_of_the_others_is_remarked_on(regions) -> None:
    found = atomic_percent(regions(samples=("a", "b"), p_samples=("a",)), FACTORS)
    assert {row.sample for row in found.rows} == {"a"}
    assert any("b:" in remark for remark in found.remarks)


def test_region_without_a_factor_does_not_count(
    regions, doublet_model, blank_series, drawn_result, analysis_of
) -> None:
    analyses = regions()
    model = doublet_model({"X": 100.0})
    series = blank_series(1, region="Xx 9z", points=3, sample="a")
    result = drawn_result(series, model, [1.0], np.eye(1))
    found = atomic_percent({**analyses, "Xx 9z": analysis_of(series, model, result)}, FACTORS)
    assert len(found.rows) == 3
    assert any(remark.startswith("Xx 9z does not count") for remark in found.remarks)


def test_one_region_alone_has_no_atomic_percent(regions) -> None:
    found = atomic_percent({"S 2p": regions()["S 2p"]}, FACTORS)
    assert found.rows == ()
    assert "at least two core levels" in found.remarks[0]


def test_voltage_is_that_of_all_regions(regions) -> None:
    rows = atomic_percent(regions(voltage=[3.6]), FACTORS).rows
    assert {row.voltage for row in rows} == {3.6}
