"""Encodings of text files, and what is no text."""

import os
from pathlib import Path

import pytest

from fitting.data.errors import UnreadableFileError
from fitting.readers.spectra.text import decode_text, read_text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_every_usual_encoding_gives_the_text_back(encoding: str) -> None:
    text = "Größe µm cm²\n" + "160,5;100\n" * 50
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_become_one(end: str) -> None:
    assert decode_text(f"a{end}b{end}".encode()) == "a\nb\n"


def test_a_character_cut_off_at_the_end_is_dropped() -> None:
    assert decode_text("xy µ".encode()[:-1]) == "xy "


def test_a_few_stray_control_characters_are_dropped() -> None:
    assert decode_text(b"x" * 5000 + b"\x03\x00\x1a") == "x" * 5000


def test_binary_is_no_text(tmp_path: Path) -> None:
    data = b"\x00\x01\x02binary" + bytes(range(256)) * 4
    assert decode_text(data) is None
    path = tmp_path / "map.wip"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=r"map\.wip: the file is binary"):
        read_text(path)


def test_random_bytes_are_no_text() -> None:
    assert decode_text(os.urandom(5000)) is None
