"""What is corrected by hand before joining."""

from math import isnan

import numpy as np
import pytest

from fitting.data.errors import SeriesError, VoltageError
from fitting.data.series import ENERGY, make_series
from fitting.projects.corrections import (
    Correction,
    correct_reading,
    describe_range,
    parse_correction,
)
from fitting.projects.reading import Reading


@pytest.fixture
def reading() -> Reading:
    energy = np.linspace(158.0, 172.0, 71)
    series = make_series(
        ENERGY, energy, np.ones((2, 71)), region="S 2p", sigma=1.0, noise="poisson"
    )
    return Reading((series,))


def test_a_voltage_by_hand_says_so(reading: Reading) -> None:
    series = correct_reading(reading, [Correction(0, 1, "voltage", 3.6)]).series[0]
    assert series["voltage"].values[1] == 3.6
    assert isnan(series["voltage"].values[0])
    assert list(series["voltage_from"].values) == ["", "manual"]


def test_the_last_correction_of_a_value_counts(reading: Reading) -> None:
    made = [Correction(0, 0, "sample", "A"), Correction(0, 0, "sample", "B")]
    assert correct_reading(reading, made).series[0]["sample"].values[0] == "B"


def test_a_region_is_corrected_for_the_whole_series(reading: Reading) -> None:
    assert correct_reading(reading, [Correction(0, 0, "region", "P 2p")]).series[0].region == "P 2p"


def test_what_was_read_is_not_altered(reading: Reading) -> None:
    correct_reading(reading, [Correction(0, 0, "axis_offset", 1.5)])
    assert reading.series[0]["axis_offset"].values[0] == 0.0


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("voltage", "3,6 V", 3.6),
        ("voltage", "2.55", 2.55),
        ("branch", "discharged", "discharge"),
        ("branch", "", ""),
        ("cycle", "2", 2.0),
        ("axis_offset", "−0.4 eV", -0.4),
        ("axis_offset", "", 0.0),
        ("sample", " LPSC ", "LPSC"),
    ],
)
def test_texts_are_understood(name: str, text: str, value: object) -> None:
    assert parse_correction(name, text) == value


def test_an_emptied_voltage_is_not_known() -> None:
    assert isnan(float(parse_correction("voltage", "")))


@pytest.mark.parametrize(
    ("name", "text"), [("voltage", "high"), ("voltage", "36"), ("branch", "x")]
)
def test_what_cannot_be_is_refused(name: str, text: str) -> None:
    with pytest.raises(VoltageError):
        parse_correction(name, text)


def test_a_region_cannot_lose_its_name() -> None:
    with pytest.raises(SeriesError, match="needs a name"):
        parse_correction("region", "  ")


def test_the_range_leaves_out_what_was_not_measured(reading: Reading) -> None:
    series = reading.series[0].copy(deep=True)
    series["intensity"].values[0, :10] = np.nan
    assert describe_range(series, 0) == "160 to 172 eV"
    assert describe_range(series, 1) == "158 to 172 eV"
