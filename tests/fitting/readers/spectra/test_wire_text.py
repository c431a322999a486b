"""WiRE text: single spectra, and series and maps written point by point."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import get_column
from fitting.readers.spectra import read_spectra

SHIFTS = np.linspace(800, 100, 36)
SPECTRA = np.random.default_rng(3).normal(100, 5, (4, 36))


def _read(folder: Path, names: str, before: list[list[float]]) -> xr.Dataset:
    lines = [names]
    for row, spectrum in zip(before, SPECTRA, strict=False):
        for x, y in zip(SHIFTS, spectrum, strict=True):
            lines.append("\t".join(f"{value:.6f}" for value in (*row, x, y)))
    path = folder / "LPSC_3.1V.txt"
    path.write_text("\r\n".join(lines) + "\r\n")
    (series,) = read_spectra(path)
    assert series.attrs["reader"] == "WiRE text"
    return series


def test_a_single_spectrum_is_read(tmp_path: Path) -> None:
    series = _read(tmp_path, "#Wave\t\t#Intensity", [[]])
    np.testing.assert_allclose(series.intensity[0, ::-1], SPECTRA[0], atol=1e-6)


def test_a_series_carries_its_times(tmp_path: Path) -> None:
    series = _read(tmp_path, "#Time\t\t#Wave\t\t#Intensity", [[10.0], [12.5], [16.0], [17.0]])
    np.testing.assert_allclose(series["time"], [0, 2.5, 6, 7])
    np.testing.assert_allclose(series.intensity[:, ::-1], SPECTRA, atol=1e-6)


def test_a_map_carries_its_positions_as_labels(tmp_path: Path) -> None:
    before = [[0.0, 0.0], [1.5, 0.0], [0.0, 2.0], [1.5, 2.0]]
    series = _read(tmp_path, "#X\t\t#Y\t\t#Wave\t\t#Intensity", before)
    assert get_column(series, "label").tolist() == ["x=0 y=0", "x=1.5 y=0", "x=0 y=2", "x=1.5 y=2"]


def test_a_spectrum_cut_off_is_refused(tmp_path: Path) -> None:
    _read(tmp_path, "#Time\t\t#Wave\t\t#Intensity", [[0.0], [1.0], [2.0]])
    path = tmp_path / "LPSC_3.1V.txt"
    path.write_text("\n".join(path.read_text().split("\n")[:-10]))
    with pytest.raises(UnreadableFileError, match=r"LPSC_3\.1V\.txt: .*cut off"):
        read_spectra(path)


def test_columns_that_do_not_fit_the_heading_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("#Time\t\t#Wave\t\t#Intensity\n1\t2\n2\t3\n3\t4\n")
    with pytest.raises(UnreadableFileError, match="3 columns"):
        read_spectra(path)
