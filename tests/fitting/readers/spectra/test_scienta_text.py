"""Text of Scienta SES: real files, several regions, slices and hostile bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.series import warnings_of
from fitting.readers.options import DEFAULT
from fitting.readers.spectra import scienta_text
from fitting.readers.spectra.xps_spectra import spectrum_metadata

EVERY = [("0001", "survey", 1221), ("0002", "O 1s", 301), ("0003", "C 1s", 321),
         ("0004", "Cu 3p", 321), ("0005", "VB", 801)]  # fmt: skip

TEXT = """[Info]
Number of Regions=0002
Version=1.3.1

[Region 1]
Region Name=S2p
Dimension 1 name=Binding Energy [eV]
Dimension 1 scale=166 165.5 165

[Info 1]
Region Name=S2p
Excitation Energy=1486.6
Time per Spectrum Channel=2.5
DetectorMode=Pulse Counting
Sample=cell 7
Date=2026-03-14
Time=11:29:33

[Data 1]
 1.660000E+002  1.000000E+002  2.000000E+002
 1.655000E+002  1.500000E+002  2.500000E+002
 1.650000E+002  1.100000E+002  2.100000E+002

[Region 2]
Region Name=C1s
Dimension 1 name=Kinetic Energy [eV]

[Info 2]
Excitation Energy=1486.6
DetectorMode=ADC

[Data 2]
 1.200000E+003  1.000000E+000
 1.201000E+003  3.000000E+000

"""


def read_text(tmp_path: Path, text: str) -> list[xr.Dataset]:
    path = tmp_path / "cell.txt"
    path.write_bytes(text.encode("latin-1"))
    return scienta_text.read_scienta_text(path, DEFAULT)


@pytest.mark.parametrize(("number", "region", "points"), EVERY)
def test_every_real_file_reads(
    real_data: Callable[[str], Path], number: str, region: str, points: int
) -> None:
    path = real_data(f"xps_scienta/Cu-HHTP_{number}.txt")
    assert scienta_text.recognise_scienta_text(path.read_bytes()[:65536])
    (series,) = scienta_text.read_scienta_text(path, DEFAULT)
    assert series.attrs["region"] == region
    assert series.sizes["energy"] == points
    assert series["sample"].item() == "Cu-HHTP"
    # the detector was read as ADC: in proportion to counts, of unknown gain
    assert series.attrs["noise"] == "estimated"


def test_counts_of_all_slices_are_summed(tmp_path: Path) -> None:
    sulfur, carbon = read_text(tmp_path, TEXT)
    np.testing.assert_allclose(sulfur.intensity, [[320 / 2.5, 400 / 2.5, 300 / 2.5]])
    assert (sulfur.attrs["unit"], sulfur.attrs["noise"]) == ("counts/s", "poisson")
    assert sulfur["sample"].item() == "cell 7"
    assert spectrum_metadata(sulfur)[0]["slices"] == 2
    np.testing.assert_allclose(carbon.energy, [285.6, 286.6])


def test_a_region_without_data_is_left_out(tmp_path: Path) -> None:
    (series,) = read_text(tmp_path, TEXT[: TEXT.index("[Data 2]")])
    assert "region 2: it holds no data" in warnings_of(series)[0]


def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None],
) -> None:
    for length in range(len(TEXT)):
        check_hostile(read_text, "cell.txt", TEXT[:length])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_characters_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    check_hostile(read_text, "cell.txt", with_changes(data, TEXT, most=6))
