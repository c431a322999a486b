"""Text files of instruments: decoded, whatever their encoding, or told to be binary."""

from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.readers.boundary import read_whole
from fitting.readers.decoding import decode_text

__all__ = ["decode_text", "read_text"]


def read_text(path: Path) -> str:
    """The whole file as text with line ends made one.

    Raises
    ------
    UnreadableFileError
        If it is binary.
    """
    text = decode_text(read_whole(path))
    if text is None:
        raise UnreadableFileError(
            f"{path.name}: the file is binary, not text. Export the spectra as text or VAMAS."
        )
    return text
