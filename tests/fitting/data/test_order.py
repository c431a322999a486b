"""In which order spectra are listed and drawn."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.errors import RecipeError
from fitting.data.order import (
    ORDERS,
    check_order,
    display_order,
    order_drawn,
    order_rows,
    order_spectra,
    spectrum_numbers,
)
from fitting.data.series import ENERGY, make_series


def _series(count: int, **coordinates: object) -> xr.Dataset:
    return make_series(
        ENERGY, [160.0, 161.0], np.ones((count, 2)), region="S 2p", sigma=1.0, noise="poisson",
        **coordinates,
    )  # fmt: skip


@pytest.fixture
def cycled() -> xr.Dataset:
    """Two cycles of charge and discharge, shuffled, with the spectrum before cycling."""
    return _series(
        9,
        voltage=[3.6, 3.0, 3.6, 2.3, 3.0, 3.6, 3.0, 3.6, 3.0],
        branch=["discharge", "charge", "charge", "", "discharge", "charge", "charge",
                "discharge", "discharge"],
        cycle=[1, 1, 1, np.nan, 1, 2, 2, 2, 2],
        time=[40, 20, 30, 10, 50, 70, 60, 80, 90],
        sample=["b10", "b2", "b2", "b2", "b2", "b10", "b10", "b10", "b10"],
        source=[f"scan{number}.txt" for number in (10, 9, 1, 2, 3, 4, 5, 6, 7)],
    )  # fmt: skip


def test_by_cycle_charge_and_discharge_do_not_mix(cycled: xr.Dataset) -> None:
    assert order_spectra(cycled, "cycle").tolist() == [3, 1, 2, 0, 4, 6, 5, 7, 8]


def test_by_time_and_by_voltage(cycled: xr.Dataset) -> None:
    by_time = cycled["time"].values[order_spectra(cycled, "time")]
    assert (np.diff(by_time) > 0).all()
    by_voltage = cycled["voltage"].values[order_spectra(cycled, "voltage")]
    assert (np.diff(by_voltage) >= 0).all()


def test_numbers_in_names_count_as_numbers(cycled: xr.Dataset) -> None:
    files = cycled["source"].values[order_spectra(cycled, "file")]
    assert files.tolist()[:2] == ["scan1.txt", "scan2.txt"]
    assert files.tolist()[-1] == "scan10.txt"
    samples = cycled["sample"].values[order_spectra(cycled, "sample")]
    assert samples.tolist() == ["b2"] * 4 + ["b10"] * 5


def test_without_a_choice_tables_go_by_number_and_figures_as_it_was_measured(cycled) -> None:
    np.testing.assert_array_equal(order_rows(cycled), np.argsort(spectrum_numbers(cycled)))
    np.testing.assert_array_equal(order_drawn(cycled), display_order(cycled))
    np.testing.assert_array_equal(order_drawn(cycled, "file"), order_rows(cycled, "file"))


def test_an_order_that_does_not_exist_is_refused_with_those_that_do() -> None:
    assert check_order("") == ""
    with pytest.raises(RecipeError, match="voltage, time, cycle, file, sample"):
        check_order("loudness")


_names = st.text(st.sampled_from("a1.2 ²"), max_size=4)
_number = st.one_of(st.just(np.nan), st.integers(0, 3).map(float))
_spectrum = st.tuples(_number, _number, _number, st.sampled_from(["", "charge", "discharge"]),
                      _names, _names)  # fmt: skip


@given(st.lists(_spectrum, min_size=1, max_size=8), st.sampled_from(ORDERS), st.randoms())
def test_every_order_holds_each_spectrum_once_and_does_not_depend_on_how_they_came(
    spectra, order, random
) -> None:
    names = ("voltage", "time", "cycle", "branch", "sample", "source")
    # files of one name would leave nothing to tell them apart
    told = [(*one[:5], f"{one[5]}_{place}") for place, one in enumerate(spectra)]
    shuffled = random.sample(told, len(told))
    listed = []
    for rows in (told, shuffled):
        series = _series(len(rows), **dict(zip(names, zip(*rows, strict=True), strict=True)))
        chosen = order_spectra(series, order)
        assert sorted(chosen) == list(range(len(rows)))
        listed.append([rows[place][5] for place in chosen])
    assert listed[0] == listed[1]
