"""WDF files: against the vendor's own package, twin exports, and files made here."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import wdf as vendor
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray, get_column, warnings_of
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra
from fitting.readers.spectra.wdf_blocks import parse_wdf

FILES = (
    "interrupted_acquisition",
    "nCal_Qontor785_z005H12_100_1x3s",
    "raman_example",
    "renishaw_test_focustrack",
    "renishaw_test_map2",
    "renishaw_test_streamline",
    "renishaw_test_timeseries",
    "renishaw_test_undefined",
    "renishaw_test_zscan",
    "single-spectrum_undefined-type",
)
_UNIX_TO_FILETIME = 11_644_473_600
START = 1_700_000_000


def _block(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sIQ", name, 0, 16 + len(body)) + body


def _filetime(seconds: float) -> int:
    return round((seconds + _UNIX_TO_FILETIME) * 1e7)


def _wdf(
    x: FloatArray,
    intensity: FloatArray,
    collected: int | None = None,
    x_unit: int = 1,
    laser: float = 18797.0,
    stamps: FloatArray | None = None,
    stamp_offset: float = 0.0,
) -> bytes:
    count, points = intensity.shape
    header = bytearray(512)
    struct.pack_into("<4sIQ", header, 0, b"WDF1", 1, 512)
    struct.pack_into("<IQQI", header, 60, points, count, collected or count, 2)
    struct.pack_into("<II", header, 84, 1, points)
    start = _filetime(START)
    struct.pack_into("<IIQQIf", header, 128, 1, 2, start, start, 6, laser)
    data = bytes(header) + _block(b"DATA", intensity.astype("<f4").tobytes())
    data += _block(b"XLST", struct.pack("<II", 1, x_unit) + x.astype("<f4").tobytes())
    if stamps is not None:
        raw = np.array([_filetime(START + stamp + stamp_offset) for stamp in stamps], "<u8")
        time = struct.pack("<II16s", 0x8000000B, 24, b"Time") + raw.tobytes()
        flags = (
            struct.pack("<II16s", 17, 0, b"Flags")
            + np.array([1] + [0] * (count - 1), "<u8").tobytes()
        )
        data += _block(b"ORGN", struct.pack("<I", 2) + time + flags)
    key = struct.pack("<cBHI", b"k", 0, 0x8021, 13) + b"Exposure Time"
    return data + _block(b"WXDM", b"PSET" + key + struct.pack("<cBHi", b"i", 0, 0x8021, 1500))


SHIFTS = np.linspace(900, 100, 81)
SPECTRA = np.random.default_rng(5).poisson(500.0, (4, 81)).astype(float)


def _read(folder: Path, data: bytes, **options: float) -> xr.Dataset:
    path = folder / "LPSC_2.55V.wdf"
    path.write_bytes(data)
    (series,) = read_spectra(path, ReadOptions(**options))  # type: ignore[arg-type]
    return series


def test_spectra_are_read_on_an_ascending_axis(tmp_path: Path) -> None:
    series = _read(tmp_path, _wdf(SHIFTS, SPECTRA))
    np.testing.assert_allclose(series["shift"], SHIFTS[::-1])
    np.testing.assert_allclose(series.intensity, SPECTRA[:, ::-1])
    assert (series.attrs["region"], series.attrs["unit"]) == ("raman", "counts")
    assert get_column(series, "sample").tolist() == ["LPSC"] * 4


def test_a_stamp_is_the_end_of_an_exposure(tmp_path: Path) -> None:
    stamps = np.array([3.0, 10.0, 20.0, 33.0])
    series = _read(tmp_path, _wdf(SHIFTS, SPECTRA, stamps=stamps))
    np.testing.assert_allclose(series["time"], stamps - 3, atol=1e-5)
    # 1.5 s and 2 accumulations
    np.testing.assert_allclose(series["exposure"], 3.0)
    np.testing.assert_allclose(series["started"], START + stamps - 3, atol=1e-5)


def test_an_aborted_measurement_gives_what_was_measured(tmp_path: Path) -> None:
    series = _read(tmp_path, _wdf(SHIFTS, SPECTRA, collected=3))
    assert series.sizes["spectrum"] == 3
    assert any("3 of 4" in warning for warning in warnings_of(series))


def test_empty_spectra_are_left_out_and_told(tmp_path: Path) -> None:
    spectra = SPECTRA.copy()
    spectra[1] = 0
    series = _read(tmp_path, _wdf(SHIFTS, spectra))
    np.testing.assert_allclose(series.intensity[:, ::-1], SPECTRA[[0, 2, 3]])
    assert any("1 of 4 spectra are empty" in warning for warning in warnings_of(series))


def test_a_file_cut_off_gives_its_complete_spectra(tmp_path: Path) -> None:
    whole = _wdf(SHIFTS, SPECTRA)
    # the data block last, and half of its last spectrum missing
    start = whole.index(b"XLST")
    stop = whole.index(b"WXDM")
    cut = whole[:512] + whole[start:stop] + whole[512:start]
    series = _read(tmp_path, cut[:-160])
    assert series.sizes["spectrum"] == 3
    assert any("cut off" in warning for warning in warnings_of(series))


def test_wavelengths_become_shifts_from_the_laser_line(tmp_path: Path) -> None:
    laser = 1e7 / 532.0
    wavelengths = 1e7 / (laser - SHIFTS)
    series = _read(tmp_path, _wdf(wavelengths, SPECTRA, x_unit=3, laser=laser))
    np.testing.assert_allclose(series["shift"], SHIFTS[::-1], atol=0.01)
    given = _read(tmp_path, _wdf(wavelengths, SPECTRA, x_unit=3, laser=0.0), laser_wavelength=532.0)
    np.testing.assert_allclose(given["shift"], SHIFTS[::-1], atol=0.01)
    with pytest.raises(UnreadableFileError, match="--laser"):
        _read(tmp_path, _wdf(wavelengths, SPECTRA, x_unit=3, laser=0.0))


def test_an_axis_in_electron_volts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Raman shift in WiRE"):
        _read(tmp_path, _wdf(SHIFTS, SPECTRA, x_unit=4))


def test_a_saturated_detector_is_told(tmp_path: Path) -> None:
    series = _read(tmp_path, _wdf(SHIFTS, SPECTRA, stamps=np.arange(4.0)))
    assert any("saturated in 1" in warning for warning in warnings_of(series))


def test_clocks_whole_hours_apart_are_told(tmp_path: Path) -> None:
    stamps = np.zeros(4)
    shifted = _read(tmp_path, _wdf(SHIFTS, SPECTRA, stamps=stamps, stamp_offset=-3600))
    assert any("time zone" in warning for warning in warnings_of(shifted))
    right = _read(tmp_path, _wdf(SHIFTS, SPECTRA, stamps=stamps + 8))
    assert not any("time zone" in warning for warning in warnings_of(right))


@pytest.mark.parametrize("name", FILES)
def test_real_files_hold_what_the_vendor_reads(name: str, real_data: Callable[[str], Path]) -> None:
    path = real_data(f"raman_wdf/{name}.wdf")
    parsed = parse_wdf(path.read_bytes())
    with vendor.Wdf(str(path)) as expected:
        np.testing.assert_array_equal(parsed.x, expected.xlist())
        for index in {0, len(parsed.intensity) // 2, len(parsed.intensity) - 1}:
            np.testing.assert_array_equal(parsed.intensity[index], expected[index])
        assert len(parsed.intensity) == expected.hdr.ncollected
        assert parsed.header.laser_wavenumber == expected.hdr.laser_wavenumber
        for kind, origin in expected.origins.items() if parsed.origins else ():
            ours = parsed.origins[kind.value]
            assert ours.label == origin.label
            if kind == vendor.WdfDataType.Time:
                stamps = [stamp.timestamp() for stamp in origin[0 : len(parsed.intensity)]]
                np.testing.assert_allclose(ours.unix_times[: len(stamps)], stamps, atol=1e-4)


@pytest.mark.parametrize("name", ["nCal_Qontor785_z005H12_100_1x3s", "raman_example"])
def test_a_text_twin_holds_the_same_numbers(name: str, real_data: Callable[[str], Path]) -> None:
    (binary,) = read_spectra(real_data(f"raman_wdf/{name}.wdf"))
    (text,) = read_spectra(real_data(f"raman_wdf/{name}.txt"))
    np.testing.assert_allclose(binary["shift"], text["shift"], atol=1e-6, rtol=1e-7)
    np.testing.assert_allclose(binary.intensity, text.intensity, atol=1e-6, rtol=1e-7)


def test_the_exposure_of_a_real_file_fits_its_stamps(real_data: Callable[[str], Path]) -> None:
    """The name of the file says 1 x 3 s; the header starts 3.16 s before the stamp."""
    (series,) = read_spectra(real_data("raman_wdf/nCal_Qontor785_z005H12_100_1x3s.wdf"))
    assert float(series["exposure"][0]) == 3.0
    (mapped,) = read_spectra(real_data("raman_wdf/renishaw_test_map2.wdf"))
    cadence = np.diff(mapped["time"])
    assert float(mapped["exposure"][0]) == 8.0
    assert 8.0 < np.median(cadence) < 8.5


def test_real_scans_lose_what_was_not_measured(real_data: Callable[[str], Path]) -> None:
    (aborted,) = read_spectra(real_data("raman_wdf/interrupted_acquisition.wdf"))
    (depth,) = read_spectra(real_data("raman_wdf/renishaw_test_zscan.wdf"))
    assert aborted.sizes["spectrum"] == 12
    assert any("12 of 16" in warning for warning in warnings_of(aborted))
    assert depth.sizes["spectrum"] == 20
    assert depth["depth"].attrs["units"] == "µm"
    (other,) = read_spectra(real_data("raman_wdf/single-spectrum_undefined-type.wdf"))
    assert any("time zone" in warning for warning in warnings_of(other))


def test_a_real_map_is_read_whole(real_data: Callable[[str], Path]) -> None:
    (series,) = read_spectra(real_data("raman_wdf/renishaw_test_streamline.wdf"))
    assert dict(series.sizes) == {"spectrum": 2205, "shift": 394}
    assert get_column(series, "label")[1].startswith("x=-8100.3 y=-1198.7")


@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=2000
)
@given(
    cut=st.integers(1, 2500),
    flips=st.lists(st.tuples(st.integers(0, 2499), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_file_is_read_or_refused_in_words(
    check_hostile: Callable[..., None], cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(_wdf(SHIFTS, SPECTRA, stamps=np.arange(4.0)))[:cut]
    for position, value in flips:
        data[position % len(data)] = value
    check_hostile(read_bytes, "LPSC.wdf", bytes(data))


def read_bytes(folder: Path, content: bytes) -> list[xr.Dataset]:
    path = folder / "LPSC.wdf"
    path.write_bytes(content)
    return read_spectra(path)
