"""SpecsLab XML: a real in-situ file, and hostile bytes."""

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
from fitting.readers.spectra import specs_xml
from fitting.readers.spectra.xps_spectra import spectrum_metadata

RealData = Callable[[str], Path]

FULL = "xps_specs_xml/In-situ_PBTTT_XPS_SPECS_full_d813b0d.xml"
SMALL = "xps_specs_xml/In-situ_PBTTT_small.xml"


def scan_of(*channels: list[int]) -> str:
    numbers = "\n".join(str(n) for row in zip(*channels, strict=True) for n in row)
    return (
        '<struct type_name="ScanData"><sequence name="counts" type_name="CountsSeq">'
        f"<ulong>{numbers}</ulong></sequence></struct>"
    )


def xml_of(
    scans: list[str], *, mode: str = "FixedAnalyzerTransmission", shifts: tuple[float, ...] = (0,)
) -> str:
    detectors = "".join(
        f'<struct type_name="Detector"><double name="shift">{shift}</double></struct>'
        for shift in shifts
    )
    return f"""<?xml version="1.0"?>
<!-- CORBA XML document created by XMLSerializer2 1.6 -->
<any version="1.6"><sequence type_name="RegionGroupSeq"><struct type_name="RegionGroup">
<string name="name">cell 2.55 V</string>
<sequence name="regions" type_name="RegionDataSeq"><struct type_name="RegionData">
<string name="name">S 2p</string>
<struct name="region" type_name="RegionDef">
<struct name="scan_mode"><string name="name">{mode}</string></struct>
<ulong name="values_per_curve">5</ulong><double name="dwell_time">0.5</double>
<double name="scan_delta">0.5</double><double name="excitation_energy">1486.6</double>
<double name="kinetic_energy">1320</double><double name="pass_energy">20</double></struct>
<ulong name="mcd_head">1</ulong><ulong name="mcd_tail">1</ulong>
<struct name="analyzer_info"><sequence name="detectors">{detectors}</sequence></struct>
<sequence name="cycles"><struct><ulong name="time">1643391325</ulong>
<sequence name="scans">{"".join(scans)}</sequence></struct></sequence>
</struct></sequence></struct></sequence></any>"""


def read_text(tmp_path: Path, text: str) -> list[xr.Dataset]:
    path = tmp_path / "in situ.xml"
    path.write_bytes(text.encode("latin-1"))
    return specs_xml.read_specs_xml(path, DEFAULT)


def test_every_scan_is_a_spectrum_with_its_time(real_data: RealData) -> None:
    path = real_data(FULL)
    assert specs_xml.recognise_specs_xml(path.read_bytes()[:65536])
    series = {one.attrs["region"]: one for one in specs_xml.read_specs_xml(path, DEFAULT)}
    sulfur = series["S 2p"]
    assert sulfur.sizes == {"spectrum": 120, "energy": 281}
    samples, scans = np.unique(sulfur["sample"].values.astype(str), return_counts=True)
    assert dict(zip(samples.tolist(), scans.tolist(), strict=True)) == {
        "PBTTT 1.2 V": 30,
        "PBTTT": 15,
        "in-situ PBTTT": 75,
    }
    assert {name: one.sizes["spectrum"] for name, one in series.items()} == {
        "survey": 4,
        "C 1s": 45,
        "S 2p": 120,
        "F 1s": 30,
    }
    np.testing.assert_allclose(sulfur.energy.values[[0, -1]], [159.0, 173.0])
    # the region is stamped 1904 s after the survey; a scan counts 344 points of 0.2 s
    np.testing.assert_allclose(sulfur.time.values[:3], [1904.0, 1972.8, 2041.6], atol=1e-6)
    assert spectrum_metadata(sulfur)[0]["started"] == "2022-01-28T18:07:09+00:00"


def test_aborted_and_empty_regions_are_named(real_data: RealData) -> None:
    (warning,) = warnings_of(specs_xml.read_specs_xml(real_data(FULL), DEFAULT)[0])
    for reason in ("never measured", "all of its intensities are zero", "FixedEnergies"):
        assert reason in warning


def test_displaced_channels_agree_on_the_energy_of_a_line(real_data: RealData) -> None:
    # the sum of five channels is as narrow as the one at the centre only if they are aligned
    (series,) = (
        s
        for s in specs_xml.read_specs_xml(real_data(SMALL), DEFAULT)
        if s.attrs["region"] == "C 1s"
    )
    counts = (series.intensity * series.seconds_per_point).sum("spectrum").values
    above = series.energy.values[counts > (counts.max() + counts.min()) / 2]
    assert np.ptp(above) < 2.5
    np.testing.assert_array_equal(counts, np.round(counts))


def test_channels_are_summed_where_their_energies_agree(tmp_path: Path) -> None:
    # a line at the third energy, seen one step later by a channel whose shift is -1 step
    text = xml_of([scan_of([0, 1, 2, 9, 2, 1, 0], [0, 0, 1, 2, 9, 2, 1])], shifts=(0.0, -0.025))
    (series,) = read_text(tmp_path, text)
    assert series["sample"].item() == "cell 2.55 V"
    np.testing.assert_allclose(series.intensity.values[0][::-1] * 0.5, [2, 4, 18, 4, 2])
    np.testing.assert_allclose(series.energy.values[::-1][:2], [166.6, 166.1])


def test_an_aborted_scan_is_left_out_and_the_others_kept(tmp_path: Path) -> None:
    whole = scan_of([1, 2, 3, 4, 5, 6, 7])
    (series,) = read_text(tmp_path, xml_of([whole, whole, scan_of([1, 2, 3])]))
    assert list(series.label.values) == ["S 2p scan 1 of 3", "S 2p scan 2 of 3"]
    assert "'S 2p scan 3 of 3' of 'cell 2.55 V': a scan is incomplete" in warnings_of(series)[0]


def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None],
) -> None:
    text = xml_of([scan_of([1, 2, 3, 4, 5, 6, 7])])
    for length in range(len(text)):
        check_hostile(read_text, "in situ.xml", text[:length])


def test_complete_regions_before_a_cut_are_kept(real_data: RealData, tmp_path: Path) -> None:
    text = real_data(SMALL).read_text("latin-1")
    (series,) = read_text(tmp_path, text[: text.index("C1s") + 20_000])
    assert series.attrs["region"] == "survey"
    assert "cut off" in warnings_of(series)[0]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_characters_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    text = xml_of([scan_of([1, 2, 3, 4, 5, 6, 7])], shifts=(0.01,))
    check_hostile(read_text, "in situ.xml", with_changes(data, text, most=6))


@pytest.mark.parametrize(
    "number", ["values_per_curve", "scan_delta", "mcd_head", "dwell_time", "pass_energy", "time"]
)
@pytest.mark.parametrize("value", ["-1", "1e300", "nan", "", "0.5"])
def test_impossible_numbers_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], number: str, value: str
) -> None:
    text = xml_of([scan_of([1, 2, 3, 4, 5, 6, 7])])
    start = text.index(">", text.index(f'name="{number}"')) + 1
    stop = text.index("<", start)
    check_hostile(read_text, "in situ.xml", text[:start] + value + text[stop:])
