"""Trends of species and of peaks along the coordinates of a series."""

import numpy as np
import pytest

from fitting.data.errors import ModelError
from fitting.projects.project import Analysis
from fitting.quantities.estimates import find_estimates
from fitting.quantities.quantity import PeakQuantity, Quantity, fraction_of, ratio_of
from fitting.quantities.trends import ALONG, make_trend

COVARIANCE = np.diag([900.0, 400.0])
AREAS = [[2000.0, 500.0], [1000.0, 1500.0], [1500.0, 1000.0]]


@pytest.fixture
def cycled(doublet_model, blank_series, drawn_result, analysis_of) -> Analysis:
    model = doublet_model({"PS4": 161.5, "polysulfide": 163.2})
    series = blank_series(
        3, voltage=[2.5, 4.3, 3.6], branch=["charge", "charge", "discharge"], sample=list("abc")
    )
    position = {"PS4.position": np.array([161.4, 161.5, 161.6])}
    return analysis_of(series, model, drawn_result(series, model, AREAS, COVARIANCE, **position))


def _trend(analysis: Analysis, quantity, along: str = "voltage"):
    return make_trend(find_estimates(analysis, [quantity]), quantity.name, along)


def test_trend_follows_the_voltage_and_keeps_the_other_coordinates(cycled) -> None:
    trend = _trend(cycled, fraction_of("PS4"))
    assert trend[ALONG].values.tolist() == [2.5, 3.6, 4.3]
    assert trend["value"].values == pytest.approx([80.0, 60.0, 40.0])
    assert trend["branch"].values.tolist() == ["charge", "discharge", "charge"]
    assert trend["spectrum"].values.tolist() == [0, 2, 1]
    assert (trend["low95"] < trend["value"]).all()
    assert (trend["high95"] > trend["value"]).all()
    assert trend.attrs["units"] == "%"


def test_ratio_and_area_trends_name_their_units(cycled) -> None:
    ratio = _trend(cycled, ratio_of("polysulfide", "PS4"))
    assert ratio["value"].values == pytest.approx([0.25, 2 / 3, 1.5])
    assert ratio.attrs["long_name"] == "ratio polysulfide / PS4"
    both = _trend(cycled, Quantity("area", ("PS4", "polysulfide")))
    assert both["value"].values == pytest.approx([2500.0] * 3)
    assert both["stderr"].values == pytest.approx([np.sqrt(1300.0)] * 3)
    assert both.attrs["units"] == "counts x eV"


def test_peak_parameter_trend(cycled) -> None:
    trend = _trend(cycled, PeakQuantity("position", "PS4"))
    assert trend["value"].values == pytest.approx([161.4, 161.6, 161.5])
    assert trend.attrs["units"] == "eV"
    height = _trend(cycled, PeakQuantity("height", "PS4"))
    assert height["value"].values[0] == pytest.approx(2000 / 1.5 * 0.9394 / 1.2, rel=0.05)
    assert height["stderr"].values[0] == pytest.approx(height["value"].values[0] * 30 / 2000)


def test_missing_coordinate_is_unknown_rather_than_an_error(cycled) -> None:
    trend = _trend(cycled, Quantity("area", ("PS4",)), "depth")
    assert np.isnan(trend[ALONG].values).all()
    assert trend["value"].values == pytest.approx([2000.0, 1000.0, 1500.0])


def test_unknown_parameter_is_named(cycled) -> None:
    with pytest.raises(ModelError, match=r"PS4\.mixing"):
        _trend(cycled, PeakQuantity("mixing", "PS4"))
