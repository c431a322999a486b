"""LabSpec text: single spectra, series and maps, with what the header says of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray, get_column, warnings_of
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra

HEADER = """#Acq. time (s)=\t60
#Accumulations=\t2
#Laser=\t532nm_Edge
#Acquired=\t14.02.2019 10:41:56
#AxisType[1]=Spectr
#AxisUnit[1]=1/cm
"""
SHIFTS = np.round(np.linspace(100, 700, 61), 3)
SPECTRA = np.random.default_rng(7).poisson(400.0, (5, 61))


def _rows(values: FloatArray) -> str:
    return "\n".join("\t".join(f"{value:g}" for value in row) for row in values) + "\n"


def _series_text(first_columns: FloatArray, spectra: FloatArray = SPECTRA) -> str:
    before = "\t" * first_columns.shape[1]
    return before + _rows(SHIFTS[None]) + _rows(np.hstack([first_columns, spectra]))


def _read(folder: Path, text: str, encoding: str = "latin-1", **options: float) -> xr.Dataset:
    path = folder / "LPSC.txt"
    path.write_bytes(text.encode(encoding))
    (series,) = read_spectra(path, ReadOptions(**options))  # type: ignore[arg-type]
    assert series.attrs["reader"] == "LabSpec text"
    return series


def test_a_single_spectrum_is_read(tmp_path: Path) -> None:
    pairs = np.column_stack([SHIFTS, SPECTRA[0]])
    series = _read(tmp_path, HEADER + "#Range (cm-\xb9)=\t100...700\n" + _rows(pairs))
    np.testing.assert_allclose(series["shift"], SHIFTS)
    np.testing.assert_allclose(series.intensity[0], SPECTRA[0])
    started = datetime(2019, 2, 14, 10, 41, 56, tzinfo=UTC).timestamp()
    assert get_column(series, "started").tolist() == [started]
    assert get_column(series, "exposure").tolist() == [120.0]


def test_a_series_carries_its_times(tmp_path: Path) -> None:
    times = np.array([0.0, 61.2, 123.0, 184.9, 250.0])
    series = _read(tmp_path, HEADER + _series_text(times[:, None]))
    np.testing.assert_allclose(series.intensity, SPECTRA)
    np.testing.assert_allclose(series["time"], times)
    np.testing.assert_allclose(np.diff(series["started"]), np.diff(times))
    assert series.attrs["unit"] == "counts"
    assert warnings_of(series) == []


def test_planned_times_are_told(tmp_path: Path) -> None:
    series = _read(tmp_path, HEADER + _series_text(np.linspace(0, 10000, 5)[:, None]))
    assert any("planned" in warning for warning in warnings_of(series))


def test_a_map_carries_its_positions_as_labels(tmp_path: Path) -> None:
    positions = np.array([[0, 0], [0, 2.5], [0, 5], [10, 0], [10, 2.5]])
    series = _read(tmp_path, _series_text(positions))
    assert get_column(series, "label")[1] == "slow=0 fast=2.5"
    assert "time" not in series.coords


def test_spectra_of_zeros_are_left_out_and_told(tmp_path: Path) -> None:
    spectra = SPECTRA.copy()
    spectra[3:] = 0
    series = _read(tmp_path, HEADER + _series_text(np.arange(5.0)[:, None], spectra))
    assert series.sizes["spectrum"] == 3
    assert any("2 of 5" in warning for warning in warnings_of(series))


def test_a_subtracted_baseline_is_told(tmp_path: Path) -> None:
    header = HEADER + "#Base:Sub=\t23.10.2023 17:07:17\n"
    series = _read(tmp_path, header + _rows(np.column_stack([SHIFTS, SPECTRA[0]])))
    assert any("baseline" in warning for warning in warnings_of(series))


def test_wavelengths_become_shifts_from_the_laser_of_the_header(tmp_path: Path) -> None:
    wavelengths = 1e7 / (1e7 / 532.0 - SHIFTS)
    header = HEADER.replace("1/cm", "nm")
    rows = "".join(f"{x:.6f}\t{y}\n" for x, y in zip(wavelengths, SPECTRA[0], strict=True))
    np.testing.assert_allclose(_read(tmp_path, header + rows)["shift"], SHIFTS, atol=1e-3)
    unknown = header.replace("#Laser=\t532nm_Edge\n", "")
    with pytest.raises(UnreadableFileError, match="--laser"):
        _read(tmp_path, unknown + rows)
    given_series = _read(tmp_path, unknown + rows, laser_wavelength=532.0)
    np.testing.assert_allclose(given_series["shift"], SHIFTS, atol=1e-3)


def test_decimal_commas_are_read(tmp_path: Path) -> None:
    text = _series_text(np.array([0.5, 1.25, 2.5, 3.75, 5.5])[:, None]).replace(".", ",")
    series = _read(tmp_path, HEADER + text)
    np.testing.assert_allclose(series["shift"], SHIFTS)
    np.testing.assert_allclose(series["time"], [0, 0.75, 2, 3.25, 5])


def test_a_header_without_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"LPSC\.txt: there are no columns"):
        _read(tmp_path, HEADER)


def test_a_real_spectrum_is_read(real_data: Callable[[str], Path]) -> None:
    (series,) = read_spectra(real_data("raman_labspec_text/labspec_raman_example.txt"))
    assert series.sizes["shift"] == 341
    assert float(series["shift"][0]) == pytest.approx(201.795)
    assert float(series.intensity[0, -1]) == pytest.approx(286.154)
    assert get_column(series, "exposure").tolist() == [3600.0]
    assert any("baseline" in warning for warning in warnings_of(series))


def test_a_real_map_is_read_whole(real_data: Callable[[str], Path]) -> None:
    (series,) = read_spectra(real_data("raman_labspec_map/Cymato_map.txt"))
    assert dict(series.sizes) == {"spectrum": 1148, "shift": 672}
    assert float(series["shift"][0]) == pytest.approx(100.093)
    assert series.intensity[0, :3].values.tolist() == [2575, 2631, 2623]
    assert get_column(series, "label")[-1] == "slow=-4895.1 fast=5000"
    # odd numbers only: whole, but in steps of two, so not counts
    assert series.attrs["unit"] == "arbitrary"


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    cut=st.integers(1, 2500),
    flips=st.lists(st.tuples(st.integers(0, 2499), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_file_is_read_or_refused_in_words(
    check_hostile: Callable[..., None], cut: int, flips: list[tuple[int, int]]
) -> None:
    text = HEADER + _series_text(np.array([0, 61.2, 123, 184.9, 250.0])[:, None])
    data = bytearray(text.encode())[:cut]
    for position, value in flips:
        data[position % len(data)] = value
    check_hostile(read_bytes, "LPSC.txt", bytes(data))


def read_bytes(folder: Path, content: bytes) -> list[xr.Dataset]:
    path = folder / "LPSC.txt"
    path.write_bytes(content)
    return read_spectra(path)


ALONG = "#AxisType[2]=\t{kind}\n#AxisUnit[2]=\t{unit}\n"


@pytest.mark.parametrize(
    ("kind", "unit", "seconds"),
    [("Time", "s", 1.0), ("Time", "min", 60.0), ("t", "h", 3600.0), ("Temps", "s", 1.0)],
)
def test_a_series_in_time_has_seconds(tmp_path: Path, kind: str, unit: str, seconds: float) -> None:
    times = np.array([0.0, 1.25, 2.5, 4.0, 5.0])
    text = HEADER + ALONG.format(kind=kind, unit=unit) + _series_text(times[:, None])
    series = _read(tmp_path, text)
    np.testing.assert_allclose(series["time"], times * seconds)


@pytest.mark.parametrize(
    ("kind", "unit"), [("Points", ""), ("X", "\xb5m"), ("Z", "\xb5m"), ("Temperature", "C")]
)
def test_what_is_not_time_is_no_time(tmp_path: Path, kind: str, unit: str) -> None:
    places = np.arange(1.0, 6.0)
    text = HEADER + ALONG.format(kind=kind, unit=unit) + _series_text(places[:, None])
    series = _read(tmp_path, text)
    assert not {"time", "started"} & set(series.coords)
    assert get_column(series, "label")[1] == f"{kind} 2 {unit}".strip()
    assert get_column(series, "exposure").tolist() == [120.0] * 5
    assert not any("evenly spaced" in warning for warning in warnings_of(series))
    if kind == "Z":
        np.testing.assert_allclose(series["depth"], places)
        assert series["depth"].attrs["units"] == unit


@pytest.mark.parametrize("key", ["Base:Sub", "Base:Fit Sub", "Base:Poly sub"])
def test_a_subtracted_baseline_is_said(tmp_path: Path, key: str) -> None:
    pairs = np.column_stack([SHIFTS, SPECTRA[0]])
    series = _read(tmp_path, HEADER + f"#{key}=\t17.05.2023 11:22:56\n" + _rows(pairs))
    assert any("baseline was subtracted" in warning for warning in warnings_of(series))
