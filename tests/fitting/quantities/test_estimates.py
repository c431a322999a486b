"""The table of estimates against truth and against what its numbers come from."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import fitting
from fitting.data.errors import RecipeError
from fitting.data.result import Status
from fitting.data.series import set_coordinates
from fitting.models.model import Background, Model
from fitting.preprocessing.axis import CropAxis
from fitting.preprocessing.intensity import Normalise
from fitting.projects.project import Analysis, prepared_series
from fitting.quantities.detection import Detection
from fitting.quantities.estimates import estimates, find_estimates
from fitting.quantities.interval_storage import IntervalBlock, with_intervals
from fitting.quantities.listed import list_quantities
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of, tabulated_quantities

POSITIONS = {"PS4": 161.5, "polysulfide": 163.2, "sulfate": 168.8}
COVARIANCE = np.array([[900.0, -300.0, 0.0], [-300.0, 700.0, 0.0], [0.0, 0.0, 100.0]])
AREAS = [[2000.0, 1000.0, 500.0], [3000.0, 500.0, 5.0], [1.0, 1.0, 1.0]]


@pytest.fixture
def analysis(doublet_model, blank_series, drawn_result, analysis_of) -> Analysis:
    """Three spectra: all species seen; no sulfate seen; failed."""
    model = doublet_model(POSITIONS)
    series = blank_series(3, voltage=[3.6, 2.5, np.nan], cycle=[1.0, 1.0, 2.0])
    status = [Status.CONVERGED, Status.CONVERGED, Status.FAILED]
    result = drawn_result(series, model, AREAS, COVARIANCE, status=status)
    return analysis_of(series, model, result)


def _cell(found: xr.Dataset, quantity: str, part: str, spectrum: int = 0):
    return found[part].sel(quantity=quantity).values[spectrum]


def test_shares_and_ratios_are_those_of_the_areas_by_propagation(analysis: Analysis) -> None:
    found = estimates(analysis)
    assert _cell(found, "fraction PS4", "value") == pytest.approx(100 * 2000 / 3500)
    gradient = np.array([1500.0, -2000.0, -2000.0]) / 3500**2
    error = 100 * np.sqrt(gradient @ COVARIANCE @ gradient)
    assert _cell(found, "fraction PS4", "stderr") == pytest.approx(error)
    assert _cell(found, "ratio polysulfide / PS4", "value") == pytest.approx(0.5)
    assert _cell(found, "area PS4", "value") == 2000.0
    assert _cell(found, "peak_area PS4", "stderr") == pytest.approx(30.0)
    assert _cell(found, "position PS4", "value") == 161.5


def test_every_quantity_says_its_unit_and_the_spectra_keep_their_coordinates(analysis) -> None:
    found = estimates(analysis)
    units = dict(zip(found["quantity"].values, found["unit"].values, strict=True))
    assert units["area PS4"] == units["peak_area PS4"] == "counts x eV"
    assert units["height PS4"] == "counts"
    assert units["position PS4"] == units["fwhm PS4"] == units["separation PS4"] == "eV"
    assert (units["fraction PS4"], units["ratio sulfate / PS4"]) == ("%", "1")
    np.testing.assert_array_equal(found["voltage"], [3.6, 2.5, np.nan])
    np.testing.assert_array_equal(found["cycle"], [1.0, 1.0, 2.0])


def test_what_was_not_fitted_has_no_value_and_is_not_detected(analysis: Analysis) -> None:
    failed = estimates(analysis).isel(spectrum=2)
    for part in ("value", "stderr", "low95", "high95", "upper95", "detection_limit"):
        assert np.isnan(failed[part].values).all(), part
    assert not failed["is_detected"].values.any()


def test_a_species_that_is_not_seen_is_below_what_would_be_detected(analysis: Analysis) -> None:
    found = estimates(analysis)
    assert _cell(found, "fraction sulfate", "is_detected")
    assert np.isnan(_cell(found, "fraction sulfate", "upper95"))
    assert _cell(found, "fraction sulfate", "detection_limit") > 0
    assert not _cell(found, "fraction sulfate", "is_detected", 1)
    assert not _cell(found, "position sulfate", "is_detected", 1)
    limit = _cell(found, "fraction sulfate", "detection_limit", 1)
    assert _cell(found, "fraction sulfate", "upper95", 1) == limit
    area = _cell(found, "area sulfate", "upper95", 1)
    assert limit == pytest.approx(100 * area / (area + 3500.0))
    assert _cell(found, "ratio sulfate / PS4", "upper95", 1) == pytest.approx(area / 3000.0)


def test_without_detection_nothing_is_said_of_what_is_seen(analysis: Analysis) -> None:
    found = find_estimates(analysis, list_quantities(analysis))
    assert np.isnan(found["upper95"].values).all()
    assert np.isnan(found["detection_limit"].values).all()


def test_intervals_that_were_found_stand_in_the_place_of_the_covariance(analysis) -> None:
    quantities = tabulated_quantities(analysis.model)
    low, high = np.full((1, len(quantities)), 1.0), np.full((1, len(quantities)), 99.0)
    block = IntervalBlock(np.array([1]), low, high)
    result = with_intervals(analysis.result, "profile", quantities, [block])
    found = estimates(_with_result(analysis, result))
    assert found["method"].sel(quantity="fraction PS4").values.tolist() == [
        "covariance", "profile", "covariance",
    ]  # fmt: skip
    assert _cell(found, "fraction PS4", "low95", 1) == 1.0
    assert 50.0 < _cell(found, "fraction PS4", "low95") < 100 * 2000 / 3500


def test_a_model_error_widens_the_interval_and_leaves_the_standard_error(analysis) -> None:
    before = estimates(analysis)
    quantities = tabulated_quantities(analysis.model)
    result = with_intervals(analysis.result, "covariance", quantities, [])
    model_error = np.full((3, len(quantities)), np.nan)
    model_error[0] = 20.0
    dims = ("spectrum", "quantity")
    after = estimates(_with_result(analysis, result.assign(model_error=(dims, model_error))))
    assert _cell(after, "fraction PS4", "model_error") == 20.0
    assert _cell(after, "fraction PS4", "stderr") == _cell(before, "fraction PS4", "stderr")
    value, low = (_cell(before, "fraction PS4", name) for name in ("value", "low95"))
    reach = np.hypot(value - low, 1.959964 * 20.0)
    assert _cell(after, "fraction PS4", "low95") == pytest.approx(value - reach, rel=1e-6)
    # a share stays between nothing and all
    assert _cell(after, "fraction sulfate", "low95") == 0.0
    assert _cell(after, "fraction PS4", "high95") <= 100.0
    np.testing.assert_array_equal(before["low95"][1], after["low95"][1])


def test_positions_of_another_reference_are_not_given(analysis: Analysis) -> None:
    words = ["", "C-C in C 1s at 284.8 eV", "C-C in C 1s at 284.8 eV"]
    series = set_coordinates(
        analysis.series, charge_reference=words, charge_shift_stderr=[np.nan, 0.05, 0.05]
    )
    found = estimates(_with_series(analysis, series))
    assert np.isnan(_cell(found, "position PS4", "value"))
    assert _cell(found, "position PS4", "value", 1) == 161.5
    assert _cell(found, "position PS4", "systematic", 1) == 0.05
    assert _cell(found, "fwhm PS4", "value") == 1.2


def test_several_species_are_added_with_their_covariance(analysis: Analysis) -> None:
    both = Quantity("area", ("PS4", "polysulfide"))
    found = find_estimates(analysis, [both])
    assert found["value"].values[0, 0] == 3000.0
    assert found["stderr"].values[0, 0] == pytest.approx(np.sqrt(900 + 700 - 600))


def test_it_is_offered_to_scripts_and_needs_a_fit(analysis: Analysis) -> None:
    assert fitting.estimates is estimates
    with pytest.raises(RecipeError, match="fit it first"):
        estimates(Analysis(analysis.series, analysis.recipe))


def test_a_model_without_peaks_has_an_empty_table(blank_series, drawn_result, analysis_of) -> None:
    model = Model((), Background("none", {}))
    series = blank_series(2)
    result = drawn_result(series, model, np.zeros((2, 0)), np.zeros((0, 0)))
    found = find_estimates(analysis_of(series, model, result), [])
    assert dict(found.sizes) == {"spectrum": 2, "quantity": 0}


@given(
    steps=st.lists(st.sampled_from([CropAxis(158.0, 170.0), Normalise("max"), Normalise("area")])),
    unit=st.sampled_from(["counts", "counts/s", "arbitrary"]),
)
@settings(max_examples=20, deadline=None)
def test_the_unit_is_that_of_the_series_after_its_steps(
    steps, unit: str, doublet_model, blank_series, drawn_result, analysis_of
) -> None:
    model = doublet_model(POSITIONS)
    series = blank_series(1, unit=unit)
    result = drawn_result(series, model, AREAS[:1], COVARIANCE)
    analysis = analysis_of(series, model, result, steps)
    after = prepared_series(analysis).attrs["unit"]
    found = find_estimates(analysis, [Quantity("area", ("PS4",)), fraction_of("PS4")])
    assert found["unit"].values.tolist() == [f"{after} x eV", "%"]


def test_a_ratio_to_a_species_that_is_not_seen_has_no_limit(analysis: Analysis) -> None:
    seen = np.array([[False, True, True]] * 3)
    limits = np.full((3, 3), 5.0)
    detection = Detection(tuple(POSITIONS), seen, limits, limits)
    found = find_estimates(analysis, [ratio_of("polysulfide", "PS4")], detection)
    assert np.isnan(found["detection_limit"].values).all()


def _with_result(analysis: Analysis, result: xr.Dataset) -> Analysis:
    return Analysis(analysis.series, analysis.recipe, result, analysis.recipe)


def _with_series(analysis: Analysis, series: xr.Dataset) -> Analysis:
    return Analysis(series, analysis.recipe, analysis.result, analysis.recipe)
