"""Binary files of vendors: against their twins in other formats, and against what made them."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitting.data import extras
from fitting.data.errors import UnreadableFileError
from fitting.data.series import get_column, warnings_of
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra

RealData = Callable[[str], Path]

MADE: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[3] / "data" / "reader_samples.py"))
SAMPLES = MADE["samples"]()
ENERGY, SHIFT, COUNTS = MADE["ENERGY"], MADE["SHIFT"], MADE["COUNTS"]


def sample(folder: Path, reader: str, name: str) -> Path:
    path = folder / name
    path.write_bytes(SAMPLES[reader][name])
    return path


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        ("opus", "raman.0"),
        ("andor_sif", "frames.sif"),
        ("galactic_spc", "z.spc"),
        ("galactic_spc", "ints.spc"),
        ("labspec_xml", "map.xml"),
        ("jcamp_dx", "affn.jdx"),
        ("jcamp_dx", "dif.jdx"),
    ],
)
def test_raman_samples_give_what_they_were_made_of(tmp_path: Path, reader: str, name: str) -> None:
    (series,) = read_spectra(sample(tmp_path, reader, name))
    # the wavelengths of a camera are those of a straight line through the shifts
    tolerance = 0.5 if reader == "andor_sif" else 1e-3
    np.testing.assert_allclose(series["shift"], SHIFT, atol=tolerance)
    np.testing.assert_allclose(series["intensity"][0], COUNTS, rtol=1e-6)


@pytest.mark.parametrize(
    ("reader", "name", "seconds"),
    [("igor_wave", "wave.ibw", 2.0), ("phi_binary", "depth.pro", 0.5)],
)
def test_xps_samples_give_rates_and_counting_time(
    tmp_path: Path, reader: str, name: str, seconds: float
) -> None:
    (series,) = read_spectra(sample(tmp_path, reader, name))
    np.testing.assert_allclose(series["energy"], ENERGY[::-1], atol=1e-9)
    np.testing.assert_allclose(series["intensity"][0] * seconds, COUNTS[::-1], rtol=1e-6)
    np.testing.assert_allclose(series["sigma"][0] * seconds, np.sqrt(COUNTS[::-1]), rtol=1e-6)
    assert series.attrs["noise"] == "poisson"


def test_times_of_spc_spectra_are_a_series(tmp_path: Path) -> None:
    (series,) = read_spectra(sample(tmp_path, "galactic_spc", "z.spc"))
    assert series["time"].values.tolist() == [0, 60]
    assert np.diff(series["started"].values).tolist() == [60]


def test_sputter_times_are_the_depth(tmp_path: Path) -> None:
    (series,) = read_spectra(sample(tmp_path, "phi_binary", "depth.pro"))
    assert series["depth"].values.tolist() == [0, 30]
    assert series["depth"].attrs["units"] == "s"


def test_an_infrared_spectrum_is_no_raman_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "ir.jdx"
    path.write_bytes(SAMPLES["jcamp_dx"]["affn.jdx"].replace(b"RAMAN", b"INFRARED"))
    with pytest.raises(UnreadableFileError, match=r"ir\.jdx: this is an infrared spectrum"):
        read_spectra(path)


def test_a_jcamp_spectrum_with_points_missing_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.jdx"
    path.write_bytes(SAMPLES["jcamp_dx"]["affn.jdx"].replace(b"NPOINTS=24", b"NPOINTS=25"))
    with pytest.raises(UnreadableFileError, match="24 points were found where the file states 25"):
        read_spectra(path)


def test_every_compressed_form_of_jcamp_is_read(tmp_path: Path) -> None:
    # 10 12 14 14 14 -> SQZ, DIF, DUP; a difference repeated adds again
    rows = "1A0KS@T\n".replace("@T", "%T")
    text = (
        "##TITLE=a\n##JCAMP-DX=5\n##DATA TYPE=RAMAN SPECTRUM\n##XUNITS=1/CM\n##YUNITS=ARBITRARY\n"
        f"##FIRSTX=1\n##LASTX=4\n##NPOINTS=4\n##XYDATA=(X++(Y..Y))\n{rows}##END=\n"
    )
    path = tmp_path / "a.jdx"
    path.write_text(text)
    (series,) = read_spectra(path)
    assert series["intensity"].values.tolist() == [[10, 12, 12, 12]]


def test_a_vgd_says_what_was_assumed(tmp_path: Path) -> None:
    pytest.importorskip("vgd_reader")
    (series,) = read_spectra(sample(tmp_path, "ole_file", "S2p Scan.vgd"))
    assert float(series["energy"].max()) == pytest.approx(ENERGY[0], abs=1e-3)
    # 0.5 s and 4 scans
    np.testing.assert_allclose(series["intensity"][0, ::-1][:24] * 2, COUNTS, rtol=1e-9)
    assert any("plausible values" in warning for warning in warnings_of(series))


def test_a_vgd_without_a_photon_energy_asks_for_it(tmp_path: Path) -> None:
    pytest.importorskip("vgd_reader")
    content = SAMPLES["ole_file"]["S2p Scan.vgd"]
    path = tmp_path / "S2p.vgd"
    path.write_bytes(content.replace(np.float32(1486.6).tobytes(), bytes(4)))
    with pytest.raises(UnreadableFileError, match=r"--photon-energy"):
        read_spectra(path)
    (series,) = read_spectra(path, ReadOptions(photon_energy=1486.6))
    assert float(series["energy"].max()) == pytest.approx(ENERGY[0], abs=1e-3)


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    pytest.importorskip("xlrd")
    (old,) = read_spectra(sample(tmp_path, "ole_file", "old.xls"))
    (new,) = read_spectra(sample(tmp_path, "workbook", "avantage.xlsx"))
    np.testing.assert_array_equal(old["intensity"], new["intensity"])
    assert old.attrs["region"] == new.attrs["region"] == "S 2p"


@pytest.mark.parametrize(("name", "package"), [("old.xls", "xlrd"), ("S2p Scan.vgd", "vgd-reader")])
def test_a_missing_package_is_a_sentence_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    def missing(module: str) -> None:
        raise ImportError(module)

    monkeypatch.setattr(extras, "import_module", missing)
    with pytest.raises(UnreadableFileError, match=f"pip.* install {package}$") as caught:
        read_spectra(sample(tmp_path, "ole_file", name))
    assert str(caught.value).startswith(f"{name}: ")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UnreadableFileError, match="The installed program cannot take up packages"):
        read_spectra(tmp_path / name)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_scienta_waves_equal_their_text(real_data: RealData, number: int) -> None:
    folder = real_data("xps_scienta")
    (text,) = read_spectra(folder / f"Cu-HHTP_000{number}.txt")
    (wave,) = read_spectra(folder / f"Cu-HHTP_000{number}Cu-HHTP__00{number}.ibw")
    np.testing.assert_allclose(wave["energy"], text["energy"], atol=1e-4)
    # the wave holds float32
    np.testing.assert_allclose(wave["intensity"], text["intensity"], rtol=1e-6, atol=1e-5)
    assert wave.attrs["region"] == text.attrs["region"]
    assert get_column(wave, "started").tolist() == get_column(text, "started").tolist()


def test_wire_spc_is_its_wdf_on_even_steps(real_data: RealData) -> None:
    stem = "raman_wdf/nCal_Qontor785_z005H12_100_1x3s"
    (spc,), (wdf,) = read_spectra(real_data(f"{stem}.spc")), read_spectra(real_data(f"{stem}.wdf"))
    np.testing.assert_allclose(spc["shift"][[0, -1]], wdf["shift"][[0, -1]], atol=1e-3)
    np.testing.assert_array_equal(spc["intensity"][:, [0, -1]], wdf["intensity"][:, [0, -1]])
    # WiRE interpolates onto even steps when it writes SPC: what stays is the area
    areas = [float(one["intensity"].integrate("shift").item()) for one in (spc, wdf)]
    assert areas[0] == pytest.approx(areas[1], rel=2e-3)


def test_witec_spc_equals_its_text(real_data: RealData) -> None:
    (spc,) = read_spectra(real_data("raman_other/witec.spc"))
    (text,) = read_spectra(
        real_data("raman_other/witec_export.txt"), ReadOptions(laser_wavelength=531.85)
    )
    assert spc.sizes["shift"] == text.sizes["shift"] == 1600


def test_rates_of_phi_are_whole_counts_over_the_counting_time(real_data: RealData) -> None:
    for series in read_spectra(real_data("xps_phi_depth_profile/SnO2_10nm_1.pro")):
        counts = series["intensity"] * series["seconds_per_point"]
        np.testing.assert_allclose(counts, np.round(counts), atol=0.01)
        assert series["depth"].values.tolist() == [30.0 * cycle for cycle in range(21)]


def test_a_labspec_xml_map_has_its_positions(real_data: RealData) -> None:
    (series,) = read_spectra(real_data("raman_labspec_binary_and_xml/jobinyvon_test_map_x3-y2.xml"))
    assert list(series["label"].values) == [f"X={x} Y={y}" for y in (-1, 1) for x in (-2, 0, 2)]
    assert series["exposure"].values.tolist() == [2.0] * 6
    assert json.loads(series.attrs["original_metadata"])["file"]["Laser (nm)"] == "633"


def test_an_opus_file_gives_its_raman_spectrum(real_data: RealData) -> None:
    (series,) = read_spectra(real_data("raman_other/test_opus.0"))
    assert series.sizes["shift"] == 4096
    assert float(series["shift"].values[-1]) == pytest.approx(4000.661, abs=1e-3)
    assert float(series["intensity"].values[0, -1]) == pytest.approx(0.00231467, rel=1e-5)


def test_frames_of_solis_are_a_series_in_time(real_data: RealData) -> None:
    (series,) = read_spectra(real_data("raman_other/measurement.sif"))
    assert dict(series.sizes) == {"spectrum": 20, "shift": 1024}
    assert series["intensity"].values[0, :3].tolist() == [747, 718, 719]
    np.testing.assert_allclose(np.diff(series["time"]), 3.0221)
