"""VAMAS files of real instruments: counts, energies and the fits that CasaXPS left in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import axis_values, warnings_of
from fitting.readers.options import DEFAULT
from fitting.readers.spectra import vamas
from fitting.readers.spectra.published_fit import published_fits
from fitting.readers.spectra.xps_spectra import spectrum_metadata

RealData = Callable[[str], Path]
KRATOS = "xps_kratos_vamas/assigned.vms"
EVERY = [
    (KRATOS, 9, 54),
    ("xps_kratos_vamas/multiplex.vms", 3, 3),
    ("xps_phi_vamas/0-150W.vms", 5, 5),
    ("xps_phi_vamas/Mutlipak_vms.npl", 5, 5),
    ("xps_vamas_casaxps_text/FeO_analyzed.vms", 1, 1),
    ("xps_vamas_casaxps_text/Pt4f.vms", 1, 1),
    ("xps_vamas_casaxps_text/irregular.vms", 1, 1),
    ("xps_vamas_casaxps_text/regular.vms", 1, 1),
]


def by_region(series: list[xr.Dataset]) -> dict[str, xr.Dataset]:
    return {one.attrs["region"]: one for one in series}


@pytest.mark.parametrize(("name", "series", "spectra"), EVERY)
def test_every_real_file_reads(real_data: RealData, name: str, series: int, spectra: int) -> None:
    path = real_data(name)
    assert vamas.recognise_vamas(path.read_bytes()[:65536])
    read = vamas.read_vamas(path, DEFAULT)
    assert len(read) == series
    assert sum(one.sizes["spectrum"] for one in read) == spectra


def test_regions_samples_and_counts_of_the_kratos_file(
    real_data: RealData, reference: dict[str, Any]
) -> None:
    series = by_region(vamas.read_vamas(real_data(KRATOS), DEFAULT))
    expected = reference[KRATOS]["blocks"]
    found: dict[str, list[tuple[xr.Dataset, int]]] = {}
    for one in series.values():
        for index, entry in enumerate(spectrum_metadata(one)):
            found.setdefault(str(entry["block"]), []).append((one, index))
    assert len(found) == len(expected) == 54
    for number, truth in enumerate(expected, start=1):
        ((one, index),) = found[str(number)]
        spectrum = one.isel(spectrum=index)
        counts = spectrum.intensity.values * float(spectrum.seconds_per_point)
        assert spectrum["sample"].item() == truth["sample"]
        assert spectrum.label.item() == truth["block"]
        assert counts.size == truth["points"]
        assert counts.max() == pytest.approx(truth["raw_counts_max"], rel=1e-9)
        # kinetic energies ascend in the file, binding energies here
        np.testing.assert_allclose(counts[::-1][:3], truth["raw_counts_first3"], rtol=1e-9)
        assert spectrum.intensity.values.max() == pytest.approx(truth["cps_max"], abs=0.06)
        assert float(spectrum.axis_offset) == pytest.approx(truth["casa_BE_shift_eV"], abs=1e-4)
        calibrated = axis_values(one)[index]
        at_maximum = calibrated[np.argmax(counts)]
        assert at_maximum == pytest.approx(truth["BE_of_max_calibrated"], abs=0.01)
        assert spectrum_metadata(one)[index]["acquired"] == truth["acquired"]


def test_casaxps_regions_and_components_of_the_kratos_file(
    real_data: RealData, reference: dict[str, Any]
) -> None:
    expected = {(b["sample"], b["block"]): b for b in reference[KRATOS]["blocks"]}
    compared = 0
    for one in vamas.read_vamas(real_data(KRATOS), DEFAULT):
        for index, fit in enumerate(published_fits(one)):
            truth = expected[one["sample"].values[index], one.label.values[index]]
            assert [region.name for region in fit.regions] == [
                region["name"] for region in truth["casa_regions"]
            ]
            for region, other in zip(fit.regions, truth["casa_regions"], strict=True):
                assert region.background == other["background"]
                assert region.low == pytest.approx(other["BE_lo"], abs=1e-3)
                assert region.high == pytest.approx(other["BE_hi"], abs=1e-3)
            for part, other in zip(fit.components, truth["casa_components"], strict=True):
                assert (part.name, part.line_shape) == (other["name"], other["lineshape"])
                assert part.area.value == pytest.approx(other["area_cps_eV"], rel=1e-6)
                assert part.fwhm.value == pytest.approx(other["fwhm_eV"], rel=1e-6)
                assert part.position.value == pytest.approx(other["BE_eV"], abs=1e-3)
                compared += 1
    assert compared == 96


def test_doublets_of_casaxps_are_linked_by_separation_and_ratio(real_data: RealData) -> None:
    series = by_region(vamas.read_vamas(real_data(KRATOS), DEFAULT))["S 2p"]
    for fit in published_fits(series):
        for main, partner in zip(fit.components[::2], fit.components[1::2], strict=True):
            assert fit.components[partner.position.follows or 0] is main
            assert partner.position.by == pytest.approx(1.16)
            assert partner.area.by == pytest.approx(0.5)
            assert partner.position.value - main.position.value == pytest.approx(1.16, abs=1e-3)


def test_area_above_a_line_is_that_of_the_casaxps_components(real_data: RealData) -> None:
    # 8242 counts/s x eV above a line, 8387 in the components: within the choice of background
    series = by_region(vamas.read_vamas(real_data(KRATOS), DEFAULT))["S 2p"]
    fit = published_fits(series)[0]
    energy, rate = axis_values(series)[0], series.intensity.values[0]
    inside = (energy >= fit.regions[0].low) & (energy <= fit.regions[0].high)
    x, y = energy[inside], rate[inside]
    line = np.interp(x, x[[0, -1]], y[[0, -1]])
    area = np.trapezoid(y - line, x)
    assert area == pytest.approx(sum(part.area.value for part in fit.components), rel=0.03)


def test_multipak_rates_are_not_divided_by_the_dwell_time_again(real_data: RealData) -> None:
    series = by_region(vamas.read_vamas(real_data("xps_phi_vamas/Mutlipak_vms.npl"), DEFAULT))
    carbon, sulfur = series["C 1s"], series["S 2p"]
    assert carbon.attrs["unit"] == sulfur.attrs["unit"] == "counts/s"
    assert carbon.intensity.values[0, -1] == 2047.5
    assert sulfur.sizes["energy"] == 501
    # sigma of a rate r over t seconds is sqrt(r t) / t
    assert carbon.sigma.values[0, -1] == pytest.approx(np.sqrt(2047.5 * 0.4) / 0.4)
    np.testing.assert_allclose(carbon.energy.values[[0, -1]], [275, 305])
    assert "time" not in carbon.coords


def test_the_same_scan_regular_and_irregular_is_the_same(real_data: RealData) -> None:
    folder = "xps_vamas_casaxps_text"
    (regular,) = vamas.read_vamas(real_data(f"{folder}/regular.vms"), DEFAULT)
    (irregular,) = vamas.read_vamas(real_data(f"{folder}/irregular.vms"), DEFAULT)
    np.testing.assert_allclose(regular.energy, irregular.energy, atol=1e-9)
    np.testing.assert_allclose(regular.intensity, irregular.intensity, rtol=1e-4)
    # one states 0.1 s and counts, the other, of the same rates, 1 s: its scatter tells
    assert not warnings_of(regular)
    assert "4.1 times the variance" in warnings_of(irregular)[0]
