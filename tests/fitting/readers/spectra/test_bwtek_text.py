"""B&W Tek text: the dark-subtracted spectrum, without the pixels that have no shift."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.series import get_column
from fitting.readers.spectra import read_spectra

HEADINGS = "Pixel;Wavelength;Wavenumber;Raman Shift;Dark;Raw data #1;Dark Subtracted #1;\n"
HEADER = "File Version;BWRam4.11_11\nDate;2022-01-21 11:52:01\nintigration times(ms);3000\n"
ROWS = "".join(
    f"{pixel};   ;   ;   ;10,5;11,0;0,5;\n" if pixel < 5 else
    f"{pixel};532,1;18790,1;{100 + pixel / 2};10,5;{11 + pixel},0;{pixel},5;\n".replace(".", ",")
    for pixel in range(40)
)  # fmt: skip


def test_pixels_without_a_shift_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "LPSC.txt"
    path.write_text(HEADER + "average number;7\n" + HEADINGS + ROWS)
    (series,) = read_spectra(path)
    assert series.attrs["reader"] == "B&W Tek text"
    assert series["shift"].values[[0, -1]].tolist() == [102.5, 119.5]
    assert series.intensity.values[0, [0, -1]].tolist() == [5.5, 39.5]
    assert get_column(series, "exposure").tolist() == [21.0]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "LPSC.txt"
    path.write_text(HEADER + HEADINGS.replace("Raman Shift", "x") + ROWS)
    with pytest.raises(UnreadableFileError, match="Raman Shift and Dark Subtracted"):
        read_spectra(path)
    path.write_text(HEADER)
    with pytest.raises(UnreadableFileError, match="Raman Shift and Dark Subtracted"):
        read_spectra(path)


def test_a_real_spectrum_is_read(real_data: Callable[[str], Path]) -> None:
    (series,) = read_spectra(real_data("raman_other/PST10_iR532_Probe_100_3000msx7.txt"))
    assert dict(series.sizes) == {"spectrum": 1, "shift": 1801}
    # the file's name says 3000 ms x 7
    assert get_column(series, "exposure").tolist() == [21.0]
