"""Fits of CasaXPS and Avantage in real files, taken over, against the curves that they exported."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fitting.exchange.area_differences import find_area_differences
from fitting.exchange.curve_comparison import compare_curves
from fitting.exchange.taken_series import TakenSeries, take_series
from fitting.readers.spectra import read_spectra

Find = Callable[[str], Path]

ROWS = "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_"
EXPORTED = (
    *(f"{ROWS}{name}.csv" for name in ("C_1s", "F_1s", "N_1s", "Na_1s", "O_1s", "S_2p")),
    "xps_vamas_casaxps_text/FeO_analyzed_lineshapes_cols.txt",
)


def taken_of(path: Path, region: str = "") -> TakenSeries:
    found = [one for one in read_spectra(path) if region in ("", one.attrs["region"])]
    (taken,) = [one for series in found if (one := take_series(series))]
    return taken


@pytest.mark.parametrize("name", EXPORTED)
def test_exported_curves_are_met(real_data: Find, name: str) -> None:
    found = compare_curves(taken_of(real_data(name)), 0)
    assert found is not None
    assert found.envelope < 0.005
    assert found.area < 0.01
    assert found.position < 0.02


def test_a_vamas_file_and_its_export_as_text_hold_one_fit(real_data: Find) -> None:
    folder = "xps_vamas_casaxps_text/FeO_analyzed"
    both = [taken_of(real_data(folder + end)) for end in (".vms", "_lineshapes_cols.txt")]
    models = [one.analysis.model for one in both]
    for mine, other in zip(models[0].peaks, models[1].peaks, strict=True):
        for name in ("area", "position", "fwhm"):
            assert mine.parameters[name].value == pytest.approx(
                other.parameters[name].value, abs=0.02
            )


def test_areas_of_exact_shapes_are_those_that_fit_the_data(real_data: Find) -> None:
    """CasaXPS found them by least squares, so the data want no others."""
    taken = taken_of(real_data("xps_kratos_vamas/assigned.vms"), "S 2p")
    assert not any(taken.doubts.values())
    for spectrum in taken.doubts:
        found = find_area_differences(taken, spectrum)
        assert np.abs(list(found.values())).max() < 0.02
