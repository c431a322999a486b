"""Waves of Igor as text: on their scale, or beside their axis."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra

SCRIPT = runpy.run_path(str(Path(__file__).parents[3] / "data" / "reader_samples.py"))
ENERGY, COUNTS = SCRIPT["ENERGY"], SCRIPT["COUNTS"]


def write(folder: Path, content: str) -> Path:
    path = folder / "LPSC.itx"
    path.write_text(content)
    return path


def test_a_wave_is_read_on_its_kinetic_scale(tmp_path: Path) -> None:
    path = write(tmp_path, SCRIPT["itx"]().decode())
    (series,) = read_spectra(path, ReadOptions(photon_energy=1486.6))
    np.testing.assert_allclose(series["energy"], ENERGY[::-1], atol=1e-6)
    np.testing.assert_array_equal(series["intensity"].values[0], COUNTS[::-1])
    assert (series.attrs["region"], series.attrs["unit"]) == ("S 2p", "counts/s")


def test_columns_stand_beside_their_axis(tmp_path: Path) -> None:
    (series,) = read_spectra(write(tmp_path, SCRIPT["itx"](is_scaled=False).decode()))
    np.testing.assert_allclose(series["energy"], ENERGY[::-1])
    np.testing.assert_array_equal(series["intensity"].values[0], COUNTS[::-1])
    assert (series.attrs["region"], series["label"].item()) == ("S 2p", "S2p counts")


def test_a_wave_of_two_dimensions_is_a_spectrum_for_each_of_the_other(tmp_path: Path) -> None:
    rows = "\n".join(" ".join(str(count + row) for count in COUNTS) for row in range(3))
    path = write(
        tmp_path,
        f"IGOR\nWAVES/S/N=(3,{COUNTS.size}) map\nBEGIN\n{rows}\nEND\n"
        'X SetScale/P x, 0, 1, "deg", map; SetScale/P y, 400, 2, "Raman shift (1/cm)", map\n',
    )
    (series,) = read_spectra(path)
    assert series.sizes["spectrum"] == 3
    np.testing.assert_array_equal(series["shift"].values, SCRIPT["SHIFT"])
    np.testing.assert_array_equal(series["intensity"].values[2], COUNTS + 2)


def test_a_wave_without_an_axis_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "IGOR\nWAVES/D S2p\nBEGIN\n1\n2\n3\n4\nEND\n")
    with pytest.raises(UnreadableFileError, match="has an axis"):
        read_spectra(path)
