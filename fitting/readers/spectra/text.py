"""Text files of instruments: decoded, whatever their encoding, or told to be binary."""

import codecs
import re
from pathlib import Path

from fitting.data.errors import UnreadableFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# tabulators, line ends, form feed and the end mark of DOS are all that text holds below the blank
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_STRAY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 1 << 16
_STRAY_CONTROL = 1e-3
"""Part of a text's bytes that may be control characters: some programs leave a few."""


def read_text(path: Path) -> str:
    """The whole file as text with line ends made one.

    Raises
    ------
    UnreadableFileError
        If it is binary.
    """
    text = decode_text(path.read_bytes())
    if text is None:
        raise UnreadableFileError(
            f"{path.name}: the file is binary, not text. Export the spectra as text or VAMAS."
        )
    return text


def decode_text(data: bytes) -> str | None:
    """The text that the bytes encode, ``None`` if they are binary.

    UTF-8 and UTF-16 with or without a byte order mark; everything else is taken as Western
    European, in which every byte means something. A character cut off at the end is dropped, and
    so are stray control characters.
    """
    encoding, data = _find_encoding(data)
    if encoding is None:
        return None
    text = data.decode(encoding, errors="ignore" if encoding != "cp1252" else "replace")
    return _STRAY.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _find_encoding(data: bytes) -> tuple[str | None, bytes]:
    """Name of the encoding, ``None`` if binary, and the data without its byte order mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    utf16 = _utf16_without_mark(data[:_SAMPLE])
    if utf16 is not None:
        return utf16, data
    if len(_CONTROL.findall(data)) > len(data) * _STRAY_CONTROL:
        return None, data
    return ("utf-8" if _is_utf8(data) else "cp1252"), data


def _utf16_without_mark(sample: bytes) -> str | None:
    """Which UTF-16 it is: plain text in it has a zero in every second byte, and only there."""
    for encoding, zeros, letters in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        is_mostly_zero = zeros.count(0) >= 0.9 * len(zeros)
        if is_mostly_zero and len(letters) > 1 and not _CONTROL.search(letters):
            return encoding
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True
