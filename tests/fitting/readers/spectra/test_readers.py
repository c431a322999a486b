"""Reading any file: the format is told by the content, and nothing ends in a traceback."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.series import check_series, get_column
from fitting.readers.spectra import SPECTRUM_FORMATS, format_names, read_spectra

SPECTRUM = "Binding energy (eV),Counts\n" + "\n".join(
    f"{157 + index / 10:.1f},{100 + index * index % 17}" for index in range(160)
)


def test_a_series_says_which_file_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / "LPSC_S2p.weird"
    path.write_text(SPECTRUM)
    (series,) = read_spectra(str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads(series.attrs["sources"]) == {"LPSC_S2p.weird": digest}
    assert get_column(series, "source").tolist() == ["LPSC_S2p.weird"]
    assert series.attrs["reader"] == "text in columns"


def test_every_reader_names_its_format() -> None:
    assert len(set(format_names())) == len(SPECTRUM_FORMATS)


@pytest.mark.parametrize(
    ("name", "head", "advice"),
    [
        ("map.wip", b"WIT_PR06\x00\x01", "WITec"),
        ("map.l6m", b"LabSpec6\x00\x01", "LabSpec"),
        ("cell.mpr", b"BIO-LOGIC MODULAR FILE\x1a\x00", "EC-Lab"),
        ("cell.nda", b"NEWARE2020\x00\x00", "BTSDA"),
        ("cell.res", b"\x00\x01\x00\x00Standard Jet DB\x00", "csv"),
        ("a.sif", b"Andor Technology Multi-Channel File\n", "Solis"),
        ("a.0", b"\x0a\x0a\xfe\xfe\x00\x00", "damaged"),
        ("a.spe", b"SOFH\r\nPlatform: PC\r\n", "damaged"),
        ("a.vgd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "Avantage"),
        ("a.zip", b"PK\x03\x04\x00\x00", "zip"),
        ("a.nxs", b"\x89HDF\r\n\x1a\n\x00", "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "picture"),
        ("a.spe", bytes(4098) + b"\x55\x55" + bytes(100), "WinSpec"),
        ("a.spc", b"\x00\x4d" + bytes(600), "SPC"),
        ("a.ibw", b"\x05\x00" + bytes(600), "damaged"),
        ("a.dx", b"##TITLE=a\n##JCAMP-DX=4.24\n", "JCAMP"),
        ("a.nc", b"CDF\x01" + bytes(100), "classic"),
        ("cell.mpt", b"EC-Lab ASCII FILE\nNb header lines : 3\n", "--voltage"),
        ("cell.txt", b"name\nRec#\tCyc#\tStep\n", "--voltage"),
        ("eis.z", b"ZPLOT2 ASCII\n", "impedance"),
        ("unknown.bin", b"\x00\x01\x02\x03" * 100, "not a format"),
    ],
)
def test_a_known_format_that_is_not_read_says_what_to_do(
    tmp_path: Path, name: str, head: bytes, advice: str
) -> None:
    path = tmp_path / name
    path.write_bytes(head)
    with pytest.raises(UnreadableFileError, match=advice) as caught:
        read_spectra(path)
    assert str(caught.value).startswith(f"{name}: ")


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    with pytest.raises(UnreadableFileError, match=r"a\.txt: the file is empty"):
        read_spectra(path)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="this is a folder"):
        read_spectra(tmp_path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"gone\.txt: there is no such file"):
        read_spectra(tmp_path / "gone.txt")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SPECTRUM)
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="no permission"):
        read_spectra(path)


def test_an_error_of_the_system_becomes_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SPECTRUM)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFileError, match=r"a\.txt: you have no permission"):
        read_spectra(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(UnreadableFileError, match=r"3\.0 GB"):
        read_spectra(path)


def test_every_real_file_gives_series_or_a_sentence(real_data: Callable[[str], Path]) -> None:
    files = sorted(path for path in real_data("").glob("*/*") if path.is_file())
    assert files
    read_files = 0
    for path in files:
        try:
            series = read_spectra(path)
        except UnreadableFileError as error:
            message = str(error)
            assert message.startswith(f"{path.name}: "), message
            assert message.endswith((".", "?")), message
            continue
        read_files += 1
        for one in series:
            check_series(one)
    assert read_files > 20
