"""Summing the scans of a spectrum."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.joining.scans import has_scans, sum_scans
from fitting.data.series import ENERGY, history_of, make_series
from fitting.readers.spectra import read_spectra

ENERGIES = np.arange(160.0, 170.0, 0.5)
LABELS = ["S 2p scan 1 of 2", "S 2p scan 2 of 2", "S 2p"]


def scans(counts: np.ndarray, unit: str = "counts", **coordinates: Any) -> xr.Dataset:
    plain = {"label": LABELS, "sample": ["a", "a", "b"], "source": "f", "time": [0, 9, 20]}
    return make_series(
        ENERGY, ENERGIES, counts, region="S 2p", sigma=np.sqrt(np.maximum(counts, 1)),
        noise="poisson", unit=unit, **{**plain, **coordinates},
    )  # fmt: skip


def counted() -> np.ndarray:
    return np.random.default_rng(8).poisson(30.0, (3, ENERGIES.size)).astype(float)


def test_counts_of_scans_add_up_with_their_errors() -> None:
    counts = counted()
    series = scans(counts, exposure=[5.0, 6.0, 7.0])
    assert has_scans(series)
    summed = sum_scans(series)
    np.testing.assert_array_equal(summed.intensity, [counts[0] + counts[1], counts[2]])
    np.testing.assert_allclose(summed.sigma[0], np.sqrt(counts[0] + counts[1]))
    assert list(summed.label.values) == ["S 2p", "S 2p"]
    assert list(summed["sample"].values) == ["a", "b"]
    np.testing.assert_array_equal(summed.time, [0, 20])
    np.testing.assert_array_equal(summed.exposure, [11, 7])
    assert history_of(summed) == ["Scans summed: 3 became 2 spectra."]


def test_rates_are_weighted_with_their_counting_time() -> None:
    counts, seconds = counted(), np.array([1.0, 3.0, 2.0])
    series = scans(counts / seconds[:, None], "counts/s", seconds_per_point=seconds)
    summed = sum_scans(series)
    np.testing.assert_allclose(summed.intensity[0], (counts[0] + counts[1]) / 4)
    np.testing.assert_allclose(summed.sigma[0], np.sqrt(counts[0] + counts[1]) / 4)
    np.testing.assert_array_equal(summed.seconds_per_point, [4, 2])


@pytest.mark.parametrize(
    ("name", "values"), [("voltage", [2.5, 2.6, 3.0]), ("axis_offset", [0, 1, 1])]
)
def test_scans_of_different_states_are_not_summed(name: str, values: list[float]) -> None:
    with pytest.raises(SeriesError, match=f"S 2p: scans that differ in {name}"):
        sum_scans(scans(counted(), **{name: values}))


def test_spectra_that_are_no_scans_stay_apart() -> None:
    series = scans(counted(), label="S 2p", sample="a")
    assert not has_scans(series)
    assert sum_scans(series).sizes["spectrum"] == 3


def test_scans_of_an_in_situ_file_become_its_samples(real_data: Callable[[str], Path]) -> None:
    path = real_data("xps_specs_xml/In-situ_PBTTT_XPS_SPECS_full_d813b0d.xml")
    series = next(one for one in read_spectra(path) if one.attrs["region"] == "S 2p")
    summed = sum_scans(series)
    assert list(summed["sample"].values) == ["PBTTT 1.2 V", "PBTTT", "in-situ PBTTT"]
    np.testing.assert_allclose(summed.seconds_per_point, [6, 3, 15])
    counts = summed.intensity * summed.seconds_per_point
    np.testing.assert_allclose(
        counts.sum("energy"),
        [
            (series.intensity * 0.2)[rows].sum()
            for rows in (slice(30), slice(30, 45), slice(45, 120))
        ],
    )
