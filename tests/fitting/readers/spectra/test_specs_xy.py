"""Text of SPECS Prodigy, as its export describes itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import warnings_of
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import specs_xy
from fitting.readers.spectra.xps_spectra import spectrum_metadata

HEAD = """# Created by:        SpecsLab Prodigy, Version 4.100.1-r111001
#
# XY-Serializer Export Settings:
#   Energy Axis:              Binding Energy
#   Count Rate:               Counts per Second
#   Separate Scan Data:       yes
#   Time Zone Format:         UTC
#
# Group:                        charged 4.3 V
#
# Region:                       S 2p
# Acquisition Date:             08/24/23 13:59:11 UTC
# Dwell Time:                   0.1
# Excitation Energy:            1486.61
# Pass Energy:                  20
# Comment:

# Cycle: 0
#
# Number of Scans: 2
"""
SCAN = """
# Cycle: 0, Curve: 0, Scan: {scan}
#
# Acquisition Date:             08/24/23 14:0{scan}:00 UTC
# ColumnLabels:                 energy counts/s transmission
#
170  1010  2.5
169.5  1050  2.6
169  990  2.7
"""
SCANS = HEAD + SCAN.format(scan=0) + SCAN.format(scan=1)


def read_text(tmp_path: Path, text: str, options: ReadOptions = DEFAULT) -> list[xr.Dataset]:
    path = tmp_path / "export.xy"
    path.write_bytes(text.encode("latin-1"))
    return specs_xy.read_specs_xy(path, options)


def test_every_scan_is_a_spectrum_with_its_time(tmp_path: Path) -> None:
    assert specs_xy.recognise_specs_xy(SCANS.encode())
    (series,) = read_text(tmp_path, SCANS)
    assert series.attrs["region"] == "S 2p"
    assert list(series["sample"].values) == ["charged 4.3 V"] * 2
    assert list(series.label.values) == ["S 2p scan 1 of 2", "S 2p scan 2 of 2"]
    np.testing.assert_allclose(series.time, [0, 60])
    np.testing.assert_array_equal(series.energy, [169, 169.5, 170])
    np.testing.assert_array_equal(series.intensity, [[990, 1050, 1010]] * 2)
    np.testing.assert_allclose(series.sigma[0], np.sqrt([99, 105, 101]) / 0.1)
    assert spectrum_metadata(series)[1]["other columns"] == {"transmission": [2.7, 2.6, 2.5]}
    assert spectrum_metadata(series)[1]["started"] == "2023-08-24T14:01:00+00:00"


def test_scans_summed_for_the_export_count_with_their_number(tmp_path: Path) -> None:
    (series,) = read_text(tmp_path, HEAD + SCAN.format(scan=0).replace(", Scan: 0", ""))
    assert series.seconds_per_point.item() == pytest.approx(0.2)


def test_kinetic_energies_are_turned_with_the_photon_energy_of_the_file(tmp_path: Path) -> None:
    kinetic = SCANS.replace("Binding Energy", "Kinetic Energy")
    (series,) = read_text(tmp_path, kinetic)
    np.testing.assert_allclose(series.energy, 1486.61 - np.array([170, 169.5, 169]))
    unknown = kinetic.replace("1486.61", "")
    with pytest.raises(UnreadableFileError, match="--photon-energy"):
        read_text(tmp_path, unknown)
    (series,) = read_text(tmp_path, unknown, ReadOptions(photon_energy=1253.6))
    assert series.energy.values[0] == pytest.approx(1083.6)


def test_alignment_and_other_channels_are_left_out(tmp_path: Path) -> None:
    align = SCAN.format(scan=0).replace("energy counts/s", "index counts/s")
    current = SCAN.format(scan=0).replace("energy counts/s", "energy nA")
    (series,) = read_text(tmp_path, SCANS + align + current)
    assert series.sizes["spectrum"] == 2
    assert "its axis is index" in warnings_of(series)[0]
    assert "it holds nA transmission, not counts" in warnings_of(series)[0]


def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None],
) -> None:
    for length in range(len(SCANS)):
        check_hostile(read_text, "export.xy", SCANS[:length])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_characters_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    check_hostile(read_text, "export.xy", with_changes(data, SCANS, most=6, first=len(HEAD) - 200))
