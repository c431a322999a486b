"""OMNIC files: spectra, groups and series of Raman spectra; infrared ones are said to be others."""

import runpy
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.series import get_column
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra

SCRIPT = runpy.run_path(str(Path(__file__).parents[3] / "data" / "reader_samples.py"))
SHIFT, COUNTS = SCRIPT["SHIFT"], SCRIPT["COUNTS"]
BEGUN = (datetime(1899, 12, 31, tzinfo=UTC) + timedelta(seconds=3_900_000_000)).timestamp()
Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def run(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return run


def changed(content: bytes, place: int, layout: str, *values: float) -> bytes:
    """The content with other numbers at a place of every header of the first key."""
    (start,) = struct.unpack_from("<I", content, 306)
    data = bytearray(content)
    struct.pack_into(layout, data, start + place, *values)
    return bytes(data)


def test_a_spectrum_is_on_its_shifts_with_its_start_and_exposure(write: Write) -> None:
    (series,) = read_spectra(write("LPSC.spa", SCRIPT["spa"]()))
    np.testing.assert_allclose(series["shift"], SHIFT, atol=1e-3)
    np.testing.assert_array_equal(series["intensity"].values[0], COUNTS)
    assert get_column(series, "started").tolist() == [BEGUN]
    assert get_column(series, "exposure").tolist() == [12.0]
    assert series.attrs["unit"] == "arbitrary"


def test_a_group_keeps_the_titles_and_times_of_its_spectra(write: Write) -> None:
    (series,) = read_spectra(write("LPSC.spg", SCRIPT["spg"]()))
    assert get_column(series, "label").tolist() == ["spectrum 1", "spectrum 2", "spectrum 3"]
    assert get_column(series, "time").tolist() == [0.0, 60.0, 120.0]
    np.testing.assert_array_equal(series["intensity"].values[2], COUNTS + 2)


def test_a_series_has_the_times_of_its_clock(write: Write) -> None:
    (series,) = read_spectra(write("LPSC.srs", SCRIPT["srs"](4)))
    np.testing.assert_allclose(get_column(series, "started"), BEGUN + 15 + 30 * np.arange(4))
    np.testing.assert_array_equal(series["intensity"].values[3], COUNTS + 3)
    np.testing.assert_allclose(series["shift"], SHIFT, atol=1e-3)


def test_a_mark_within_the_numbers_does_not_lead_astray(write: Write) -> None:
    content = bytearray(SCRIPT["srs"](3))
    last = content.rindex(b"Linked") + 84
    content[last + 20 : last + 30] = b"\x02\x00\x00\x00\x18" + bytes(5)
    (series,) = read_spectra(write("LPSC.srs", bytes(content)))
    np.testing.assert_array_equal(series["intensity"].values[0], COUNTS)


def test_wavelengths_take_the_laser_line_of_the_file_or_of_the_user(write: Write) -> None:
    laser = 532.0
    ends = 1e7 / (1e7 / laser - SHIFT[[-1, 0]])
    content = changed(SCRIPT["spa"](), 8, "<B", 3)
    content = changed(content, 16, "<2f", *ends)
    content = changed(content, 96, "<f", 1e7 / laser)
    (series,) = read_spectra(write("nm.spa", content))
    np.testing.assert_allclose(series["shift"].values[[0, -1]], SHIFT[[0, -1]], atol=0.01)
    unknown = write("unknown.spa", changed(content, 96, "<f", 0.0))
    with pytest.raises(UnreadableFileError, match="--laser"):
        read_spectra(unknown)
    (given,) = read_spectra(unknown, ReadOptions(laser_wavelength=laser))
    np.testing.assert_allclose(given["shift"], series["shift"], atol=0.01)


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1, 0x11), (1, 0x0F), (2, 0x16), (0, 0x1F)])
def test_another_kind_of_spectrum_is_said_to_be_one(write: Write, x_unit: int, y_unit: int) -> None:
    content = changed(changed(SCRIPT["spa"](), 8, "<B", x_unit), 12, "<B", y_unit)
    with pytest.raises(UnreadableFileError, match="no Raman spectrum"):
        read_spectra(write("co.spa", content))
